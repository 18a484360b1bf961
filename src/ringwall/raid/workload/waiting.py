"""How long an item waits until somebody is free: Erlang's formula for waiting.

Pure. Must never give a finite wait where more comes in than anybody gets done.
"""

from dataclasses import dataclass
from math import exp, inf
from typing import Final

__all__ = ["Wait", "chance_to_wait", "waiting", "waiting_in_front"]

_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Wait:
    """How long an item waits.

    Attributes:
        chance: that it has to wait at all, 0 to 1.
        mean: of all items, those that don't wait included; infinite where the queue
            grows without end. In the unit of the time that an item takes.
        decay: how fast the chance of a longer wait falls, in one over that unit; 0
            where it does not.
    """

    chance: float
    mean: float
    decay: float

    def over(self, limit: float) -> float:
        """Return the chance that it waits longer than a time.

        Args:
            limit: in the unit of the time that an item takes.
        """
        return self.chance * exp(-self.decay * limit)


def chance_to_wait(servers: int, offered: float) -> float:
    """Return Erlang's C: the chance that all are busy when an item comes.

    Args:
        servers: how many work, at most 100,000.
        offered: arrivals in the time that an item takes.

    Raises:
        ValueError: there are too many, or one of the two is below 0.
    """
    if not 0 <= servers <= _MOST or not offered >= 0:
        raise ValueError(f"no desk has {servers} people and {offered} items at once")
    if offered == 0:
        return 0.0 if servers else 1.0
    if offered >= servers:
        return 1.0
    # Erlang's B by its recursion, which neither overflows nor cancels.
    lost = 1.0
    for number in range(1, servers + 1):
        lost = offered * lost / (number + offered * lost)
    return lost / (1 - offered / servers * (1 - lost))


def waiting(servers: int, arrivals: float, takes: float) -> Wait:
    """Return how long items wait that come at random and take random times.

    Args:
        servers: how many work.
        arrivals: in a unit of time.
        takes: how long one takes on average, in that unit; above 0.

    Raises:
        ValueError: as `chance_to_wait`.
    """
    return waiting_in_front(servers, arrivals, arrivals, takes)


def waiting_in_front(
    servers: int, arrivals: float, all_arrivals: float, takes: float
) -> Wait:
    """Return how long items wait that go before all others, and interrupt nobody.

    What others take counts as if it were as long on average. The wait is finite as
    long as those in front alone are not too many, however long the others wait.

    Args:
        servers: how many work.
        arrivals: of those in front, in a unit of time.
        all_arrivals: of all, likewise.
        takes: how long one takes on average, in that unit; above 0.

    Raises:
        ValueError: as `chance_to_wait`.
    """
    chance = chance_to_wait(servers, all_arrivals * takes)
    left = servers / takes - arrivals
    if left <= 0:
        return Wait(1.0, inf if servers == 0 or arrivals > 0 else 0.0, 0.0)
    return Wait(chance, chance / left, left)
