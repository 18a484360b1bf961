"""Several processes append to one log; one is stopped for a while, one is killed."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.store import Store
from tests.fault.ledger_simulator import (
    KEY,
    ORIGIN,
    VERIFIER,
    LedgerFile,
    decision,
)

THREADS = 4
PATIENCE = 60.0


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a small log."""
    return LedgerFile(tmp_path)


@contextmanager
def appending(file: LedgerFile, name: str) -> Iterator[tuple[int, int]]:
    """Give a process that appends until it is ended, and a pipe of its receipts."""
    told, telling = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        _append_for_ever(file, name, telling)
    os.close(telling)
    try:
        yield child, told
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(told)


def _append_for_ever(file: LedgerFile, name: str, telling: int) -> None:
    ledger = Ledger(file.path, VERIFIER, ORIGIN, KEY)

    def run(thread: int) -> None:
        number = 0
        while True:
            number += 1
            event = decision(f"{name}-{thread}-{number}", basis=8)
            (receipt,) = ledger.append([event], 8)
            os.write(telling, b"%d\n" % receipt.index)

    try:
        for thread in range(THREADS):
            threading.Thread(target=run, args=(thread,), daemon=True).start()
        time.sleep(PATIENCE)
    finally:
        os._exit(1)


def receipts(told: int, count: int) -> list[int]:
    """Return the next receipts of a process, at least so many."""
    text = b""
    while text.count(b"\n") < count or not text.endswith(b"\n"):
        text += os.read(told, 1 << 16)
    return [int(line) for line in text.split()]


def is_free(store: Store) -> bool:
    """Return whether the writers' lock can be had at once."""
    try:
        with store.writing():
            return True
    except RecordUnavailable:
        return False


def is_log_whole(file: LedgerFile, acknowledged: list[int]) -> bool:
    """Return whether no index is missing, doubled, or given to two."""
    indices = [index for (index,) in file.query("SELECT idx FROM leaf ORDER BY idx")]
    once = len(acknowledged) == len(set(acknowledged))
    return (
        indices == [*range(len(indices))] and once and max(acknowledged) < len(indices)
    )


def test_one_that_is_stopped_and_goes_on_never_writes_on_an_old_state(
    file: LedgerFile,
) -> None:
    with (
        appending(file, "stopped") as (stopped, told),
        appending(file, "other") as (_, told_other),
    ):
        found, found_other = receipts(told, 5), receipts(told_other, 5)
        for _ in range(12):
            os.kill(stopped, signal.SIGSTOP)
            # Whether it holds the lock is up to chance; who waits for it just waits.
            store = Store(file.path, writable=True, patience=0.0)
            if is_free(store):
                found_other += receipts(told_other, 3)
            store.close()
            os.kill(stopped, signal.SIGCONT)
            found += receipts(told, 3)
            found_other += receipts(told_other, 3)

    assert is_log_whole(file, found + found_other)
    assert file.verify().is_sound


def test_one_that_is_killed_holds_nobody_up_and_loses_nothing_it_acknowledged(
    file: LedgerFile,
) -> None:
    with appending(file, "other") as (_, told_other):
        found = receipts(told_other, 3)
        for round_ in range(3):
            with appending(file, f"killed-{round_}") as (killed, told):
                found += receipts(told, 5)
                os.kill(killed, signal.SIGKILL)
            found += receipts(told_other, 5)

    assert is_log_whole(file, found)
    assert file.verify().is_sound
    assert len(file.query("SELECT id FROM writer")) == 4
