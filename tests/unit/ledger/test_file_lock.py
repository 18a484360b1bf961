"""The lock file: one writer at a time, whatever happens to the file or by a fork."""

import os
import threading
from pathlib import Path

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.file_lock import FileLock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the lock file will be."""
    return tmp_path / "ledger.db-lock"


def test_a_lock_that_is_held_is_not_had(path: Path) -> None:
    with (
        FileLock(path, 0).held(),
        pytest.raises(RecordUnavailable) as caught,
        FileLock(path, 0.01).held(),
    ):
        pytest.fail("two hold it")
    assert caught.value.code == "ledger-busy"


def test_a_lock_that_was_given_up_is_had(path: Path) -> None:
    lock = FileLock(path, 0)
    for _ in range(3):
        with lock.held():
            pass


def test_a_lock_is_given_up_by_an_error(path: Path) -> None:
    with pytest.raises(KeyError), FileLock(path, 0).held():
        raise KeyError
    with FileLock(path, 0).held():
        pass


def test_one_who_waits_gets_it_in_the_end(path: Path) -> None:
    had: list[str] = []

    def wait() -> None:
        with FileLock(path, 60).held():
            had.append("waiter")

    with FileLock(path, 0).held():
        waiter = threading.Thread(target=wait)
        waiter.start()
        had.append("holder")
    waiter.join()

    assert had == ["holder", "waiter"]


def test_a_lock_file_for_nobody_else(path: Path) -> None:
    with FileLock(path, 0).held():
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_lock_on_a_file_that_has_been_replaced_does_not_count(path: Path) -> None:
    first, second, third = (FileLock(path, 0.05) for _ in range(3))
    with first.held():
        path.unlink()
        # Nobody who comes now would meet the holder; all of them meet each other.
        with second.held(), pytest.raises(RecordUnavailable), third.held():
            pytest.fail("two hold it")
    with second.held(), pytest.raises(RecordUnavailable), first.held():
        pytest.fail("it was held on the file that is gone")


def test_a_lock_taken_on_a_file_that_vanishes_meanwhile_is_taken_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat, calls = os.stat, []

    def vanish(place: Path) -> os.stat_result:
        calls.append(place)
        if len(calls) == 1:
            path.unlink()
        return stat(place)

    monkeypatch.setattr(os, "stat", vanish)
    with FileLock(path, 60).held():
        monkeypatch.undo()

        assert len(calls) == 2
        assert path.exists()


def test_a_symbolic_link_is_no_lock_file(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="ymbolic link"), FileLock(path, 0).held():
        pytest.fail("it was followed")
    assert not (tmp_path / "elsewhere").exists()


def test_an_error_while_looking_at_the_file_leaves_no_lock_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> os.stat_result:
        raise PermissionError

    monkeypatch.setattr(os, "fstat", fail)
    with pytest.raises(PermissionError), FileLock(path, 0).held():
        pytest.fail("it was not looked at")
    monkeypatch.undo()
    with FileLock(path, 0).held():
        pass


def test_a_process_forked_while_it_was_held_does_not_keep_it(path: Path) -> None:
    lock = FileLock(path, 0)
    read, write = os.pipe()
    with lock.held():
        child = os.fork()
        if child == 0:  # pragma: no cover - it lives on until the pipe is closed
            os.close(write)
            os.read(read, 1)
            os._exit(0)
    os.close(read)
    try:
        with lock.held():
            pass
    finally:
        os.close(write)
        os.waitpid(child, 0)


def test_another_thread_with_the_same_lock_waits_for_its_turn(path: Path) -> None:
    lock, codes = FileLock(path, 0.01), []

    def try_it() -> None:
        with pytest.raises(RecordUnavailable) as caught:
            lock.take()
        codes.append(caught.value.code)

    with lock.held():
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert codes == ["ledger-busy"]
    with lock.held():
        pass


def test_a_forked_process_does_not_take_the_lock_of_its_parent_for_its_own(
    path: Path,
) -> None:
    lock = FileLock(path, 0.01)
    with lock.held():
        child = os.fork()
        if child == 0:  # pragma: no cover - a process of its own, ended hard
            code = ""
            lock._threads = threading.Lock()
            try:
                lock.take()
            except RecordUnavailable as error:
                code = error.code
            os._exit(0 if code == "ledger-busy" else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
