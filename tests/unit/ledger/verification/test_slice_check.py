"""Slices and blocks: one that is wrong is named, one that is not there is no fault."""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.slices import BLOCK, FIELDS
from ringwall.ledger.slicing import fill_slices
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.findings import MAX_FINDINGS, Findings
from ringwall.ledger.verification.slice_check import SliceCheck
from tests.unit.ledger.sliced_log import SIZE, SlicedLog, decided, decision_rows

ROWS = decision_rows()


@pytest.fixture
def made() -> Iterator[Connection]:
    """Return three blocks with their slices."""
    with scratch_database() as connection:
        decided(connection, ROWS)
        fill_slices(connection, SIZE)
        yield connection


def checked(
    connection: Connection,
    rows: list[tuple[Any, ...]] | None = None,
    *,
    size: int = SIZE,
    pruned: int = 0,
    doubtful: tuple[int, ...] = (),
) -> set[tuple[str, str]]:
    """Return what a check finds: codes and places."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    findings = Findings()
    check = SliceCheck(driver.cursor(), findings)
    rest = iter(ROWS if rows is None else rows)
    while some := list(islice(rest, 256)):
        check.take(some)
    check.finish(size, pruned)
    findings.doubtful.update(doubtful)
    return {(found.code, found.place) for found in findings.listed()}


def test_what_follows_from_the_decisions_is_sound(made: Connection) -> None:
    assert checked(made) == set()


@pytest.mark.parametrize(
    "edit",
    ["DELETE FROM slice", "DELETE FROM block", "DELETE FROM block WHERE number=1"],
)
def test_what_has_not_been_sliced_is_no_fault(made: Connection, edit: str) -> None:
    made.exec_driver_sql(edit)

    assert checked(made) == set()


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
    "change",
    [
        "first = '2027-01-15T08:00:00Z'",
        "last = last || 'x'",
        "outcomes = ''",
        "outcomes = CAST(outcomes AS BLOB)",
        "places = substr(places, 1, 7)",
        "places = x''",
    ],
)
def test_a_block_that_is_wrong_is_named(
    made: Connection, change: str, number: int
) -> None:
    made.exec_driver_sql(f"UPDATE block SET {change} WHERE number = {number}")  # noqa: S608 - constants of this test

    assert checked(made) == {("row-changed", f"table block row {number}")}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "value",
    ["x''", "'text'", "substr(data, 7)", "CAST(data || x'00' AS BLOB)", "zeroblob(24)"],
)
def test_a_slice_that_is_wrong_is_named(
    made: Connection, field: str, value: str
) -> None:
    made.exec_driver_sql(
        f"UPDATE slice SET data = {value} WHERE block = 1 AND field = ?",  # noqa: S608 - constants of this test
        (field,),
    )

    assert checked(made) == {("row-changed", f"table slice row {field}/1")}


def test_slices_are_held_against_the_entries_not_the_table(made: Connection) -> None:
    rows = [(*row[:3], "other", *row[4:]) if row == ROWS[5] else row for row in ROWS]

    # As if the tables, decisions and slices alike, said something else than the log.
    assert checked(made, rows) == {("row-changed", "table slice row subject/0")}
    assert checked(made, rows, doubtful=(7,)) == set()
    assert checked(made, rows, doubtful=(BLOCK,)) != set()


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        ("UPDATE block SET number = 3 WHERE number = 2", "block row 3"),
        ("UPDATE block SET number = -1 WHERE number = 2", "block row -1"),
        (
            "UPDATE slice SET block = 3 WHERE block = 2 AND field = 'id'",
            "slice row id/3",
        ),
        (
            "UPDATE slice SET block = -1 WHERE block = 2 AND field = 'id'",
            "slice row id/-1",
        ),
        (
            "UPDATE slice SET block = 'x' WHERE block = 2 AND field = 'id'",
            "slice row id/x",
        ),
        (
            "UPDATE slice SET block = 1.5 WHERE block = 2 AND field = 'id'",
            "slice row id/1.5",
        ),
        (
            "UPDATE slice SET field = 'at' WHERE block = 2 AND field = 'id'",
            "slice row at/2",
        ),
        (
            "UPDATE slice SET field = 'ID' WHERE block = 2 AND field = 'id'",
            "slice row ID/2",
        ),
    ],
)
def test_a_row_that_no_block_of_the_log_can_have_is_named(
    made: Connection, edit: str, place: str
) -> None:
    made.exec_driver_sql(edit)

    assert checked(made) == {("row-unfounded", f"table {place}")}


def test_what_is_kept_of_pruned_blocks_is_named(made: Connection) -> None:
    rows = [row for row in ROWS if row[0] > BLOCK]
    places = {
        ("row-unfounded", f"table {place}")
        for number in (0, 1)
        for place in (
            f"block row {number}",
            *(f"slice row {f}/{number}" for f in FIELDS),
        )
    }

    assert checked(made, rows, pruned=BLOCK + 1) == places
    assert checked(made, ROWS, pruned=0) == set()


def test_a_block_without_decisions_is_compared_as_well(made: Connection) -> None:
    rows = [row for row in ROWS if row[0] // BLOCK != 1]

    assert ("row-changed", "table block row 1") in checked(made, rows)
    made.exec_driver_sql("DELETE FROM slice WHERE block = 1")
    made.exec_driver_sql(
        "UPDATE block SET first = '', last = '', outcomes = '', places = x'' "
        "WHERE number = 1"
    )
    assert checked(made, rows) == set()


def test_decisions_that_cannot_be_sliced_have_no_slices(made: Connection) -> None:
    rows = [(*row[:3], "\udcff", *row[4:]) if row == ROWS[5] else row for row in ROWS]

    found = checked(made, rows)

    assert {code for code, _ in found} == {"row-unfounded"}
    assert len(found) == 1 + len(FIELDS)


def test_of_very_many_wrong_rows_the_first_are_kept(made: Connection) -> None:
    made.exec_driver_sql(
        "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n LIMIT 2000) "
        "INSERT INTO block SELECT i, '', '', 'x', x'' FROM n"
    )

    assert len(checked(made)) == MAX_FINDINGS
    assert len(checked(made, size=9000 * BLOCK)) == MAX_FINDINGS


def test_the_verifier_checks_them_unless_it_reads_the_log_alone(
    tmp_path: Path,
) -> None:
    log = SlicedLog(tmp_path)
    assert log.sliced() == [0]
    assert log.verify().findings == ()
    log.edit("UPDATE slice SET data = x'' WHERE field = 'id'")
    log.edit("UPDATE block SET last = 'never'")

    assert log.places() == {
        ("row-changed", "table slice row id/0"),
        ("row-changed", "table block row 0"),
    }
    assert log.verify(Options(log_only=True)).findings == ()


def test_a_damaged_entry_does_not_accuse_the_slices_of_its_block(
    tmp_path: Path,
) -> None:
    log = SlicedLog(tmp_path)
    log.edit("UPDATE leaf SET entry = x'00' WHERE idx = 7")

    assert log.places() == {("entry-changed", "entry 7")}
