"""A file that is to be sealed: a regular one, that stays as it is while it is read.

Must never follow a link, wait on a pipe, or let a change that is seen go by.
"""

import hashlib
import os
import stat
from pathlib import Path
from typing import Final, Self

from ringwall.base.errors import RequestError
from ringwall.ledger.open_files import is_ledger_file

__all__ = ["SourceFile"]

_BLOCK: Final = 1024 * 1024
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class SourceFile:
    """Plaintext on a disk, open for reading from front to back.

    A context manager that closes it.

    Args:
        path: of the file.

    Attributes:
        size: bytes, as the file had them when it was opened.

    Raises:
        RequestError: `source-unreadable`, it can't be opened or is no regular file;
            `ledger-in-the-way`, it is a file of the ledger.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        _refuse_ledger(path)
        try:
            handle = os.open(path, _READ)
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from error
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            os.close(handle)
            raise self._unreadable("it is no regular file")
        self._file = os.fdopen(handle, "rb", buffering=0)
        self._seen = _marks(found)
        self.size = found.st_size

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a buffer, or its first bytes; 0 at the end.

        Raises:
            RequestError: `source-unreadable`.
        """
        try:
            return self._file.readinto(buffer)
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from error

    def digest(self) -> str:
        """Return the SHA-256 of the whole file, hex; it is read from its start again.

        Raises:
            RequestError: `source-unreadable`, `source-changed`.
        """
        digest = hashlib.sha256()
        buffer = memoryview(bytearray(_BLOCK))
        self._file.seek(0)
        while got := self.readinto(buffer):
            digest.update(buffer[:got])
        self._file.seek(0)
        self.check_unchanged()
        return digest.hexdigest()

    def check_unchanged(self) -> None:
        """Raise if the file is not as it was when it was opened.

        Raises:
            RequestError: `source-changed`.
        """
        if _marks(os.fstat(self._file.fileno())) != self._seen:
            raise RequestError(
                "source-changed",
                f"`{self._path}` was written while it was sealed",
                next_step="seal it again once nobody writes it any more",
            )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def _unreadable(self, why: str) -> RequestError:
        return RequestError(
            "source-unreadable",
            f"`{self._path}` can't be sealed: {why}",
            next_step="name a regular file that you may read, and no link to one",
        )


def _refuse_ledger(path: Path) -> None:
    # Before it is opened: to close it again would let go of SQLite's locks.
    if is_ledger_file(path):
        raise RequestError(
            "ledger-in-the-way",
            f"`{path}` can't be sealed: it is a file of the ledger, which is open here",
            next_step="name a file of weights; a copy of the ledger is sealed by none",
        )


def _marks(found: os.stat_result) -> tuple[int, int, int]:
    """Return what changes when a file is written."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns
