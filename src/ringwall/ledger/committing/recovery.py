"""What is done about a log whose writers did not end cleanly, before anybody appends.

Their last entries are compared with what is signed, and an entry says which of them
may never have been acknowledged. Must never take such an entry away, nor go on with
a log that is not the one that was published.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.committing.presence import (
    claim_beside,
    is_present,
    is_writer_id,
    strike_presence,
)
from ringwall.ledger.committing.tip import Tip
from ringwall.ledger.committing.writer_claims import claimed_size
from ringwall.ledger.entries import entry_changed, is_leaf_of, seal_entry
from ringwall.ledger.founded import founded, with_entry
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.memory.disclosures import Pseudonyms
from ringwall.ledger.publication.anchor import Anchor
from ringwall.ledger.publication.epochs import Keys, recorded_epochs
from ringwall.ledger.publication.published import newest_published
from ringwall.ledger.schema import EVENT, LEAF, PRUNING, WRITER
from ringwall.ledger.shape import check_shape
from ringwall.ledger.statements import fetch, send
from ringwall.ledger.store import Store
from ringwall.ledger.tree import tree_of
from ringwall.model.events import log_recovered
from ringwall.signing.keys import SigningKey
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import HASH_SIZE

__all__ = ["Gone", "Recovered", "recover", "unacknowledged"]

_WRITERS: Final = select(WRITER.c.id, WRITER.c.size)
_STRIKE: Final = delete(WRITER).where(WRITER.c.id == bindparam("whose"))
_TAIL: Final = (
    select(LEAF.c.idx, LEAF.c.hash, LEAF.c.entry)
    .where(LEAF.c.idx >= bindparam("first"))
    .order_by(LEAF.c.idx)
    .limit(literal_column("512"))
    .offset(literal_column("0"))  # SQLite's dialect binds one if none is given
)
_PRUNED: Final = select(func.max(PRUNING.c.before))
_RECOVERED: Final = with_entry(EVENT).where(EVENT.c.kind == "log.recovered")
_UNREADABLE: Final = "unreadable"
_UNKNOWN: Final = "unknown"


_MOST_NAMED: Final = 256


class Gone(NamedTuple):
    """A writer that has a row and is there no more.

    Attributes:
        id: of its row, of whatever type if somebody edited it.
        size: of the log when its last batch began, likewise.
        claim: of the log when it came, as it has signed; None if it has not, or if it
            is on record already that it ended.
    """

    id: object
    size: object
    claim: int | None


class Recovered(NamedTuple):
    """What was found and recorded.

    Attributes:
        entry: index of the one that says so.
        first: the first entry that may never have been acknowledged.
        size: of the log before; such entries end there.
        writers: how many had ended uncleanly.
    """

    entry: int
    first: int
    size: int
    writers: int


def recover(
    store: Store, key: SigningKey, keys: Keys, anchor: Anchor | None, at: int
) -> Recovered | None:
    """Compare the log with its second place and clear up after dead writers.

    Works through what has been appended since the last checkpoint, however the log
    came to its end. All that is written is one transaction.

    Args:
        store: opened for writing, nothing appended yet.
        key: the one in force.
        keys: opens what is signed.
        anchor: the second place; None if there is none.
        at: the present instant.

    Returns:
        None if all writers are alive or left in peace.

    Raises:
        IntegrityError: as `Anchor.check`; or what is stored is not what was signed.
        RecordUnavailable: `anchor-missing`, `key-rotated`, or the log can't be
            written.
    """
    if anchor is not None:
        _check_anchor(store, anchor)
    with store.reading() as connection:
        if not fetch(connection, _WRITERS) and _is_settled(connection, keys):
            return None
    with store.writing() as connection:
        rows = fetch(connection, _WRITERS)
        gone = _gone(connection, store, rows, keys)
        # Whoever ends cleanly publishes all there is: else a row has been taken away.
        is_hidden = not rows and not _is_settled(connection, keys)
        is_due = bool(gone) or is_hidden
        recovered = _record(connection, gone, key, keys, at) if is_due else None
    for writer in gone:
        strike_presence(store.path, writer.id)
    return recovered


def unacknowledged(connection: Connection) -> tuple[range, ...]:
    """Return the entries that may never have been acknowledged, in their order.

    A permit among them may have been answered by a denial: nobody can know.

    Raises:
        IntegrityError: an event is not what its entry says.
    """
    rows = connection.execute(_RECOVERED).all()
    events = [(row.idx, founded("event", row)) for row in rows]
    # It can only know of entries before itself.
    return tuple(range(e["first"], min(e["size"], index)) for index, e in events)


def _check_anchor(store: Store, anchor: Anchor) -> None:
    with store.reading() as connection:
        newest = newest_published(connection)
    anchor.check(0 if newest is None else newest.size)


def _gone(
    connection: Connection, store: Store, rows: Sequence[tuple[Any, ...]], keys: Keys
) -> list[Gone]:
    """Return the writers that have a row and are there no more."""
    dead = [row for row in rows if not is_present(store.path, row[0])]
    if not dead:
        return []
    known = [epoch.verifier for epoch in recorded_epochs(connection).epochs]
    settled = _recovered_writers(connection)
    gone = []
    for writer, size in dead:
        claim = None
        if is_writer_id(writer) and writer not in settled:
            note = claim_beside(store.path, writer)
            claim = claimed_size(note, known, keys.origin, writer)
        gone.append(Gone(writer, size, claim))
    return gone


def _recovered_writers(connection: Connection) -> set[str]:
    """Return the writers of which it is on record that they ended: none comes again."""
    rows = connection.execute(_RECOVERED).all()
    return {name for row in rows for name in founded("event", row)["writers"]}


def _is_settled(connection: Connection, keys: Keys) -> bool:
    """Return whether a checkpoint or a recovery stands at the very end of the log."""
    head = read_head(connection)
    ends = _published(connection, head, keys), _last_recovered(connection) + 1
    return head.size == max(ends)


def _published(connection: Connection, head: Head, keys: Keys) -> int:
    """Return the size of the last checkpoint, 0 if there is none.

    Raises:
        IntegrityError: it is none that the log signed and begins with.
    """
    newest = newest_published(connection)
    if newest is None:
        return 0
    return keys.open_held(connection, head, newest.note).size


def _record(
    connection: Connection, gone: Sequence[Gone], key: SigningKey, keys: Keys, at: int
) -> Recovered:
    check_shape(connection)
    tip = Tip.read(connection, key, keys.origin)
    published = _check_tail(connection, tip.head, keys)
    size = tip.head.size
    # The rows are signed by nobody, so none of them alone may say that what has not
    # been published yet was acknowledged; nor that what was there when its writer
    # came, or was published before anybody signed that it came, was not.
    settled = max(published, _last_recovered(connection) + 1)
    first = min([settled, *(_since(writer, settled) for writer in gone)])
    names = sorted(
        {writer.id if is_writer_id(writer.id) else _UNREADABLE for writer in gone}
    )
    # Anybody who can write the file can write very many rows; an entry has an end.
    event = log_recovered(at, first, size, names[:_MOST_NAMED] or [_UNKNOWN])
    entry = seal_entry(event, Pseudonyms(lambda _: None))
    tip.extended(connection, [entry], key, keys.origin)
    for writer in gone:
        send(connection, _STRIKE, writer.id)
    return Recovered(size, first, size, len(gone))


def _last_recovered(connection: Connection) -> int:
    """Return where the last event of this kind stands, -1 if there is none."""
    rows = connection.execute(_RECOVERED).all()
    if not rows:
        return -1
    founded("event", rows[-1])
    last: int = rows[-1].idx
    return last


def _since(writer: Gone, settled: int) -> int:
    """Return from where on a writer may have appended what nobody was told of."""
    if writer.claim is None:
        return settled
    size = writer.size if type(writer.size) is int else 0
    return max(writer.claim, size)


def _check_tail(connection: Connection, head: Head, keys: Keys) -> int:
    """Compare what follows the last checkpoint with the head; return its size.

    Raises:
        IntegrityError: `entry-changed`, `entry-missing` or `root-differs`; or the
            checkpoint is none that the log signed and begins with.
    """
    size = _published(connection, head, keys)
    frontier = _frontier_at(connection, size) if size else Frontier()
    checked = frontier.size
    _follow(connection, frontier)
    if (frontier.size, frontier.root()) != (head.size, head.root):
        raise IntegrityError(
            "root-differs",
            f"the entries from {checked} on do not add up to the signed head",
            next_step="keep the file and run `ringwall audit verify`",
        )
    return checked


def _frontier_at(connection: Connection, size: int) -> Frontier:
    """Return the tree of a size; what is wrong in it shows in the root of the head."""
    node = tree_of(connection, size)
    peaks, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(node(level, start >> level))
            start += 1 << level
    return Frontier.load(size, b"".join(peaks))


def _follow(connection: Connection, frontier: Frontier) -> None:
    """Add the entries behind a tree to it, each compared with its leaf hash."""
    pruned = fetch(connection, _PRUNED)[0][0] or 0
    while rows := fetch(connection, _TAIL, frontier.size):
        if not _are_sound(rows, frontier.size):
            for place, (index, leaf, entry) in enumerate(rows, frontier.size):
                if index != place:
                    raise _missing(place, index)
                if not is_leaf_of(leaf, entry):
                    _check_pruned(index, leaf, entry, pruned)
        frontier.extend([leaf for _, leaf, _ in rows])


def _are_sound(rows: Sequence[tuple[Any, Any, Any]], first: int) -> bool:
    """Return whether entries all stand in their places, with their leaf hashes.

    At once and written out: the calls would take longer than the hashing.
    """
    indices, leaves, entries = zip(*rows, strict=True)
    if indices != tuple(range(first, first + len(rows))):
        return False
    try:
        made = [sha256(b"\x00" + entry).digest() for entry in entries]
    except TypeError:
        return False
    return made == list(leaves)


def _check_pruned(index: int, leaf: object, entry: object, pruned: int) -> None:
    is_hash = isinstance(leaf, bytes) and len(leaf) == HASH_SIZE
    if entry is not None or index >= pruned or not is_hash:
        raise entry_changed(index)


def _missing(first: int, end: int) -> IntegrityError:
    return IntegrityError(
        "entry-missing",
        f"entries {first} to {end - 1} are not there",
        next_step="keep the file and run `ringwall audit verify`",
    )
