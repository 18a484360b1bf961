"""A walk over the leaves of a log, in order, 256 at a time.

Each leaf hash is computed anew, and whatever is missing, misplaced or changed is told.
Must never hold more than one stretch, nor stop at what is damaged.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ringwall.ledger.entries import entry_changed, is_leaf_of
from ringwall.ledger.verification.findings import MAX_FINDINGS, Findings
from ringwall.ledger.verification.tree_walk import TreeWalk
from ringwall.tlog.hashing import HASH_SIZE
from ringwall.tlog.tiles import TILE_WIDTH

__all__ = ["LeafRow", "LeafWalk", "Stretch"]

LeafRow = tuple[int, bytes, bytes]
"""Index, leaf hash, bytes of an entry; checked to belong together."""

_STRETCH: Final = (
    "SELECT idx, hash, entry FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx"
)
_NEXT: Final = "SELECT min(idx) FROM leaf WHERE idx >= ?"
# No log gets that long; behind it SQLite could not count on.
_END: Final = (1 << 63) - 1024
_LAST: Final = "SELECT max(idx) FROM leaf WHERE idx < ?"
_OUTSIDE: Final = "SELECT idx FROM leaf WHERE idx < 0 OR idx >= ? ORDER BY idx LIMIT ?"


_BEGINS: Final = "the log begins at entry 0"


class Stretch(NamedTuple):
    """A piece of the log.

    Attributes:
        first: the first index that it covers.
        end: the index behind it; where the next stretch begins.
        entries: the entries whose bytes are there and match their leaf hash.
    """

    first: int
    end: int
    entries: Sequence[LeafRow]


class LeafWalk:
    """Reads a log from its first leaf to its last.

    Args:
        cursor: to the ledger's database.
        findings: takes in what is wrong.
        tree: takes in the stored leaf hashes.

    Attributes:
        size: the index behind the last leaf.
        count: how many leaves have been read.
        pruned: stretches (first, end) of leaves whose bytes are gone.
    """

    def __init__(
        self, cursor: sqlite3.Cursor, findings: Findings, tree: TreeWalk
    ) -> None:
        self._cursor = cursor
        self._findings = findings
        self._tree = tree
        self._next = 0
        self.count = 0
        self.pruned: list[tuple[int, int]] = []
        [(last,)] = cursor.execute(_LAST, (_END,)).fetchall()
        self.size = max(-1 if last is None else int(last), -1) + 1

    def stretches(self) -> Iterator[Stretch]:
        """Give the log in order; together the stretches cover it without a gap."""
        for (index,) in self._cursor.execute(_OUTSIDE, (_END, MAX_FINDINGS)).fetchall():
            self._findings.add_entry(
                "entry-misplaced", index, _BEGINS if index < 0 else "no log is so long"
            )
        start = covered = 0
        while start < self.size:
            rows = self._rows(start)
            if not rows:
                [(index,)] = self._cursor.execute(_NEXT, (start,)).fetchall()
                start = index - index % TILE_WIDTH
                rows = self._rows(start)
            self.count += len(rows)
            end = min(start + TILE_WIDTH, self.size)
            entries: Sequence[LeafRow] = rows
            leaves = self._quick(start, rows)
            if leaves is None:
                entries = self._slow(rows)
                leaves = [_hash(leaf) for _, leaf, _ in rows]
            self._tree.take(start, end, leaves)
            yield Stretch(covered, end, entries)
            start = covered = end

    def _rows(self, first: int) -> list[Any]:
        return self._cursor.execute(_STRETCH, (first, first + TILE_WIDTH)).fetchall()

    def _quick(self, start: int, rows: list[Any]) -> Sequence[bytes] | None:
        """Return the leaf hashes if each row is sound and in its place, else None."""
        end = start + len(rows)
        if start != self._next or rows[-1][0] != end - 1:
            return None
        _, leaves, entries = zip(*rows, strict=True)
        try:
            made = [sha256(b"\0" + data).digest() for data in entries]
        except TypeError:
            return None
        if made != list(leaves):
            return None
        self._next = end
        return made

    def _slow(self, rows: list[Any]) -> Sequence[LeafRow]:
        """Return the sound ones among the rows; tell of the others."""
        sound = []
        for index, leaf, data in rows:
            self._close_gap(index)
            self._next = index + 1
            if is_leaf_of(leaf, data):
                sound.append((index, leaf, data))
            elif data is None and _is_hash(leaf):
                self._prune(index)
            else:
                message = entry_changed(index).message
                self._findings.add_entry("entry-changed", index, message)
        return sound

    def _close_gap(self, end: int) -> None:
        """Tell of the entries that are missing before an index."""
        first = self._next
        if first >= end:
            return
        self._tree.break_at(first)
        self._findings.at_entry(first)
        message = f"entries {first} to {end - 1} are not there"
        self._findings.hold("entry-missing", f"entry {first}", message)

    def _prune(self, index: int) -> None:
        if self.pruned and self.pruned[-1][1] == index:
            self.pruned[-1] = (self.pruned[-1][0], index + 1)
        else:
            self.pruned.append((index, index + 1))


def _is_hash(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == HASH_SIZE


def _hash(value: object) -> bytes:
    """Return 32 bytes in place of whatever is stored as a leaf hash."""
    if not isinstance(value, bytes):
        return bytes(HASH_SIZE)
    return value.ljust(HASH_SIZE, b"\0")[:HASH_SIZE]
