"""The head of the log: how far it goes, what is in force, and who vouches for it.

Written in the transaction of the leaves that it covers, so there is never a tail that
nobody vouches for: a tag does that, which whoever holds the log's key can check. A
signed note, the seal, follows at least as often as checkpoints do (`appending`); where
it covers the whole log there is no tag. Must never be believed before it is verified.
"""

import hmac
import re
from base64 import b64decode
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
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.frontier import Frontier

__all__ = ["Head", "Sealed", "open_head", "read_head", "sign_head", "tag_head"]

# First line of a seal. No checkpoint has six lines, so neither passes for the other.
_SEAL: Final = "ringwall seal"
_STATED: Final = re.compile(
    rb"[^\n]*\n[^\n]*\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n"
)


class Sealed(NamedTuple):
    """The tree that a seal covers.

    Attributes:
        size: number of entries.
        root: 32-byte RFC 6962 root.
    """

    size: int
    root: bytes


class Head(NamedTuple):
    """One state of the log, not verified.

    Attributes:
        size: number of entries.
        root: 32-byte RFC 6962 root.
        frontier: what `Frontier.dump` gave.
        basis: index of the last event that later decisions rest on, -1 for none.
        tally: what `Basis.tally` gave: stands for all the events in force.
        seal: signed note over origin, size, root, basis and tally of this state, or
            of an earlier one with the same basis and tally.
        tag: 32 bytes over this state and the seal; empty if the seal is over it.
    """

    size: int
    root: bytes
    frontier: bytes
    basis: int
    tally: bytes
    seal: bytes
    tag: bytes

    def row(self) -> dict[str, Any]:
        """Return the row of the `head` table."""
        return {"one": 1, **self._asdict()}

    def sealed(self) -> Sealed:
        """Return the tree that the seal says it covers, not verified.

        Raises:
            IntegrityError: it says none, or none that this state can follow.
        """
        if not self.tag:
            return Sealed(self.size, self.root)
        stated = _STATED.match(self.seal)
        if stated is None:
            raise IntegrityError(
                "note-malformed",
                "the seal says nothing of a tree",
                next_step="run `ringwall audit verify`",
            )
        found = Sealed(int(stated[1]), b64decode(stated[2]))
        if not found.size < self.size <= MAX_TREE_SIZE:
            raise _differs("the seal is not over an earlier state of the log")
        return found

    def check_seal(self, verifier: VerifierKey, origin: str) -> Sealed:
        """Check that the seal is signed and says what the row says; return its tree.

        Raises:
            IntegrityError: it is not, or does not.
        """
        sealed = self.sealed()
        text = _seal_text(sealed, self.basis, self.tally, origin)
        if open_note(self.seal, (verifier,)).text != text:
            raise _differs("the row and its signed seal say different things")
        return sealed

    def check_tag(self, key: SigningKey, origin: str) -> None:
        """Check that the tag is this key's; where there is none the seal does its job.

        Raises:
            IntegrityError: it is not.
        """
        if self.tag and not hmac.compare_digest(_tag(self, key, origin), self.tag):
            raise _differs("the row is not the one that the holder of the key left")

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
    root, tally = frontier.root(), basis.tally
    text = _seal_text(Sealed(frontier.size, root), basis.last, tally, origin)
    seal = sign_note(text, key)
    return Head(frontier.size, root, frontier.dump(), basis.last, tally, seal, b"")


def tag_head(frontier: Frontier, before: Head, key: SigningKey, origin: str) -> Head:
    """Return the head of a tree that has grown, tagged: the same events are in force.

    Args:
        frontier: the tree, larger than that of the head before.
        before: the head before, verified.
        key: the log's.
        origin: the log's name.
    """
    size, root, dumped = frontier.size, frontier.root(), frontier.dump()
    head = Head(size, root, dumped, before.basis, before.tally, before.seal, b"")
    return Head(*head[:-1], _tag(head, key, origin))


def open_head(head: Head, verifier: VerifierKey, origin: str) -> Frontier:
    """Return the tree that a head stands for, its seal checked.

    A head that has a tag is believed no further than to where its seal goes.

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
    return Head._make(rows[0])


_HEAD_ROWS: Final = select(*(HEAD.c[name] for name in Head._fields))
_HEAD_TYPES: Final = tuple(Head.__annotations__.values())


def _seal_text(sealed: Sealed, basis: int, tally: bytes, origin: str) -> str:
    root, digest = map(encode_base64, (sealed.root, sha256(tally).digest()))
    return f"{_SEAL}\n{origin}\n{sealed.size}\n{root}\n{basis}\n{digest}\n"


def _tag(head: Head, key: SigningKey, origin: str) -> bytes:
    lengths = len(head.root), len(head.tally), len(head.seal)
    numbers = b"%d %d %d %d %d\n" % (head.size, head.basis, *lengths)
    parts = (numbers, head.root, head.tally, head.seal, origin.encode())
    return key.tag(b"".join(parts))


def _differs(message: str) -> IntegrityError:
    return IntegrityError(
        "head-differs", message, next_step="run `ringwall audit verify`"
    )
