"""What a projection starts from: people, hours, arrivals, and what may change them.

Pure. Must never stand for a week that has no hours as for one that has some.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp, fsum, inf, isfinite, log, sqrt
from typing import Final, NamedTuple

from ringwall.base.errors import RequestError

__all__ = [
    "WEEKS_OF_YEAR",
    "Absence",
    "Level",
    "Range",
    "Setting",
    "Stream",
    "Surge",
    "check_number",
    "exposure",
    "whole_people",
]

WEEKS_OF_YEAR: Final = 52
"""Weeks over which a growth of so much a year is spread."""

_LEAST_GROWTH: Final = 1e-9
_ROUNDING: Final = 1e-9


class Range(NamedTuple):
    """From where to where a number may lie; each ratio of the two ends is as likely.

    Attributes:
        low: the least.
        high: the greatest.
    """

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The number that half of what is likely lies below."""
        return sqrt(self.low * self.high)

    def points(self, count: int) -> list[float]:
        """Return so many numbers that stand for all, each for as much.

        Args:
            count: how many, at least one.
        """
        if self.low == self.high:
            return [self.low]
        ratio = self.high / self.low
        return [self.low * ratio ** ((n + 0.5) / count) for n in range(count)]


class Stream(NamedTuple):
    """Items that come in and take the same time.

    Attributes:
        lane: of the desk's hours.
        sort: class of the items; what they are called in a scenario.
        deep: minutes for all of an item.
        shallow: minutes for a first look.
        deep_count: how many came that get the whole of their time.
        shallow_count: how many came that get a first look.
        is_told: whether the rate is told as it is, and not counted.
    """

    lane: str
    sort: str
    deep: float
    shallow: float
    deep_count: float
    shallow_count: float
    is_told: bool = False

    @property
    def items(self) -> float:
        """How many came."""
        return self.deep_count + self.shallow_count

    @property
    def minutes(self) -> float:
        """How long all of them take."""
        return self.deep_count * self.deep + self.shallow_count * self.shallow


class Absence(NamedTuple):
    """People who are not there.

    Attributes:
        first: week, from 1 on.
        last: week, itself included.
        people: how many.
    """

    first: int
    last: int
    people: float


class Surge(NamedTuple):
    """Weeks in which more comes in than else, or less.

    Attributes:
        first: week, from 1 on.
        last: week, itself included.
        lane: whose arrivals; `*` for all.
        times: so many times as much.
    """

    first: int
    last: int
    lane: str
    times: float


class Level(NamedTuple):
    """A service level: within how long items of some lanes are done.

    Attributes:
        rule: of the clocks.
        lanes: that an item passes, one after the other.
        hours: by the calendar.
    """

    rule: str
    lanes: tuple[str, ...]
    hours: float


