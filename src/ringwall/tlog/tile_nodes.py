"""Tiles as a node reader: any hash of a tree out of its files of 256 hashes.

Takes the bytes it is given for what they are: who must not believe them checks the
proof that comes out. Must never keep more tiles than it was told to.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from ringwall.base.errors import IntegrityError
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.hashing import HASH_SIZE, node_hash
from ringwall.tlog.tiles import TILE_HEIGHT, TILE_WIDTH

__all__ = ["TILE_BYTES", "TileNodes", "TileReader", "tile_root"]

TileReader = Callable[[int, int], bytes]
"""Given (level, index) of a tile, gives its hashes in a row; see `TileNodes`."""

TILE_BYTES = TILE_WIDTH * HASH_SIZE
"""Bytes of a complete tile."""

_CAPACITY = 4096


class TileNodes:
    """The node reader of a tree of one size, over its tiles.

    Tiles are read when asked for and the last `capacity` of them kept, with the
    hashes between their levels: 16 KiB each, 64 MiB with the default, which holds
    all tiles of a million leaves. Threads may share it if they may share `read`.

    Args:
        size: leaves in the tree.
        read: given the level and index of a tile, gives its hashes as they are in
            the tree of this size: 8,192 bytes for a complete tile; for the partial
            one at the right edge of a level exactly 32 bytes for each hash that the
            level has there, which at level 0 are the last leaf hashes, above the
            roots of the last complete tiles of the level below. It is asked for no
            other tile.
        capacity: most tiles kept, at least 1.

    Raises:
        ValueError: the size or the capacity is outside what is said above.
    """

    __slots__ = ("_expanded", "_read", "_size")

    def __init__(
        self, size: int, read: TileReader, *, capacity: int = _CAPACITY
    ) -> None:
        if not 0 <= size <= MAX_TREE_SIZE:
            raise ValueError("a tree size is below 2^63 and not negative")
        if capacity < 1:
            raise ValueError("at least one tile has to be kept")
        self._size = size
        self._read = read
        self._expanded = lru_cache(maxsize=capacity)(self._expand)

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree, as `NodeReader` says.

        Raises:
            IntegrityError: `tile-malformed`, what was read is not as long as the tile.
            ValueError: the tree has no such perfect subtree.
        """
        if level < 0 or not 0 <= index < self._size >> level:
            raise ValueError(
                f"the tree has no perfect subtree {index} of height {level}"
            )
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile, place = divmod(index, TILE_WIDTH >> height)
        start = place * HASH_SIZE
        return self._expanded(tile_level, tile)[height][start : start + HASH_SIZE]

    def _expand(self, level: int, index: int) -> tuple[bytes, ...]:
        """Return the hashes of a tile in a row for each height from 0 to 7."""
        in_level = self._size >> TILE_HEIGHT * level
        width = min(TILE_WIDTH, in_level - index * TILE_WIDTH)
        hashes = self._read(level, index)
        if len(hashes) != width * HASH_SIZE:
            raise IntegrityError(
                "tile-malformed",
                f"tile {index} of level {level} has {len(hashes)} bytes,"
                f" not {width * HASH_SIZE}",
            )
        return _heights(hashes)


def tile_root(hashes: bytes) -> bytes:
    """Return the hash that stands for a complete tile in the level above.

    Raises:
        IntegrityError: `tile-malformed`, it does not have 8,192 bytes.
    """
    if len(hashes) != TILE_BYTES:
        raise IntegrityError(
            "tile-malformed", f"a complete tile has {TILE_BYTES} bytes"
        )
    top = _heights(hashes)[-1]
    return node_hash(top[:HASH_SIZE], top[HASH_SIZE:])


def _heights(hashes: bytes) -> tuple[bytes, ...]:
    """Return the given hashes and those of the 7 heights above, each in a row.

    Only complete pairs have a hash above them.
    """
    rows = [hashes]
    for _ in range(TILE_HEIGHT - 1):
        below = rows[-1]
        pairs = range(0, len(below) - HASH_SIZE, 2 * HASH_SIZE)
        # `node_hash`, written out: a cold tile costs 254 of them.
        rows.append(
            b"".join(
                sha256(b"\x01" + below[start : start + 2 * HASH_SIZE]).digest()
                for start in pairs
            )
        )
    return tuple(rows)
