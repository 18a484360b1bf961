"""What people sign: the canonical bytes of a request, an approval, a refusal, a review.

Made of the keys of the event that will hold it, so that what is on record can be
checked against the signature beside it. Must never be made anywhere else.
"""

import base64
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from ringwall.base.canonical import dump_canonical

__all__ = [
    "STATEMENTS",
    "document_digest",
    "request_digest",
    "request_id",
    "statement_of",
    "statement_of_event",
]

STATEMENTS: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "request.opened": (
        "request",
        frozenset(
            {
                *("subject", "action", "resource", "purpose", "manner", "uses"),
                *("from", "until", "binds", "nonce", "origin"),
            }
        ),
    ),
    "request.approved": (
        "approval",
        frozenset({"request", "digest", "approver", "seat", "facts", "origin"}),
    ),
    "request.refused": ("refusal", frozenset({"request", "by", "reason", "origin"})),
    "grant.revoked": ("revocation", frozenset({"request", "by", "reason", "origin"})),
    "review.decided": (
        "review",
        frozenset({"review", "by", "outcome", "until", "reason", "origin"}),
    ),
}
"""Kind of event -> what its statement is called there, and the keys that are signed."""

_ID_CHARACTERS: Final = 20


def statement_of(kind: str, said: Mapping[str, Any]) -> bytes:
    """Return the bytes to be signed for an event of a kind.

    Args:
        kind: one of `STATEMENTS`.
        said: exactly the keys of that kind.

    Raises:
        ValueError: a key is missing or too many, or a value has no canonical form.
    """
    what, keys = STATEMENTS[kind]
    if said.keys() != keys:
        odd = ", ".join(sorted(keys ^ said.keys()))
        raise ValueError(f"a statement of a {what} lacks or has too many keys: {odd}")
    return dump_canonical({**said, "what": what})


def statement_of_event(event: Mapping[str, Any]) -> bytes:
    """Return the bytes that were signed for an event on record.

    Raises:
        ValueError: as `statement_of`.
    """
    _, keys = STATEMENTS[event["kind"]]
    return statement_of(event["kind"], {name: event[name] for name in keys})


def request_digest(said: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 of a request's statement: what an approval names."""
    return sha256(statement_of("request.opened", said)).hexdigest()


def request_id(said: Mapping[str, Any]) -> str:
    """Return the id of a request: made of what it says, so it can't say anything else.

    Args:
        said: the keys of its statement.

    Returns:
        `req-` and 20 letters or digits, the first 100 bits of the digest in base 32.
    """
    digest = sha256(statement_of("request.opened", said)).digest()
    text = base64.b32encode(digest).decode("ascii").lower()
    return f"req-{text[:_ID_CHARACTERS]}"


def document_digest(document: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 of a document of the registry in canonical form."""
    return sha256(dump_canonical(dict(document))).hexdigest()
