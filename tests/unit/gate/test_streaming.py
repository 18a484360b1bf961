"""A stream gives out what a permit carries and nothing beyond it."""

import asyncio
import io
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.gate.streaming import (
    Allowance,
    Asking,
    AskingLater,
    AsyncHold,
    Hold,
    adrive,
    astream_items,
    drive,
    parse_recheck,
    size_of_item,
    stream_items,
)
from ringwall.model.decisions import Decision, Effect, Verdict
from ringwall.model.requests import AccessRequest

SECOND = 1_000_000


READ = AccessRequest("user:ada", "weights.read", "weights:aurora-2", "point:trainer")


class Door:
    """Keeps what it was asked, refuses after so many times; has a clock."""

    def __init__(self, permits: int = 1 << 30) -> None:
        self.instant = 0
        self.permits = permits
        self.amounts: list[int | None] = []
        self.continued: list[str] = []

    def ask(self, amount: int | None, continues: str) -> Decision:
        """Put the question; the first permit is `dec-1`."""
        if len(self.amounts) >= self.permits:
            raise PermissionError
        self.amounts.append(amount)
        self.continued.append(continues)
        name, verdict = f"dec-{len(self.amounts)}", Verdict(Effect.PERMIT)
        return Decision(name, self.instant, READ, verdict, None, 0, "")

    async def ask_later(self, amount: int | None, continues: str) -> Decision:
        """Put the question in a coroutine."""
        await asyncio.sleep(0)
        return self.ask(amount, continues)

    def hold(self, recheck: int = 30, chunk_bytes: int = 0) -> Hold:
        """Return what stands before each item."""
        asking = Asking(self.ask, lambda: self.instant)
        return Hold(asking, Allowance(recheck, chunk_bytes))

    def hold_later(self, recheck: int = 30, chunk_bytes: int = 0) -> AsyncHold:
        """Return what stands before each item, for coroutines."""
        asking = AskingLater(self.ask_later, lambda: self.instant)
        return AsyncHold(asking, Allowance(recheck, chunk_bytes))


class Source:
    """Items whose giver sees whether it was asked and closed."""

    def __init__(self, items: list[Any], tick: Callable[[], None]) -> None:
        self.items = items
        self.tick = tick
        self.is_closed = False
        self.given = 0

    def run(self) -> Generator[Any, None, None]:
        """Give them."""
        try:
            for item in self.items:
                self.tick()
                self.given += 1
                yield item
        finally:
            self.is_closed = True

    async def run_later(self) -> AsyncGenerator[Any, None]:
        """Give them in a coroutine."""
        try:
            for item in self.items:
                await asyncio.sleep(0)
                self.tick()
                self.given += 1
                yield item
        finally:
            self.is_closed = True


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_recheck_out_of_range_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="1 to 3600"):
        parse_recheck(seconds)


@pytest.mark.parametrize("seconds", [1.5, "30", True, None])
def test_recheck_that_is_no_whole_number_is_refused(seconds: int) -> None:
    with pytest.raises(TypeError, match="whole number"):
        parse_recheck(seconds)


def test_recheck_is_seconds() -> None:
    assert (parse_recheck(1), parse_recheck(3600)) == (SECOND, 3600 * SECOND)


@pytest.mark.parametrize(("chunk", "kind"), [(-1, ValueError), (1.0, TypeError)])
def test_a_chunk_is_a_number_of_bytes(chunk: int, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="chunk_bytes"):
        Allowance(30, chunk)


def test_a_stream_is_decided_before_its_source_is_touched() -> None:
    door = Door(permits=0)
    source = Source([1], lambda: None)

    with pytest.raises(PermissionError):
        next(stream_items(source.run(), door.hold()))

    assert source.given == 0


def test_a_short_stream_is_decided_once() -> None:
    door = Door()

    assert list(stream_items(range(100), door.hold())) == list(range(100))
    assert door.amounts == [None]


def test_a_stream_is_decided_again_when_its_time_is_over() -> None:
    door = Door()

    def tick() -> None:
        door.instant += 10 * SECOND

    items = Source(list(range(9)), tick).run()

    assert list(stream_items(items, door.hold(30))) == list(range(9))
    assert len(door.amounts) == 4


def test_each_later_look_continues_the_first_permit() -> None:
    door = Door()

    list(stream_items([b"a", b"b", b"c"], door.hold(chunk_bytes=1)))

    assert door.continued == ["", "dec-1", "dec-1"]


def test_a_look_that_was_refused_leaves_the_stream_without_a_first() -> None:
    door = Door(permits=0)
    hold = door.hold()
    with pytest.raises(PermissionError):
        hold.check()
    door.permits = 9

    hold.check()
    door.instant = 30 * SECOND
    hold.check()

    assert door.continued == ["", "dec-1"]


