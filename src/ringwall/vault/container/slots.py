"""A key slot: the data key of a container, wrapped under one key-encryption key.

`docs/vault-format.md` section 3. A mac under the data key itself vouches for each
field. Must never hold the data key in the clear.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ringwall.base.canonical import dump_canonical
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.vault.container.json_block import pack_block, unpack_block

__all__ = [
    "DATA_KEY_BYTES",
    "KeySlot",
    "WrappedKey",
    "WrapsKeys",
    "is_vouched_for",
    "slot_mac",
    "wrap_context",
    "wrapped_slot",
]

DATA_KEY_BYTES: Final = 32

_KEYS: Final = frozenset({"v", "generation", "key", "kind", "params", "wrapped", "mac"})
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_KIND: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PARAM: Final = re.compile(r"[a-z][a-z0-9_-]*")
_MAX_NAME_CHARACTERS: Final = 64
_MAX_PARAMS: Final = 16
_MAX_PARAM_CHARACTERS: Final = 1024
_MAX_WRAPPED_BYTES: Final = 2048
_MAX_NUMBER: Final = 2**53 - 1
_MAC_BYTES: Final = 32
_WRAP: Final = b"ringwall-vault/1 wrap\0"
_SLOT: Final = b"ringwall-vault/1 slot"


class WrappedKey(Protocol):
    """What a provider makes of a data key."""

    @property
    def params(self) -> Mapping[str, str | int]:
        """What it needs to unwrap, besides the key."""
        ...

    @property
    def blob(self) -> bytes:
        """The wrapped data key."""
        ...


class WrapsKeys(Protocol):
    """A key-encryption key that can wrap."""

    @property
    def name(self) -> str:
        """Name of the key."""
        ...

    @property
    def kind(self) -> str:
        """Kind of its provider."""
        ...

    def wrap(self, data_key: bytes, context: bytes) -> WrappedKey:
        """Return the data key, wrapped and bound to the context."""
        ...


@dataclass(frozen=True, slots=True)
class KeySlot:
    """One of the two places where a container's data key stands, wrapped.

    Attributes:
        generation: 1 of the first; each rewrap adds one.
        key: name of the key-encryption key.
        kind: of its provider, such as `file`.
        params: what the provider needs to unwrap, besides the key.
        wrapped: the wrapped data key, as the provider made it.
        mac: 32 bytes over the header's digest and all fields above.

    Raises:
        ValueError: a field is malformed or over its limit.
    """

    generation: int
    key: str
    kind: str
    params: Mapping[str, str | int] = field(hash=False)
    wrapped: bytes
    mac: bytes

    def __post_init__(self) -> None:
        """Check each field; the limits are those of section 3."""
        _check_words(self.generation, self.key, self.kind)
        if len(self.params) > _MAX_PARAMS:
            raise ValueError("a slot has too many params")
        for name, value in self.params.items():
            _check_param(name, value)
        if not 1 <= len(self.wrapped) <= _MAX_WRAPPED_BYTES:
            raise ValueError(f"{len(self.wrapped)} bytes can't be a wrapped key")
        if len(self.mac) != _MAC_BYTES:
            raise ValueError(f"the mac of a slot has {_MAC_BYTES} bytes")

    @classmethod
    def parse(cls, block: bytes) -> Self:
        """Return the slot that 4096 bytes hold.

        Raises:
            ValueError: they are not exactly what `block` would make of it; an empty
                slot, all zero, is none.
        """
        value = unpack_block(b"", block, _KEYS)
        for key in ("key", "kind", "wrapped", "mac"):
            if type(value[key]) is not str:
                raise ValueError(f"`{key}` is no text")
        if type(value["params"]) is not dict:
            raise ValueError("`params` is no object")
        value["wrapped"] = decode_base64(value["wrapped"])
        value["mac"] = decode_base64(value["mac"])
        del value["v"]
        return cls(**value)

    def block(self) -> bytes:
        """Return the 4096 bytes of the slot.

        Raises:
            ValueError: the fields are too long for one block.
        """
        return pack_block(b"", {**self._words(), "mac": encode_base64(self.mac)})

    @property
    def digest(self) -> bytes:
        """SHA-256 of `block()`; what the record knows the slot by."""
        return hashlib.sha256(self.block()).digest()

    @property
    def place(self) -> int:
        """0 for slot A, which odd generations go to, and 1 for slot B."""
        return (self.generation + 1) % 2

    def signed(self) -> bytes:
        """Return the bytes that the mac is over, behind the header's digest."""
        return dump_canonical(self._words())

    def context(self, header_digest: bytes) -> bytes:
        """Return what this slot's wrap is bound to, see `wrap_context`."""
        return wrap_context(header_digest, self.generation, self.key, self.kind)

    def _words(self) -> dict[str, Any]:
        """Return all fields but the mac, as JSON."""
        return {
            "v": 1,
            "generation": self.generation,
            "key": self.key,
            "kind": self.kind,
            "params": dict(self.params),
            "wrapped": encode_base64(self.wrapped),
        }


