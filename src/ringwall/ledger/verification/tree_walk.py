"""The tree over the leaf hashes of a walk, and the stored tiles beside it.

Remembers the root at each size that somebody signed for. Must never take a hash from
a tile for one of the log: tiles only tell where the leaves are others.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from itertools import compress
from typing import Any, Final, NamedTuple

from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import HASH_SIZE
from ringwall.tlog.tile_nodes import TILE_BYTES, tile_root
from ringwall.tlog.tiles import TILE_WIDTH

__all__ = ["Misfit", "TreeWalk", "surplus_tiles"]

_TILE: Final = "SELECT root, hashes FROM tile WHERE level = ? AND idx = ?"
_TILES: Final = "SELECT level, idx FROM tile ORDER BY level, idx"
_MOST_MISFITS: Final = 100


class Misfit(NamedTuple):
    """A complete tile that is not what the leaves give.

    Attributes:
        level: of the tile.
        place: of the tile in its level.
        is_there: whether there is such a row at all.
        leaves: for level 0, where its hashes stand for another leaf than the log has:
            (index, hash of the leaf, hash in the tile); empty if the tile can't be
            right, since it does not fit its own root.
    """

    level: int
    place: int
    is_there: bool
    leaves: tuple[tuple[int, bytes, bytes], ...] = ()


class TreeWalk:
    """Grows with the leaves of a log, 256 at a time.

    Args:
        cursor: to the ledger's database.
        sizes: the sizes at which the root is to be remembered.

    Attributes:
        roots: size -> root of the tree at that size.
        broken_at: the first place without a leaf; no root is known beyond it.
        misfits: tiles that do not fit, the first hundred.
        tail: hashes of the leaves that no complete tile holds.
    """

    def __init__(self, cursor: sqlite3.Cursor, sizes: Collection[int]) -> None:
        self._cursor = cursor
        self._wanted = sorted(sizes, reverse=True)
        self._roots = Frontier()  # whose leaves are the roots of tiles
        self._told = Frontier()  # the same, by the tiles where they differ
        self._above: list[list[bytes]] = []
        self.roots: dict[int, bytes] = {}
        self.broken_at: int | None = None
        self.misfits: list[Misfit] = []
        self.tail: list[bytes] = []
        self._note_roots(0, [])

    @property
    def size(self) -> int:
        """Number of leaves before the first that is missing."""
        return self._roots.size * TILE_WIDTH + len(self.tail)

    def root(self) -> bytes:
        """Return the root of the tree of `size` leaves."""
        return self.frontier().root()

    def frontier(self) -> Frontier:
        """Return the frontier of that tree."""
        return _joined(self._roots, self.tail)

    def root_by_tiles(self, tail: Sequence[bytes]) -> bytes:
        """Return the root if the tiles are right where leaves differ from them.

        Args:
            tail: the leaves behind the last complete tile.
        """
        return _joined(self._told, tail).root()

    def root_over(self, peaks: Sequence[bytes]) -> bytes:
        """Return the root if the leaves behind the last complete tile give these.

        Args:
            peaks: roots of their perfect subtrees, largest first.
        """
        return Frontier.load(self.size, self._roots.dump() + b"".join(peaks)).root()

    def break_at(self, index: int) -> None:
        """Take in that there is no leaf at an index."""
        if self.broken_at is None:
            self.broken_at = index

    def take(self, start: int, end: int, leaves: Sequence[bytes]) -> None:
        """Take in the leaf hashes from a multiple of 256 on.

        Args:
            start: index of the first.
            end: at most 256 on; fewer only for the last.
            leaves: those that are there.
        """
        if len(leaves) < end - start:
            self.break_at(start)
            return
        if self.broken_at is None:
            self._note_roots(start, leaves)
        if len(leaves) == TILE_WIDTH:
            self._take_tile(start // TILE_WIDTH, leaves)
        elif self.broken_at is None:
            self.tail = list(leaves)

    def _take_tile(self, index: int, leaves: Sequence[bytes]) -> None:
        hashes = b"".join(leaves)
        root = told = _top(leaves)
        stored = self._stored(0, index)
        if stored != (root, hashes):
            told = self._differing(index, leaves, stored, root)
        if self.broken_at is None:
            self._roots.append(root)
            self._told.append(told)
            if self._wanted and self._wanted[-1] == self.size:
                self.roots[self._wanted.pop()] = self._roots.root()
            self._rise(0, index, root)

    def _rise(self, level: int, index: int, root: bytes) -> None:
        """Put the root of a complete tile into the level above."""
        if level == len(self._above):
            self._above.append([])
        pending = self._above[level]
        pending.append(root)
        if len(pending) < TILE_WIDTH:
            return
        hashes, above = b"".join(pending), _top(pending)
        place = index // TILE_WIDTH
        pending.clear()
        stored = self._stored(level + 1, place)
        if stored != (above, hashes):
            self._note(Misfit(level + 1, place, stored is not None))
        self._rise(level + 1, place, above)

    def _differing(
        self,
        index: int,
        leaves: Sequence[bytes],
        stored: tuple[Any, Any] | None,
        root: bytes,
    ) -> bytes:
        """Note that a tile of leaves differs; return the root that it stands for."""
        told, pairs = root, []
        if stored is not None:
            kept, hashes = stored
            if _is_tile(hashes) and tile_root(hashes) == kept:
                told = kept
                first = index * TILE_WIDTH
                places = range(0, TILE_BYTES, HASH_SIZE)
                others = [hashes[place : place + HASH_SIZE] for place in places]
                rows = list(zip(range(first, first + 256), leaves, others, strict=True))
                pairs = list(compress(rows, [one != two for _, one, two in rows]))
        self._note(Misfit(0, index, stored is not None, tuple(pairs)))
        return told

    def _note(self, misfit: Misfit) -> None:
        if len(self.misfits) < _MOST_MISFITS:
            self.misfits.append(misfit)

    def _stored(self, level: int, index: int) -> tuple[Any, Any] | None:
        rows = self._cursor.execute(_TILE, (level, index)).fetchall()
        return rows[0] if rows else None

    def _note_roots(self, start: int, leaves: Sequence[bytes]) -> None:
        """Remember the roots at sizes asked for among these leaves, short of a tile."""
        end = min(start + len(leaves), start + TILE_WIDTH - 1)
        part, taken = Frontier(), 0
        while self._wanted and self._wanted[-1] <= end:
            size = self._wanted.pop()
            for leaf in leaves[taken : size - start]:
                part.append(leaf)
            taken = size - start
            self.roots[size] = _over(self._roots, part).root()


def surplus_tiles(cursor: sqlite3.Cursor, size: int) -> Iterator[tuple[Any, Any]]:
    """Give (level, index) of each stored tile that a tree of this size lacks."""
    for level, index in cursor.execute(_TILES):
        known = type(level) is int and type(index) is int and 0 <= level < HASH_SIZE
        if not known or not 0 <= index < size >> 8 * (level + 1):
            yield level, index


def _is_tile(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == TILE_BYTES


def _joined(tiles: Frontier, tail: Sequence[bytes]) -> Frontier:
    part = Frontier()
    for leaf in tail:
        part.append(leaf)
    return _over(tiles, part)


def _over(tiles: Frontier, part: Frontier) -> Frontier:
    """Return the frontier of complete tiles and of fewer leaves behind them."""
    size = tiles.size * TILE_WIDTH + part.size
    return Frontier.load(size, tiles.dump() + part.dump())


def _top(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a complete tile: half the walk, so with nothing to spare."""
    row = hashes
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return row[0]
