"""How long callers are waited for: for those who come at once, and for nobody else."""

import pytest
from typing_extensions import override

from ringwall.ledger.committing.gathering import Gathering, Submission
from ringwall.ledger.committing.pace import Pace

FLUSH = 0.001


class World(Gathering):
    """A gathering in which time passes as told and callers come on time.

    Args:
        arrivals: seconds at which a caller comes, in order.
    """

    def __init__(self, *arrivals: float) -> None:
        super().__init__()
        self.now = 0.0
        self.waits = 0
        self._arrivals = list(arrivals)

    def clock(self) -> float:
        """Return the seconds passed."""
        return self.now

    @override
    def wait_for(self, count: int, seconds: float = -1.0) -> None:
        """Let the time pass until so many are there, or it is over."""
        self.waits += 1
        end = self.now + seconds
        while len(self) < count and self._arrivals and self._arrivals[0] <= end:
            self.now = max(self.now, self._arrivals.pop(0))
            self.put(Submission((), None))
        if len(self) < count:
            self.now = end


def paced(world: World, callers: int) -> Pace:
    """Return a pace right after so many were answered."""
    pace = Pace(world.clock)
    pace.flush = FLUSH
    pace.answered(callers)
    return pace


def test_a_lone_caller_waits_for_nobody() -> None:
    world = World(0.0)
    world.wait_for(1, 1.0)
    paced(world, 1).linger(world)

    assert (world.waits, world.now) == (1, 0.0)


def test_all_who_come_within_a_flush_share_the_next() -> None:
    world = World(*(n * 0.0001 for n in range(8)))
    paced(world, 8).linger(world)

    assert len(world) == 8
    assert world.now < FLUSH


def test_after_a_lull_nobody_is_expected_any_more() -> None:
    world = World(0.0, 0.0001)
    paced(world, 8).linger(world)

    assert len(world) == 2
    assert world.now < FLUSH / 2


def test_nobody_is_waited_for_longer_than_a_flush() -> None:
    world = World(*(n * 0.00015 for n in range(100)))
    paced(world, 100).linger(world)

    assert FLUSH <= world.now < 2 * FLUSH


def test_a_flush_that_takes_for_ever_is_not_waited_for_as_long() -> None:
    world = World(*(n * 0.0001 for n in range(100)))
    pace = paced(world, 100)
    pace.flush = 10.0
    pace.linger(world)

    assert world.now < 0.01


def repeated(world: World, callers: int, times: int) -> Pace:
    """Return a pace after callers who need as long as the world says, each time."""
    pace = paced(world, callers)
    for _ in range(times):
        pace.answered(callers)
        pace.linger(world)
        world.take(callers)
    return pace


def test_slow_callers_are_split_in_two_halves_for_a_while() -> None:
    pace = repeated(World(), 16, 3)

    assert pace.is_in_halves
    assert pace.share(16, is_answered=True) == 8
    assert pace.share(8, is_answered=False) == 8
    assert pace.share(5, is_answered=True) == 5
    shares = [pace.share(8, is_answered=False) for _ in range(61)]
    assert shares == [8] * 61
    assert pace.share(16, is_answered=True) == 16


def test_callers_who_all_come_but_late_are_slow_too() -> None:
    world = World()
    pace = paced(world, 16)
    for _ in range(3):
        pace.answered(16)
        world.now += 2 * FLUSH
        for _ in range(16):
            world.put(Submission((), None))
        pace.linger(world)
        world.take(16)

    assert pace.is_in_halves


def test_in_halves_nobody_is_waited_for() -> None:
    world = World()
    pace = repeated(world, 16, 3)
    waits = world.waits
    pace.linger(world)

    assert world.waits == waits


@pytest.mark.parametrize("callers", [2, 7])
def test_few_callers_are_never_split(callers: int) -> None:
    assert not repeated(World(), callers, 10).is_in_halves


def test_one_who_stays_away_makes_the_others_not_slow() -> None:
    world = World(*[0.0] * 15)
    pace = paced(world, 16)
    for _ in range(10):
        pace.answered(16)
        pace.linger(world)

    assert not pace.is_in_halves
