"""The tip: the end of the log as one process last saw it, and how it moves on.

What was seen once binds: a later head must be an extension of it. Must never
follow a log that has become shorter or different, whoever signed it.
"""

import hmac
from collections.abc import Sequence
from typing import NamedTuple, Self

from sqlalchemy import Connection, bindparam, select, update

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.entries import Entry
from ringwall.ledger.head import Head, read_head, sign_head
from ringwall.ledger.publication.epochs import Keys, check_in_force
from ringwall.ledger.rows import write_batch
from ringwall.ledger.schema import HEAD, LEAF
from ringwall.ledger.statements import fetch, send
from ringwall.signing.keys import SigningKey
from ringwall.tlog.frontier import Frontier

__all__ = ["Tip"]

# Not its key, which stays: SQLite would take the row out and put it in again.
_UPDATE_HEAD = update(HEAD).values({n: bindparam(f"to_{n}") for n in Head._fields})
_HASHES_FROM = (
    select(LEAF.c.hash).where(LEAF.c.idx >= bindparam("idx")).order_by(LEAF.c.idx)
)


class Tip(NamedTuple):
    """The end of the log.

    Attributes:
        head: the head row, verified or written by this process.
        frontier: the tree it stands for; never changed in place.
        basis: the events in force; never changed in place.
    """

    head: Head
    frontier: Frontier
    basis: Basis

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
        return cls(head, frontier, head.standing_basis())

    def followed(self, connection: Connection, key: SigningKey, origin: str) -> Self:
        """Return the tip as it is now; the same one if nothing has happened.

        Raises:
            IntegrityError: `log-rolled-back` or `log-forked`, the stored log is
                not this one grown further; or as `read`.
        """
        head = read_head(connection)
        if head == self.head:
            return self
        check_in_force(connection, key.verifier())
        head.check_seal(key.verifier(), origin)
        if head.size < self.head.size:
            raise IntegrityError(
                "log-rolled-back",
                f"the log has {head.size} entries and had {self.head.size} before",
                next_step="keep the file, find out who put back an older one",
            )
        frontier = self.frontier.copy()
        for (leaf,) in fetch(connection, _HASHES_FROM, frontier.size):
            if not isinstance(leaf, bytes) or len(leaf) != len(head.root):
                break
            frontier.append(leaf)
        grown = hmac.compare_digest(frontier.root(), head.root)
        if frontier.size != head.size or not grown:
            raise IntegrityError(
                "log-forked",
                "the log is not the one seen before with entries added",
                next_step="keep the file and run `ringwall audit verify`",
            )
        return type(self)(head, frontier, head.standing_basis())

    def extended(
        self,
        connection: Connection,
        entries: Sequence[Entry],
        key: SigningKey,
        origin: str,
    ) -> Self:
        """Write entries behind this tip and return the new one.

        Raises:
            IntegrityError: `table-differs`, a row to be replaced has lost its
                entry.
        """
        frontier, basis = self.frontier.copy(), self.basis.copy()
        write_batch(connection, frontier, basis, entries)
        head = sign_head(frontier, basis, key, origin)
        send(connection, _UPDATE_HEAD, *head)
        return type(self)(head, frontier, basis)