@dataclass(frozen=True)
class Setting:
    """What a projection starts from.

    Attributes:
        people: on the register.
        other_work_percent: of them, on work that is none of the desk's.
        minutes_per_week: that one of them works.
        usable_percent: of these, what is left for cases.
        weeks: how far ahead to look.
        growth: by how much arrivals grow in a year, as a factor.
        effort: how long items take, as a factor of what the data say.
        observed: over how many weeks the counts of the streams are.
        streams: what comes in.
        lanes: in the order in which they are worked off.
        immediate: the lane that comes before all others.
        in_hand: lane -> minutes of work that waits already.
        levels: service levels.
        absences: of people.
        surges: of arrivals.
    """

    people: float
    other_work_percent: float
    minutes_per_week: float
    usable_percent: float
    weeks: int
    growth: Range
    effort: Range
    observed: float
    streams: Sequence[Stream]
    lanes: Sequence[str]
    immediate: str
    in_hand: Mapping[str, float]
    levels: Sequence[Level] = ()
    absences: Sequence[Absence] = ()
    surges: Sequence[Surge] = ()

    def __post_init__(self) -> None:
        """Refuse what no week is made of.

        Raises:
            RequestError: `capacity-number`, `capacity-no-hours` or
                `capacity-absent`, with the number named.
        """
        for name, value in self._numbers():
            check_number(name, value)
        if self.minutes_each <= 0:
            raise RequestError(
                "capacity-no-hours",
                "an analyst has no hours for cases, so that no number of them is "
                "enough",
                next_step="give hours a week and a usable share above 0",
            )
        for week in range(1, self.weeks + 1):
            absent = self.absent(week)
            if absent > self.staff + _ROUNDING:
                raise RequestError(
                    "capacity-absent",
                    f"in week {week} {absent:g} are absent of {self.staff:g} who "
                    "work for the desk",
                    next_step="mend the absences, or how many people there are",
                )

    def _numbers(self) -> list[tuple[str, float]]:
        named = [
            ("people", self.people),
            ("minutes of a week", self.minutes_per_week),
            ("usable share", self.usable_percent),
            ("share of other work", self.other_work_percent),
            ("weeks counted", self.observed),
            ("weeks ahead", self.weeks),
            ("least growth", self.growth.low),
            ("greatest growth", self.growth.high),
            ("least effort", self.effort.low),
            ("greatest effort", self.effort.high),
        ]
        for one in self.streams:
            which = f"{one.lane}/{one.sort}"
            named += [
                (f"minutes of {which}", one.deep),
                (f"first look of {which}", one.shallow),
                (f"arrivals of {which}", one.deep_count),
                (f"arrivals of {which}", one.shallow_count),
            ]
        named += [("absent", one.people) for one in self.absences]
        named += [("times of a surge", one.times) for one in self.surges]
        return named

    @property
    def staff(self) -> float:
        """People who work for the desk when nobody is absent."""
        return self.people * (100 - self.other_work_percent) / 100

    @property
    def minutes_each(self) -> float:
        """Minutes for cases that one of them has in a week."""
        return self.minutes_per_week * self.usable_percent / 100

    @property
    def minutes_in(self) -> float:
        """Minutes of work that come in with a week, as things are."""
        return fsum(one.minutes for one in self.streams) / self.observed

    @property
    def needed(self) -> float:
        """People that this takes: work of a week over usable hours of one."""
        return self.minutes_in / self.minutes_each

    @property
    def shallow_needed(self) -> float:
        """People that it would take if everything got a first look alone."""
        looks = fsum(one.items * one.shallow for one in self.streams)
        return looks / self.observed / self.minutes_each

    @property
    def load(self) -> float:
        """Work that comes in as a share of what all together have hours for.

        Infinite where work comes in and nobody is there.
        """
        return _share(self.minutes_in, self.staff * self.minutes_each)

    @property
    def thinnest_load(self) -> float:
        """The same in the week in which the fewest are there."""
        there = min(self.minutes_there(week) for week in range(1, self.weeks + 1))
        return _share(self.minutes_in, there)

    @property
    def grows_by(self) -> float:
        """Minutes by which the queue grows in each week; below 0 it shrinks."""
        return self.minutes_in - self.staff * self.minutes_each

    def absent(self, week: int) -> float:
        """Return how many people are absent in a week, from 1 on."""
        there = (one for one in self.absences if one.first <= week <= one.last)
        return fsum(one.people for one in there)

    def minutes_there(self, week: int) -> float:
        """Return the minutes for cases that a week has, from 1 on."""
        return max(0.0, self.staff - self.absent(week)) * self.minutes_each

    def times(self, lane: str, week: int) -> float:
        """Return how many times as much comes into a lane in a week, from 1 on."""
        found = 1.0
        for one in self.surges:
            if one.lane in {lane, "*"} and one.first <= week <= one.last:
                found *= one.times
        return found


def exposure(growth: float, first: float, last: float) -> float:
    """Return to how many weeks of today's arrivals a span of weeks comes.

    Args:
        growth: factor of a year.
        first: start of the span in weeks from now; below 0 in the past.
        last: its end.
    """
    rate = log(growth) / WEEKS_OF_YEAR
    if abs(rate) < _LEAST_GROWTH:
        return last - first
    return (exp(rate * last) - exp(rate * first)) / rate


def _share(minutes: float, there: float) -> float:
    if there > 0:
        return minutes / there
    return inf if minutes > 0 else 0.0


def whole_people(needed: float) -> int:
    """Return how many people are enough."""
    return ceil(needed - _ROUNDING)


def check_number(name: str, value: float) -> None:
    """Check a number of a setting.

    Args:
        name: what it counts, for the error.
        value: the number.

    Raises:
        RequestError: `capacity-number`, it is below 0, infinite or none; or it is 0
            and something is divided by it; or more than 100 where it is a share.
    """
    positive = {
        *("weeks counted", "weeks ahead"),
        *("least growth", "greatest growth", "least effort", "greatest effort"),
    }
    top = 100 if "share" in name else 1e12
    least_ok = value > 0 if name in positive else value >= 0
    if isfinite(value) and least_ok and value <= top:
        return
    least = "above 0" if name in positive else "0 or more"
    most = ", at most 100" if top == 100 else ""
    raise RequestError(
        "capacity-number",
        f"`{name}` can't be {value:g}",
        next_step=f"give a number, {least}{most}",
    )
