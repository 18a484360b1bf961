"""The rules that look at single permits, and at what leaves: hours, first use, budget.

Pure. Must never take a machine's own time zone for the one that a rule names.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ringwall.base.time_zone import zone_of
from ringwall.ledger.asking.passed import Left, Seen
from ringwall.watch.counting import PersonOf, Quiet, each_by_itself
from ringwall.watch.findings import MAX_ENTRIES, Finding, Mark, finding_of, span_text
from ringwall.watch.keyed import MAX_KEYS, Keyed, most_of
from ringwall.watch.rules import BudgetRule, FirstUseRule, OffHoursRule

__all__ = ["Budget", "FirstUse", "OffHours"]

_SECOND: Final = 1_000_000
_HOUR: Final = 3600 * _SECOND
_DAY: Final = 24 * _HOUR
# A window is added up in so many steps, not byte by byte.
_STEPS: Final = 60
# Zones change their offset at full quarters of an hour of UTC.
_QUARTER: Final = 900
_MINUTES_OF_DAY: Final = 24 * 60


class OffHours:
    """Reports permits outside working hours.

    Args:
        rule: what to look for.
        person_of: what subjects are counted by.
    """

    def __init__(
        self, rule: OffHoursRule, person_of: PersonOf = each_by_itself
    ) -> None:
        self._rule = rule
        self._person_of = person_of
        self._zone = zone_of(rule.zone)
        self._days = rule.weekdays()
        self._from, self._until = _minutes(rule.start), _minutes(rule.until)
        self._silence = rule.hours * _HOUR
        self._states = Keyed(Quiet, self._silence)
        self._quarter, self._offset = -1, 0

    def takes(self, effect: str, action: str) -> bool:
        """Return whether decisions of this effect and action can count."""
        return effect == "permit" and action in self._rule.actions

    def look(self, row: Seen, at: int) -> Finding | None:
        """Look at a permit, which is taken to be of an instant."""
        day, minute = divmod(self._local_minutes(at), _MINUTES_OF_DAY)
        if self._is_work(day, minute):
            return None
        state = self._states.of(self._person_of(row.subject), at)
        if state.is_at(at, self._silence):
            return None
        state.begin(at)
        words = f"{row.action} at {minute // 60:02}:{minute % 60:02} {self._rule.zone}"
        return finding_of(self._rule, row.subject, [Mark(at, row.entry)], words)

    def _is_work(self, day: int, minute: int) -> bool:
        """Return whether a minute of a local day, counted from 1970, is working time.

        The hours of a night shift belong to the day on which it began.
        """
        if self._from < self._until:
            return self._from <= minute < self._until and _weekday(day) in self._days
        if minute >= self._from:
            return _weekday(day) in self._days
        return minute < self._until and _weekday(day - 1) in self._days

    def _local_minutes(self, at: int) -> int:
        """Return minutes since the local 1970-01-01T00:00."""
        seconds = at // _SECOND
        if seconds // _QUARTER != self._quarter:
            self._quarter = seconds // _QUARTER
            offset = datetime.fromtimestamp(seconds, self._zone).utcoffset()
            self._offset = 0 if offset is None else int(offset.total_seconds())
        return (seconds + self._offset) // 60


class FirstUse:
    """Reports the first permit of an action to each subject.

    Args:
        rule: what to look for.
        person_of: what subjects are counted by.
        most: of so many subjects it is remembered what they have used.
    """

    def __init__(
        self,
        rule: FirstUseRule,
        person_of: PersonOf = each_by_itself,
        most: int = 4 * MAX_KEYS,
    ) -> None:
        self._rule = rule
        self._person_of = person_of
        self._actions = frozenset(rule.actions)
        self._age = rule.known_days * _DAY
        self._most = most
        # Subject -> its first permit, and which of the actions it has used.
        self._known: OrderedDict[str, tuple[int, set[str]]] = OrderedDict()

    def takes(self, effect: str, action: str) -> bool:
        """Return whether decisions of this effect and action can count."""
        return effect == "permit" and (self._age > 0 or action in self._actions)

    def look(self, row: Seen, at: int) -> Finding | None:
        """Look at a permit, which is taken to be of an instant."""
        person = self._person_of(row.subject)
        known = self._known.get(person)
        if known is None:
            known = self._known[person] = at, set()
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        since, used = known
        if row.action not in self._actions or row.action in used:
            return None
        used.add(row.action)
        if at - since < self._age:
            return None
        words = f"{row.action} on {row.resource}"
        return finding_of(self._rule, row.subject, [Mark(at, row.entry)], words)


class _Sums(Quiet):
    """Bytes of the steps of a window, in the order in which the steps began."""

    __slots__ = ("count", "latest", "round", "steps", "sum")

    def __init__(self) -> None:
        super().__init__()
        # Number of the step, and how many findings there were before it.
        self.steps: dict[tuple[int, int], _Step] = {}
        self.latest: deque[Mark] = deque(maxlen=MAX_ENTRIES)
        self.round = 0
        self.sum = 0
        self.count = 0

    def add(self, mark: Mark, size: int, window: int) -> None:
        """Take in what leaves, and forget steps that lie wholly outside the window."""
        key = mark.at * _STEPS // window, self.round
        step = self.steps.get(key)
        if step is None:
            self._drop(mark.at, window, everywhere=True)
            step = self.steps[key] = _Step(mark)
        step.last = mark.at
        step.bytes += size
        step.count += 1
        self.latest.append(mark)
        self.sum += size
        self.count += 1
        self._drop(mark.at, window)

    def counted(self, window: int) -> Iterator[Mark]:
        """Give the newest entries that are in the sum still.

        Clocks that went back may have had the step of one of them forgotten.
        """
        for mark in self.latest:
            step = self.steps.get((mark.at * _STEPS // window, self.round))
            if step is not None and mark.entry >= step.first.entry:
                yield mark

    def _drop(self, at: int, window: int, *, everywhere: bool = False) -> None:
        gone = []
        for key, step in self.steps.items():
            if abs(at - step.last) >= window:
                gone.append(key)
            elif not everywhere:
                break
        for key in gone:
            step = self.steps.pop(key)
            self.sum -= step.bytes
            self.count -= step.count


class _Step:
    """Bytes that left within a step."""

    __slots__ = ("bytes", "count", "first", "last")

    def __init__(self, first: Mark) -> None:
        self.first = first
        self.last = first.at
        self.bytes = 0
        self.count = 0


class Budget:
    """Adds up what leaves through each point, or with each subject.

    Args:
        rule: what to look for.
        person_of: what subjects are counted by.
    """

    def __init__(self, rule: BudgetRule, person_of: PersonOf = each_by_itself) -> None:
        self._rule = rule
        self._person_of = person_of
        self._window = rule.hours * _HOUR
        # In hundredths, so that nothing is rounded.
        self._enough = rule.bytes * rule.percent
        self._states = Keyed(_Sums, self._window, most_of(_STEPS))

    def look(self, row: Left, at: int) -> Finding | None:
        """Look at what left, which is taken to be of an instant."""
        rule = self._rule
        is_of_point = rule.of == "point"
        told = row.point if is_of_point else row.subject
        key = told if is_of_point else self._person_of(told)
        state = self._states.of(key, at)
        state.add(Mark(at, row.entry), row.size, self._window)
        is_near = state.sum * 100 >= self._enough
        if not is_near or state.is_at(at, self._window):
            return None
        state.begin(at)
        first = next(iter(state.steps.values())).first
        rest = [one for one in state.counted(self._window) if one.entry > first.entry]
        span = span_text(at - first.at)
        words = f"{state.sum:,} of {rule.bytes:,} bytes within {span}"
        found = finding_of(rule, told, [first, *rest], words, state.count)
        # The next finding is to share no entry with this one.
        state.latest.clear()
        state.round += 1
        return found


def _minutes(time: str) -> int:
    """Return the minute of the day that `HH:MM` names."""
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


def _weekday(day: int) -> int:
    """Return the weekday, Monday 0, of a day counted from 1970-01-01, a Thursday."""
    return (day + 3) % 7
