"""The lock file that lets one writer at a time at a ledger, on one machine.

Must never be a lock on the database file itself: closing any handle on that would
drop the locks that SQLite holds there.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ringwall.base.errors import RecordUnavailable

__all__ = ["FileLock"]

# Whoever waits sleeps for most of what it took the last times, then looks often: each
# look costs the holder, too, if there are more processes than cores.
_EAGER: Final = 0.0001
_PAUSE: Final = 0.0005
_EAGER_LOOKS: Final = 200
_FIRST_SLEEP: Final = 0.6
_LONGEST_SLEEP: Final = 0.02
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class FileLock:
    """An exclusive lock between processes, handles of one process, and threads.

    Args:
        path: the lock file; made if it is not there.
        patience: seconds to wait for the lock.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self._path = str(path)
        self._patience = patience
        # Two threads on one handle would both have the file's lock.
        self._threads = threading.Lock()
        self._handle = -1
        self._process = -1
        self._usual = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            RecordUnavailable: `ledger-busy`, it was not to be had in time.
            OSError: the lock file can't be opened.
        """
        self.take()
        try:
            yield
        finally:
            self.give()

    def take(self) -> None:
        """Take the lock, which `give` gives back; as `held`."""
        deadline = time.monotonic() + self._patience
        if not self._threads.acquire(timeout=self._patience):
            raise self._busy()
        try:
            self._take_file(deadline)
        except BaseException:
            self.forget()
            self._threads.release()
            raise

    def give(self) -> None:
        """Give the lock back.

        Raises:
            OSError: the lock file's handle is no longer one.
        """
        try:
            # A process forked meanwhile shares the handle: that it goes would not
            # be enough, since the child's still counts.
            fcntl.flock(self._handle, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def forget(self) -> None:
        """Let go of the file; the next `take` opens it anew."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def _take_file(self, deadline: float) -> None:
        if self._is_taken():
            return
        started = time.monotonic()
        time.sleep(min(self._usual * _FIRST_SLEEP, _LONGEST_SLEEP, self._patience))
        looks = 0
        while not self._is_taken():
            if time.monotonic() > deadline:
                raise self._busy()
            looks += 1
            time.sleep(_EAGER if looks < _EAGER_LOOKS else _PAUSE)
        self._usual = (self._usual + time.monotonic() - started) / 2

    def _is_taken(self) -> bool:
        """Try once; a lock on a file that others will not open does not count."""
        if self._handle < 0 or self._process != os.getpid():
            # A handle from before a fork is the parent's lock, too.
            self.forget()
            self._handle = os.open(self._path, _FLAGS, 0o600)
            self._process = os.getpid()
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if self._is_current():
            return True
        self.forget()
        return False

    def _is_current(self) -> bool:
        """Return whether the locked file is still the one that others will open."""
        try:
            return os.path.samestat(os.fstat(self._handle), os.stat(self._path))
        except FileNotFoundError:
            return False

    def _busy(self) -> RecordUnavailable:
        return RecordUnavailable(
            "ledger-busy",
            f"another process holds `{self._path}`",
            next_step="wait for it or end it, then ask again",
        )