def test_what_answers_with_no_decision_is_continued_by_nothing() -> None:
    asked: list[str] = []
    asking = Asking(lambda _, continues: asked.append(continues), lambda: 0)
    hold = Hold(asking, Allowance(30, 1))

    hold.check(1)
    hold.check(1)

    assert asked == ["", ""]


def test_tasks_that_share_a_stream_continue_one_permit() -> None:
    door = Door()

    async def all_leave() -> None:
        hold = door.hold_later(chunk_bytes=1)
        await asyncio.gather(*(hold.check(1) for _ in range(4)))

    asyncio.run(all_leave())

    assert door.continued == ["", "dec-1", "dec-1", "dec-1"]


def test_each_stream_begins_with_a_permit_of_its_own() -> None:
    door = Door()

    for _ in range(2):
        list(stream_items([b"a", b"b"], door.hold(chunk_bytes=1)))

    assert door.continued == ["", "dec-1", "", "dec-3"]


def test_an_item_that_was_long_in_coming_needs_a_permit_of_its_own() -> None:
    door = Door(permits=1)
    source = Source([1], lambda: setattr(door, "instant", 30 * SECOND))

    with pytest.raises(PermissionError):
        next(stream_items(source.run(), door.hold(30)))

    assert (source.given, source.is_closed) == (1, True)


def test_a_clock_set_back_has_the_stream_decided_again() -> None:
    door = Door()
    door.instant = 100 * SECOND
    stream = stream_items(range(9), door.hold(30))
    next(stream)
    door.instant = 99 * SECOND

    next(stream)

    assert len(door.amounts) == 2


def test_a_stream_that_is_cut_closes_its_source() -> None:
    door = Door(permits=1)
    source = Source([1, 2, 3], lambda: None)
    stream = stream_items(source.run(), door.hold())
    assert next(stream) == 1
    door.instant = 30 * SECOND

    with pytest.raises(PermissionError):
        next(stream)

    assert (source.given, source.is_closed) == (1, True)
    with pytest.raises(StopIteration):
        next(stream)


def test_a_stream_that_is_left_closes_its_source() -> None:
    source = Source([1, 2], lambda: None)
    stream = stream_items(source.run(), Door().hold())
    next(stream)

    stream.close()

    assert source.is_closed


def test_a_file_is_closed_though_it_was_never_read() -> None:
    file = io.BytesIO(b"one\ntwo\n")

    with pytest.raises(PermissionError):
        next(stream_items(file, Door(permits=0).hold()))

    assert file.closed


def test_bytes_are_asked_for_in_chunks_before_they_leave() -> None:
    door = Door()
    stream = stream_items([b"abc", b"def", b"g"], door.hold(chunk_bytes=4))

    assert next(stream) == b"abc"
    assert door.amounts == [4]
    assert next(stream) == b"def"
    assert door.amounts == [4, 4]
    assert list(stream) == [b"g"]
    assert door.amounts == [4, 4]


def test_an_item_longer_than_a_chunk_is_asked_for_whole() -> None:
    door = Door()

    list(stream_items([b"abcdefghij"], door.hold(chunk_bytes=4)))

    assert door.amounts == [4, 6]


def test_time_alone_asks_for_no_more_bytes() -> None:
    door = Door()
    stream = stream_items([b"a", b"b"], door.hold(chunk_bytes=4))
    next(stream)
    door.instant = 30 * SECOND

    next(stream)

    assert door.amounts == [4, 0]


def test_an_item_that_is_not_bytes_ends_a_counted_stream() -> None:
    with pytest.raises(TypeError, match="each item is bytes"):
        next(stream_items(["text"], Door().hold(chunk_bytes=4)))


@pytest.mark.parametrize("item", [b"abcd", bytearray(4), memoryview(bytes(4))])
def test_bytes_of_each_kind_are_counted(item: object) -> None:
    assert size_of_item(item) == 4


def test_a_view_of_wider_numbers_is_counted_in_bytes() -> None:
    assert size_of_item(memoryview(bytes(8)).cast("I")) == 8


chunks = st.lists(st.binary(max_size=20), max_size=20)


@given(chunks, st.integers(1, 30), st.integers(0, 10))
def test_never_a_byte_more_leaves_than_was_permitted(
    items: list[bytes], chunk: int, permits: int
) -> None:
    door, left = Door(permits), 0
    stream = stream_items(items, door.hold(chunk_bytes=chunk))
    try:
        for item in stream:
            left += len(item)
            assert left <= sum(amount or 0 for amount in door.amounts)
    except PermissionError:
        assert len(door.amounts) == permits


@given(chunks, st.integers(1, 30), st.integers(0, 10))
def test_nor_from_tasks_that_share_an_allowance(
    items: list[bytes], chunk: int, permits: int
) -> None:
    door, left = Door(permits), 0

    async def leave(hold: AsyncHold, item: bytes) -> None:
        nonlocal left
        await hold.check(len(item))
        left += len(item)
        assert left <= sum(amount or 0 for amount in door.amounts)

    async def all_leave() -> list[BaseException | None]:
        hold = door.hold_later(chunk_bytes=chunk)
        leaving = (leave(hold, item) for item in items)
        return await asyncio.gather(*leaving, return_exceptions=True)

    kinds = {type(result) for result in asyncio.run(all_leave())}
    assert kinds <= {type(None), PermissionError}


