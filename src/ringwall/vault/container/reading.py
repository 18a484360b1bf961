"""Reading a container: its structure without a key, its bytes with one.

`docs/vault-format.md` section 5 has the order of the checks. Must never deliver a
byte whose tag does not hold.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from ringwall.vault.container.buffers import fresh_buffer, wipe
from ringwall.vault.container.chunks import ChunkCipher, ChunkDamaged
from ringwall.vault.container.faults import damaged
from ringwall.vault.container.header import BODY_START, TAG_BYTES, ContainerHeader
from ringwall.vault.container.json_block import BLOCK_BYTES
from ringwall.vault.container.sealed_file import SealedFile
from ringwall.vault.container.slot_pair import parse_slot_pair
from ringwall.vault.container.slots import DATA_KEY_BYTES, KeySlot, is_vouched_for

__all__ = ["ContainerReader", "Unlocked"]


class ContainerReader:
    """A container whose header, slots and length have been checked; needs no key.

    Made by `open`. A context manager that closes the file.

    Attributes:
        path: of the container.
        header: what it holds.
        header_digest: SHA-256 of the header, 32 bytes.
        slots: those that are filled, the one that counts first.
        is_mending: whether it was opened by whoever mends its slots.
        is_torn: whether a malformed slot was passed over, which is to be emptied.
        file: the file itself.
    """

    def __init__(self, file: SealedFile, *, is_mending: bool) -> None:
        self.path = file.path
        self.file = file
        self.is_mending = is_mending
        if file.size < BODY_START + TAG_BYTES:
            what = f"ends after {file.size} bytes, fewer than any container has"
            raise damaged("container-truncated", self.path, what)
        start = bytearray(BODY_START)
        file.read_into(0, memoryview(start))
        try:
            self.header = ContainerHeader.parse(bytes(start[:BLOCK_BYTES]))
        except ValueError as error:
            what = f"has a malformed header: {error}"
            raise damaged("container-header-malformed", self.path, what) from error
        self.header_digest = self.header.digest
        blocks = bytes(start[BLOCK_BYTES:])
        pair = parse_slot_pair(self.path, blocks, is_mending=is_mending)
        self.slots, self.is_torn = pair
        self._check_length()

    @classmethod
    def open(
        cls, path: Path, *, is_mending: bool = False, below: Path | None = None
    ) -> Self:
        """Return the container at a path, its structure checked.

        Args:
            path: of the container; a link in its place is refused.
            is_mending: take a container with one malformed slot, if the other one is
                whole; for whoever writes that slot anew.
            below: folder from which on no folder on the way may be a link.

        Raises:
            IntegrityError: `container-missing`, `container-not-a-file`,
                `container-unreadable`, `container-truncated`, `container-extended`,
                `container-header-malformed`, `container-slot-malformed`,
                `container-slot-misplaced`, `container-slot-missing`.
        """
        file = SealedFile(path, below)
        try:
            return cls(file, is_mending=is_mending)
        except BaseException:
            file.close()
            raise

    @property
    def slot(self) -> KeySlot:
        """The slot that counts: that of the highest generation."""
        return self.slots[0]

    @property
    def slot_digest(self) -> bytes:
        """SHA-256 of the block of the slot that counts."""
        return self.slot.digest

    def unlock(
        self, release: Callable[[KeySlot], bytes], slot: KeySlot | None = None
    ) -> "Unlocked":
        """Return the container with its data key, which opens its bytes.

        The file belongs to what is returned, and is closed with it.

        Args:
            release: gives the data key of a slot, as a provider unwraps it from
                `slot.params` and `slot.wrapped` under `slot.context(header_digest)`.
            slot: one of `slots`; the one that counts, if left out.

        Raises:
            IntegrityError: `container-slot-forged`, the data key does not vouch for
                each slot that is there (when mending: for this one);
                `container-chunk-damaged`, of an empty file.
            ValueError: the slot is not one of this container's.
        """
        used = slot or self.slot
        if used not in self.slots:
            raise ValueError("this is not a slot of this container")
        data_key = bytearray(release(used))
        try:
            self._check_slots(data_key, (used,) if self.is_mending else self.slots)
            return Unlocked(self, data_key)
        except BaseException:
            data_key[:] = bytes(len(data_key))
            raise

    def close(self) -> None:
        """Close the file; closing it again does nothing."""
        self.file.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def _check_length(self) -> None:
        need, size = self.header.file_bytes, self.file.size
        if size == need:
            return
        code = "container-truncated" if size < need else "container-extended"
        what = f"has {size} bytes where its header demands {need}"
        raise damaged(code, self.path, what)

    def _check_slots(self, data_key: bytearray, slots: tuple[KeySlot, ...]) -> None:
        """Raise unless the data key vouches for each of these slots."""
        if len(data_key) != DATA_KEY_BYTES or not all(
            is_vouched_for(data_key, self.header_digest, slot) for slot in slots
        ):
            what = "has a key slot that its data key does not vouch for"
            raise damaged("container-slot-forged", self.path, what)


class Unlocked:
    """A container with its data key; made by `ContainerReader.unlock`.

    Threads may share it, one reads at a time. A context manager that closes it. Of a
    range that ends inside a chunk the whole chunk stays in a buffer of its own, until
    another one takes its place or the container is closed.

    Attributes:
        reader: the container.
        header: what it holds.
        size: bytes of the plaintext.
    """

    def __init__(self, reader: ContainerReader, data_key: bytearray) -> None:
        self.reader = reader
        self.header = reader.header
        self.size = reader.header.bytes
        self._cipher = ChunkCipher(data_key, self.header)
        self._turn = threading.Lock()
        room = min(self.header.chunk, self.size)
        # Read before it is opened, not mapped: a file that changes while a cipher
        # looks at it could have one content for the tag and another one for us.
        self._sealed = fresh_buffer(room + TAG_BYTES)
        self._plain = fresh_buffer(room)
        self._aside, self._is_clear = -1, True
        if not self.size:
            self._open(0, self._plain)  # no read would ever look at it

    def read_into(self, start: int, buffer: memoryview) -> None:
        """Fill a buffer with the plaintext from `start` on.

        Each chunk is opened straight into the buffer, whole ones without a copy. If
        anything fails the whole buffer is zeroed before the error is raised.

        Args:
            start: of the range, from 0.
            buffer: writable, contiguous; its length is that of the range.

        Raises:
            IntegrityError: `container-chunk-damaged`, `container-truncated`,
                `container-unreadable`.
            ValueError: the range is not inside the file, or it is closed.
        """
        target = buffer.cast("B")
        stop = start + len(target)
        if not 0 <= start <= stop <= self.size:
            raise ValueError(f"{start} to {stop} is outside the file")
        with self._turn:
            self._check_open()
            try:
                self._fill(start, stop, target)
            except BaseException:
                wipe(target)
                raise

    def read(self, start: int, stop: int) -> memoryview:
        """Return the plaintext from `start` up to `stop`, read-only; as `read_into`."""
        if not 0 <= start <= stop <= self.size:
            raise ValueError(f"{start} to {stop} is outside the file")
        target = fresh_buffer(stop - start)
        self.read_into(start, target)
        return target.toreadonly()

    def verify(
        self,
        first: int = 0,
        until: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Check the tags of chunks, and return the chunk to go on from.

        Args:
            first: chunk to begin with; it goes on from there another time.
            until: chunk to end before; all chunks, if left out.
            progress: is told after each chunk which one is next.

        Raises:
            IntegrityError: as `read_into`.
            ValueError: there are no such chunks, or it is closed.
        """
        last = self.header.chunks if until is None else until
        if not 0 <= first <= last <= self.header.chunks:
            raise ValueError(f"{first} to {last} are no chunks of this container")
        try:
            for index in range(first, last):
                with self._turn:
                    self._check_open()
                    self._aside = -1
                    self._open_aside(index, self.header.chunk_bytes(index))
                if progress:
                    progress(index + 1)
        finally:
            with self._turn:
                self._clear_aside()
        return last

    def new_slot(self, slot_of: Callable[[bytes, bytes], KeySlot]) -> KeySlot:
        """Return a further slot for the data key.

        Args:
            slot_of: makes it from the data key and the header's digest.

        Raises:
            ValueError: it is closed.
        """
        return slot_of(self._cipher.data_key, self.reader.header_digest)

    def close(self) -> None:
        """Overwrite data key and plaintext, close the file; again does nothing."""
        with self._turn:
            self._cipher.forget()
            self._clear_aside()
            self.reader.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _check_open(self) -> None:
        if self._cipher.is_forgotten:
            raise ValueError("the container is closed")

    def _fill(self, start: int, stop: int, target: memoryview) -> None:
        """Open each chunk that the range touches, whole ones in place."""
        size = self.header.chunk
        for index in range(start // size, -(-stop // size) if stop > start else 0):
            begin = index * size
            length = self.header.chunk_bytes(index)
            low, high = max(start - begin, 0), min(stop - begin, length)
            piece = target[begin + low - start : begin + high - start]
            if len(piece) == length:
                self._open(index, piece)
                continue
            self._open_aside(index, length)
            piece[:] = self._plain[low:high]

    def _open_aside(self, index: int, length: int) -> None:
        """Have a chunk in the buffer beside, where it stays for the next small read."""
        if self._aside == index:
            return
        self._aside, self._is_clear = -1, False
        self._open(index, self._plain[:length])
        self._aside = index

    def _clear_aside(self) -> None:
        if not self._is_clear:  # its pages are not there before they are written
            self._aside, self._is_clear = -1, True
            wipe(self._plain)

    def _open(self, index: int, plain: memoryview) -> None:
        """Read one chunk and open it into a buffer of its very length."""
        sealed = self._sealed[: len(plain) + TAG_BYTES]
        self.reader.file.read_into(self.header.chunk_start(index), sealed)
        try:
            self._cipher.open_into(index, sealed, plain)
        except ChunkDamaged as error:
            what = f"has a damaged chunk {error.index}"
            raise damaged("container-chunk-damaged", self.reader.path, what) from None
