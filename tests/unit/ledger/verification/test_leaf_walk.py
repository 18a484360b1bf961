"""The walk over the leaves: it covers the log, and tells what is not in its place."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.leaf_walk import LeafWalk
from ringwall.ledger.verification.tree_walk import TreeWalk
from tests.fault.ledger_simulator import LedgerFile
from tests.unit.ledger.written_log import WrittenLog, decisions


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a ledger with 600 entries."""
    return WrittenLog(tmp_path_factory.mktemp("log"), decisions(600)).path.read_bytes()


@pytest.fixture
def log(tmp_path: Path, sound: bytes) -> LedgerFile:
    """Return a copy of that ledger."""
    file = object.__new__(WrittenLog)
    file.path = tmp_path / "ledger.db"
    file.path.write_bytes(sound)
    return file


def walked(file: LedgerFile) -> tuple[LeafWalk, Findings, list[tuple[int, int, int]]]:
    """Walk; return what is found, and bounds and number of entries of each stretch."""
    findings = Findings()
    with closing(sqlite3.connect(file.path)) as connection:
        tree = TreeWalk(connection.cursor(), ())
        walk = LeafWalk(connection.cursor(), findings, tree)
        stretches = [(s.first, s.end, len(s.entries)) for s in walk.stretches()]
    return walk, findings, stretches


def said(findings: Findings) -> list[tuple[str, str, str]]:
    return [(f.code, f.place, f.message) for f in findings.listed()]


def test_a_sound_log_is_covered_tile_by_tile(log: LedgerFile) -> None:
    walk, findings, stretches = walked(log)

    assert stretches == [(0, 256, 256), (256, 512, 256), (512, 600, 88)]
    assert (walk.size, walk.count, walk.pruned) == (600, 600, [])
    assert said(findings) == []


def test_a_log_without_entries_has_no_stretch(log: LedgerFile) -> None:
    log.edit("DELETE FROM leaf")

    walk, findings, stretches = walked(log)

    assert (walk.size, stretches, said(findings)) == (0, [], [])


@pytest.mark.parametrize(
    ("gone", "first", "last", "stretches"),
    [
        ("idx = 4", 4, 4, [(0, 256, 255), (256, 512, 256), (512, 600, 88)]),
        ("idx < 3", 0, 2, [(0, 256, 253), (256, 512, 256), (512, 600, 88)]),
        (
            "idx BETWEEN 250 AND 260",
            250,
            260,
            [(0, 256, 250), (256, 512, 251), (512, 600, 88)],
        ),
        ("idx BETWEEN 200 AND 590", 200, 590, [(0, 256, 200), (256, 600, 9)]),
        ("idx BETWEEN 256 AND 511", 256, 511, [(0, 256, 256), (256, 600, 88)]),
    ],
)
def test_a_gap_is_told_once_with_both_ends(
    log: LedgerFile,
    gone: str,
    first: int,
    last: int,
    stretches: list[tuple[int, int, int]],
) -> None:
    log.edit(f"DELETE FROM leaf WHERE {gone}")  # noqa: S608 - our own text

    _, findings, seen = walked(log)

    message = f"entries {first} to {last} are not there"
    assert said(findings) == [("entry-missing", f"entry {first}", message)]
    assert findings.first_bad == first
    assert seen == stretches


def test_an_entry_far_out_is_reached_at_once(log: LedgerFile) -> None:
    log.edit("UPDATE leaf SET idx = 4611686018427387904 WHERE idx = 599")

    walk, findings, stretches = walked(log)

    assert [code for code, _, _ in said(findings)] == ["entry-missing"]
    assert walk.size == stretches[-1][1] == 2**62 + 1


def test_entries_before_the_first_are_told(log: LedgerFile) -> None:
    log.edit("INSERT INTO leaf SELECT -5, hash, entry FROM leaf WHERE idx = 4")

    assert said(walked(log)[1]) == [
        ("entry-misplaced", "entry -5", "the log begins at entry 0")
    ]


@pytest.mark.parametrize("index", [2**63 - 1, 2**63 - 2, 2**63 - 1024])
def test_entries_beyond_any_log_are_told(log: LedgerFile, index: int) -> None:
    log.edit("INSERT INTO leaf SELECT ?, hash, entry FROM leaf WHERE idx = 4", index)

    walk, findings, _ = walked(log)
    assert said(findings) == [
        ("entry-misplaced", f"entry {index}", "no log is so long")
    ]
    assert walk.size == 600


@pytest.mark.parametrize(
    "edit",
    [
        "entry = X'7B7D'",
        "entry = CAST(entry AS TEXT)",
        "entry = 5",
        "hash = zeroblob(32)",
        "hash = hex(hash)",
        "hash = CAST(hash || X'00' AS BLOB)",
        "hash = X'00', entry = NULL",
        "hash = 'x', entry = NULL",
    ],
)
def test_bytes_that_are_not_those_of_the_leaf_hash_are_told(
    log: LedgerFile, edit: str
) -> None:
    log.edit(f"UPDATE leaf SET {edit} WHERE idx = 300")  # noqa: S608 - our own text

    _, findings, stretches = walked(log)

    assert [(code, place) for code, place, _ in said(findings)] == [
        ("entry-changed", "entry 300")
    ]
    assert stretches[1] == (256, 512, 255)


def test_entries_without_bytes_are_counted_as_pruned(log: LedgerFile) -> None:
    log.edit("UPDATE leaf SET entry = NULL WHERE idx BETWEEN 3 AND 5 OR idx = 400")

    walk, findings, _ = walked(log)

    assert walk.pruned == [(3, 6), (400, 401)]
    assert said(findings) == []
