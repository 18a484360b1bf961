"""A file of the vault while it is open: bytes, each range of them on its own permit.

What was released once is not asked for again by the same open. Must never deliver a
byte that no permit carries, nor work on once it is closed or in another process.
"""

import io
import os
import threading
from collections.abc import Callable
from typing import Final, NamedTuple, NoReturn, Protocol

from typing_extensions import Buffer, override

from ringwall.base.errors import ActRefused
from ringwall.gate.denied import AccessDenied
from ringwall.model.decisions import Stage
from ringwall.vault.container.buffers import fresh_buffer
from ringwall.vault.ranges import Ranges

__all__ = ["AHEAD", "Ask", "Content", "Named", "VaultFile", "VaultReader"]

AHEAD: Final = 8 * 1024 * 1024
"""Bytes that a file read from front to back asks for at a time."""

# What the largest read of a buffered reader asks for, if it has no use for more.
_BUFFER: Final = 64 * 1024
# Where amounts are judged. Not the codes: of several rows in the way a decision names
# the one that lacks least, and that may be one about something else.
_AMOUNTS: Final = frozenset({Stage.FLOW, Stage.BUDGET})

Ask = Callable[[int, int, int], object]
"""Asks for a permit for so many bytes not released before, between start and stop."""


class Content(Protocol):
    """What a file's bytes come from once its data key is released."""

    def read_into(self, start: int, buffer: memoryview) -> None:
        """Fill a buffer with the bytes from `start`, or zero it and raise."""
        ...

    def close(self) -> None:
        """Forget the data key."""
        ...


class Named(NamedTuple):
    """What an open file is.

    Attributes:
        name: of the file within its asset.
        asset: id.
        container: id.
        size: bytes.
    """

    name: str
    asset: str
    container: str
    size: int


