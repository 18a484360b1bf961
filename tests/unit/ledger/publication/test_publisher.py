"""The publisher: sizes that are durable, in the second place first, and never late."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from ringwall.ledger.basis import Basis
from ringwall.ledger.head import Head, sign_head
from ringwall.ledger.publication.anchor import Anchor, begin_anchor, read_anchor
from ringwall.ledger.publication.publisher import (
    PUBLISH_ENTRIES,
    PUBLISH_SECONDS,
    Publisher,
)
from ringwall.signing.keys import SigningKey
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint
from ringwall.tlog.frontier import Frontier
from tests.fault.ledger_simulator import KEY, ORIGIN, VERIFIER

SOON = 30.0


class Clock:
    """Seconds that pass only when told, or at each look."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def head(size: int) -> Head:
    """Return the head of a log in which all entries are alike."""
    frontier = Frontier()
    for _ in range(size):
        frontier.append(b"a" * 32)
    return sign_head(frontier, Basis(), KEY, ORIGIN)


def opened(note: bytes) -> Checkpoint:
    """Return the checkpoint of a note that the log's key signed."""
    return open_checkpoint(note, VERIFIER, ORIGIN)


Make = Callable[..., tuple[Publisher, threading.Semaphore]]


@pytest.fixture
def make() -> Iterator[Make]:
    """Give what makes a publisher and what it wakes; all are ended."""
    made: list[Publisher] = []
    before = set(threading.enumerate())

    def maker(
        anchor: Anchor | None = None, step: float = 0.0, key: SigningKey = KEY
    ) -> tuple[Publisher, threading.Semaphore]:
        woken = threading.Semaphore(0)
        publisher = Publisher(key, ORIGIN, anchor, Clock(step))
        publisher.call(woken.release)
        made.append(publisher)
        return publisher, woken

    yield maker
    for publisher in made:
        publisher.finish(head(0))
    begun = set(threading.enumerate()) - before
    assert "ringwall-publisher" not in {thread.name for thread in begun}


@pytest.fixture
def anchor(tmp_path: Path) -> Anchor:
    """Return a second place that has seen one entry."""
    path = tmp_path / "anchor"
    publisher = Publisher(KEY, ORIGIN, None)
    publisher.landed(head(1))
    [(_, note)] = publisher.finish(head(1))
    begin_anchor(path, note)
    return Anchor(path, opened)


def test_as_many_entries_as_a_tile_holds_do_not_wait(make: Make) -> None:
    publisher, woken = make()

    publisher.landed(head(1))
    publisher.landed(head(PUBLISH_ENTRIES))

    assert woken.acquire(timeout=SOON)
    [(size, note)] = publisher.ready()
    assert size == PUBLISH_ENTRIES
    assert opened(note) == Checkpoint(ORIGIN, size, head(size).root)


def test_fewer_wait_as_long_as_no_second_has_passed(make: Make) -> None:
    publisher, woken = make()

    publisher.landed(head(7))
    publisher.landed(head(PUBLISH_ENTRIES + 5))

    assert not woken.acquire(timeout=0.01)
    assert publisher.ready() == []


def test_one_entry_is_published_after_a_second(make: Make) -> None:
    publisher, woken = make(step=PUBLISH_SECONDS)

    publisher.landed(head(7))

    assert woken.acquire(timeout=SOON)
    assert [size for size, _ in publisher.ready()] == [7]


def test_a_second_counts_from_the_first_entry_that_is_not_published(
    make: Make,
) -> None:
    publisher, woken = make()
    clock = publisher._clock
    assert isinstance(clock, Clock)
    publisher.landed(head(1))
    publisher.landed(head(PUBLISH_ENTRIES))
    assert woken.acquire(timeout=SOON)

    clock.now = 50.0
    publisher.landed(head(PUBLISH_ENTRIES + 1))
    assert publisher._left() == PUBLISH_SECONDS
    clock.now = 50.5
    publisher.landed(head(PUBLISH_ENTRIES + 2))
    assert publisher._left() == PUBLISH_SECONDS - 0.5


