"""The rows of the desk: each is the latest of its object, or it is named."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from ringwall.ledger.projections import project
from ringwall.ledger.schema import RAID_CARDS
from ringwall.ledger.verification.card_walk import CardWalk
from tests.fault.ledger_simulator import LedgerFile, creation, decision
from tests.raid_records import CASE, RAID, case_event, need

Row = tuple[Any, ...]
Told = tuple[str, int | None, int | None]
EVENTS = (
    creation(),
    *RAID,
    decision("dec-1", basis=0),
    need("shut"),
    case_event(act="assess", before="new", severity=4),
)
OPENED, ASSESSED = 2, len(EVENTS) - 1


@pytest.fixture
def cursor(tmp_path: Path) -> Iterator[sqlite3.Cursor]:
    """Return a cursor to a ledger with a row of each kind."""
    path = LedgerFile(tmp_path, EVENTS).path
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection.cursor()


def walked(cursor: sqlite3.Cursor, unread: int = -1) -> list[Told]:
    """Return table, index stored and index recorded of each row that differs.

    Args:
        cursor: to the ledger's database.
        unread: index of an entry that can't be read any more.
    """
    told: list[Told] = []
    rows: dict[tuple[str, int], Row] = {}

    def tell(table: Table, here: Row | None, there: Row | None) -> None:
        at, meant = (None if row is None else row[0] for row in (here, there))
        told.append((table.name, at, meant))

    walk = CardWalk(cursor, lambda t, i: rows.get((t.name, i)), tell)
    entries = cursor.execute("SELECT idx, entry FROM leaf ORDER BY idx").fetchall()
    for index, data in entries:
        for put in project(index, json.loads(data)):
            if index != unread:
                rows[put.table, index] = tuple(put.row.values())
            walk.take(index, put)
    walk.finish()
    return told


def test_the_latest_row_of_each_object_is_sound(cursor: sqlite3.Cursor) -> None:
    assert walked(cursor) == []


@pytest.mark.parametrize("table", RAID_CARDS)
def test_a_row_that_is_gone_is_missing(cursor: sqlite3.Cursor, table: str) -> None:
    [(index,)] = cursor.execute(f"SELECT idx FROM {table}").fetchall()  # noqa: S608 - our own names
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    assert walked(cursor) == [(table, None, index)]


def test_a_row_of_an_object_that_the_log_does_not_know_is_named(
    cursor: sqlite3.Cursor,
) -> None:
    columns = ", ".join(
        f'"{column.name}"' for column in list(RAID_CARDS["raid_case"].columns)[2:]
    )
    cursor.execute(
        f"INSERT INTO raid_case SELECT 99, 'case:c-x', {columns} FROM raid_case"  # noqa: S608 - our own names
    )

    assert walked(cursor) == [("raid_case", 99, None)]


def test_an_older_event_put_back_is_named(cursor: sqlite3.Cursor) -> None:
    cursor.execute("UPDATE raid_case SET idx = ?, severity = 0", (OPENED,))

    assert walked(cursor) == [("raid_case", OPENED, ASSESSED)]


@pytest.mark.parametrize("value", ["'4'", "4.0", "x'34'", "5"])
def test_a_cell_of_another_value_or_type_is_named(
    cursor: sqlite3.Cursor, value: str
) -> None:
    # A column of numbers takes a text that is one for a number.
    cursor.execute("PRAGMA writable_schema = ON")
    cursor.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'severity INTEGER', 'severity') "
        "WHERE name = 'raid_case'"
    )
    cursor.execute("PRAGMA writable_schema = RESET")
    cursor.execute(f"UPDATE raid_case SET severity = {value}")  # noqa: S608 - our own values

    assert walked(cursor) == [("raid_case", ASSESSED, ASSESSED)]


def test_an_id_that_is_no_text_is_of_no_object(cursor: sqlite3.Cursor) -> None:
    cursor.execute("UPDATE raid_case SET id = CAST(id AS BLOB) WHERE id = ?", (CASE,))

    assert walked(cursor) == [
        ("raid_case", ASSESSED, None),
        ("raid_case", None, ASSESSED),
    ]


def test_an_entry_that_can_not_be_read_is_told_by_who_reads_it(
    cursor: sqlite3.Cursor,
) -> None:
    cursor.execute("DELETE FROM raid_case")

    assert walked(cursor, ASSESSED) == []
