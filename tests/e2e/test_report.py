"""`report`: what lapses, and when."""

import re

import pytest

from tests.e2e.running import Ringwall

AT = ("--at", "2030-12-01T00:00:00Z")


def test_what_lapses_is_listed_with_the_days_left(ringwall: Ringwall) -> None:
    done = ringwall("report", "expiring", "--days", "30", *AT)

    (row,) = done.json()
    assert done.code == 0
    assert (row["id"], row["what"]) == ("site:hub-west", "exception")
    assert row["value"] == "SL3-WP-2"
    assert (row["until"], row["days"]) == ("2030-12-31T00:00:00Z", 30)


def test_what_lapses_a_day_later_is_not(ringwall: Ringwall) -> None:
    assert ringwall("report", "expiring", "--days", "29", *AT).json() == []


def test_statements_of_every_kind_lapse_the_first_first(ringwall: Ringwall) -> None:
    rows = ringwall("report", "expiring", "--days", "5000").json()

    kinds = {row["what"] for row in rows}
    assert {"agreement", "attestation", "cybersecurity", "exception"} <= kinds
    assert {"notice", "registration", "screening"} <= kinds
    assert [row["until"] for row in rows] == sorted(row["until"] for row in rows)
    assert len(rows) > 80


def test_the_report_is_a_table_or_a_sheet(ringwall: Ringwall) -> None:
    words = ("report", "expiring", "--days", "30", *AT)

    table, sheet = ringwall.table(*words), ringwall(*words, "--format", "csv")

    assert table.out.startswith("what lapses within 30 days of 2030-12-01\n")
    assert table.out.splitlines()[-1].startswith("2030-12-31    30  site:hub-west ")
    assert max(map(len, table.out.splitlines())) <= 80
    assert sheet.csv()[0]["days"] == "30"
    assert sheet.csv()[0]["until"] == "2030-12-31T00:00:00Z"


def test_an_instant_that_is_no_midnight_is_told_whole(ringwall: Ringwall) -> None:
    at = ("--at", "2030-12-01T10:30:00Z", "--days", "30")

    table = ringwall.table("report", "expiring", *at)

    assert table.out.startswith("what lapses within 30 days of 2030-12-01T10:30:00Z\n")


def test_a_long_report_breaks_no_instant_and_fits_a_screen(ringwall: Ringwall) -> None:
    table = ringwall.table("report", "expiring", "--days", "5000")

    head, rule, *lines = table.out.splitlines()[1:]
    assert head.split() == ["until", "days", "id", "what", "value"]
    assert set(rule) == {"-"}
    firsts = [line for line in lines if not line.startswith(" ")]
    assert len(firsts) > 80
    assert all(re.match(r"20[0-9]{2}-[0-9]{2}-[0-9]{2} ", line) for line in firsts)
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    "words",
    [("--days", "-1"), ("--days", "40000"), ("--days", "x"), ("--at", "tomorrow")],
)
def test_a_report_of_no_span_is_refused(
    ringwall: Ringwall, words: tuple[str, ...]
) -> None:
    done = ringwall("report", "expiring", *words)

    assert (done.code, done.out) == (2, "")


def test_the_group_tells_its_reports(ringwall: Ringwall) -> None:
    assert "expiring" in ringwall("report", "--help").out
