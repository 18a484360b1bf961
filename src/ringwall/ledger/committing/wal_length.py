"""Whether a write-ahead log still holds what this process has left in it.

SQLite goes on in a log that somebody has emptied: it has its index in memory, and what
is gone shows only when all who have it are gone, too. Must never be asked but with the
lock of the writers in hand, or another process moves what is looked at.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

__all__ = ["WalLength"]

_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
_HEADER_BYTES: Final = 32
# How a write-ahead log begins, by the byte order of its checksums.
_MAGIC: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


class WalLength:
    """The length of one write-ahead log, and the header it begins with.

    A log is emptied by whoever folds it into the ledger, and begins with another header
    each time. Any other way to become shorter is a loss. SQLite has no lock on this
    file that would go if a handle on it is closed.

    Args:
        path: of the log.
    """

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._handle = -1
        self._size = 0
        self._header = b""
        self._begun = 0

    def is_whole(self, is_folded: Callable[[], bool]) -> bool:
        """Return whether what was left by `note` is still there, or in the ledger.

        Args:
            is_folded: whether SQLite holds that there is nothing in the log.

        Raises:
            OSError: it can't be looked at.
        """
        if self._handle < 0:
            return True
        self._begun = size = os.lseek(self._handle, 0, os.SEEK_END)
        if size >= self._size:
            return True
        if not size:
            return is_folded()
        header = self._read_header()
        return header != self._header and _is_header(header)

    def is_kept(self) -> bool:
        """Return whether nothing has gone since `is_whole`.

        Raises:
            OSError: it can't be looked at.
        """
        if self._handle < 0:
            return True
        return os.lseek(self._handle, 0, os.SEEK_END) >= self._begun

    def note(self) -> bool:
        """Take in what a commit has left; return whether it can be all of it.

        Raises:
            OSError: it can't be looked at, or is not there.
        """
        if self._handle < 0:
            self._handle = os.open(self._path, _FLAGS)
        self._size = os.lseek(self._handle, 0, os.SEEK_END)
        self._header = self._read_header()
        is_log = not self._size or _is_header(self._header)
        return is_log and self._size >= self._begun

    def note_folded(self) -> None:
        """Take in what a fold has left.

        Raises:
            OSError: it can't be looked at.
        """
        self._begun = 0
        self.note()

    def forget(self) -> None:
        """Let go of the file: the ledger is opened anew."""
        handle, self._handle = self._handle, -1
        self._size = self._begun = 0
        if handle >= 0:
            os.close(handle)

    def _read_header(self) -> bytes:
        return os.pread(self._handle, _HEADER_BYTES, 0)


def _is_header(header: bytes) -> bool:
    return len(header) == _HEADER_BYTES and header.startswith(_MAGIC)
