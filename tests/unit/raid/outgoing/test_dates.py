"""The days on which statistics are published."""

from datetime import date
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError
from ringwall.raid.outgoing.dates import (
    DATES_FILE,
    PublishedDays,
    parse_days,
    read_days,
)
from ringwall.shipped import shipped_path

HEAD = "id,day,source,confidence\n"


def faults_of(data: str) -> set[str]:
    with pytest.raises(DeclarationError) as caught:
        parse_days(data.encode())
    assert caught.value.code == "aggregate-dates-refused"
    assert caught.value.next_step
    return {fault.code for fault in caught.value.faults}


def test_four_days_a_year_are_shipped() -> None:
    days = read_days(shipped_path("raid") / "desk")
    found = days.between(date(2026, 11, 23), date(2027, 7, 15))
    assert [str(one) for one in found] == ["2027-01-15", "2027-04-15", "2027-07-15"]
    assert days.before(date(2027, 1, 15)) == date(2026, 10, 15)
    assert days.before(date(2027, 4, 15)) == date(2027, 1, 15)


def test_one_day_a_year_is_a_year_behind_the_one_before() -> None:
    days = parse_days(f"{HEAD}a,03-01,somewhere,own\n".encode())
    assert days.before(date(2027, 3, 1)) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a,02-29,somewhere,own", "aggregate-date-malformed"),
        ("a,2-3,somewhere,own", "aggregate-date-malformed"),
        ("a,,somewhere,own", "aggregate-date-malformed"),
        ("a,01-15,,own", "aggregate-date-malformed"),
        ("a,01-15,somewhere,sure", "aggregate-date-malformed"),
        ("a,01-15,x,own\nb,01-15,x,own", "aggregate-dates-gap"),
    ],
)
def test_a_row_that_is_no_day_of_each_year_is_refused(row: str, code: str) -> None:
    assert faults_of(f"{HEAD}{row}\n") == {code}


def test_a_table_without_a_day_is_refused() -> None:
    assert faults_of(HEAD) == {"aggregate-dates-gap"}


def test_rules_older_than_statistics_have_no_day(tmp_path: Path) -> None:
    assert read_days(tmp_path) == PublishedDays()
    (tmp_path / DATES_FILE).mkdir()
    with pytest.raises(DeclarationError) as caught:
        read_days(tmp_path)
    assert caught.value.faults[0].code == "aggregate-dates-unreadable"
