"""The tiles of the tree that are complete, kept as rows, so that proofs are quick.

Must never hold anything but what the leaf hashes give: a proof that is made from a
wrong tile fails, and the verifier compares each of them.
"""

from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from ringwall.ledger.schema import LEAF, TILE
from ringwall.ledger.statements import fetch, send
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import HASH_SIZE

__all__ = ["TILE_WIDTH", "write_tiles"]

TILE_WIDTH: Final = 256
"""Hashes of a complete tile: the height of C2SP tlog-tiles is 8."""

_INSERT: Final = insert(TILE)
_LEAVES: Final = (
    select(LEAF.c.hash)
    .where(LEAF.c.idx >= bindparam("first"), LEAF.c.idx < bindparam("end"))
    .order_by(LEAF.c.idx)
)
_ROOTS: Final = (
    select(TILE.c.root)
    .where(TILE.c.level == bindparam("level"))
    .where(TILE.c.idx >= bindparam("first"), TILE.c.idx < bindparam("end"))
    .order_by(TILE.c.idx)
)


def write_tiles(connection: Connection, old: int, new: int) -> None:
    """Write the tiles that a tree completes by growing from one size to another.

    Args:
        connection: holds the leaves of the new size already.
        old: size before.
        new: size now.

    Raises:
        ValueError: a leaf hash that belongs into one of them is not there.
    """
    level = 0
    while new >= TILE_WIDTH:
        old, new = old // TILE_WIDTH, new // TILE_WIDTH
        for index in range(old, new):
            _write_tile(connection, level, index)
        level += 1


def _write_tile(connection: Connection, level: int, index: int) -> None:
    first, end = index * TILE_WIDTH, (index + 1) * TILE_WIDTH
    if level == 0:
        rows = fetch(connection, _LEAVES, first, end)
    else:
        rows = fetch(connection, _ROOTS, level - 1, first, end)
    hashes = [value for (value,) in rows]
    if len(hashes) != TILE_WIDTH or any(len(one) != HASH_SIZE for one in hashes):
        raise ValueError(f"tile {index} of level {level} lacks a hash")
    tree = Frontier()
    tree.extend(hashes)
    send(connection, _INSERT, level, index, tree.root(), b"".join(hashes))
