"""Replay: the entries alone give the same ledger, or it is said what had a say."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.replay import replay_ledger
from ringwall.ledger.row_difference import Difference
from ringwall.ledger.slices import FIELDS
from ringwall.ledger.spending import Spending
from ringwall.ledger.store import Store
from ringwall.ledger.verification.verify import verify_ledger
from ringwall.model.events import log_pruned
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    SPENT,
    VERIFIER,
    LedgerFile,
    alarm,
    creation,
    decision,
    fact,
)
from tests.unit.ledger.sliced_log import SlicedLog


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return where to replay to."""
    return tmp_path / "replayed.db"


def replay(file: LedgerFile, target: Path) -> tuple[int, tuple[Difference, ...]]:
    """Replay a ledger."""
    return replay_ledger(Store(file.path, writable=False), target)


def test_a_replayed_ledger_is_equal_sound_and_usable(
    file: LedgerFile, target: Path
) -> None:
    assert replay(file, target) == (10, ())
    assert verify_ledger(Store(target, writable=False), VERIFIER, ORIGIN).is_sound
    ledger = Ledger(target, VERIFIER, ORIGIN, KEY)
    assert ledger.append([decision("dec-4")], 8)[0].index == 10
    ledger.close()


def test_what_has_left_is_replayed_with_its_basis(tmp_path: Path, target: Path) -> None:
    assert replay(LedgerFile(tmp_path, SPENT), target) == (13, ())
    ledger = Ledger(target, VERIFIER, ORIGIN)
    spending = Spending()
    assert ledger.registry_since(-1, spending).basis == 12
    assert spending.basis().last == 12
    ledger.close()


def test_an_alarm_is_replayed_as_it_was(file: LedgerFile, target: Path) -> None:
    with file.opened() as ledger:
        ledger.append([decision("dec-4", "engines-disagree"), alarm("dec-4")], 8)

    assert replay(file, target) == (12, ())
    ledger = Ledger(target, VERIFIER, ORIGIN)
    assert ledger.entry(11).event == alarm("dec-4")
    ledger.close()


def rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table, in their order."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608 - our own names


def test_what_no_entry_tells_is_taken_over_and_the_rest_is_made_anew(
    tmp_path: Path, target: Path
) -> None:
    spoken = {**decision("dec-x"), "subject": "user:eve", "purpose": "to train"}
    events = [creation(), fact("user:eve"), spoken]
    events += [decision(f"dec-{n}") for n in range(300)]
    file = LedgerFile(tmp_path, events)
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 200, "older than ten years")])

    assert replay(file, target) == (304, ())
    for table in ("checkpoint", "disclosure", "tile", "leaf", "head"):
        assert rows(target, table) == rows(file.path, table) != []
    assert rows(target, "writer") == []
    assert verify_ledger(Store(target, writable=False), VERIFIER, ORIGIN).is_sound


def test_a_person_is_called_by_the_id(tmp_path: Path, target: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), fact("user:eve")])
    file.edit("DELETE FROM registry")

    _, [found] = replay(file, target)

    assert (found.table, found.key, found.code) == (
        "registry",
        "user:eve",
        "row-missing",
    )


def test_a_replayed_ledger_is_as_private_as_the_first(
    file: LedgerFile, target: Path
) -> None:
    replay(file, target)

    assert target.stat().st_mode & 0o777 == 0o600


def test_progress_is_told_each_thousand(tmp_path: Path, target: Path) -> None:
    events = [creation(), *(decision(f"dec-{n}") for n in range(2100))]
    file = LedgerFile(tmp_path, events)
    told: list[tuple[int, int]] = []

    size, found = replay_ledger(
        Store(file.path, writable=False), target, lambda *done: told.append(done)
    )

    assert (size, found) == (2101, ())
    assert told == [(1000, 2101), (2000, 2101)]


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_a_target_that_exists_is_left_alone(
    file: LedgerFile, target: Path, tmp_path: Path, kind: str
) -> None:
    if kind == "file":
        target.write_text("kept")
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to(tmp_path / "nowhere")

    with pytest.raises(ConfigurationError) as caught:
        replay(file, target)
    assert caught.value.code == "target-exists"
    assert kind != "file" or target.read_text() == "kept"
    assert not (tmp_path / "nowhere").exists()


