"""The head of the log: how far it goes, what is in force, and who vouches for it.

A signed note, the seal, over size, root and basis. Written in the transaction of the
leaves that it covers, so there is never a tail that is not signed; what others are
shown are checkpoints (`publisher`). Must never be believed before it is verified.
"""

import hmac
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.schema import HEAD
from ringwall.ledger.statements import fetch
from ringwall.signing.base64text import encode_base64
from ringwall.signing.keys import SigningKey, VerifierKey
from ringwall.signing.notes import open_note, sign_note
from ringwall.tlog.frontier import Frontier

__all__ = ["Head", "open_head", "read_head", "sign_head"]

# First line of a seal. No checkpoint has six lines, so neither passes for the other.
_SEAL: Final = "ringwall seal"


class Head(NamedTuple):
    """One state of the log, not verified.

    Attributes:
        size: number of entries.
        root: 32-byte RFC 6962 root.
        frontier: what `Frontier.dump` gave.
        basis: index of the last event that later decisions rest on, -1 for none.
        tally: what `Basis.tally` gave: stands for all the events in force.
        seal: signed note over origin, size, root, basis and tally.
    """

    size: int
    root: bytes
    frontier: bytes
    basis: int
    tally: bytes
    seal: bytes

    def row(self) -> dict[str, Any]:
        """Return the row of the `head` table."""
        return {"one": 1, **self._asdict()}

    def check_seal(self, verifier: VerifierKey, origin: str) -> None:
        """Check that the seal is signed and says what the row says.

        Raises:
            IntegrityError: it is not, or does not.
        """
        if open_note(self.seal, (verifier,)).text != _seal_text(self, origin):
            raise _differs("the row and its signed seal say different things")

    def standing_basis(self) -> Basis:
        """Return the basis that the row states.

        Raises:
            IntegrityError: the tally has no possible length.
        """
        try:
            return Basis(self.basis, self.tally)
        except ValueError as error:
            raise _differs(str(error)) from error


def sign_head(frontier: Frontier, basis: Basis, key: SigningKey, origin: str) -> Head:
    """Return the head of a tree, sealed."""
    root = frontier.root()
    head = Head(frontier.size, root, frontier.dump(), basis.last, basis.tally, b"")
    return head._replace(seal=sign_note(_seal_text(head, origin), key))


def open_head(head: Head, verifier: VerifierKey, origin: str) -> Frontier:
    """Return the tree that a head stands for, its seal checked.

    Raises:
        IntegrityError: the seal is not signed by the log's key, or the row says
            other than the seal.
    """
    head.check_seal(verifier, origin)
    try:
        frontier = Frontier.load(head.size, head.frontier)
    except ValueError as error:
        raise _differs(str(error)) from error
    if not hmac.compare_digest(frontier.root(), head.root):
        raise _differs("the frontier is not that of the root")
    return frontier


def read_head(connection: Connection) -> Head:
    """Return the head row.

    Raises:
        IntegrityError: there is not exactly one, or a field is of another type.
    """
    rows = fetch(connection, _HEAD_ROWS)
    if len(rows) != 1:
        raise _differs(f"the ledger has {len(rows)} head rows instead of one")
    if tuple(map(type, rows[0])) != _HEAD_TYPES:
        raise _differs("a field of the head row is not of its type")
    size, root, frontier, basis, tally, seal = rows[0]
    return Head(size, root, frontier, basis, tally, seal)


_HEAD_ROWS: Final = select(*(HEAD.c[name] for name in Head._fields))
_HEAD_TYPES: Final = tuple(Head.__annotations__.values())


def _seal_text(head: Head, origin: str) -> str:
    digests = (encode_base64(d) for d in (head.root, sha256(head.tally).digest()))
    root, tally = digests
    return f"{_SEAL}\n{origin}\n{head.size}\n{root}\n{head.basis}\n{tally}\n"


def _differs(message: str) -> IntegrityError:
    return IntegrityError(
        "head-differs", message, next_step="run `ringwall audit verify`"
    )
