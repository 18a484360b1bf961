"""What the files of a ledger still hold, byte by byte, whatever the tables say.

Must never write: it is how a promise to forget is checked.
"""

import re
from pathlib import Path
from typing import Final

__all__ = ["files_with"]

_CHUNK: Final = 1 << 20
_LONGEST: Final = 1024


def files_with(path: Path, words: re.Pattern[bytes]) -> tuple[str, ...]:
    """Return the names of the files of a ledger that hold some bytes.

    Args:
        path: the database; its write-ahead log lies beside it.
        words: what to look for; it has at most 1 KiB.

    Raises:
        OSError: a file can't be read.
    """
    places = (path, path.with_name(path.name + "-wal"))
    return tuple(p.name for p in places if p.exists() and _holds(p, words))


def _holds(path: Path, words: re.Pattern[bytes]) -> bool:
    seen = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            # A word may lie across the border.
            seen = seen[-_LONGEST:] + chunk
            if words.search(seen):
                return True
    return False
