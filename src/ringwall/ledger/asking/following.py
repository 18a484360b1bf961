"""New entries as they land, for who watches.

Looks whether the files have changed, which costs next to nothing, and reads only
then, or when it has not for a while. Must never keep the file open while it waits:
the write-ahead log could not be folded.
"""

import os
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.listing import Listed, pruned_before, told
from ringwall.ledger.committing.recovery import unacknowledged
from ringwall.ledger.entries import open_entry
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.schema import LEAF
from ringwall.ledger.statements import fetch

__all__ = ["Follower"]

_MOST: Final = 256
# Two changes within one tick of the clock look like one: never trust in it for long.
_LOOKS: Final = 8

_Mark = tuple[tuple[int, int, int] | None, ...]


class Follower:
    """Gives what is appended to a ledger, in the order of the log.

    Args:
        ledger: opened for reading.
        start: index of the first entry to give.
    """

    def __init__(self, ledger: Ledger, start: int) -> None:
        self._ledger = ledger
        self._next = start
        path = ledger.store.path
        self._files = path, path.with_name(path.name + "-wal")
        self._mark: _Mark = ()
        self._looks = 0

    def news(self) -> list[Listed]:
        """Return the next entries, none if there are none yet.

        Of very many only the first: ask again until there are none.

        Raises:
            IntegrityError: `log-rolled-back`, there are fewer entries than have been
                given; or what is stored is not what was recorded.
            RecordUnavailable: `ledger-busy`, somebody else has locked the file.
        """
        if not self._is_due():
            return []
        size = self._ledger.head().size
        if size < self._next:
            raise IntegrityError(
                "log-rolled-back",
                f"the log has {size} entries, {self._next} have been seen",
                next_step="run `ringwall audit verify`",
            )
        end = min(size, self._next + _MOST)
        news = self._read(end)
        if end < size:
            self._mark = ()
        self._next = end
        return news

    def _is_due(self) -> bool:
        mark = tuple(map(_stamp, self._files))
        self._looks = (self._looks + 1) % _LOOKS
        if mark == self._mark and self._looks:
            return False
        self._mark = mark
        return True

    def _read(self, end: int) -> list[Listed]:
        with self._ledger.store.reading() as connection:
            rows = fetch(connection, _LEAVES, self._next, end)
            pruned = pruned_before(connection) if rows else 0
            leaves = []
            for index, (number, leaf, data) in enumerate(rows, self._next):
                if index != number:
                    break
                if data is not None or index >= pruned:
                    open_entry(index, leaf, data)
                    leaves.append((index, leaf, data))
            else:
                if len(rows) == end - self._next:
                    return told(connection, leaves, unacknowledged(connection))
        raise IntegrityError(
            "entry-missing",
            f"of the entries {self._next} to {end - 1} one is not there",
            next_step="run `ringwall audit verify`",
        )


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes with the bytes of a file, None if it is not there."""
    try:
        state = os.stat(path)
    except FileNotFoundError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


_LEAVES: Final = (
    select(LEAF)
    .where(LEAF.c.idx >= bindparam("first"), LEAF.c.idx < bindparam("end"))
    .order_by(LEAF.c.idx)
)