def test_tasks_that_wait_for_the_same_permit_ask_once() -> None:
    door = Door()

    async def both() -> None:
        hold = door.hold_later()
        await asyncio.gather(hold.check(), hold.check())

    asyncio.run(both())

    assert door.amounts == [None]


def test_an_asynchronous_stream_is_decided_as_the_other() -> None:
    door = Door(permits=2)
    source = Source([b"ab", b"cd", b"ef"], lambda: None)
    got: list[bytes] = []

    async def read() -> None:
        async for item in astream_items(
            source.run_later(), door.hold_later(chunk_bytes=2)
        ):
            got.append(item)  # noqa: PERF401 - what came before the cut counts

    with pytest.raises(PermissionError):
        asyncio.run(read())

    assert (got, door.amounts) == ([b"ab", b"cd"], [2, 2])
    assert source.is_closed


def test_an_asynchronous_stream_that_may_not_begin_touches_nothing() -> None:
    class Bare:
        """An iterator that can't be closed."""

        def __aiter__(self) -> "Bare":
            raise AssertionError

        async def __anext__(self) -> int:
            raise AssertionError

    async def read() -> None:
        await anext(astream_items(Bare(), Door(permits=0).hold_later()))

    with pytest.raises(PermissionError):
        asyncio.run(read())


def test_an_asynchronous_stream_comes_to_its_end() -> None:
    async def read() -> list[int]:
        source = Source([1, 2], lambda: None)
        return [i async for i in astream_items(source.run_later(), Door().hold_later())]

    assert asyncio.run(read()) == [1, 2]


def conversation() -> Generator[object, object, str]:
    """Answer what is sent, tell of what is thrown, return a word."""
    heard: object = "begin"
    try:
        while heard != "end":
            try:
                heard = yield heard
            except ZeroDivisionError:
                heard = "thrown"
    finally:
        heard = "closed"
    return "returned"


def test_what_is_sent_thrown_and_returned_passes_through() -> None:
    door = Door()
    talk = drive(lambda: (conversation, door.hold()))()

    assert next(talk) == "begin"
    assert talk.send("hello") == "hello"
    assert talk.throw(ZeroDivisionError()) == "thrown"
    with pytest.raises(StopIteration) as end:
        talk.send("end")
    assert end.value.value == "returned"


def test_a_generator_is_closed_with_its_guard() -> None:
    source = Source([1, 2], lambda: None)
    running = drive(lambda: (source.run, Door().hold()))()
    next(running)

    running.close()

    assert source.is_closed


def test_a_generator_is_not_resumed_without_a_permit() -> None:
    door = Door(permits=1)
    source = Source([1, 2], lambda: None)
    running = drive(lambda: (source.run, door.hold()))()
    next(running)
    door.instant = 30 * SECOND

    with pytest.raises(PermissionError):
        next(running)

    assert (source.given, source.is_closed) == (1, True)


def test_what_is_thrown_arrives_whatever_the_answer_would_be() -> None:
    door = Door(permits=1)
    seen = []

    def clean() -> Generator[int, None, None]:
        try:
            yield 1
        except ZeroDivisionError:
            seen.append("cleaned")
            raise

    running = drive(lambda: (clean, door.hold()))()
    next(running)
    door.instant = 30 * SECOND

    with pytest.raises(ZeroDivisionError):
        running.throw(ZeroDivisionError())
    assert seen == ["cleaned"]


async def conversation_later() -> AsyncGenerator[object, object]:
    """As `conversation`, in a coroutine."""
    heard: object = "begin"
    while heard != "end":
        try:
            heard = yield heard
        except ZeroDivisionError:
            heard = "thrown"


def test_an_asynchronous_generator_is_talked_to_as_before() -> None:
    async def talk_to() -> None:
        door = Door()
        talk = adrive(lambda: (conversation_later, door.hold_later()))()
        assert await anext(talk) == "begin"
        assert await talk.asend("hello") == "hello"
        assert await talk.athrow(ZeroDivisionError()) == "thrown"
        with pytest.raises(StopAsyncIteration):
            await talk.asend("end")

    asyncio.run(talk_to())


def test_an_asynchronous_generator_is_closed_when_it_is_left_or_cut() -> None:
    async def leave(permits: int) -> bool:
        door = Door(permits)
        source = Source([1, 2], lambda: None)
        running = adrive(lambda: (source.run_later, door.hold_later()))()
        await anext(running)
        door.instant = 30 * SECOND
        if permits == 1:
            with pytest.raises(PermissionError):
                await anext(running)
        else:
            await running.aclose()
        return source.is_closed

    assert asyncio.run(leave(1))
    assert asyncio.run(leave(2))
