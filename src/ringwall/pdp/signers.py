"""Whether a statement on record was signed by the person it names.

Only the keys in the person's own document count. Must never take a key out of a
signature on trust.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Protocol

from ringwall.base.errors import IdentityUnproven
from ringwall.model.declarations import Document
from ringwall.model.parties import Person
from ringwall.pdp.evidence import Span
from ringwall.signing.ssh import check_ssh_signature, parse_public_key

__all__ = ["Signed", "signed_by"]

_REMEMBERED: Final = 4096


class Signed(Protocol):
    """Something with a statement and a signature over it."""

    @property
    def statement(self) -> bytes:
        """The bytes that were signed."""
        ...

    @property
    def signature(self) -> str:
        """The signature, armored."""
        ...


def signed_by(
    person: str, signed: Signed, documents: Mapping[str, Document], now: int
) -> str:
    """Return why something is not signed by a person; empty if it is.

    Args:
        person: id of who should have signed.
        signed: statement and signature.
        documents: id -> declared value; people's hold their keys.
        now: instant at which the key has to be in date.

    Returns:
        `signer-unknown`, nobody of that id is on record; `key-unknown`, they have no
        key; `key-lapsed`, the key is out of date; `signature-invalid`; or empty.
    """
    document = documents.get(person)
    if not isinstance(document, Person):
        return "signer-unknown"
    if not document.keys:
        return "key-unknown"
    lapsed = False
    for key in document.keys:
        if _is_signed(signed.statement, signed.signature, key.key):
            # One key may be on record for several spans of time.
            if Span.of(key).holds(now):
                return ""
            lapsed = True
    return "key-lapsed" if lapsed else "signature-invalid"


@lru_cache(maxsize=_REMEMBERED)
def _is_signed(statement: bytes, signature: str, key: str) -> bool:
    """Return whether a key has signed a statement; the same is asked at each use."""
    try:
        check_ssh_signature(statement, signature, parse_public_key(key))
    except (IdentityUnproven, ValueError):
        return False
    return True
