"""Sealing to somebody's public key, so that only their private key opens it.

HPKE in base mode (RFC 9180) with X-Wing (ML-KEM-768 and X25519), HKDF-SHA256 and
AES-256-GCM, all by `cryptography`: a box that is caught today stays shut to the
computers of later. Must never seal without saying what for: the context has to be the
same when it is opened.
"""

import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from ringwall.base.errors import ConfigurationError
from ringwall.signing.base64text import decode_base64, encode_base64

__all__ = [
    "OVERHEAD",
    "PRIVATE_BYTES",
    "PUBLIC_BYTES",
    "check_public",
    "fingerprint_of",
    "format_public",
    "new_private",
    "open_sealed",
    "parse_public",
    "public_of",
    "seal",
]

PRIVATE_BYTES: Final = 32
"""Bytes of a private key: X-Wing's seed."""
PUBLIC_BYTES: Final = 1184 + 32
"""Bytes of a public key: that of ML-KEM-768, then that of X25519."""
OVERHEAD: Final = 1088 + 32 + 16
"""Bytes that sealing adds."""

_MLKEM_PUBLIC: Final = 1184
_MLKEM_SEED: Final = 64


def new_private() -> bytes:
    """Return a new private key, 32 random bytes."""
    return secrets.token_bytes(PRIVATE_BYTES)


def public_of(private: bytes) -> bytes:
    """Return the public key of a private one.

    Args:
        private: 32 bytes.

    Raises:
        ConfigurationError: `sealing-unsupported`.
    """
    first, second = _halves(private)
    return (
        first.public_key().public_bytes_raw() + second.public_key().public_bytes_raw()
    )


def fingerprint_of(public: bytes) -> str:
    """Return what a public key is called: hex SHA-256 of it."""
    return hashlib.sha256(public).hexdigest()


def check_public(public: bytes) -> None:
    """Raise if these bytes are no public key that anything can be sealed to.

    Raises:
        ValueError: they are not.
        ConfigurationError: `sealing-unsupported`.
    """
    if len(public) != PUBLIC_BYTES:
        raise ValueError(f"a public key has {PUBLIC_BYTES} bytes, not {len(public)}")
    # X25519 refuses a value that is no key when it is used, not before.
    seal(b"", public, b"")


def format_public(public: bytes) -> str:
    """Return a public key as text, on one line."""
    return encode_base64(public)


def parse_public(text: str) -> bytes:
    """Return the public key in a text.

    Args:
        text: as `format_public` gives it; blanks around it are allowed.

    Raises:
        ValueError: it holds none.
        ConfigurationError: `sealing-unsupported`.
    """
    bare = text.strip()
    if len(bare) > 2 * PUBLIC_BYTES:
        raise ValueError("the text is too long for a public key")
    public = decode_base64(bare)
    check_public(public)
    return public


def seal(data: bytes, public: bytes, context: bytes) -> bytes:
    """Return bytes that only the owner of a key can open.

    Args:
        data: what is sealed; its length shows.
        public: the key to seal to.
        context: what it is for; needed again to open it.

    Raises:
        ValueError: the public key is none.
        ConfigurationError: `sealing-unsupported`.
    """
    try:
        first = mlkem.MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC])
    except UnsupportedAlgorithm:
        raise _unsupported() from None
    second = x25519.X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:])
    return _suite().encrypt(data, MLKEM768X25519PublicKey(first, second), info=context)


def open_sealed(blob: bytes, private: bytes, context: bytes) -> bytes:
    """Return what was sealed to a key.

    Args:
        blob: as `seal` gave it.
        private: 32 bytes.
        context: for which it was sealed.

    Raises:
        ValueError: it was sealed to another key, for something else, or was changed.
        ConfigurationError: `sealing-unsupported`.
    """
    if len(blob) < OVERHEAD:
        raise ValueError("too short to have been sealed")
    key = MLKEM768X25519PrivateKey(*_halves(private))
    try:
        return _suite().decrypt(blob, key, info=context)
    except InvalidTag:
        raise ValueError("sealed to another key, for something else, or changed") from (
            None
        )


def _halves(
    private: bytes,
) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
    """Return both halves of a key (draft-connolly-cfrg-xwing-kem, 5.2)."""
    if len(private) != PRIVATE_BYTES:
        raise ValueError(f"a private key has {PRIVATE_BYTES} bytes")
    expanded = hashlib.shake_256(private).digest(_MLKEM_SEED + 32)
    try:
        first = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED])
    except UnsupportedAlgorithm:
        raise _unsupported() from None
    return first, x25519.X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED:])


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _unsupported() -> ConfigurationError:
    return ConfigurationError(
        "sealing-unsupported",
        "the package `cryptography` here is built without ML-KEM",
        next_step="install its wheel from the package index",
    )
