"""The tables: every row of every one of them, changed, removed or added, is named."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ringwall.ledger.schema import PROJECTIONS, RAID_CARDS
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.desk_walks import DeskWalks
from ringwall.ledger.verification.disclosure_walk import DisclosureWalk
from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.leaf_walk import Stretch
from ringwall.ledger.verification.log_events import LogEvents
from ringwall.ledger.verification.table_walk import TableWalk
from ringwall.model.events import (
    key_rotated,
    log_pruned,
    subject_erased,
    witness_added,
    witness_quorum,
    witness_removed,
)
from ringwall.model.matter_events import decoy_placed
from ringwall.signing.keys import format_vkey
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    OTHER_KEY,
    SPENT,
    LedgerFile,
    growth,
)
from tests.raid_records import CASE, NEEDS, WHOLE, case_event, lawful
from tests.unit.ledger.written_log import WrittenLog

_ASSESSED = case_event(act="assess", before="triaged", after="triaged", severity=4)
EVENTS = (
    *SPENT,
    growth(),
    key_rotated(AT, format_vkey(OTHER_KEY.verifier())),
    witness_added(AT, "a", "a+00000000+BA"),
    witness_added(AT, "b", "b+00000000+BA"),
    witness_removed(AT, "a"),
    witness_quorum(AT, 1, 60, mandatory=False),
    witness_quorum(AT, 2, 60, mandatory=False),
    subject_erased(AT, ["user:~" + "A" * 43], "asked for"),
    log_pruned(AT, 0, "nothing yet"),
    decoy_placed(AT, "ab" * 32, "user:hedy"),
    *lawful((*WHOLE, _ASSESSED, *NEEDS)),
)
ROTATION = 14


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a ledger with rows in every table."""
    folder = tmp_path_factory.mktemp("log")
    log = WrittenLog(folder, EVENTS, (ROTATION + 1, len(EVENTS)), (KEY, OTHER_KEY))
    return log.path.read_bytes()


@pytest.fixture
def log(tmp_path: Path, sound: bytes) -> LedgerFile:
    """Return a copy of that ledger."""
    file = object.__new__(WrittenLog)
    file.path = tmp_path / "ledger.db"
    file.path.write_bytes(sound)
    return file


def columns(table: str) -> list[str]:
    return [f'"{column.name}"' for column in PROJECTIONS[table].columns]


def rows(log: LedgerFile, table: str) -> list[tuple[Any, ...]]:
    return log.query(f"SELECT {', '.join(columns(table))} FROM {table}")  # noqa: S608 - our own names


def tell(log: LedgerFile) -> list[tuple[str, str]]:
    return [(found.code, found.place) for found in log.verify().findings]


def other(value: object) -> object:
    if isinstance(value, int):
        return value + 1000
    return "other" if value is None else f"{value}x"


def test_there_are_rows_in_every_table_and_all_are_sound(log: LedgerFile) -> None:
    assert log.verify().findings == ()
    assert [name for name in PROJECTIONS if not rows(log, name)] == []


@pytest.mark.parametrize("table", PROJECTIONS)
def test_every_row_that_is_removed_is_named(log: LedgerFile, table: str) -> None:
    key = columns(table)[0]
    for row in rows(log, table):
        marks = ", ".join("?" * len(row))
        log.edit(f"DELETE FROM {table} WHERE {key} = ?", row[0])  # noqa: S608 - our own names
        assert tell(log) == [("row-missing", f"table {table} row {row[0]}")]
        log.edit(f"INSERT INTO {table} VALUES ({marks})", *row)  # noqa: S608 - our own names
    assert log.verify().is_sound


@pytest.mark.parametrize("table", PROJECTIONS)
def test_every_cell_that_is_changed_is_named(log: LedgerFile, table: str) -> None:
    key, *others = columns(table)
    for row in rows(log, table):
        for column, value in zip(others, row[1:], strict=True):
            if table in RAID_CARDS and column == '"id"':
                continue  # then it is the row of another object
            edit = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"  # noqa: S608 - our own names
            log.edit(edit, other(value), row[0])
            report = log.verify()
            assert [f.code for f in report.findings] == ["row-changed"]
            assert report.findings[0].place == f"table {table} row {row[0]}"
            log.edit(edit, value, row[0])
    assert log.verify().is_sound


@pytest.mark.parametrize("table", PROJECTIONS)
@pytest.mark.parametrize("index", [-1, 5, 999])
def test_every_row_that_is_added_is_named(
    log: LedgerFile, table: str, index: int
) -> None:
    row = rows(log, table)[0]
    key = f"extra:{index}" if isinstance(row[0], str) else index
    taken = {found[0] for found in rows(log, table)}
    key = 4 if key in taken else key
    if table in RAID_CARDS:
        # An object has one row, so that one more is of another object.
        row = (row[0], "raid:extra", *row[2:])
    marks = ", ".join("?" * len(row))
    log.edit(f"INSERT INTO {table} VALUES ({marks})", key, *row[1:])  # noqa: S608 - our own names

    assert tell(log) == [("row-unfounded", f"table {table} row {key}")]


