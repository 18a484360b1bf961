"""The keys of a log as its tables tell them, for whoever trusts one of them.

A log may change its key: an entry announces the new one, and the old one signs the
tree with that entry last. Must never believe a head because a table names its key:
only what leads there from the trusted key by signatures counts.
"""

from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from ringwall.base.errors import IntegrityError, RecordUnavailable
from ringwall.ledger.founded import founded, table_differs, with_entry
from ringwall.ledger.head import Head, Sealed, open_head
from ringwall.ledger.publication.published import published_at
from ringwall.ledger.publication.unknown_signer import put_back, size_beyond
from ringwall.ledger.schema import EPOCH, INSTITUTE, LEAF
from ringwall.ledger.statements import fetch
from ringwall.ledger.tree import check_begins, tree_of
from ringwall.signing.keys import VerifierKey, format_vkey, parse_vkey
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint
from ringwall.tlog.epochs import Epochs
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.proofs import check_inclusion, inclusion_proof

__all__ = ["KeyRotated", "Keys", "check_in_force", "recorded_epochs"]

_FIRST: Final = with_entry(INSTITUTE).where(INSTITUTE.c.idx == 0)
_ROTATIONS: Final = with_entry(EPOCH)
_LAST: Final = select(func.max(EPOCH.c.idx))
_LAST_VKEY: Final = select(EPOCH.c.vkey).where(EPOCH.c.idx == _LAST.scalar_subquery())


class KeyRotated(RecordUnavailable):
    """The log has another key than the one that a writer would sign with."""


def recorded_epochs(connection: Connection) -> Epochs:
    """Return the keys that the log says it has had, each row as its entry says.

    Raises:
        IntegrityError: `table-differs` or `entry-changed`, a row is not what its
            entry says; `epochs-malformed`, there can't be such keys.
        ConfigurationError: `key-malformed`, the first one is none.
    """
    rows = connection.execute(_FIRST).all()
    if not rows:
        raise table_differs("institute", "the log does not start with one")
    first = parse_vkey(founded("institute", rows[0])["vkey"])
    later = connection.execute(_ROTATIONS).all()
    return Epochs(first, [(row.idx, founded("epoch", row)["vkey"]) for row in later])


def check_in_force(connection: Connection, verifier: VerifierKey) -> None:
    """Check that a writer's key has not been replaced since it was opened.

    Raises:
        KeyRotated: `key-rotated`.
    """
    rows = fetch(connection, _LAST_VKEY)
    if rows and rows[0][0] != format_vkey(verifier):
        raise KeyRotated(
            "key-rotated",
            "the log has another key since this process opened it",
            next_step="open the institute again; if it then says the same,"
            " `keys/log.key` is an old one: restore the newest",
        )


class _Chain(NamedTuple):
    """What has been shown about the keys after a rotation.

    Attributes:
        last: index of the entry that announced the newest key.
        newest: the key.
    """

    last: int
    newest: VerifierKey