class VaultFile(io.RawIOBase):
    """A file of the vault, open for reading; shared by the threads of one process.

    Args:
        named: what it is.
        content: gives its bytes.
        ask: puts the question for a range; raises to refuse.
        ahead: bytes that reading from front to back asks for at a time; 0 to ask for
            what is read and nothing more.
    """

    def __init__(self, named: Named, content: Content, ask: Ask, ahead: int) -> None:
        super().__init__()
        self._named = named
        self._content = content
        self._ask = ask
        self._ahead = ahead
        self._process = os.getpid()
        self._released = Ranges()
        self._place = 0
        self._next = 0
        self._asking = threading.Lock()
        self._moving = threading.RLock()

    @property
    def name(self) -> str:
        """Name of the file within its asset."""
        return self._named.name

    @property
    def asset(self) -> str:
        """Id of the asset."""
        return self._named.asset

    @property
    def container(self) -> str:
        """Id of the container."""
        return self._named.container

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._named.size

    @override
    def readable(self) -> bool:
        self._check_usable()
        return True

    @override
    def seekable(self) -> bool:
        self._check_usable()
        return True

    def read_into(self, start: int, buffer: Buffer) -> None:
        """Fill a buffer with the bytes from `start`; the file's place stays.

        Args:
            start: first byte.
            buffer: writable; its length says how many.

        Raises:
            AccessDenied: the answer is no; the buffer is as it was.
            IntegrityError: the container is damaged; the buffer is zeroed.
            ValueError: it would go beyond the end; or the file is closed.
            ActRefused: `file-of-another-process`.
        """
        self._check_usable()
        with memoryview(buffer).cast("B") as view:
            stop = start + len(view)
            if not 0 <= start <= stop <= self.size:
                raise ValueError(f"a range lies within the {self.size} bytes there are")
            self._deliver(start, view, 0)

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer from the file's place on; return how many bytes there were."""
        self._check_usable()
        with self._moving, memoryview(buffer).cast("B") as view:
            start = self._place
            stop = max(start, min(start + len(view), self.size))
            # Only who reads on from where they ended is going to read further.
            ahead = self._ahead if start == self._next else 0
            with view[: stop - start] as wanted:
                self._deliver(start, wanted, ahead)
            self._place = self._next = stop
            return stop - start

    @override
    def readall(self) -> bytes:
        """Return all that is left, in one range.

        For a moment there are twice as many bytes in memory, as with `read(n)`: what
        is large is read with `read_into`, which holds it once.
        """
        self._check_usable()
        with self._moving:
            whole = fresh_buffer(max(self.size - self._place, 0))
            self.readinto(whole)
            return bytes(whole)

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move the file's place and return it; it may lie beyond the end."""
        self._check_usable()
        with self._moving:
            bases = {
                io.SEEK_SET: 0,
                io.SEEK_CUR: self._place,
                io.SEEK_END: self.size,
            }
            if whence not in bases:
                raise ValueError(f"`whence` is 0, 1 or 2, not {whence}")
            place = bases[whence] + offset
            if place < 0:
                raise ValueError("a place in a file is not negative")
            self._place = place
            return place

    @override
    def tell(self) -> int:
        self._check_usable()
        return self._place

    def reader(self) -> "VaultReader":
        """Return a reader with a buffer, for loaders that take many small bites.

        One of a file that asks for nothing ahead asks for just what is read from it.
        """
        self._check_usable()
        return VaultReader(self, max(min(self._ahead, _BUFFER), 1))

    @override
    def close(self) -> None:
        """Forget the data key; what was read stays with whoever has it."""
        if not self.closed:
            super().close()
            self._content.close()

    @override
    def __getstate__(self) -> NoReturn:
        """Refuse to be pickled: a permit is no thing to carry elsewhere."""
        raise TypeError("an open file of the vault can't be pickled")

    def _deliver(self, start: int, view: memoryview, ahead: int) -> None:
        """Fill a view, once there is a permit for it."""
        stop = start + len(view)
        if start < stop:
            with self._asking:
                self._have_permit(start, stop, ahead)
            self._content.read_into(start, view)

    def _have_permit(self, start: int, stop: int, ahead: int) -> None:
        """Return once a range is released, asking for what of it is not.

        Where something is asked for, it is for `ahead` bytes if there are so many, and
        if they are not too much.
        """
        lacking = self._released.lacking(start, stop)
        if not lacking:
            return
        upto = min(lacking[0][0] + ahead, self.size)
        if upto > stop:
            try:
                self._release(start, upto)
            except AccessDenied as denied:
                if not _is_too_much(denied):
                    raise
                # It would be too much each time, and each deny is on record.
                self._ahead = 0
            else:
                return
        self._release(start, stop)

    def _release(self, start: int, stop: int) -> None:
        """Ask for what of a range is not released yet, by one question."""
        lacking = self._released.lacking(start, stop)
        first, last = lacking[0][0], lacking[-1][1]
        self._ask(sum(end - begin for begin, end in lacking), first, last)
        self._released.add(first, last)

    def _check_usable(self) -> None:
        """Raise where nothing may be read.

        Raises:
            ValueError: the file is closed.
            ActRefused: `file-of-another-process`.
        """
        if self.closed:
            raise ValueError("the file is closed")
        if os.getpid() != self._process:
            raise ActRefused(
                "file-of-another-process",
                "an open file of the vault stays with the process that opened it",
                next_step="open it anew in this process, on a permit of its own",
            )


class VaultReader(io.BufferedReader):
    """A reader with a buffer that tells the size of its file, as fsspec's do.

    Args:
        file: that it reads.
        buffer_size: bytes.
    """

    def __init__(self, file: VaultFile, buffer_size: int) -> None:
        super().__init__(file, buffer_size)
        self._size = file.size

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._size


def _is_too_much(denied: AccessDenied) -> bool:
    """Return whether less might be let out."""
    reasons = denied.decision.verdict.reasons
    return any(reason.stage in _AMOUNTS for reason in reasons)
