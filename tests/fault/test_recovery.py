"""After a kill: nothing acknowledged is lost, and what may not have been is named."""

import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from ringwall.ledger.committing.recovery import Recovered, recover, unacknowledged
from ringwall.ledger.ledger import Ledger
from tests.fault.children import Child, in_threads
from tests.fault.ledger_simulator import AT, KEY, ORIGIN, VERIFIER, LedgerFile, decision

ROUNDS = 40 if os.environ.get("RINGWALL_HYPOTHESIS") == "deep" else 4


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with a short history in it."""
    return LedgerFile(tmp_path)


def recovered(file: LedgerFile) -> Recovered | None:
    """Return what is done when the log is opened for writing."""
    with file.opened() as ledger:
        return recover(ledger.store, KEY, ledger.keys, None, AT)


def ranges(file: LedgerFile) -> tuple[range, ...]:
    """Return the entries that may never have been acknowledged."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return unacknowledged(connection)


def append_for_ever(file: LedgerFile, say: Callable[[object], None]) -> None:
    """Append in threads and say what is acknowledged, until killed."""
    ledger = Ledger(file.path, VERIFIER, ORIGIN, KEY)

    def work(name: int) -> None:
        for number in count():
            [receipt] = ledger.append([decision(f"dec-{name}-{number}", basis=8)])
            say(receipt.index)

    in_threads(8, work)


def test_whatever_was_killed_is_recovered_with_a_write_ahead_log_or_without(
    file: LedgerFile,
) -> None:
    acknowledged: set[int] = set()
    for number in range(ROUNDS):
        before = file.query("SELECT count(*) FROM leaf")[0][0]
        child = Child(lambda say: append_for_ever(file, say))
        lines = child.lines()
        heard = {next(lines) for _ in range(1 + 37 * number % 400)}
        child.kill()
        heard.update(lines)
        assert child.ended() == -signal.SIGKILL
        acknowledged |= heard

        found = recovered(file)

        assert found is not None
        size = found.size
        assert found.writers == 1
        assert before <= found.first <= size
        with file.opened(writable=False) as ledger:
            assert ledger.head().size == size + 1
        # Whoever has no answer is within what is named.
        missing = set(range(before, size)) - heard
        assert missing <= set(range(found.first, size))
        assert ranges(file)[-1] == range(found.first, size)
        assert recovered(file) is None
    leaves = {index for (index,) in file.query("SELECT idx FROM leaf")}
    assert acknowledged <= leaves
    assert file.query("SELECT * FROM writer") == []


def test_one_of_several_processes_is_killed_and_the_others_go_on(
    file: LedgerFile,
) -> None:
    killed = Child(lambda say: append_for_ever(file, say))
    alive = Child(lambda say: append_for_ever(file, say))
    going = alive.lines()
    assert isinstance(next(killed.lines()), int)
    assert isinstance(next(going), int)

    killed.kill()
    killed.ended()
    found = recovered(file)

    assert found is not None
    assert found.writers == 1
    later = next(index for index in going if index > found.entry)
    assert later > found.entry
    assert len(file.query("SELECT * FROM writer")) == 1
    alive.kill()
    alive.ended()
    assert recovered(file) is not None


def test_a_copy_of_a_running_log_is_taken_for_one_that_crashed(
    file: LedgerFile, tmp_path: Path
) -> None:
    with file.opened() as ledger:
        ledger.append([decision("dec-4", basis=8)])
        copy = tmp_path / "copy"
        copy.mkdir()
        for path in tmp_path.glob("ledger.db*"):
            if path.is_file():
                shutil.copy(path, copy / path.name)
    copied = LedgerFile.__new__(LedgerFile)
    copied.path = copy / "ledger.db"

    assert recovered(copied) == Recovered(11, 10, 11, 1)
    assert recovered(file) is None


def test_two_who_open_a_crashed_log_at_once_record_it_once(file: LedgerFile) -> None:
    child = Child(lambda say: append_for_ever(file, say))
    next(child.lines())
    child.kill()
    child.ended()
    found: list[Recovered | None] = []
    barrier = threading.Barrier(4)

    def work(_: int) -> None:
        barrier.wait()
        found.append(recovered(file))

    in_threads(4, work)

    assert len([one for one in found if one is not None]) == 1
    assert len(ranges(file)) == 1


def test_a_long_tail_is_recovered_whole(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path)
    many = 20_000
    with file.opened() as ledger:
        for number in range(many // 500):
            ledger.append([decision(f"dec-{number}", basis=8)] * 500)
    with sqlite3.connect(file.path) as connection:
        connection.execute("DELETE FROM checkpoint WHERE size > 10")
        # Nobody has signed that it came, so it takes back nothing that was published.
        row = ("0" * 32, 7, "2027-01-15T08:00:00Z", 9)
        connection.execute("INSERT INTO writer VALUES (?, ?, ?, ?)", row)
    connection.close()

    # How long that takes is for benchmarks/ledger_reopen.py to say.
    assert recovered(file) == Recovered(many + 10, 10, many + 10, 1)
    assert ranges(file) == (range(10, many + 10),)
    assert file.verify().is_sound
