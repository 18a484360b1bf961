"""A key pair of a site that receives copies: anyone wraps, only the recipient unwraps.

HPKE in base mode (RFC 9180) with MLKEM768-X25519 (X-Wing, KEM 0x647a), HKDF-SHA256 and
AES-256-GCM, so that a copy caught on its way stays shut to quantum computers as well.
Must never need, or leave, the private part where a copy is made.
"""

import hashlib
import secrets
from collections.abc import Callable
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
from ringwall.vault.keys.description import KeyDescription
from ringwall.vault.keys.held import wrong_key
from ringwall.vault.keys.provider import DATA_KEY_BYTES, Wrapped
from ringwall.vault.keys.wrapping import check_data_key, not_unwrapped

__all__ = [
    "SEED_BYTES",
    "SUITE",
    "RecipientKey",
    "check_recipient",
    "make_recipient_key",
]

SUITE: Final = "MLKEM768-X25519,HKDF-SHA256,AES-256-GCM"
"""Name of the one suite of HPKE in use."""
SEED_BYTES: Final = 32
"""Bytes of a private key: X-Wing's seed, of which both halves are made."""

_MLKEM_SEED: Final = 64
_MLKEM_PUBLIC: Final = 1184
_PUBLIC: Final = _MLKEM_PUBLIC + 32
_BLOB: Final = 1088 + 32 + DATA_KEY_BYTES + 16


class RecipientKey:
    """A provider for the kind `recipient`.

    Args:
        description: of the key; holds its public part.
        fetch: gives the private part, 32 bytes; called when something is unwrapped.

    Raises:
        ValueError: the public part is none, or not the one that was described.
    """

    def __init__(self, description: KeyDescription, fetch: Callable[[], bytes]) -> None:
        check_recipient(description)
        self.name = description.name
        self.kind = description.kind
        self._raw = decode_base64(str(description.params["public"]))
        self._params: dict[str, str | int] = {"suite": SUITE, "to": description.check}
        self._fetch = fetch

    def wrap(self, data_key: bytes, context: bytes) -> Wrapped:
        """Return the data key, wrapped; see `KeyProvider`."""
        check_data_key(data_key)
        blob = _suite().encrypt(data_key, _public(self._raw), info=context)
        return Wrapped(dict(self._params), blob)

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Return the data key; see `KeyProvider`."""
        if dict(wrapped.params) != self._params:
            message = "the data key was wrapped for another key than"
            raise wrong_key(self.name, message)
        private = _private(self._fetch())
        if _raw_public(private) != self._raw:
            raise wrong_key(self.name)
        if len(wrapped.blob) != _BLOB:
            raise not_unwrapped()
        try:
            return _suite().decrypt(wrapped.blob, _joined(private), info=context)
        except (InvalidTag, ValueError):
            raise not_unwrapped() from None


def make_recipient_key(draft: KeyDescription) -> tuple[KeyDescription, bytes]:
    """Return the description of a new key pair, and its private part, 32 bytes.

    Args:
        draft: of the key, without parameters.

    Raises:
        ConfigurationError: `recipient-unsupported`.
    """
    seed = secrets.token_bytes(SEED_BYTES)
    raw = _raw_public(_private(seed))
    params = {"public": encode_base64(raw), "suite": SUITE}
    described = KeyDescription(draft.name, draft.kind, draft.created, params)
    return described.with_check(hashlib.sha256(raw).hexdigest()), seed


def check_recipient(description: KeyDescription) -> None:
    """Raise if a description is not that of a usable public key.

    Raises:
        ValueError: it is not.
        ConfigurationError: `recipient-unsupported`.
    """
    if description.kind != "recipient" or description.params["suite"] != SUITE:
        raise ValueError(f"it is no recipient's key of the suite {SUITE}")
    raw = decode_base64(str(description.params["public"]))
    if len(raw) != _PUBLIC:
        raise ValueError(f"a public key has {_PUBLIC} bytes, not {len(raw)}")
    if hashlib.sha256(raw).hexdigest() != description.check:
        raise ValueError("the public key is not the one of its fingerprint")
    # Both halves refuse values that are no keys; X25519 only when it is used.
    _suite().encrypt(b"", _public(raw))


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


_Halves = tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]


def _private(seed: bytes) -> _Halves:
    """Return both halves of a private key (draft-connolly-cfrg-xwing-kem, 5.2)."""
    expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED + 32)
    try:
        first = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED])
    except UnsupportedAlgorithm:
        raise _unsupported() from None
    return first, x25519.X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED:])


def _joined(private: _Halves) -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(*private)


def _raw_public(private: _Halves) -> bytes:
    first, second = private
    return (
        first.public_key().public_bytes_raw() + second.public_key().public_bytes_raw()
    )


def _public(raw: bytes) -> MLKEM768X25519PublicKey:
    try:
        first = mlkem.MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC])
    except UnsupportedAlgorithm:
        raise _unsupported() from None
    second = x25519.X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:])
    return MLKEM768X25519PublicKey(first, second)


def _unsupported() -> ConfigurationError:
    return ConfigurationError(
        "recipient-unsupported",
        "the package `cryptography` here is built without ML-KEM",
        next_step="install its wheel from the package index",
    )
