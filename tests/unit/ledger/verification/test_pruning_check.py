"""Bytes that are gone: excused by an entry of the log alone, and never if in force."""

import sys
from pathlib import Path
from types import FrameType

import pytest

from ringwall.ledger.verification import pruning_check
from ringwall.ledger.verification.checking import Options
from ringwall.model.events import log_pruned
from tests.fault.ledger_simulator import (
    ABOUT_THE_LOG,
    AT,
    HISTORY,
    LedgerFile,
    creation,
    decision,
)
from tests.unit.ledger.written_log import WrittenLog


@pytest.fixture
def pruned(tmp_path: Path) -> LedgerFile:
    """Return a log that was pruned before entry 8, in force are 0, 5, 6 and 8."""
    file = LedgerFile(tmp_path)
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 8, "older than ten years")])
    return file


def test_a_pruned_log_is_sound_and_says_how_much_is_left(pruned: LedgerFile) -> None:
    gone = [
        index for (index,) in pruned.query("SELECT idx FROM leaf WHERE entry IS NULL")
    ]

    assert gone == [1, 2, 3, 4, 7]
    assert pruned.verify().is_sound
    assert pruned.verify(Options(log_only=True)).is_sound


@pytest.mark.parametrize("log_only", [True, False])
def test_bytes_that_no_event_excuses_are_missed(tmp_path: Path, log_only: bool) -> None:
    log = WrittenLog(tmp_path, HISTORY)
    log.edit("UPDATE leaf SET entry = NULL WHERE idx IN (4, 7)")

    report = log.verify(Options(log_only=log_only))

    assert [
        (f.code, f.place) for f in report.findings if f.code != "row-unfounded"
    ] == [
        ("entry-pruned", "entry 4"),
        ("entry-pruned", "entry 7"),
    ]
    assert report.first_bad == 4


def test_bytes_behind_the_pruning_are_missed(pruned: LedgerFile) -> None:
    pruned.edit("UPDATE leaf SET entry = NULL WHERE idx = 9")
    pruned.edit("DELETE FROM decision WHERE idx = 9")

    assert pruned.places() == {("entry-pruned", "entry 9")}


@pytest.mark.parametrize("index", [0, 5, 6])
def test_what_is_in_force_may_not_lose_its_bytes(
    pruned: LedgerFile, index: int
) -> None:
    pruned.edit("UPDATE leaf SET entry = NULL WHERE idx = ?", index)
    pruned.edit("DELETE FROM event WHERE idx = ?", index)

    assert pruned.places() == {("entry-pruned", f"entry {index}")}


def test_the_policy_in_force_may_not_lose_its_bytes(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path)
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 10, "older than ten years")])
    file.edit("UPDATE leaf SET entry = NULL WHERE idx = 8")
    file.edit("DELETE FROM event WHERE idx = 8")

    assert file.places() == {("entry-pruned", "entry 8")}


def test_what_is_said_of_the_second_place_may_not_lose_its_bytes(
    tmp_path: Path,
) -> None:
    begun = next(one for one in ABOUT_THE_LOG if one["kind"] == "anchor.begun")
    file = LedgerFile(tmp_path, (creation(), decision("dec-1"), begun))
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 3, "older than ten years")])
    assert file.query("SELECT idx FROM leaf WHERE entry IS NULL") == [(1,)]
    assert file.verify().is_sound
    file.edit("UPDATE leaf SET entry = NULL WHERE idx = 2")

    assert ("entry-pruned", "entry 2") in file.places()


def test_a_row_of_a_pruned_entry_is_unfounded(pruned: LedgerFile) -> None:
    pruned.edit(
        "INSERT INTO decision SELECT 4, id, at, subject, action, resource, point, "
        "effect, code, rules FROM decision WHERE idx = 9"
    )

    assert pruned.places() == {("row-unfounded", "table decision row 4")}


def test_a_leaf_hash_of_a_pruned_entry_still_counts(pruned: LedgerFile) -> None:
    pruned.edit("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 4")

    assert pruned.places() == {("root-differs", "head")}


def forged(folder: Path, count: int) -> LedgerFile:
    """Return a log of which every other entry is bare, and forged to be in force."""
    folder.mkdir()
    events = [creation(), *(decision(f"dec-{n}") for n in range(2 * count))]
    file = LedgerFile(folder, events)
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 1, "old")])
    odd = "FROM leaf WHERE idx % 2 = 1 AND idx < ?"
    file.edit(f"INSERT INTO epoch SELECT idx, 'forged' {odd}", 2 * count)
    file.edit("UPDATE leaf SET entry = NULL WHERE idx % 2 = 1 AND idx < ?", 2 * count)
    return file


def work_of(file: LedgerFile) -> int:
    """Return how many steps the check of what was pruned takes, by its calls."""
    steps = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal steps
        is_own = frame.f_code.co_filename == pruning_check.__file__
        steps += is_own and event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        assert "entry-pruned" in file.codes()
    finally:
        sys.setprofile(before)
    return steps


def test_twice_the_forged_rows_are_at_most_twice_the_work(tmp_path: Path) -> None:
    some, twice = (work_of(forged(tmp_path / str(n), n)) for n in (100, 200))

    assert 0 < some <= twice <= 2 * some
