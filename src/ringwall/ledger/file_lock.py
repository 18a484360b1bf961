"""The lock file that lets one writer at a time at a ledger, on one machine.

Must never be a lock on the database file itself: closing any handle on that would
drop the locks that SQLite holds there.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ringwall.base.errors import RecordUnavailable

__all__ = ["FileLock"]

_PAUSE: Final = 0.0005
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class FileLock:
    """An exclusive lock between processes and between handles of one process.

    Args:
        path: the lock file; made if it is not there.
        patience: seconds to wait for the lock.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            RecordUnavailable: `ledger-busy`, it was not to be had in time.
            OSError: the lock file can't be opened.
        """
        handle = self._taken()
        try:
            yield
        finally:
            # A process forked meanwhile shares the handle: closing ours alone
            # would leave the lock with it.
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)

    def _taken(self) -> int:
        deadline = time.monotonic() + self._patience
        while True:
            handle = os.open(self._path, _FLAGS, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_current(handle):
                    return handle
            except BlockingIOError:
                pass
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)
            if time.monotonic() > deadline:
                raise RecordUnavailable(
                    "ledger-busy",
                    f"another process holds `{self._path}`",
                    next_step="wait for it or end it, then ask again",
                )
            time.sleep(_PAUSE)

    def _is_current(self, handle: int) -> bool:
        """Return whether the locked file is still the one that others will open."""
        try:
            return os.path.samestat(os.fstat(handle), os.stat(self._path))
        except FileNotFoundError:
            return False
