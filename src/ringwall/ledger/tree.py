"""The tree of a log at any of its sizes, out of stored tiles and leaf hashes.

Takes what is stored for what it is, so that a proof made here counts only once it has
been checked. Must never walk through the whole log for one hash.
"""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.schema import LEAF, TILE
from ringwall.ledger.statements import fetch
from ringwall.tlog.hashing import HASH_SIZE
from ringwall.tlog.proofs import check_consistency, consistency_proof
from ringwall.tlog.subtrees import NodeReader, root_of
from ringwall.tlog.tile_nodes import TileNodes, TileReader
from ringwall.tlog.tiles import TILE_HEIGHT, TILE_WIDTH

__all__ = ["check_begins", "root_at", "stored_tiles", "tree_of"]

_COMPLETE: Final = select(TILE.c.hashes).where(
    TILE.c.level == bindparam("level"), TILE.c.idx == bindparam("index")
)
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


def tree_of(connection: Connection, size: int) -> NodeReader:
    """Return what gives the hashes of the tree of the first `size` entries.

    Args:
        connection: to the ledger's database; in use as long as the reader is.
        size: at most that of the log.

    Returns:
        A reader that raises IntegrityError when asked: `tile-missing` or
        `entry-missing` for what is not stored, `tile-malformed` for what is no hash.

    Raises:
        ValueError: no tree has that size.
    """
    return TileNodes(size, stored_tiles(connection, size))


def stored_tiles(connection: Connection, size: int) -> TileReader:
    """Return what gives the hashes of each tile as the tree of a size has it.

    Args:
        connection: to the ledger's database; in use as long as the reader is.
        size: at most that of the log.

    Returns:
        A reader that raises as that of `tree_of`.
    """

    def read(level: int, index: int) -> bytes:
        first = index * TILE_WIDTH
        end = min(first + TILE_WIDTH, size >> TILE_HEIGHT * level)
        if end - first == TILE_WIDTH:
            return _complete(connection, level, index)
        return _partial(connection, level, first, end)

    return read


def root_at(connection: Connection, size: int) -> bytes:
    """Return the 32-byte root that the stored tree has at a size.

    Raises:
        IntegrityError: as the reader of `tree_of`.
        ValueError: no tree has that size.
    """
    return root_of(size, tree_of(connection, size))


def check_begins(
    connection: Connection, old: tuple[int, bytes], new: tuple[int, bytes]
) -> None:
    """Check that one tree of the log is the beginning of another.

    INVARIANT: whatever is stored, no tree passes that is not; stored tiles that are
    wrong make one fail that is.

    Args:
        connection: to the ledger's database.
        old: size and root of the older tree.
        new: size and root of the newer one, which the log has.

    Raises:
        IntegrityError: `log-rolled-back`, the newer tree is the smaller one;
            `log-forked`, it is another one; or as the reader of `tree_of`.
    """
    if old[0] > new[0]:
        raise IntegrityError(
            "log-rolled-back",
            f"the log has {new[0]} entries and had {old[0]} before",
            next_step="keep the file, find out who put back an older one",
        )
    if not old[0]:
        return
    proof = consistency_proof(old[0], new[0], tree_of(connection, new[0]))
    try:
        check_consistency(old[0], new[0], old[1], new[1], proof)
    except IntegrityError as error:
        raise IntegrityError(
            "log-forked",
            f"the log does not begin with the {old[0]} entries that it once had",
            next_step="keep the file and run `ringwall audit verify`",
        ) from error


def _complete(connection: Connection, level: int, index: int) -> bytes:
    found = fetch(connection, _COMPLETE, level, index)
    if not found:
        raise _missing("tile-missing", f"tile {index} of level {level} is not there")
    return _checked(found[0][0], TILE_WIDTH)


def _partial(connection: Connection, level: int, first: int, end: int) -> bytes:
    """Return the hashes of a tile that is not complete at this size of the tree.

    It may be by now, but then what it is made of is still there.
    """
    if level:
        rows = fetch(connection, _ROOTS, level - 1, first, end)
        kind, what = "tile-missing", f"tiles of level {level - 1}"
    else:
        rows = fetch(connection, _LEAVES, first, end)
        kind, what = "entry-missing", "entries"
    if len(rows) != end - first:
        raise _missing(kind, f"of {what} {first} to {end - 1} not all are there")
    return b"".join(_checked(value, 1) for (value,) in rows)


def _checked(cell: object, width: int) -> bytes:
    if not isinstance(cell, bytes) or len(cell) != width * HASH_SIZE:
        raise _missing("tile-malformed", "a stored hash does not have 32 bytes")
    return cell


def _missing(code: str, message: str) -> IntegrityError:
    return IntegrityError(code, message, next_step="run `ringwall audit verify`")
