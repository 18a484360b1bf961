"""Following: each entry that lands is given once, in order, or an error told."""

import os
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking import following
from ringwall.ledger.asking.following import Follower
from ringwall.ledger.head import Head
from ringwall.ledger.ledger import Ledger
from ringwall.model.events import log_pruned
from tests.fault.ledger_simulator import (
    AT,
    HISTORY,
    ORIGIN,
    VERIFIER,
    LedgerFile,
    decision,
)

SIZE = len(HISTORY)


def follower(file: LedgerFile, start: int = SIZE) -> Follower:
    """Return who watches a log from an entry on."""
    return Follower(Ledger(file.path, VERIFIER, ORIGIN), start)


def append(file: LedgerFile, *names: str) -> None:
    """Append decisions."""
    with file.opened() as ledger:
        ledger.append([decision(name) for name in names])


def ids(watching: Follower) -> list[str]:
    """Return the ids of the decisions that are new."""
    return [listed.event["id"] for listed in watching.news()]


def test_what_lands_is_given_once_and_in_order(file: LedgerFile) -> None:
    watching = follower(file)

    assert ids(watching) == []
    append(file, "dec-a", "dec-b")
    assert ids(watching) == ["dec-a", "dec-b"]
    assert ids(watching) == []
    append(file, "dec-c")
    assert ids(watching) == ["dec-c"]


def test_what_stood_there_before_is_given_if_asked_for(file: LedgerFile) -> None:
    found = follower(file, SIZE - 1).news()

    assert [listed.index for listed in found] == [SIZE - 1]
    assert found[0].event == HISTORY[-1]
    assert found[0].is_acknowledged


def test_files_that_have_not_changed_are_not_read(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower(file).news()  # a first reader makes the write-ahead log's file
    watching = follower(file)
    reads: list[int] = []
    head = Ledger.head

    def counted(ledger: Ledger) -> Head:
        reads.append(1)
        return head(ledger)

    monkeypatch.setattr(Ledger, "head", counted)

    for _ in range(16):
        assert watching.news() == []

    # The first time, and every eighth: two changes may look like one.
    assert len(reads) == 3


def test_a_change_that_can_not_be_seen_is_found_all_the_same(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_stamp", lambda _: None)
    watching = follower(file)
    watching.news()
    append(file, "dec-a")

    found = [ids(watching) for _ in range(9)]

    assert found.count(["dec-a"]) == 1


def test_very_many_are_given_in_parts(file: LedgerFile) -> None:
    watching = follower(file)
    names = [f"dec-{number}" for number in range(600)]
    append(file, *names)

    parts = []
    while part := ids(watching):
        parts.append(part)

    assert [name for part in parts for name in part] == names
    assert len(parts) == 3


def test_nothing_is_held_open_meanwhile(file: LedgerFile) -> None:
    watching = follower(file)
    watching.news()
    opened = {os.readlink(f"/proc/self/fd/{fd}") for fd in _handles()}

    assert not any(name.startswith(str(file.path)) for name in opened)
    append(file, "dec-a")
    wal = file.path.with_name(file.path.name + "-wal")
    assert not wal.exists() or wal.stat().st_size == 0


def test_a_log_that_got_shorter_is_told(file: LedgerFile, tmp_path: Path) -> None:
    put_back = file.saved(tmp_path / "copy.db")
    append(file, "dec-a")
    watching = follower(file, SIZE + 1)
    watching.news()
    put_back()

    with pytest.raises(IntegrityError) as caught:
        watching.news()

    assert caught.value.code == "log-rolled-back"


EDITS = {
    "DELETE FROM leaf WHERE idx = 8": "entry-missing",
    "DELETE FROM leaf WHERE idx = 9": "entry-missing",
    "UPDATE leaf SET entry = NULL WHERE idx = 8": "entry-changed",
    "UPDATE leaf SET hash = zeroblob(32) WHERE idx = 9": "entry-changed",
    "UPDATE head SET size = 9": "head-differs",
}


@pytest.mark.parametrize(("edit", "code"), EDITS.items())
def test_an_entry_that_is_not_what_was_recorded_is_refused(
    file: LedgerFile, edit: str, code: str
) -> None:
    watching = follower(file, 7)
    file.edit(edit)

    with pytest.raises(IntegrityError) as caught:
        watching.news()

    assert caught.value.code == code


def test_what_was_pruned_before_it_was_read_is_passed_over(file: LedgerFile) -> None:
    watching = follower(file, 4)
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 8, "ten years")])

    found = [listed.index for listed in watching.news()]

    assert 4 not in found
    assert found[-3:] == [8, 9, 10]


def _handles() -> list[str]:
    return [fd for fd in os.listdir("/proc/self/fd") if _is_open(fd)]


def _is_open(fd: str) -> bool:
    return Path(f"/proc/self/fd/{fd}").is_symlink()
