"""Small containers for tests, under a key-encryption key that is 32 bytes.

The cipher is the real one; what a keyring does besides is left out.
"""

import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.header import (
    ContainerHeader,
    fresh_container,
    fresh_nonce,
)
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.container.reading import ContainerReader, Unlocked
from ringwall.vault.container.slots import KeySlot, wrapped_slot
from ringwall.vault.container.writing import PlainSource, SlotOf, Written, write_part

__all__ = [
    "AT",
    "CHUNK",
    "Blob",
    "Kek",
    "header_of",
    "release",
    "seal",
    "unlocked",
    "write_container",
]

AT = 1_800_000_000_000_000
CHUNK = 4096


@dataclass(frozen=True)
class Blob:
    """A wrapped data key."""

    params: dict[str, str | int]
    blob: bytes


@dataclass
class Kek:
    """A key-encryption key in memory; `params` is what it puts into a slot."""

    name: str = "key-1"
    kind: str = "file"
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    params: dict[str, str | int] = field(default_factory=dict)

    def wrap(self, data_key: bytes, context: bytes) -> Blob:
        """Return the wrapped data key."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self.key).encrypt(nonce, data_key, context)
        return Blob(self.params, nonce + sealed)

    def unwrap(self, blob: bytes, context: bytes) -> bytes:
        """Return the data key; as the product's providers, by its error."""
        try:
            return AESGCM(self.key).decrypt(blob[:12], blob[12:], context)
        except (InvalidTag, ValueError):
            raise IntegrityError("key-unwrap-failed", "does not unwrap") from None


KEK = Kek(key=bytes(range(32)))


def header_of(size: int, **words: str) -> ContainerHeader:
    """Return the header of a new container with chunks of 4096 bytes."""
    header = ContainerHeader(
        container=fresh_container(),
        asset="weights:aurora-2",
        file="model.safetensors",
        tier="upper",
        bytes=size,
        chunk=CHUNK,
        nonce=fresh_nonce(),
        created=AT,
    )
    return replace(header, **words)  # type: ignore[arg-type] # texts are all it is given


def write_container(
    source: PlainSource,
    path: Path,
    header: ContainerHeader,
    slot_of: SlotOf,
    progress: Callable[[int], None] | None = None,
) -> Written:
    """Seal a source and give the container its name at once."""
    with PartFile.begin(path) as part:
        written = write_part(source, part, header, slot_of, progress)
        part.publish()
    return written


def seal(path: Path, data: bytes, kek: Kek = KEK, **words: str) -> Written:
    """Make a container."""
    header = header_of(len(data), **words)
    return write_container(
        io.BytesIO(data), path, header, partial(wrapped_slot, kek, 1)
    )


def release(reader: ContainerReader, kek: Kek = KEK) -> Callable[[KeySlot], bytes]:
    """Return what gives the data key of a slot."""
    return lambda slot: kek.unwrap(slot.wrapped, slot.context(reader.header_digest))


def unlocked(path: Path, kek: Kek = KEK) -> Unlocked:
    """Return the container at a path, unlocked."""
    reader = ContainerReader.open(path)
    try:
        return reader.unlock(release(reader, kek))
    except BaseException:
        reader.close()
        raise
