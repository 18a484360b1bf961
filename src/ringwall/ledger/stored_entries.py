"""The bytes of entries as they are stored, for whoever hands them on.

Must never hand out bytes that do not match their leaf hash, nor take for pruned what
no entry of the log says was.
"""

from typing import Final, NamedTuple

from sqlalchemy import Connection, Integer, bindparam, func, literal_column, select

from ringwall.base.errors import IntegrityError, RequestError, UnknownItem
from ringwall.ledger.entries import entry_changed, is_leaf_of
from ringwall.ledger.founded import founded, with_entry
from ringwall.ledger.schema import LEAF, PRUNING
from ringwall.ledger.statements import fetch
from ringwall.tlog.bundles import bundled_at
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.hashing import HASH_SIZE, leaf_hash
from ringwall.tlog.tiles import TILE_WIDTH, Tile, entries_path

__all__ = [
    "StoredEntry",
    "entries_between",
    "entry_at",
    "entry_kept",
    "pruned_bundles",
    "pruned_end",
]

_AT: Final = select(LEAF.c.hash, LEAF.c.entry).where(LEAF.c.idx == bindparam("index"))
_BETWEEN: Final = (
    select(LEAF.c.idx, LEAF.c.entry)
    .where(LEAF.c.idx >= bindparam("first"), LEAF.c.idx < bindparam("end"))
    .order_by(LEAF.c.idx)
)
_BUNDLE: Final = literal_column(f"leaf.idx / {TILE_WIDTH}", Integer)
_BARE: Final = (
    select(_BUNDLE, func.max(LEAF.c.idx))
    .where(
        LEAF.c.entry.is_(None),
        LEAF.c.idx >= bindparam("first"),
        LEAF.c.idx < bindparam("end"),
    )
    .group_by(_BUNDLE)
)


class StoredEntry(NamedTuple):
    """An entry whose bytes are there.

    Attributes:
        leaf: 32-byte leaf hash.
        data: its bytes.
    """

    leaf: bytes
    data: bytes


def entry_at(connection: Connection, index: int) -> StoredEntry:
    """Return the entry at an index.

    Raises:
        UnknownItem: `unknown-entry`, the log is not that long; `entry-pruned`, only
            its hash is left.
        IntegrityError: `entry-changed`, its bytes do not match its leaf hash.
    """
    rows = fetch(connection, _AT, index) if 0 <= index <= MAX_TREE_SIZE else ()
    if not rows:
        raise _unknown(index)
    leaf, data = rows[0]
    if data is None and index < pruned_end(connection):
        raise UnknownItem(
            "entry-pruned",
            f"entry {index} has been pruned, only its hash is left",
            next_step="give its bytes, or a bundle of an export made before, with "
            "`ringwall audit prove --leaf`; a proof made before stays good",
        )
    if not is_leaf_of(leaf, data):
        raise entry_changed(index)
    return StoredEntry(leaf, data)


def entry_kept(connection: Connection, index: int, kept: bytes) -> StoredEntry:
    """Return the entry at an index, of which somebody kept the bytes.

    Args:
        connection: to the ledger's database.
        index: where it stands.
        kept: its bytes; or a bundle of C2SP tlog-tiles that it is in.

    Raises:
        UnknownItem: `unknown-entry`, the log is not that long.
        RequestError: `leaf-differs`, it is not what is kept.
    """
    rows = fetch(connection, _AT, index) if 0 <= index <= MAX_TREE_SIZE else ()
    if not rows:
        raise _unknown(index)
    leaf = rows[0][0]
    for data in (kept, bundled_at(kept, index % TILE_WIDTH)):
        if data is not None and is_leaf_of(leaf, data):
            return StoredEntry(leaf, data)
    raise RequestError(
        "leaf-differs",
        f"the bytes given are not those of entry {index}",
        next_step="give the entry byte by byte, or the bundle of an export that it is "
        f"in: `{entries_path(Tile(0, index // TILE_WIDTH))}`",
    )


def entries_between(
    connection: Connection, first: int, leaves: bytes
) -> list[bytes | None]:
    """Return the bytes of a stretch of entries, each compared with its leaf hash.

    Args:
        connection: to the ledger's database.
        first: index of the first.
        leaves: their leaf hashes in a row, shown to be the log's.

    Returns:
        None for those that have been pruned.

    Raises:
        IntegrityError: `entry-changed`; or `entry-missing`, nothing says that its
            bytes may be gone.
    """
    count = len(leaves) // HASH_SIZE
    rows = fetch(connection, _BETWEEN, first, first + count)
    if [index for index, _ in rows] != list(range(first, first + count)):
        raise _missing(f"of entries {first} to {first + count - 1} not all are there")
    found = [data for _, data in rows]
    # All at once: this is what an export of a whole log waits for.
    is_whole = set(map(type, found)) == {bytes}
    if is_whole and b"".join(map(leaf_hash, found)) == leaves:
        return found
    for place, data in enumerate(found):
        index = first + place
        if data is None:
            if index >= pruned_end(connection):
                raise _missing(f"the bytes of entry {index} are gone")
        elif not is_leaf_of(leaves[HASH_SIZE * place :][:HASH_SIZE], data):
            raise entry_changed(index)
    return found


def pruned_end(connection: Connection) -> int:
    """Return the index before which entries may have lost their bytes, 0 for none.

    Raises:
        IntegrityError: `table-differs`, no entry of the log says so.
    """
    rows = connection.execute(with_entry(PRUNING)).all()
    return max((founded("pruning", row)["before"] for row in rows), default=0)


def pruned_bundles(connection: Connection, first: int, end: int) -> dict[int, int]:
    """Return which bundles of 256 entries hold one that has lost its bytes.

    Args:
        connection: to the ledger's database.
        first: index of the first entry to look at.
        end: index behind the last one.

    Returns:
        Number of the bundle -> how many of its entries, counted from its first, hold
        all that is lost.

    Raises:
        IntegrityError: as `pruned_end`.
    """
    bound = min(end, pruned_end(connection))
    if first >= bound:
        return {}
    rows = fetch(connection, _BARE, first, bound)
    return {bundle: last % TILE_WIDTH + 1 for bundle, last in rows}


def _unknown(index: int) -> UnknownItem:
    return UnknownItem(
        "unknown-entry",
        f"the log has no entry {index}",
        next_step="entries are counted from 0; the last are those that `ringwall audit "
        "tail` shows",
    )


def _missing(message: str) -> IntegrityError:
    return IntegrityError(
        "entry-missing", message, next_step="run `ringwall audit verify`"
    )
