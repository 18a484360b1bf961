"""How long embargoes may last."""

import csv
from pathlib import Path

import pytest

from ringwall.base.errors import ActRefused, DeclarationError
from ringwall.raid.embargo.limits import (
    EMBARGO_FILE,
    HOUR,
    Limits,
    parse_limits,
    read_limits,
)
from ringwall.shipped import shipped_path

SHIPPED = shipped_path("raid") / "desk"
DAY = 24 * HOUR


def refused_by(limits: Limits, recoverable: str, since: int | None, ends: int) -> str:
    with pytest.raises(ActRefused) as caught:
        limits.check(recoverable, 0, since, ends)
    assert caught.value.next_step
    return caught.value.code


def test_the_shipped_limits_hold_at_their_edges() -> None:
    limits = read_limits(SHIPPED)
    for recoverable, days in (
        ("service-side", 45),
        ("contained", 14),
        ("released", 14),
    ):
        limits.check(recoverable, 0, None, days * DAY)
        late = refused_by(limits, recoverable, None, days * DAY + 1)
        assert late == "embargo-too-long"
        limits.check(recoverable, 0, -10 * DAY, 355 * DAY)
        late = refused_by(limits, recoverable, -10 * DAY, 355 * DAY + 1)
        assert late == "embargo-too-long"
    assert refused_by(limits, "", None, DAY) == "recoverable-untold"
    assert refused_by(limits, "released", None, 0) == "embargo-end-past"


def test_it_is_warned_of_an_end_from_two_weeks_to_four_hours_ahead() -> None:
    limits = read_limits(SHIPPED)
    hours = [one // HOUR for one in limits.warnings]
    assert hours == [14 * 24, 7 * 24, 3 * 24, 24, 4]
    assert limits.due_warnings(0, 14 * DAY + 1) == ()
    assert len(limits.due_warnings(0, 14 * DAY)) == 1
    assert len(limits.due_warnings(0, 4 * HOUR)) == 5


def test_rules_older_than_embargoes_allow_none(tmp_path: Path) -> None:
    limits = read_limits(tmp_path)
    assert refused_by(limits, "released", None, DAY) == "embargo-limits-missing"
    (tmp_path / EMBARGO_FILE).mkdir()
    with pytest.raises(DeclarationError) as caught:
        read_limits(tmp_path)
    assert caught.value.faults[0].code == "embargo-limits-unreadable"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("total,any,4320", "total,any,4321", "embargo-limit-malformed"),
        ("total,any,4320", "total,any,0", "embargo-limit-malformed"),
        ("total,any,4320", "total,any,04320", "embargo-limit-malformed"),
        ("total,any,4320", "total,any,half", "embargo-limit-malformed"),
        ("total,any,4320", "total,any,\u0661", "embargo-limit-malformed"),
        ("total,total,any", "total,sum,any", "embargo-limit-malformed"),
        ("signed-total,any,8760", "signed-total,any,8761", "embargo-limit-malformed"),
        ("signed-total,any,8760", "signed-total,any,4319", "embargo-limits-gap"),
        ("warning,any,168", "signed-total,any,8760", "embargo-limits-gap"),
        ("first-term,released", "first-term,any", "embargo-limit-malformed"),
        ('a week ahead",own', 'a week ahead",maybe', "embargo-limit-malformed"),
        ('"study of the desk 6.9: a week ahead"', "", "embargo-limit-malformed"),
        ("term-contained,", "term-released,", "duplicate-id"),
        ("first-term,released", "default,released", "embargo-limits-gap"),
        ("default,released,336", "default,released,337", "embargo-default-long"),
        ("id,what", "name,what", "wrong-columns"),
    ],
)
def test_limits_with_a_fault_are_refused(old: str, new: str, code: str) -> None:
    text = (SHIPPED / EMBARGO_FILE).read_text("utf-8")
    assert old in text
    with pytest.raises(DeclarationError) as caught:
        parse_limits(text.replace(old, new, 1).encode())
    assert caught.value.code == "embargo-limits-refused"
    assert code in {fault.code for fault in caught.value.faults}


def test_no_row_that_comes_with_it_cites_what_nobody_opened() -> None:
    rows = list(csv.DictReader((SHIPPED / EMBARGO_FILE).read_text().splitlines()))
    assert len(rows) > 10
    for row in rows:
        assert row["source"].startswith(("own reading: ", "study of the desk 6.9: "))
        assert row["confidence"] == "own"


def test_rules_that_let_nobody_sign_end_at_the_total() -> None:
    text = (SHIPPED / EMBARGO_FILE).read_text("utf-8")
    lines = [one for one in text.splitlines() if not one.startswith("signed-total")]
    limits = parse_limits("".join(f"{line}\n" for line in lines).encode())
    limits.check("released", 0, 0, 180 * DAY)
    late = refused_by(limits, "released", 0, 180 * DAY + 1)
    assert late == "embargo-too-long"