class Keys:
    """The keys of one log, for a reader who trusts one of them; threads may share it.

    Args:
        trusted: any key that the log has had or has.
        origin: the log's name.
    """

    def __init__(self, trusted: VerifierKey, origin: str) -> None:
        self.trusted = trusted
        self.origin = origin
        self._chain: _Chain | None = None

    def open_head(self, connection: Connection, head: Head) -> Frontier:
        """Return the tree that a head stands for, its seal checked.

        Args:
            connection: to the database that the head is from, in one reading.
            head: the last one.

        Raises:
            IntegrityError: as `head.open_head`; `key-unknown`, the trusted key is
                none of the log's; `epoch-unsealed`, nothing leads from it to the key
                in force; or that does not hold.
        """
        sealed = head.sealed()
        sealing = self._sealing(connection, head, sealed)
        frontier = open_head(head, sealing, self.origin)
        if sealed.size < head.size:
            check_begins(connection, sealed, (head.size, head.root))
        return frontier

    def open_held(self, connection: Connection, head: Head, note: bytes) -> Checkpoint:
        """Return a checkpoint that the log has signed and begins with.

        Args:
            connection: to the database, in one reading.
            head: the last one, opened by `open_head`.
            note: from wherever.

        Raises:
            IntegrityError: as `Epochs.open_at`; `log-rolled-back` or `log-forked`,
                the log does not begin with it; the former as well if a key that is
                not known signed one of a larger log.
        """
        try:
            checkpoint = self._opened(connection, note)
        except IntegrityError as error:
            claimed = size_beyond(note, self.origin, head.size)
            if error.code != "signature-missing" or claimed is None:
                raise
            raise put_back(claimed, head.size) from error
        check_begins(
            connection, (checkpoint.size, checkpoint.root), (head.size, head.root)
        )
        return checkpoint

    def _opened(self, connection: Connection, note: bytes) -> Checkpoint:
        if fetch(connection, _LAST)[0][0] is None:
            return open_checkpoint(note, self.trusted, self.origin)
        return recorded_epochs(connection).open_at(note, self.origin)

    def _sealing(
        self, connection: Connection, head: Head, sealed: Sealed
    ) -> VerifierKey:
        """Return the key that has to have sealed a head, from the trusted one on."""
        last = fetch(connection, _LAST)[0][0]
        if last is None:
            return self.trusted
        chain = self._chain
        if chain is not None and chain.last == last and sealed.size > last + 1:
            return chain.newest
        epochs = recorded_epochs(connection)
        held = epochs.trusted_from(self.trusted)
        sealing = epochs.key_at(sealed.size)
        place = epochs.trusted_from(sealing)
        if place < held:
            self._check_closed(connection, sealed, epochs, held)
        for number in range(held, place):
            self._check_handed_on(connection, head, epochs, number)
        if sealed.size > last + 1:
            self._chain = _Chain(last, sealing)
        return sealing

    def _check_closed(
        self, connection: Connection, sealed: Sealed, epochs: Epochs, held: int
    ) -> None:
        """Check that a key vouches for the tree that announces it and ends there.

        The old key has signed it, and the new one as well, to show that the same
        hand holds both: nothing else is signed by the new key yet.
        """
        start = epochs.epochs[held].start
        closing = open_checkpoint(
            _closing(connection, start), self.trusted, self.origin
        )
        if (closing.size, closing.root) != sealed:
            raise IntegrityError(
                "head-differs",
                "the head is not the tree at which the log changed its key",
                next_step="run `ringwall audit verify`",
            )
        _check_announced(connection, closing)

    def _check_handed_on(
        self, connection: Connection, head: Head, epochs: Epochs, number: int
    ) -> None:
        """Check that a key has signed the tree that announces the next one."""
        end = epochs.epochs[number + 1].start
        closing = epochs.open_at(_closing(connection, end), self.origin)
        if closing.size != end:
            raise _unsealed(end)
        _check_announced(connection, closing)
        check_begins(connection, (end, closing.root), (head.size, head.root))


def _closing(connection: Connection, size: int) -> bytes:
    found = published_at(connection, size)
    if found is None:
        raise _unsealed(size)
    return found.note


def _check_announced(connection: Connection, closing: Checkpoint) -> None:
    """Check that the entry which announces a key is the last one of a tree."""
    index, size = closing.size - 1, closing.size
    node = tree_of(connection, size)
    proof = inclusion_proof(index, size, node)
    # The table of epochs has been compared with the entry of this leaf hash.
    check_inclusion(index, size, _leaf_at(connection, index), proof, closing.root)


def _leaf_at(connection: Connection, index: int) -> bytes:
    rows = connection.execute(select(LEAF.c.hash).where(LEAF.c.idx == index)).all()
    leaf: bytes = rows[0].hash
    return leaf


def _unsealed(size: int) -> IntegrityError:
    return IntegrityError(
        "epoch-unsealed",
        f"no checkpoint of {size} entries closes the epoch of its key",
        next_step="run `ringwall audit verify`",
    )