def wrap_context(header_digest: bytes, generation: int, key: str, kind: str) -> bytes:
    """Return what a wrap is bound to: one container, one slot, one key.

    Args:
        header_digest: of the container's header, 32 bytes.
        generation: of the slot.
        key: name of the key-encryption key.
        kind: of its provider.

    Raises:
        ValueError: one of the words is malformed.
    """
    _check_words(generation, key, kind)
    words = {"generation": generation, "key": key, "kind": kind}
    return _WRAP + header_digest + dump_canonical(words)


def slot_mac(data_key: bytes | bytearray, header_digest: bytes, slot: KeySlot) -> bytes:
    """Return the mac that a slot must have: HMAC-SHA256, section 3.

    Its key is derived from the data key (RFC 5869 with SHA-256, no salt).
    """
    derived = HKDF(SHA256(), length=32, salt=None, info=_SLOT).derive(data_key)
    return hmac.digest(derived, header_digest + slot.signed(), "sha256")


def is_vouched_for(
    data_key: bytes | bytearray, header_digest: bytes, slot: KeySlot
) -> bool:
    """Return whether this data key and this header belong to the slot."""
    return hmac.compare_digest(slot_mac(data_key, header_digest, slot), slot.mac)


def wrapped_slot(
    key: WrapsKeys, generation: int, data_key: bytes, header_digest: bytes
) -> KeySlot:
    """Return a slot with a data key wrapped under a key-encryption key.

    Args:
        key: what wraps.
        generation: of the slot, 1 in a new container.
        data_key: of the container, 32 bytes.
        header_digest: of its header.

    Raises:
        ValueError: the key has a name or gives params that no slot can hold.
    """
    context = wrap_context(header_digest, generation, key.name, key.kind)
    wrapped = key.wrap(data_key, context)
    words = (generation, key.name, key.kind, dict(wrapped.params), wrapped.blob)
    draft = KeySlot(*words, mac=bytes(_MAC_BYTES))
    slot = KeySlot(*words, mac=slot_mac(data_key, header_digest, draft))
    slot.block()  # which raises, if they are too long together
    return slot


def _check_words(generation: int, key: str, kind: str) -> None:
    if type(generation) is not int or not 1 <= generation <= _MAX_NUMBER:
        raise ValueError("`generation` is not a number from 1 on")
    for text, form in ((key, _NAME), (kind, _KIND)):
        if len(text) > _MAX_NAME_CHARACTERS or not form.fullmatch(text):
            raise ValueError(f"`{text[:60]}` is not the name of a key or its kind")


def _check_param(name: str, value: object) -> None:
    if len(name) > _MAX_NAME_CHARACTERS or not _PARAM.fullmatch(name):
        raise ValueError(f"`{name[:60]}` is not the name of a param")
    if type(value) is int:
        if not 0 <= value <= _MAX_NUMBER:
            raise ValueError(f"`{name}` is outside 0 to 2^53-1")
    elif type(value) is not str or len(value) > _MAX_PARAM_CHARACTERS:
        raise ValueError(f"`{name}` is neither a number nor a short text")