def test_without_tables_no_row_is_looked_at_and_that_is_said(log: LedgerFile) -> None:
    log.edit("DELETE FROM decision")

    report = log.verify(Options(log_only=True))

    assert report.is_sound
    assert report.left_out == ("the tables, what is disclosed, the pages of the file",)


def test_a_cell_that_is_no_text_is_another(log: LedgerFile) -> None:
    log.edit("UPDATE decision SET code = CAST(X'FF' AS TEXT) WHERE idx = 7")
    log.edit("UPDATE registry SET id = CAST(id AS BLOB) WHERE id = 'org:bob'")

    assert tell(log) == [
        ("row-changed", "table decision row 7"),
        ("row-unfounded", "table registry row b'org:bob'"),
        ("row-missing", "table registry row org:bob"),
    ]


def test_a_fact_put_back_to_an_older_event_is_found(log: LedgerFile) -> None:
    log.roll_back_fact("org:ada", 2)

    [finding] = log.verify().findings
    assert finding.code == "row-changed"
    assert finding.message == (
        "idx is `2`, the log says `5`; level is `SL3`, the log says `SL4`"
    )


def test_a_row_of_another_object_is_one_too_many_and_one_is_missing(
    log: LedgerFile,
) -> None:
    [(index,)] = log.query("SELECT idx FROM raid_case")
    log.edit("UPDATE raid_case SET id = 'case:c-zzzzzzzzzz'")

    place = f"table raid_case row {index}"
    assert tell(log) == [("row-unfounded", place), ("row-missing", place)]


def test_a_case_put_back_to_an_older_event_is_found(log: LedgerFile) -> None:
    [(older,), _, (newer,)] = log.query(
        "SELECT idx FROM raid WHERE id = ? ORDER BY idx", CASE
    )
    log.edit(
        "UPDATE raid_case SET idx = ?, severity = 0, lead = 'x' WHERE id = ?",
        *(older, CASE),
    )

    [finding] = log.verify().findings
    assert (finding.code, finding.place) == (
        *("row-changed",),
        f"table raid_case row {older}",
    )
    assert f"idx is `{older}`, the log says `{newer}`" in finding.message
    assert "severity is `0`, the log says `4`" in finding.message


@pytest.mark.parametrize("gone", ["fact", "witness"])
@pytest.mark.parametrize("with_row", [True, False])
def test_an_entry_that_is_not_found_by_its_index_is_told(
    log: LedgerFile, gone: str, with_row: bool
) -> None:
    # As in a file whose tree leads to it in one way and not in the other.
    index = {"fact": 5, "witness": 16}[gone]
    with closing(sqlite3.connect(log.path)) as connection:
        cursor, findings = connection.cursor(), Findings()
        read = cursor.execute("SELECT idx, hash, entry FROM leaf").fetchall()
        disclosures = DisclosureWalk((), findings)
        vault = DeskWalks(cursor, findings, None)
        walk = TableWalk(cursor, findings, LogEvents(), disclosures, vault)
        walk.take(Stretch(0, len(read), read))
        cursor.execute("DROP TRIGGER leaf_no_delete")
        cursor.execute("DELETE FROM leaf WHERE idx = ?", (index,))
        if not with_row:
            for table in ("registry", "witness"):
                cursor.execute(f"DELETE FROM {table} WHERE idx = ?", (index,))  # noqa: S608 - our own names
        walk.finish(len(read))

    [found] = findings.listed()
    assert (found.code, found.place) == ("entry-misplaced", f"entry {index}")


FORGED = b'{"kind":"fact.removed","v":1}'


def test_an_entry_that_is_no_event_is_told(log: LedgerFile) -> None:
    log.edit(
        "UPDATE leaf SET entry = ?, hash = ? WHERE idx = 4", FORGED, leaf_hash(FORGED)
    )

    assert tell(log) == [("entry-unreadable", "entry 4"), ("root-differs", "head")]


def test_rows_of_damaged_entries_are_left_out(log: LedgerFile) -> None:
    log.edit("UPDATE leaf SET entry = X'7B7D' WHERE idx IN (4, 5)")
    log.edit("UPDATE decision SET effect = 'deny' WHERE idx < ?", ROTATION)

    assert tell(log) == [
        ("entry-changed", "entry 4"),
        ("entry-changed", "entry 5"),
        ("row-changed", "table decision row 9"),
        ("row-changed", "table decision row 11"),
    ]