def test_each_checkpoint_is_given_out_once(make: Make) -> None:
    publisher, woken = make(step=PUBLISH_SECONDS)

    publisher.landed(head(7))
    assert woken.acquire(timeout=SOON)
    publisher.landed(head(8))
    assert woken.acquire(timeout=SOON)

    assert [size for size, _ in publisher.ready()] == [7, 8]
    assert publisher.ready() == []
    assert publisher.finish(head(8)) == []


def test_at_the_end_all_is_published(make: Make) -> None:
    publisher, _ = make()

    publisher.landed(head(7))

    assert [size for size, _ in publisher.finish(head(9))] == [9]
    assert publisher.finish(head(9)) == []


def test_who_has_appended_nothing_publishes_nothing(make: Make) -> None:
    publisher, _ = make()

    assert publisher.finish(head(9)) == []


def test_after_the_end_nothing_begins_again(make: Make) -> None:
    publisher, woken = make(step=PUBLISH_SECONDS)
    publisher.finish(head(9))

    publisher.landed(head(10))

    assert not woken.acquire(timeout=0.01)
    assert [size for size, _ in publisher.finish(head(10))] == [10]


def test_a_checkpoint_is_in_the_second_place_before_it_is_given_out(
    make: Make, anchor: Anchor
) -> None:
    publisher, woken = make(anchor, step=PUBLISH_SECONDS)

    publisher.landed(head(7))

    assert woken.acquire(timeout=SOON)
    assert [note for _, note in publisher.ready()] == [read_anchor(anchor.path)]


def test_a_checkpoint_that_another_process_has_outdone_is_not_given_out(
    make: Make, anchor: Anchor
) -> None:
    publisher, woken = make(anchor, step=PUBLISH_SECONDS)
    other, _ = make(Anchor(anchor.path, opened))
    other.landed(head(9))
    [(_, outdoing)] = other.finish(head(9))

    publisher.landed(head(7))

    assert woken.acquire(timeout=SOON)
    assert (publisher.ready(), publisher.failure) == ([], None)
    assert read_anchor(anchor.path) == outdoing


def test_without_its_second_place_it_fails_and_says_so(
    make: Make, anchor: Anchor
) -> None:
    publisher, woken = make(anchor, step=PUBLISH_SECONDS)
    anchor.path.unlink()

    publisher.landed(head(7))

    assert woken.acquire(timeout=SOON)
    assert publisher.failure is not None
    assert publisher.failure.code == "anchor-missing"
    publisher.landed(head(8))
    assert publisher.finish(head(8)) == []


def test_failing_at_the_end_is_told_as_well(make: Make, anchor: Anchor) -> None:
    publisher, _ = make(anchor)
    publisher.landed(head(7))
    anchor.path.unlink()

    assert publisher.finish(head(7)) == []
    assert publisher.failure is not None
    assert publisher.failure.code == "anchor-missing"


def test_whatever_else_goes_wrong_is_a_failure_too(make: Make) -> None:
    class BrokenKey(SigningKey):
        @override
        def sign(self, message: bytes) -> bytes:
            raise RuntimeError

    publisher, woken = make(None, PUBLISH_SECONDS, BrokenKey(ORIGIN, bytes(32)))

    publisher.landed(head(7))

    assert woken.acquire(timeout=SOON)
    assert publisher.failure is not None
    assert publisher.failure.code == "checkpoint-failed"
    assert isinstance(publisher.failure.__cause__, RuntimeError)


def test_nobody_has_to_be_woken() -> None:
    publisher = Publisher(KEY, ORIGIN, None, Clock(PUBLISH_SECONDS))

    publisher.landed(head(7))
    tick, sizes = threading.Event(), []
    for _ in range(30_000):
        if sizes := [size for size, _ in publisher.ready()]:
            break
        tick.wait(0.001)

    assert sizes == [7]
    publisher.finish(head(7))
