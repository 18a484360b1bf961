"""The files of the ledgers that this process has open, told without opening one.

SQLite's locks on a file go as soon as the process closes any handle on it, whoever
opened that (POSIX fcntl). Must never open a file to find out what it is.
"""

import os
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

__all__ = ["OpenFiles", "is_ledger_file"]

_BESIDE: Final = ("", "-wal", "-shm", "-journal")


class OpenFiles:
    """The files of one ledger, known as such for as long as this is kept.

    Args:
        path: the database file.
    """

    def __init__(self, path: Path) -> None:
        # SQLite follows links before it names the files beside.
        real = os.path.realpath(path)
        self._paths = tuple(real + end for end in _BESIDE)
        _KNOWN[id(self)] = self

    def has(self, found: os.stat_result) -> bool:
        """Return whether a file is one of them, under whatever name."""
        return any(_is_at(path, found) for path in self._paths)


_KNOWN: Final[WeakValueDictionary[int, OpenFiles]] = WeakValueDictionary()


def is_ledger_file(path: Path) -> bool:
    """Return whether a file belongs to a ledger that is open in this process.

    Args:
        path: of the file, or of another name of it; a link itself is none.
    """
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return False
    # A list of references, since another thread may open a ledger meanwhile.
    kept = (known() for known in _KNOWN.valuerefs())
    return any(files is not None and files.has(found) for files in kept)


def _is_at(path: str, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), found)
    except OSError:
        return False
