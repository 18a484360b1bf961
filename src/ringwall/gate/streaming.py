"""Streams that are decided again while they run.

Each later look names the first permit, under which the stream goes on: it uses no grant
and makes no copy a second time. Must never give out an item, nor a byte, that the last
permit does not carry; when the answer is no, what feeds the stream is closed.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from functools import partial
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, cast

from ringwall.model.decisions import Decision

__all__ = [
    "RECHECK",
    "Allowance",
    "Asking",
    "AskingLater",
    "AsyncHold",
    "Hold",
    "adrive",
    "astream_items",
    "drive",
    "parse_recheck",
    "size_of_item",
    "stream_items",
]

RECHECK: Final = 30
"""Seconds that a permit carries a stream, unless somebody says otherwise."""
_LONGEST: Final = 3600
_SECOND: Final = 1_000_000

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Y = TypeVar("_Y")
_S = TypeVar("_S")
_R = TypeVar("_R")


class Asking(NamedTuple):
    """How a stream asks whether it may go on.

    Attributes:
        ask: puts the question for so many bytes, None where they are not counted, as
            the next look of the permit with an id, empty for the first; raises to
            refuse.
        now: gives the present instant.
    """

    ask: Callable[[int | None, str], object]
    now: Callable[[], int]


class AskingLater(NamedTuple):
    """As `Asking`, for a coroutine."""

    ask: Callable[[int | None, str], Awaitable[object]]
    now: Callable[[], int]


def parse_recheck(seconds: int) -> int:
    """Return microseconds for the seconds that a permit may carry a stream.

    Raises:
        TypeError: it is not a whole number.
        ValueError: it is not from 1 to 3600.
    """
    # `True` is a number in Python, and no time.
    if type(seconds) is not int:
        raise TypeError("`recheck` is a whole number of seconds")
    if not 1 <= seconds <= _LONGEST:
        raise ValueError(f"`recheck` is from 1 to {_LONGEST} seconds, not {seconds}")
    return seconds * _SECOND


class Allowance:
    """How long and how far the last permit carries.

    A clock that has been set back ends it: how much time has passed is not known.

    Args:
        recheck: seconds that a permit carries.
        chunk_bytes: bytes that are asked for at a time; 0 to count none.

    Raises:
        TypeError: one is not a whole number.
        ValueError: one is out of range.
    """

    def __init__(self, recheck: int, chunk_bytes: int = 0) -> None:
        self._span = parse_recheck(recheck)
        if type(chunk_bytes) is not int:
            raise TypeError("`chunk_bytes` is a whole number of bytes")
        if chunk_bytes < 0:
            raise ValueError("`chunk_bytes` is 0 or more")
        self._chunk = chunk_bytes
        self._left = 0
        self._since: int | None = None

    @property
    def is_counted(self) -> bool:
        """Whether bytes are counted at all."""
        return self._chunk > 0

    def carries(self, now: int, size: int) -> bool:
        """Return whether so many more bytes may leave now."""
        since = self._since
        if since is None or not 0 <= now - since < self._span:
            return False
        return size <= self._left or not self._chunk

    def to_ask(self, size: int) -> int | None:
        """Return the bytes to ask a permit for, so that `size` may leave.

        Time alone may have run out; then nothing more is asked for.
        """
        if not self._chunk:
            return None
        lacking = size - self._left
        if self._since is None or lacking > 0:
            return max(self._chunk, lacking)
        return 0

    def extend(self, now: int, amount: int | None) -> None:
        """Take in a permit that was asked for at `now`, for so many bytes."""
        self._since = now
        self._left += amount or 0

    def use(self, size: int) -> None:
        """Take bytes off that are about to leave."""
        if self._chunk:
            self._left -= size


def _id_of(answer: object) -> str:
    """Return the id of a permit, empty for what is no decision."""
    return answer.id if isinstance(answer, Decision) else ""


class Hold:
    """Stands before each item: lets it pass, asks anew, or raises.

    Args:
        asking: puts the question.
        allowance: how far a permit carries.
    """

    def __init__(self, asking: Asking, allowance: Allowance) -> None:
        self._asking = asking
        self._allowance = allowance
        self._first = ""

    def begin(self, permit: object) -> None:
        """Take in a permit that was asked for just now, for no bytes."""
        self._first = _id_of(permit)
        self._allowance.extend(self._asking.now(), None)

    def check(self, size: int = 0) -> None:
        """Return if `size` bytes may leave; they count as gone."""
        allowance, asking = self._allowance, self._asking
        if not allowance.carries(now := asking.now(), size):
            amount = allowance.to_ask(size)
            answer = asking.ask(amount, self._first)
            self._first = self._first or _id_of(answer)
            # From when it was asked: the answer may have been long in coming.
            allowance.extend(now, amount)
        allowance.use(size)

    def check_item(self, item: object) -> None:
        """As `check`, for the bytes of an item."""
        self.check(size_of_item(item) if self._allowance.is_counted else 0)


class AsyncHold:
    """As `Hold`, for coroutines; those that share one ask one at a time.

    Args:
        asking: puts the question.
        allowance: how far a permit carries.
    """

    def __init__(self, asking: AskingLater, allowance: Allowance) -> None:
        self._asking = asking
        self._allowance = allowance
        self._first = ""
        self._turn = asyncio.Lock()

    def begin(self, permit: object) -> None:
        """As `Hold.begin`."""
        self._first = _id_of(permit)
        self._allowance.extend(self._asking.now(), None)

    async def check(self, size: int = 0) -> None:
        """Return if `size` bytes may leave; they count as gone."""
        allowance, asking = self._allowance, self._asking
        if allowance.carries(asking.now(), size):
            allowance.use(size)
            return
        async with self._turn:
            now = asking.now()
            # While the answer was awaited, others may have used what was left.
            while not allowance.carries(now, size):
                amount = allowance.to_ask(size)
                answer = await asking.ask(amount, self._first)
                self._first = self._first or _id_of(answer)
                allowance.extend(now, amount)
            allowance.use(size)

    async def check_item(self, item: object) -> None:
        """As `check`, for the bytes of an item."""
        await self.check(size_of_item(item) if self._allowance.is_counted else 0)


def size_of_item(item: object) -> int:
    """Return how many bytes an item of a counted stream has.

    Raises:
        TypeError: it is not bytes, so nobody knows.
    """
    if isinstance(item, memoryview):
        return item.nbytes
    if isinstance(item, bytes | bytearray):
        return len(item)
    raise TypeError("where bytes are counted, each item is bytes")


def drive(
    prepare: Callable[_P, tuple[Callable[[], Generator[_Y, _S, _R]], Hold]],
) -> Callable[_P, Generator[_Y, _S, _R]]:
    """Return a generator function; what is sent, thrown and returned passes through.

    The generator is started after the first permit. Before it is resumed, and before
    what it yields is given out, the permit is looked at again; only an exception that
    is thrown into it reaches it without, so that it can always clean up.

    Args:
        prepare: returns what makes the generator, and what stands before each item.
    """

    def run(*args: _P.args, **kwargs: _P.kwargs) -> Generator[_Y, _S, _R]:
        start, hold = prepare(*args, **kwargs)
        hold.check()
        source = start()
        step: Callable[[], _Y] = partial(next, source)
        try:
            while True:
                try:
                    item = step()
                except StopIteration as end:
                    return cast("_R", end.value)
                hold.check()
                try:
                    sent = yield item
                except GeneratorExit:
                    raise
                except BaseException as error:  # noqa: BLE001 - the generator's to handle
                    step = partial(source.throw, error)
                else:
                    hold.check()
                    step = partial(source.send, sent)
        finally:
            source.close()

    return run


def adrive(
    prepare: Callable[_P, tuple[Callable[[], AsyncGenerator[_Y, _S]], AsyncHold]],
) -> Callable[_P, AsyncGenerator[_Y, _S]]:
    """As `drive`, for an asynchronous generator."""

    async def run(*args: _P.args, **kwargs: _P.kwargs) -> AsyncGenerator[_Y, _S]:
        start, hold = prepare(*args, **kwargs)
        await hold.check()
        source = start()
        step: Callable[[], Awaitable[_Y]] = source.__anext__
        try:
            while True:
                try:
                    item = await step()
                except StopAsyncIteration:
                    return
                await hold.check()
                try:
                    sent = yield item
                except GeneratorExit:
                    raise
                except BaseException as error:  # noqa: BLE001 - the generator's to handle
                    step = partial(source.athrow, error)
                else:
                    await hold.check()
                    step = partial(source.asend, sent)
        finally:
            await source.aclose()

    return run


def stream_items(items: Iterable[_T], hold: Hold) -> Generator[_T, None, None]:
    """Give items one by one, each while a permit carries it.

    Args:
        items: are not asked for anything before the first permit; closed at the end,
            if they can be.
        hold: stands before each item.
    """
    source: Iterator[_T] | None = None
    try:
        hold.check()
        source = iter(items)
        for item in source:
            hold.check_item(item)
            yield item
            hold.check()
    finally:
        close: Any = getattr(items if source is None else source, "close", None)
        if close is not None:
            close()


async def astream_items(
    items: AsyncIterable[_T], hold: AsyncHold
) -> AsyncGenerator[_T, None]:
    """As `stream_items`, for an asynchronous iterable."""
    source: AsyncIterator[_T] | None = None
    try:
        await hold.check()
        source = aiter(items)
        async for item in source:
            await hold.check_item(item)
            yield item
            await hold.check()
    finally:
        close: Any = getattr(items if source is None else source, "aclose", None)
        if close is not None:
            await close()
