"""Named Ed25519 keys of any signature type of C2SP signed-note, and their text forms.

What the keys of logs and those of witnesses have in common. Must never put a seed
in a repr, a message or an error, nor read a key of one type as one of another.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar, Generic, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from ringwall.base.errors import ConfigurationError
from ringwall.signing.base64text import decode_base64, encode_base64

__all__ = [
    "SIGNATURE_TYPES",
    "NamedPrivateKey",
    "NamedPublicKey",
    "format_private",
    "format_public",
    "generate_private",
    "is_key_name",
    "is_sound_point",
    "parse_private",
    "parse_public",
]

SIGNATURE_TYPES = {b"\x01": "a log", b"\x04": "a witness"}
"""Type byte of C2SP signed-note -> whose key it is, of the types that are read."""

_KEY_BYTES = 32
_PRIVATE = "PRIVATE+KEY+"
_MAX_NAME = 256
_MAX_TEXT = 512  # room for the longest name, the hash and the key

# RFC 8032 section 5.1: the field and the curve constant of edwards25519.
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


def is_key_name(name: str) -> bool:
    """Return whether C2SP signed-note allows the text as the name of a key.

    Not empty, no Unicode space, no `+`, no control character, and text that
    UTF-8 can hold.
    """
    return bool(name) and not any(
        ch.isspace() or ch == "+" or ch < " " or "\ud800" <= ch <= "\udfff"
        for ch in name
    )


@dataclass(frozen=True, slots=True)
class NamedPublicKey:
    """The public half of a key; the classes derived from it say what it verifies.

    Args:
        name: name of the signer, at most 256 characters.
        public: 32 bytes, the encoded point of RFC 8032.

    Raises:
        ValueError: the name is not allowed, the length is wrong, or the bytes
            are no point that can identify a signer (see `is_sound_point`).
    """

    signature_type: ClassVar[bytes]

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse values under which a signature would prove nothing."""
        _check_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise ValueError("a public key has 32 bytes")
        if not is_sound_point(self.public):
            raise ValueError("the public key is not a sound point of the curve")

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand for this key in a signature line."""
        seen = self.name.encode() + b"\n" + self.signature_type + self.public
        return sha256(seen).digest()[:4]

    def _is_signed(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


_PublicT = TypeVar("_PublicT", bound=NamedPublicKey)


@dataclass(frozen=True, slots=True)
class NamedPrivateKey(Generic[_PublicT]):
    """The private half of a key; the classes derived from it say what it signs.

    Args:
        name: name of the signer, at most 256 characters.
        seed: the 32 secret bytes of RFC 8032; no repr or error shows them.

    Raises:
        ValueError: the name is not allowed or the length is wrong.
    """

    verifier_type: ClassVar[type[NamedPublicKey]]

    name: str
    seed: bytes = field(repr=False)
    # Derived once: a log signs each batch, and deriving costs more than signing.
    _private: Ed25519PrivateKey = field(init=False, repr=False, compare=False)
    _verifier: _PublicT = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a name no note could carry and a seed of wrong length."""
        _check_name(self.name)
        if len(self.seed) != _KEY_BYTES:
            raise ValueError("a private seed has 32 bytes")
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        public = private.public_key().public_bytes_raw()
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "_verifier", self.verifier_type(self.name, public))

    def verifier(self) -> _PublicT:
        """Return the public half, safe to hand to anyone."""
        return self._verifier

    def _sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


_PrivateT = TypeVar("_PrivateT", bound=NamedPrivateKey[Any])


def generate_private(kind: type[_PrivateT], name: str) -> _PrivateT:
    """Return a new key from the randomness of the operating system.

    Raises:
        ConfigurationError: `key-malformed`, the name is not allowed.
    """
    try:
        return kind(name, secrets.token_bytes(_KEY_BYTES))
    except ValueError as error:
        raise _malformed(str(error)) from error


def format_public(key: NamedPublicKey) -> str:
    """Return `<name>+<key id in hex>+<base64>`, without a newline."""
    encoded = encode_base64(key.signature_type + key.public)
    return f"{key.name}+{key.key_id.hex()}+{encoded}"


