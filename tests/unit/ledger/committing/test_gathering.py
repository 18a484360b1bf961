"""Submissions are taken in order, answered once, and nobody waits for nothing."""

import asyncio
import threading

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.committing.gathering import (
    AwaitedSubmission,
    BlockingSubmission,
    Gathering,
    Submission,
    answer_all,
)
from ringwall.model.decisions import Receipt
from tests.fault.ledger_simulator import decision, sealed

SOON = 30.0


def some(count: int) -> list[Submission]:
    """Return so many submissions."""
    return [Submission((), None) for _ in range(count)]


def test_they_are_taken_in_the_order_they_came_and_no_more_than_asked() -> None:
    gathering, submissions = Gathering(), some(5)
    for submission in submissions:
        assert gathering.put(submission)

    assert len(gathering) == 5
    assert gathering.take(3) == submissions[:3]
    assert gathering.take(3) == submissions[3:]
    assert gathering.take(3) == []


def test_nothing_is_put_once_it_is_closed() -> None:
    gathering = Gathering()
    gathering.close()

    assert gathering.is_closed
    assert not gathering.put(some(1)[0])
    assert len(gathering) == 0
    gathering.wait_for(1)


def test_a_taker_is_woken_when_enough_have_come_and_not_before() -> None:
    gathering, woken = Gathering(), threading.Event()

    def taker() -> None:
        gathering.wait_for(3)
        woken.set()

    thread = threading.Thread(target=taker)
    thread.start()
    for submission in some(2):
        gathering.put(submission)
    assert not woken.wait(0.02)
    gathering.put(some(1)[0])

    assert woken.wait(SOON)
    thread.join()


@pytest.mark.parametrize("how", ["ring", "close"])
def test_a_taker_is_woken_for_other_reasons(how: str) -> None:
    gathering = Gathering()
    thread = threading.Thread(target=gathering.wait_for, args=(1,))
    thread.start()
    getattr(gathering, how)()
    thread.join(SOON)

    assert not thread.is_alive()


def test_a_ring_is_heard_until_it_is_taken_for_heard() -> None:
    gathering = Gathering()
    gathering.ring()
    gathering.wait_for(1)
    gathering.wait_for(1)
    gathering.calm()
    gathering.wait_for(1, 0.001)  # else it would return at once, too

    gathering.ring()
    gathering.put(some(1)[0])
    gathering.take(1)
    assert not gathering._is_rung


def test_a_wait_that_is_over_leaves_nothing_behind() -> None:
    gathering = Gathering()
    gathering.wait_for(2, 0.001)
    for submission in some(2):
        gathering.put(submission)

    gathering.wait_for(2)
    gathering.wait_for(1)
    gathering.take(2)
    gathering.wait_for(1, 0.001)


def test_a_bell_that_rings_as_the_wait_ends_is_not_heard_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class LateBell:
        """A bell that is rung right after whoever waited has gone."""

        def __init__(self) -> None:
            self.rung = 0
            self.heard = 0

        def acquire(self, timeout: float = -1.0) -> bool:
            if timeout >= 0:
                gathering.put(some(1)[0])
                return False
            self.heard += 1
            return True

        def release(self) -> None:
            self.rung += 1

    gathering, bell = Gathering(), LateBell()
    monkeypatch.setattr(gathering, "_bell", bell)
    gathering.wait_for(1, 0.5)

    assert (bell.rung, bell.heard) == (1, 1)
    gathering.wait_for(1)


def test_receipts_tell_index_leaf_and_size() -> None:
    entries = [sealed(decision(name)) for name in ("dec-1", "dec-2")]
    submission = Submission(entries, None)
    submission.first, submission.size = 7, 20

    assert submission.receipts() == [
        Receipt(7, entries[0].leaf, 20),
        Receipt(8, entries[1].leaf, 20),
    ]


def test_an_error_is_raised_instead_of_receipts() -> None:
    submission = Submission((), None)
    submission.error = RecordUnavailable("record-unavailable", "disk full")

    with pytest.raises(RecordUnavailable, match="disk full"):
        submission.receipts()


def test_a_thread_goes_on_once_it_is_answered() -> None:
    submission = BlockingSubmission((), None)
    thread = threading.Thread(target=submission.wait)
    thread.start()
    thread.join(0.01)
    assert thread.is_alive()
    answer_all([submission])
    thread.join(SOON)

    assert not thread.is_alive()


def test_a_loop_is_woken_once_for_all_of_its_own() -> None:
    async def run() -> int:
        loop = asyncio.get_running_loop()
        submissions = [AwaitedSubmission((), None) for _ in range(10)]
        calls, wake = [], loop.call_soon_threadsafe

        def counted(*args: object) -> None:
            calls.append(args)
            wake(*args)  # type: ignore[arg-type]  # as it was called

        loop.call_soon_threadsafe = counted  # type: ignore[method-assign,assignment]  # only counted
        answer_all(submissions)
        await asyncio.gather(*(submission.future for submission in submissions))
        return len(calls)

    assert asyncio.run(run()) == 1


def test_one_that_was_cancelled_keeps_no_other_from_its_answer() -> None:
    async def run() -> bool:
        first, second = AwaitedSubmission((), None), AwaitedSubmission((), None)
        first.future.cancel()
        answer_all([first, second])
        await second.future
        return first.future.cancelled()

    assert asyncio.run(run())


def test_a_loop_that_is_closed_is_passed_over() -> None:
    async def make() -> AwaitedSubmission:
        return AwaitedSubmission((), None)

    other = BlockingSubmission((), None)
    answer_all([asyncio.run(make()), other])
    other.wait()


def test_one_for_whom_nobody_waits_is_passed_over() -> None:
    other = BlockingSubmission((), None)
    answer_all([*some(1), other])
    other.wait()
