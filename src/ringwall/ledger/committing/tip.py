"""The tip: the end of the log as one process last saw it, and how it moves on.

What was seen once binds: a later head must be an extension of it. Must never
follow a log that has become shorter or different, whoever signed it.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Self

from sqlalchemy import Connection, bindparam, literal_column, select, update

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.committing.standing import Moving, Standing
from ringwall.ledger.entries import Entry, entry_changed
from ringwall.ledger.head import Head, read_head, sign_head, tag_head
from ringwall.ledger.in_force import moves_basis
from ringwall.ledger.publication.epochs import Keys, check_in_force
from ringwall.ledger.rows import write_batch
from ringwall.ledger.schema import HEAD, LEAF
from ringwall.ledger.statements import fetch, send
from ringwall.ledger.stored_entries import pruned_end
from ringwall.signing.keys import SigningKey
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import HASH_SIZE

__all__ = ["Tip"]

_CHUNK: Final = 512
# Not its key, which stays: SQLite would take the row out and put it in again.
_UPDATE_HEAD = update(HEAD).values({n: bindparam(f"to_{n}") for n in Head._fields})
_ENTRIES_FROM = (
    select(LEAF.c.hash, LEAF.c.entry)
    .where(LEAF.c.idx >= bindparam("idx"))
    .order_by(LEAF.c.idx)
    .limit(literal_column(str(_CHUNK)))
    .offset(literal_column("0"))  # SQLite's dialect binds one if none is given
)


class Tip(NamedTuple):
    """The end of the log.

    Attributes:
        head: the head row, verified or written by this process.
        frontier: the tree it stands for; never changed in place.
        basis: the events in force; never changed in place.
        standing: where those stand that later ones replace; likewise.
    """

    head: Head
    frontier: Frontier
    basis: Basis
    standing: Standing

    @classmethod
    def read(cls, connection: Connection, key: SigningKey, origin: str) -> Self:
        """Return the tip of a log that this process has not seen before.

        Raises:
            IntegrityError: the stored head is not the one that was signed.
            RecordUnavailable: `key-rotated`, the log has another key by now.
        """
        check_in_force(connection, key.verifier())
        head = read_head(connection)
        # Not always sealed by this key: right after a rotation by the one before.
        frontier = Keys(key.verifier(), origin).open_head(connection, head)
        head.check_tag(key, origin)
        standing = Standing.read(connection)
        return cls(head, frontier, head.standing_basis(), standing)

    def followed(self, connection: Connection, key: SigningKey, origin: str) -> Self:
        """Return the tip as it is now; the same one if nothing has happened.

        What others have put in force is taken from their entries: whoever has the key
        of the log could seal a head over facts that are in force no more.

        Raises:
            IntegrityError: `log-rolled-back` or `log-forked`, the stored log is
                not this one grown further; `head-differs`, the head does not say
                what its entries put in force; `entry-changed`; or as `read`.
        """
        head = read_head(connection)
        if head == self.head:
            return self
        check_in_force(connection, key.verifier())
        if head.tag:
            head.check_tag(key, origin)
        else:
            head.check_seal(key.verifier(), origin)
        if head.size < self.head.size:
            raise IntegrityError(
                "log-rolled-back",
                f"the log has {head.size} entries and had {self.head.size} before",
                next_step="keep the file, find out who put back an older one",
            )
        frontier, basis = self.frontier.copy(), self.basis.copy()
        moving = _follow(connection, frontier)
        grown = hmac.compare_digest(frontier.root(), head.root)
        if frontier.size != head.size or not grown:
            raise IntegrityError(
                "log-forked",
                "the log is not the one seen before with entries added",
                next_step="keep the file and run `ringwall audit verify`",
            )
        standing = self.standing.followed(connection, basis, moving)
        if (basis.last, basis.tally) != (head.basis, head.tally):
            raise IntegrityError(
                "head-differs",
                "the head does not say what the entries added to the log put in force",
                next_step="keep the file and run `ringwall audit verify`",
            )
        return type(self)(head, frontier, basis, standing)

    def extended(
        self,
        connection: Connection,
        entries: Sequence[Entry],
        key: SigningKey,
        origin: str,
        *,
        is_signed: bool = True,
    ) -> Self:
        """Write entries behind this tip and return the new one.

        Args:
            connection: in a transaction of the writer.
            entries: at least one.
            key: the log's, in force.
            origin: the log's name.
            is_signed: False to have the head tagged only, for now; where entries
                move the basis it is signed all the same.

        Raises:
            IntegrityError: `table-differs`, a row to be replaced has lost its
                entry.
        """
        frontier, basis = self.frontier.copy(), self.basis
        if any(entry.moves_basis for entry in entries):
            basis, is_signed = basis.copy(), True
        write_batch(connection, frontier, basis, entries)
        if is_signed:
            head = sign_head(frontier, basis, key, origin)
        else:
            head = tag_head(frontier, self.head, key, origin)
        send(connection, _UPDATE_HEAD, *head)
        standing = self.standing.extended(self.head.size, entries)
        return type(self)(head, frontier, basis, standing)

    def sealed(self, connection: Connection, key: SigningKey, origin: str) -> Self:
        """Have the whole log signed for, as far as only its tag vouches for it."""
        if not self.head.tag:
            return self
        head = sign_head(self.frontier, self.basis, key, origin)
        send(connection, _UPDATE_HEAD, *head)
        return self._replace(head=head)


def _follow(connection: Connection, frontier: Frontier) -> list[Moving]:
    """Add the leaves behind a tree to it; return the entries that move the basis.

    Each is compared with its leaf hash. It ends before the first that has none, which
    shows in the root.

    Raises:
        IntegrityError: `entry-changed`.
    """
    moving: list[Moving] = []
    bare, size = -1, frontier.size
    count = _CHUNK
    while count == _CHUNK:
        rows = fetch(connection, _ENTRIES_FROM, size)
        count = len(rows)
        for leaf, data in rows:
            if not isinstance(leaf, bytes) or len(leaf) != HASH_SIZE:
                return moving
            if data is None:
                bare = size
            # Written out: the calls would take longer than the hashing.
            elif not isinstance(data, bytes) or sha256(b"\x00" + data).digest() != leaf:
                raise entry_changed(size)
            elif moves_basis(data):
                moving.append(Moving(size, leaf, data))
            frontier.append(leaf)
            size += 1
    # Pruned is nothing that is in force, nor the last that was put in force.
    if bare >= 0 and bare >= pruned_end(connection):
        raise entry_changed(bare)
    return moving
