"""The head of the log: how far it goes, its root, and the note that signs both.

Written in the transaction of the leaves it covers, so there is never a tail that
is not signed. Must never be believed before its note has been verified.
"""

from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.schema import HEAD
from ringwall.signing.keys import VerifierKey
from ringwall.tlog.checkpoints import open_checkpoint
from ringwall.tlog.frontier import Frontier

__all__ = ["Head", "read_head"]


class Head(NamedTuple):
    """One state of the log.

    Attributes:
        size: number of entries.
        root: 32-byte RFC 6962 root.
        frontier: what `Frontier.dump` gave.
        basis: index of the last event that later decisions rest on, -1 for none.
        note: C2SP signed note over origin, size and root.
    """

    size: int
    root: bytes
    frontier: bytes
    basis: int
    note: bytes

    @classmethod
    def of(cls, frontier: Frontier, basis: int, note: bytes) -> Self:
        """Return the head of a tree."""
        return cls(frontier.size, frontier.root(), frontier.dump(), basis, note)

    def row(self) -> dict[str, Any]:
        """Return the row of the `head` table."""
        return {"one": 1, **self._asdict()}

    def tree(self, verifier: VerifierKey, origin: str) -> Frontier:
        """Return the tree that the head stands for, its signature checked.

        Raises:
            IntegrityError: the note is not signed by the log's key, or the row
                says other than the note.
        """
        checkpoint = open_checkpoint(self.note, verifier, origin)
        try:
            frontier = Frontier.load(self.size, self.frontier)
        except ValueError as error:
            raise _differs(str(error)) from error
        said = (checkpoint.size, checkpoint.root)
        if said != (self.size, self.root) or frontier.root() != self.root:
            raise _differs("the row and its signed checkpoint say different things")
        return frontier


def read_head(connection: Connection) -> Head:
    """Return the head row.

    Raises:
        IntegrityError: there is not exactly one.
    """
    columns = [HEAD.c[name] for name in Head._fields]
    rows = connection.execute(select(*columns)).all()
    if len(rows) != 1:
        raise _differs(f"the ledger has {len(rows)} head rows instead of one")
    return Head(*rows[0])


def _differs(message: str) -> IntegrityError:
    return IntegrityError(
        "head-differs", message, next_step="run `ringwall audit verify`"
    )
