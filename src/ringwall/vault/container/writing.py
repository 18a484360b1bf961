"""Writing a container: encrypted as it is read, under its name only when whole.

`docs/vault-format.md` sections 2 to 4. Must never write a byte of plaintext, nor
reuse a data key.
"""

import hashlib
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.buffers import fresh_buffer, wipe
from ringwall.vault.container.chunks import ChunkCipher
from ringwall.vault.container.header import TAG_BYTES, ContainerHeader
from ringwall.vault.container.json_block import EMPTY_BLOCK
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.container.slots import DATA_KEY_BYTES, KeySlot

__all__ = ["PlainSource", "SlotOf", "Written", "write_part"]

# A field of what was written is called `bytes`, which hides the type in its class.
_Octets: TypeAlias = bytes


class PlainSource(Protocol):
    """What plaintext is read from, front to back."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a buffer, or its first bytes; 0 at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, as the record is to know it.

    Attributes:
        header_digest: SHA-256 of the header, 32 bytes.
        slot_digest: SHA-256 of the key slot's block, 32 bytes.
        sha256: of the plaintext, 32 bytes.
        bytes: of the plaintext.
    """

    header_digest: _Octets
    slot_digest: _Octets
    sha256: _Octets
    bytes: int


SlotOf = Callable[[bytes, bytes], KeySlot]
"""Makes the first slot from a new data key and the header's digest."""


def write_part(
    source: PlainSource,
    part: PartFile,
    header: ContainerHeader,
    slot_of: SlotOf,
    progress: Callable[[int], None] | None = None,
) -> Written:
    """Seal a file, durably, without giving it its name; that is `part.publish`.

    If anything fails the unfinished file is removed.

    Args:
        source: of the plaintext; has to give `header.bytes` bytes, and no more.
        part: new and empty.
        header: what the container says; its nonce is new.
        slot_of: wraps the data key, which is made here.
        progress: is told how many bytes of plaintext are done.

    Raises:
        IntegrityError: `source-length-differs`.
        ConfigurationError: `container-unwritable`.
    """
    data_key = bytearray(secrets.token_bytes(DATA_KEY_BYTES))
    cipher = ChunkCipher(data_key, header)
    try:
        slot = slot_of(cipher.data_key, header.digest)
        part.write(memoryview(header.block() + slot.block() + EMPTY_BLOCK))
        digest = _Body(source, part, cipher, header).write(progress)
        part.flush()
    except BaseException:
        part.discard()
        raise
    finally:
        cipher.forget()
    return Written(header.digest, slot.digest, digest, header.bytes)


class _Body:
    """The chunks of a container while they are written.

    The digest of the plaintext is made beside the encryption, by a thread of its own:
    it takes longer than all the rest.
    """

    def __init__(
        self,
        source: PlainSource,
        part: PartFile,
        cipher: ChunkCipher,
        header: ContainerHeader,
    ) -> None:
        self._source = source
        self._part = part
        self._cipher = cipher
        self._header = header
        room = min(header.chunk, header.bytes)
        # One is hashed while the other one is filled.
        self._plain = (fresh_buffer(room), fresh_buffer(room))
        self._sealed = fresh_buffer(room + TAG_BYTES)

    def write(self, progress: Callable[[int], None] | None) -> bytes:
        """Write all chunks; return the SHA-256 of the plaintext."""
        digest = hashlib.sha256()
        try:
            with ThreadPoolExecutor(1, "ringwall-seal") as beside:
                hashed: Future[None] = beside.submit(digest.update, b"")
                done = 0
                for index in range(self._header.chunks):
                    plain = self._filled(index)
                    hashed.result()
                    hashed = beside.submit(digest.update, plain)
                    self._seal(index, plain)
                    done += len(plain)
                    if progress:
                        progress(done)
                hashed.result()
            self._check_end()
        finally:
            for buffer in self._plain:
                wipe(buffer)
        return digest.digest()

    def _filled(self, index: int) -> memoryview:
        """Return one chunk of plaintext.

        It lies where the last but one did, whose digest is made: that was waited for
        before the last one was handed over.
        """
        length = self._header.chunk_bytes(index)
        plain = self._plain[index % 2][:length]
        have = 0
        while have < length:
            got = self._source.readinto(plain[have:])
            if not got:
                start = index * self._header.chunk
                raise _other_length(f"ends after {start + have}", self._header)
            have += got
        return plain

    def _seal(self, index: int, plain: memoryview) -> None:
        sealed = self._sealed[: len(plain) + TAG_BYTES]
        self._cipher.seal_into(index, plain, sealed)
        self._part.write(sealed)

    def _check_end(self) -> None:
        with memoryview(bytearray(1)) as beyond:
            if self._source.readinto(beyond):
                raise _other_length("goes on after that", self._header)


def _other_length(what: str, header: ContainerHeader) -> IntegrityError:
    return IntegrityError(
        "source-length-differs",
        f"the file to be sealed should have {header.bytes} bytes and {what}",
        next_step="seal it again once nobody writes it any more",
    )
