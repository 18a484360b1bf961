"""Submissions on their way to the committer: who waits for what, and for how long.

Callers put them, one committer takes them. Must never answer a submission before
the committer says that it is durable, or why it is not.
"""

import asyncio
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Final

from ringwall.ledger.entries import Entry
from ringwall.model.decisions import Receipt

__all__ = [
    "AwaitedSubmission",
    "BlockingSubmission",
    "Gathering",
    "Submission",
    "answer_all",
]

_NEVER: Final = 1 << 62
_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


class Submission:
    """Entries that land together, and what became of them.

    Attributes:
        entries: land side by side or not at all.
        basis: index of the event they were made on, None for none.
        seen: id -> index of the latest event of each object that was seen.
        first: index of the first of them, once it has been given.
        size: size of the tree that their commit produced.
        error: why they were not appended.
    """

    __slots__ = ("basis", "entries", "error", "first", "seen", "size")

    def __init__(
        self,
        entries: Sequence[Entry],
        basis: int | None,
        seen: Mapping[str, int] = _NOTHING,
    ) -> None:
        self.entries = entries
        self.basis = basis
        self.seen = seen
        self.first = 0
        self.size = 0
        self.error: Exception | None = None

    def receipts(self) -> list[Receipt]:
        """Return one receipt for each entry.

        Raises:
            Exception: the error, if there is one.
        """
        if self.error is not None:
            raise self.error
        size = self.size
        return [
            Receipt(index, entry.leaf, size)
            for index, entry in enumerate(self.entries, self.first)
        ]


class BlockingSubmission(Submission):
    """A submission whose thread waits."""

    __slots__ = ("_done",)

    def __init__(
        self,
        entries: Sequence[Entry],
        basis: int | None,
        seen: Mapping[str, int] = _NOTHING,
    ) -> None:
        super().__init__(entries, basis, seen)
        self._done = threading.Lock()
        self._done.acquire()

    def answer(self) -> None:
        """Let the thread go on."""
        self._done.release()

    def wait(self) -> None:
        """Return once there is an answer."""
        self._done.acquire()


class AwaitedSubmission(Submission):
    """A submission that a coroutine awaits; to be made on its event loop.

    Attributes:
        loop: the event loop.
        future: has a result once there is an answer.
    """

    __slots__ = ("future", "loop")

    def __init__(self, entries: Sequence[Entry], basis: int | None) -> None:
        super().__init__(entries, basis)
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[None] = self.loop.create_future()


def answer_all(batch: Iterable[Submission]) -> None:
    """Answer each submission; an event loop is woken once for all that are its own."""
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for submission in batch:
        if isinstance(submission, AwaitedSubmission):
            loops.setdefault(submission.loop, []).append(submission.future)
        elif isinstance(submission, BlockingSubmission):
            submission.answer()
    for loop, futures in loops.items():
        # A loop that has been closed meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, futures)


def _resolve(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():  # its caller may have been cancelled
            future.set_result(None)


class Gathering:
    """Submissions that wait to be taken; shared by callers and one taker."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._bell = threading.Lock()
        self._bell.acquire()
        self._waiting: list[Submission] = []
        self._enough = _NEVER
        self._is_rung = False
        self._is_closed = False

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    @property
    def is_closed(self) -> bool:
        """Whether no more can be put."""
        return self._is_closed

    def put(self, submission: Submission) -> bool:
        """Add a submission; return False, and don't, if this is closed."""
        with self._guard:
            if self._is_closed:
                return False
            self._waiting.append(submission)
            if len(self._waiting) >= self._enough:
                self._wake()
        return True

    def ring(self) -> None:
        """Wake the taker though nothing may have been put."""
        with self._guard:
            self._is_rung = True
            self._wake()

    def calm(self) -> None:
        """Take the last ring for heard."""
        with self._guard:
            self._is_rung = False

    def close(self) -> None:
        """Take in no more and wake the taker."""
        with self._guard:
            self._is_closed = True
            self._wake()

    def wait_for(self, count: int, seconds: float = -1.0) -> None:
        """Return once so many wait, it rings, it closes, or the time is over.

        Args:
            count: at least 1.
            seconds: -1 for as long as it takes.
        """
        with self._guard:
            if len(self._waiting) >= count or self._is_rung or self._is_closed:
                return
            self._enough = count
        if self._bell.acquire(timeout=seconds):
            return
        with self._guard:
            if self._enough == _NEVER:
                self._bell.acquire()  # it was rung between the two lines above
            self._enough = _NEVER

    def take(self, most: int) -> list[Submission]:
        """Return those who came first, at most so many."""
        with self._guard:
            self._is_rung = False
            taken = self._waiting[:most]
            del self._waiting[:most]
        return taken

    def _wake(self) -> None:
        if self._enough != _NEVER:
            self._enough = _NEVER
            self._bell.release()
