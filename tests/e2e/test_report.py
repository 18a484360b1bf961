"""`report`: what lapses, and when."""

import pytest

from tests.e2e.running import Ringwall

AT = ("--at", "2030-12-01T00:00:00Z")


def test_what_lapses_is_listed_with_the_days_left(ringwall: Ringwall) -> None:
    done = ringwall("report", "expiring", "--days", "30", *AT)

    (row,) = done.json()
    assert done.code == 0
    assert (row["id"], row["what"]) == ("site:hub-west", "exception")
    assert row["value"].startswith("SL3-WP-2: ")
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

    assert table.out.startswith("what lapses within 30 days of 2030-12-01T00:00:00Z\n")
    assert max(map(len, table.out.splitlines())) <= 80
    assert sheet.csv()[0]["days"] == "30"


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