def parse_public(kind: type[_PublicT], text: str) -> _PublicT:
    """Return the key of this kind that the text holds; nothing may surround it.

    Raises:
        ConfigurationError: `key-wrong-type`, its type byte is that of another
            kind; `key-malformed`, any other deviation from the one text that
            `format_public` would print.
    """
    name, key_id, public = _parse_fields(text, kind.signature_type)
    try:
        key = kind(name, public)
    except ValueError as error:
        raise _malformed(str(error)) from error
    _check_key_id(key, key_id)
    return key


def format_private(key: NamedPrivateKey[Any]) -> str:
    """Return `PRIVATE+KEY+<name>+<key id in hex>+<base64>`: a secret to guard."""
    encoded = encode_base64(key.verifier_type.signature_type + key.seed)
    return f"{_PRIVATE}{key.name}+{key.verifier().key_id.hex()}+{encoded}"


def parse_private(kind: type[_PrivateT], text: str) -> _PrivateT:
    """Return the key of this kind that the text holds; nothing may surround it.

    Raises:
        ConfigurationError: `key-wrong-type` or `key-malformed` as `parse_public`;
            no part of the text is shown.
    """
    if not text.startswith(_PRIVATE):
        raise _malformed("a signing key starts with `PRIVATE+KEY+`")
    wanted = kind.verifier_type.signature_type
    name, key_id, seed = _parse_fields(text.removeprefix(_PRIVATE), wanted)
    try:
        key = kind(name, seed)
    except ValueError as error:
        raise _malformed(str(error)) from error
    _check_key_id(key.verifier(), key_id)
    return key


def _check_name(name: str) -> None:
    if not is_key_name(name):
        raise ValueError(
            "a key name is not empty and has no space, `+` or control character"
        )
    if len(name) > _MAX_NAME:
        raise ValueError(f"a key name has at most {_MAX_NAME} characters")


def _parse_fields(text: str, wanted: bytes) -> tuple[str, str, bytes]:
    """Return name, key id as written and the bytes behind the type byte."""
    if len(text) > _MAX_TEXT:
        raise _malformed("the key text is too long")
    # Base64 may hold `+` too, so only the first two divide.
    fields = text.split("+", 2)
    if len(fields) != 3:
        raise _malformed("a key has a name, a hash and a base64 part with `+` between")
    name, key_id, encoded = fields
    try:
        data = decode_base64(encoded)
    except ValueError:
        # INVARIANT: no `from`: the cause may carry secret text.
        raise _malformed("the key part is not canonical base64") from None
    _check_type(data[:1], wanted)
    return name, key_id, data[1:]


def _check_type(seen: bytes, wanted: bytes) -> None:
    if seen == wanted:
        return
    if seen not in SIGNATURE_TYPES:
        raise _malformed("the key is not of the Ed25519 type")
    raise ConfigurationError(
        "key-wrong-type",
        f"it is the key of {SIGNATURE_TYPES[seen]}, not of {SIGNATURE_TYPES[wanted]}",
        next_step="give the key that was made for this use; none serves for both",
    )


def _check_key_id(key: NamedPublicKey, written: str) -> None:
    # Compared as text: upper-case hex is a second spelling, so it is refused.
    seen = written.encode("ascii", "replace")
    if not hmac.compare_digest(key.key_id.hex().encode("ascii"), seen):
        raise _malformed("the hash does not fit the name and the key")


def is_sound_point(public: bytes) -> bool:
    """Return whether the bytes encode a curve point not of small order.

    Under a point of small order one signature fits many messages, and under
    bytes that encode no point none ever fits; the library loads both.
    """
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _P:
        return False
    square = y * y % _P
    # Order 1 and 2 have y = 1 and y = -1, order 4 has y = 0; doubling a point
    # of order 8 gives y = 0, that is d*y^4 + 2*y^2 - 1 = 0.
    if square in (0, 1) or (_D * square * square + 2 * square - 1) % _P == 0:
        return False
    # RFC 8032 section 5.1.3: x^2 = (y^2 - 1) / (d*y^2 + 1) must have a root.
    return pow((square - 1) * (_D * square + 1), (_P - 1) // 2, _P) == 1


def _malformed(message: str) -> ConfigurationError:
    return ConfigurationError(
        "key-malformed",
        message,
        next_step="give the one line of the key as it was printed, and a name without "
        "spaces where you choose one",
    )
