"""Claims: how long the log was when a writer opened it, signed with the log's key.

Kept beside the ledger while the writer is there. Its row says more, but nobody signs
that: must never be believed for less than the claim.
"""

import re
from collections.abc import Sequence
from typing import Final

from ringwall.base.errors import IntegrityError
from ringwall.signing.keys import SigningKey, VerifierKey
from ringwall.signing.notes import open_note, sign_note

__all__ = ["claimed_size", "sign_claim"]

# First line of a claim. No checkpoint or seal has four lines.
_CLAIM: Final = "ringwall writer"
_SIZE: Final = re.compile(r"(0|[1-9][0-9]{0,18})\n", re.ASCII)


def sign_claim(key: SigningKey, origin: str, writer: str, size: int) -> bytes:
    """Return the claim of a writer as a signed note.

    Args:
        key: the log's, in force.
        origin: the log's name.
        writer: id of its row.
        size: of the log when it was opened.
    """
    return sign_note(f"{_prefix(origin, writer)}{size}\n", key)


def claimed_size(
    note: bytes, verifiers: Sequence[VerifierKey], origin: str, writer: str
) -> int | None:
    """Return the size that a note claims for a writer, None if it is no such claim.

    Args:
        note: from wherever.
        verifiers: the keys that the log has had.
        origin: the log's name.
        writer: id of its row.
    """
    try:
        text = open_note(note, verifiers).text
    except IntegrityError:
        return None
    prefix = _prefix(origin, writer)
    found = _SIZE.fullmatch(text, len(prefix)) if text.startswith(prefix) else None
    return int(found[1]) if found else None


def _prefix(origin: str, writer: str) -> str:
    return f"{_CLAIM}\n{origin}\n{writer}\n"
