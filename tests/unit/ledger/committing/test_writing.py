"""What one process needs to append: all of it there, and gone in the right order."""

import os
from pathlib import Path

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.committing.presence import claim_beside, is_present
from ringwall.ledger.committing.writer_claims import claimed_size
from ringwall.ledger.committing.writing import Writing
from ringwall.ledger.store import Store
from tests.fault.ledger_simulator import KEY, ORIGIN, LedgerFile, decision, sealed


def test_who_appends_is_there_until_all_is_published(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    writing = Writing(store, KEY, ORIGIN, None)

    writing.committer.append([sealed(decision("dec-4"))])
    [(writer, pid, size)] = file.query("SELECT id, pid, size FROM writer")
    assert is_present(file.path, writer)
    assert (pid, size) == (os.getpid(), 10)

    writing.close()
    store.close()
    assert not is_present(file.path, writer)
    assert file.query("SELECT * FROM writer") == []
    assert file.query("SELECT max(size) FROM checkpoint") == [(11,)]
    assert not list(file.path.parent.glob("*-writer-*"))


def test_where_nothing_can_be_written_nobody_appends(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    store.path = Path("/proc/nowhere/ledger.db")

    with pytest.raises(RecordUnavailable) as caught:
        Writing(store, KEY, ORIGIN, None)

    assert caught.value.code == "record-unavailable"
    store.close()


@pytest.mark.parametrize(("edit", "size"), [("", 10), ("DELETE FROM head", 0)])
def test_who_appends_signs_how_long_the_log_was(
    file: LedgerFile, edit: str, size: int
) -> None:
    file.edit(edit)
    store = Store(file.path, writable=True)

    writing = Writing(store, KEY, ORIGIN, None)

    [path] = file.path.parent.glob("*-writer-*")
    writer = path.name[-32:]
    claim = claim_beside(file.path, writer)
    assert claimed_size(claim, [KEY.verifier()], ORIGIN, writer) == size
    writing.close()
    store.close()
