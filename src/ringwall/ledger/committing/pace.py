"""The pace of a committer: how many submissions to wait for, and for how long.

Callers in a closed loop come back together once they have been answered. Those who
are back within a flush are waited for and share the next one; slower ones are split
in two halves, of which one works while the other's flush goes on. Must never make a
lone caller wait for others.
"""

import time
from collections.abc import Callable
from typing import Final

from ringwall.ledger.committing.gathering import Gathering

__all__ = ["Pace"]

_LONGEST: Final = 0.002
# Share of a flush without anybody new after which nobody is expected any more.
_LULL: Final = 0.2
_WORTH_SPLITTING: Final = 8
_TRIALS: Final = 3
_BATCHES_IN_HALVES: Final = 64


class Pace:
    """Decides what a batch is; used by one committer.

    Args:
        clock: seconds that only go forward.

    Attributes:
        flush: seconds that the last commit took.
        expected: how many callers were seen at once last, at least 1.
    """

    __slots__ = ("_answered", "_clock", "_halves_left", "_slow", "expected", "flush")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.flush = 0.0
        self.expected = 1
        self._clock = clock
        self._answered = 0.0
        self._slow = 0
        self._halves_left = 0

    @property
    def is_in_halves(self) -> bool:
        """Whether one half of the callers is to work while the other waits."""
        return self._halves_left > 0

    def answered(self, callers: int) -> None:
        """Take in that so many callers are about, some of whom have their answer now.

        Args:
            callers: those answered, those whose batch is under way, those waiting.
        """
        self.expected = callers
        self._answered = self._clock()

    def linger(self, gathering: Gathering) -> None:
        """Wait for those on the heels of the first, if that has been worth it."""
        if self.is_in_halves:
            return
        self._wait(gathering)
        missing = self.expected - len(gathering)
        is_late = self._clock() - self._answered > max(self.flush, _LONGEST / 4)
        if self.expected < _WORTH_SPLITTING or not (
            is_late or missing > self.expected // 4
        ):
            self._slow = 0
            return
        self._slow += 1
        if self._slow >= _TRIALS:
            self._slow = 0
            self._halves_left = _BATCHES_IN_HALVES

    def share(self, waiting: int, *, is_answered: bool) -> int:
        """Return how many of those who wait to take now.

        Args:
            waiting: how many they are.
            is_answered: whether nobody else is on the way to an answer.
        """
        if self.is_in_halves:
            self._halves_left -= 1
            if is_answered and waiting >= _WORTH_SPLITTING:
                return (waiting + 1) // 2
        return waiting

    def _wait(self, gathering: Gathering) -> None:
        longest = min(self.flush, _LONGEST)
        deadline = self._clock() + longest
        while (seen := len(gathering)) < self.expected:
            gathering.wait_for(self.expected, longest * _LULL)
            if len(gathering) == seen or self._clock() > deadline:
                return