def test_a_target_without_folder_is_told(file: LedgerFile, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        replay(file, tmp_path / "none" / "replayed.db")
    assert caught.value.code == "target-unwritable"


def test_a_table_that_was_edited_is_told_and_not_replayed(
    file: LedgerFile, target: Path
) -> None:
    file.edit("UPDATE decision SET effect = 'deny' WHERE idx = 4")

    size, [found] = replay(file, target)

    assert (size, found.table, found.key, found.code) == (
        10,
        "decision",
        "4",
        "row-changed",
    )
    assert verify_ledger(Store(target, writable=False), VERIFIER, ORIGIN).is_sound


@pytest.mark.parametrize("column", ["size", "root", "frontier", "basis", "tally"])
def test_a_head_that_does_not_fit_is_told(
    file: LedgerFile, target: Path, column: str
) -> None:
    value: object = 7 if column in {"size", "basis"} else b"\0" * 32
    file.edit(f"UPDATE head SET {column} = ?", value)  # noqa: S608 - names of columns

    _, [found] = replay(file, target)

    assert (found.table, found.code) == ("head", "row-changed")


FORGED = b'{"kind":"fact.removed","v":1}'


@pytest.mark.parametrize(
    ("edit", "values", "code"),
    [
        ("DELETE FROM leaf WHERE idx = 4", (), "entry-missing"),
        ("DELETE FROM leaf WHERE idx = 0", (), "entry-missing"),
        ("UPDATE leaf SET idx = idx + 100 WHERE idx > 4", (), "entry-missing"),
        ("UPDATE leaf SET entry = ? WHERE idx = 4", (FORGED,), "entry-changed"),
        ("UPDATE leaf SET entry = ? WHERE idx = 4", ("text",), "entry-changed"),
        ("UPDATE leaf SET hash = ? WHERE idx = 4", (bytes(32),), "entry-changed"),
        ("UPDATE leaf SET hash = ? WHERE idx = 4", (5,), "entry-changed"),
        (
            "UPDATE leaf SET entry = ?, hash = ? WHERE idx = 4",
            (FORGED, leaf_hash(FORGED)),
            "entry-unreadable",
        ),
        ("DELETE FROM head", (), "head-differs"),
        ("DROP TABLE decision", (), "ledger-unreadable"),
        ("DROP TABLE leaf", (), "ledger-unreadable"),
    ],
)
def test_a_damaged_log_is_not_replayed_and_leaves_no_file_behind(
    file: LedgerFile, target: Path, edit: str, values: tuple[object, ...], code: str
) -> None:
    if edit.startswith("DROP"):
        file.script(edit)
    else:
        file.edit(edit, *values)

    with pytest.raises(IntegrityError) as caught:
        replay(file, target)
    assert caught.value.code == code
    assert {path.name for path in target.parent.iterdir()} <= {
        "ledger.db",
        "ledger.db-lock",
        "ledger.db-shm",
        "ledger.db-wal",
    }


def test_an_end_cut_off_with_its_rows_shows_in_the_head(
    file: LedgerFile, target: Path
) -> None:
    file.edit("DELETE FROM leaf WHERE idx = 9")
    file.edit("DELETE FROM decision WHERE idx = 9")

    size, [found] = replay(file, target)

    assert (size, found.table) == (9, "head")


def test_a_replayed_ledger_is_sliced_whether_the_first_was_or_not(
    tmp_path: Path, target: Path
) -> None:
    log = SlicedLog(tmp_path, 2)
    slices = rows(log.path, "slice")
    log.edit("DELETE FROM slice WHERE block = 0")
    log.edit("DELETE FROM block WHERE number = 0")

    assert replay(log, target)[1] == ()
    assert len(slices) == 2 * len(FIELDS)
    assert sorted(rows(target, "slice")) == sorted(slices)
    assert [row[0] for row in rows(target, "block")] == [0, 1]
