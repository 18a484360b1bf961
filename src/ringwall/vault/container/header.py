"""The header of a container: what it holds, for whom, and where each chunk lies.

`docs/vault-format.md` section 2. Its digest is bound to each chunk and each key
slot, so no field can change later. Must never hold anything that is secret.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

from ringwall.base.clock import format_instant, parse_instant
from ringwall.model.container_names import parse_container, parse_file_name
from ringwall.model.ids import ASSET_KINDS, parse_id, prefix_of
from ringwall.vault.container.json_block import BLOCK_BYTES, pack_block, unpack_block

__all__ = [
    "BODY_START",
    "DEFAULT_CHUNK",
    "NONCE_BYTES",
    "TAG_BYTES",
    "ContainerHeader",
    "fresh_container",
    "fresh_nonce",
]

DEFAULT_CHUNK: Final = 1024 * 1024
"""Plaintext bytes of a chunk, if nobody says otherwise."""
BODY_START: Final = 3 * BLOCK_BYTES
"""Where the first chunk begins: behind the header and two key slots."""
TAG_BYTES: Final = 16
NONCE_BYTES: Final = 7
"""Of the prefix that all nonces of a container have in common."""

# A field of the header is called `bytes`, which hides the type in its class.
_Octets: TypeAlias = bytes

_MAGIC: Final = b"ringwall-vault\x00\x01"
_TEXTS: Final = frozenset(
    {"container", "asset", "file", "tier", "nonce", "created", "copy_of", "recipient"}
)
_NUMBERS: Final = frozenset({"bytes", "chunk"})
_KEYS: Final = _TEXTS | _NUMBERS | {"v"}
_TIER: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_NONCE: Final = re.compile(rf"[0-9a-f]{{{2 * NONCE_BYTES}}}")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_CONTAINER_DIGITS: Final = 20
_MAX_TIER_CHARACTERS: Final = 64
_MIN_CHUNK: Final = 4096
_MAX_CHUNK: Final = 16 * 1024 * 1024
_MAX_BYTES: Final = 2**53 - 1
_MAX_CHUNKS: Final = 2**32


@dataclass(frozen=True, slots=True)
class ContainerHeader:
    """What stands in the first 4096 bytes of a container.

    Attributes:
        container: its id, `box-` and 20 digits of base 32.
        asset: id of the asset that the file belongs to.
        file: name of the file within the asset, a relative POSIX path.
        tier: where the asset was held when it was sealed; informs only.
        bytes: length of the plaintext.
        chunk: plaintext bytes of each chunk but the last, a power of two.
        nonce: 7 bytes that the nonce of each chunk begins with.
        created: instant of sealing, microseconds since the epoch.
        copy_of: id of the container that it is a copy of, or empty.
        recipient: id of the site that it was made for, or empty.

    Raises:
        ValueError: a field is malformed or over its limit.
    """

    container: str
    asset: str
    file: str
    tier: str
    bytes: int
    chunk: int
    nonce: _Octets
    created: int
    copy_of: str = ""
    recipient: str = ""

    def __post_init__(self) -> None:
        """Check each field; the limits are those of section 2."""
        parse_container(self.container)
        if self.copy_of:
            parse_container(self.copy_of)
        if prefix_of(parse_id(self.asset)) not in ASSET_KINDS:
            raise ValueError(f"`{self.asset}` is not the id of an asset")
        if self.recipient and prefix_of(parse_id(self.recipient)) != "site":
            raise ValueError(f"`{self.recipient}` is not the id of a site")
        parse_file_name(self.file)
        if len(self.tier) > _MAX_TIER_CHARACTERS or not _TIER.fullmatch(self.tier):
            raise ValueError(f"`{self.tier[:60]}` is not the name of a tier")
        if len(self.nonce) != NONCE_BYTES:
            raise ValueError(f"a nonce begins with {NONCE_BYTES} bytes")
        format_instant(self.created)
        self._check_sizes()

    def _check_sizes(self) -> None:
        is_power = self.chunk & (self.chunk - 1) == 0
        if not (is_power and _MIN_CHUNK <= self.chunk <= _MAX_CHUNK):
            raise ValueError(f"chunks can't have {self.chunk} bytes")
        if not 0 <= self.bytes <= _MAX_BYTES or self.chunks > _MAX_CHUNKS:
            raise ValueError(f"{self.bytes} bytes are outside what a container holds")

    @classmethod
    def parse(cls, block: _Octets) -> Self:
        """Return the header that 4096 bytes hold.

        Raises:
            ValueError: they are not exactly what `block` would make of it.
        """
        value = unpack_block(_MAGIC, block, _KEYS)
        for key in _NUMBERS:
            if type(value[key]) is not int:
                raise ValueError(f"`{key}` is no integer")
        for key in _TEXTS:
            if type(value[key]) is not str:
                raise ValueError(f"`{key}` is no text")
        return cls._of(value)

    @classmethod
    def _of(cls, value: dict[str, Any]) -> Self:
        """Return the header of an object whose fields have the right types."""
        if not _NONCE.fullmatch(value["nonce"]):
            raise ValueError("`nonce` is not 14 hex digits")
        created = parse_instant(value["created"])
        if format_instant(created) != value["created"]:
            raise ValueError("`created` has another spelling than it should")
        words = {key: value[key] for key in _KEYS - {"v", "nonce", "created"}}
        nonce = bytes.fromhex(value["nonce"])
        return cls(**words, nonce=nonce, created=created)

    def block(self) -> _Octets:
        """Return the 4096 bytes that a container begins with."""
        return pack_block(
            _MAGIC,
            {
                "v": 1,
                "container": self.container,
                "asset": self.asset,
                "file": self.file,
                "tier": self.tier,
                "bytes": self.bytes,
                "chunk": self.chunk,
                "nonce": self.nonce.hex(),
                "created": format_instant(self.created),
                "copy_of": self.copy_of,
                "recipient": self.recipient,
            },
        )

    @property
    def digest(self) -> _Octets:
        """SHA-256 of `block()`; what chunks and slots are bound to."""
        return hashlib.sha256(self.block()).digest()

    @property
    def chunks(self) -> int:
        """How many chunks there are: at least one, which an empty file leaves empty."""
        return max(1, -(-self.bytes // self.chunk))

    @property
    def file_bytes(self) -> int:
        """Length of the whole container: no byte more, no byte less."""
        return BODY_START + self.bytes + TAG_BYTES * self.chunks

    def chunk_bytes(self, index: int) -> int:
        """Return the plaintext bytes of one chunk; `index` counts from 0.

        Raises:
            ValueError: there is no such chunk.
        """
        if not 0 <= index < self.chunks:
            raise ValueError(f"there is no chunk {index}")
        return min(self.chunk, self.bytes - index * self.chunk)

    def chunk_start(self, index: int) -> int:
        """Return where the sealed bytes of a chunk begin in the container."""
        return BODY_START + index * (self.chunk + TAG_BYTES)

    def chunk_nonce(self, index: int) -> _Octets:
        """Return the nonce of a chunk: prefix, u32 counter, 1 for the last else 0."""
        is_last = index == self.chunks - 1
        return self.nonce + index.to_bytes(4, "big") + bytes([is_last])


def fresh_container() -> str:
    """Return a new id of 100 random bits."""
    digits = (secrets.choice(_ALPHABET) for _ in range(_CONTAINER_DIGITS))
    return "box-" + "".join(digits)


def fresh_nonce() -> bytes:
    """Return a new random prefix of nonces; each data key is used with one only."""
    return secrets.token_bytes(NONCE_BYTES)
