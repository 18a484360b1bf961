"""How often a person, and a point, may ask in a minute.

Knows no clock and keeps little: one number a second for who has asked within the last
minute. Must never let more through in any 60 seconds than the limits say, whichever
way the clock is set; not even if it forgets who asked, which is why it never does.
"""

import threading
from collections import deque
from typing import Final, NamedTuple, Protocol

__all__ = ["PERSON_RATE", "POINT_RATE", "Admission", "Limits", "Rates"]

PERSON_RATE: Final = "person-rate-exceeded"
POINT_RATE: Final = "point-rate-exceeded"

_SECOND: Final = 1_000_000
# A slot of one second counts until its last microsecond is 60 seconds old.
_SLOTS: Final = 61
_MOST_TRACKED: Final = 65_536


class Limits(Protocol):
    """Most questions a minute."""

    @property
    def per_person(self) -> int:
        """About any one subject."""
        ...

    @property
    def in_all(self) -> int:
        """About all subjects together."""
        ...


class Admission(NamedTuple):
    """Whether a question may be asked now.

    Attributes:
        code: why not; empty if it may.
        is_first: whether it is the first refusal of its kind within a minute, which
            is to be recorded; the ones that follow need not be.
        seconds: after how many of them to ask again.
    """

    code: str = ""
    is_first: bool = False
    seconds: int = 0


_ADMITTED: Final = Admission()


class Rates:
    """Counts the questions of one gate; shared by all its threads.

    Args:
        most_tracked: subjects that are counted at a time; one more within the same
            minute is refused, since who is forgotten could ask anew.
    """

    def __init__(self, most_tracked: int = _MOST_TRACKED) -> None:
        self._most = most_tracked
        self._guard = threading.Lock()
        self._points: dict[str, _Window] = {}
        self._people: dict[tuple[str, str], _Window] = {}
        self._swept = 0

    def admits(
        self, subject: str, point: str, limits: Limits | None, now: int
    ) -> Admission:
        """Return whether a question may be asked; if it may, it is counted.

        Args:
            subject: who asks.
            point: where.
            limits: those of the point; None for none.
            now: instant of the question.
        """
        if limits is None:
            return _ADMITTED
        second = now // _SECOND
        with self._guard:
            everybody = self._points.setdefault(point, _Window())
            everybody.move(second)
            if everybody.count >= limits.in_all:
                return everybody.refused(POINT_RATE, second)
            person = self._person(subject, point, second)
            if person is None:
                return everybody.refused(POINT_RATE, second)
            person.move(second)
            if person.count >= limits.per_person:
                return person.refused(PERSON_RATE, second)
            everybody.add(second)
            person.add(second)
        return _ADMITTED

    def _person(self, subject: str, point: str, second: int) -> "_Window | None":
        """Return the window of a subject; None if there is no room for it."""
        key = point, subject
        if key not in self._people and len(self._people) >= self._most:
            self._sweep(second)
            if len(self._people) >= self._most:
                return None
        return self._people.setdefault(key, _Window())

    def _sweep(self, second: int) -> None:
        """Drop who has not asked for a minute; looks at all once a second at most."""
        if second == self._swept:
            return
        self._swept = second
        for key, window in list(self._people.items()):
            window.move(second)
            if window.is_idle:
                del self._people[key]


class _Window:
    """The last minute of one person or point: seconds, each with its questions."""

    __slots__ = ("_slots", "_told", "count")

    def __init__(self) -> None:
        self.count = 0
        self._slots: deque[list[int]] = deque()
        self._told: int | None = None

    def move(self, second: int) -> None:
        """Forget what is older than a minute.

        What lies in the future was asked before the clock was set back: it counts
        from now on, so a minute of it is never less than a minute.
        """
        slots = self._slots
        if slots and slots[-1][0] > second:
            later = 0
            while slots and slots[-1][0] >= second:
                later += slots.pop()[1]
            slots.append([second, later])
        while slots and slots[0][0] <= second - _SLOTS:
            self.count -= slots.popleft()[1]
        if self._told is not None and not 0 <= second - self._told < _SLOTS:
            self._told = None

    def add(self, second: int) -> None:
        """Count a question."""
        if self._slots and self._slots[-1][0] == second:
            self._slots[-1][1] += 1
        else:
            self._slots.append([second, 1])
        self.count += 1

    def refused(self, code: str, second: int) -> Admission:
        """Return the refusal, the first within a minute marked."""
        is_first = self._told is None
        if is_first:
            self._told = second
        oldest = self._slots[0][0] if self._slots else second
        return Admission(code, is_first, oldest + _SLOTS - second)

    @property
    def is_idle(self) -> bool:
        """Whether nothing of it is left to remember."""
        return not self._slots and self._told is None
