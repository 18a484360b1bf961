"""The keys of a log: what signs notes and what checks them.

The verifier form is the vkey of C2SP signed-note with type 0x01, the private form
the one of Go's sumdb. Must never put a seed in a repr, a message or an error.
"""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from typing_extensions import override

from ringwall.signing.ed25519 import (
    NamedPrivateKey,
    NamedPublicKey,
    format_private,
    format_public,
    generate_private,
    parse_private,
    parse_public,
)

__all__ = [
    "SigningKey",
    "VerifierKey",
    "dump_signing_key",
    "format_vkey",
    "generate_signing_key",
    "parse_signing_key",
    "parse_vkey",
]

_TAG_KEY: Final = b"ringwall tag key, version 1"


@dataclass(frozen=True, slots=True)
class VerifierKey(NamedPublicKey):
    """The public half of a log's key: what checks the signatures on its notes."""

    signature_type: ClassVar[bytes] = b"\x01"  # Ed25519 of C2SP signed-note

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Return whether the signature over exactly these bytes is this key's."""
        return self._is_signed(message, signature)


@dataclass(frozen=True, slots=True)
class SigningKey(NamedPrivateKey[VerifierKey]):
    """The private half of a log's key: what signs its notes."""

    verifier_type: ClassVar[type[NamedPublicKey]] = VerifierKey

    _tag_key: bytes = field(init=False, repr=False, compare=False)

    @override
    def __post_init__(self) -> None:
        """Derive the key of the tags, so that no tag says anything of the seed."""
        NamedPrivateKey.__post_init__(self)
        derive = HKDF(SHA256(), length=32, salt=None, info=_TAG_KEY).derive
        object.__setattr__(self, "_tag_key", derive(self.seed))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over exactly these bytes."""
        return self._sign(message)

    def tag(self, message: bytes) -> bytes:
        """Return 32 bytes that only a holder of this key can make, or check.

        Twenty times as fast as a signature, and no proof towards anybody else.
        """
        return hmac.digest(self._tag_key, message, sha256)


def generate_signing_key(name: str) -> SigningKey:
    """Return a new key from the randomness of the operating system.

    Raises:
        ConfigurationError: `key-malformed`, the name is not allowed.
    """
    return generate_private(SigningKey, name)


def format_vkey(key: NamedPublicKey) -> str:
    """Return `<name>+<key id in hex>+<base64>`, without a newline.

    That of a witness is printed in the same way; its type byte tells it apart.
    """
    return format_public(key)


def parse_vkey(text: str) -> VerifierKey:
    """Return the verifier key that the text holds; nothing may surround it.

    Raises:
        ConfigurationError: `key-wrong-type`, it is the key of a witness;
            `key-malformed`, any other deviation from the one text that
            `format_vkey` would print.
    """
    return parse_public(VerifierKey, text)


def dump_signing_key(key: SigningKey) -> str:
    """Return `PRIVATE+KEY+<name>+<key id in hex>+<base64>`: a secret to guard."""
    return format_private(key)


def parse_signing_key(text: str) -> SigningKey:
    """Return the signing key that the text holds; nothing may surround it.

    Raises:
        ConfigurationError: `key-wrong-type`, it is the key of a witness;
            `key-malformed`, any other deviation from the one text that
            `dump_signing_key` would print; no part of the text is shown.
    """
    return parse_private(SigningKey, text)
