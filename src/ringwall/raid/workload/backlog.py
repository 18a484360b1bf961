"""Week by week: what waits in each lane, and which service levels break when.

Work flows like water here, so that chance delays are left out: those are for
`waiting`. Pure. Must never let an absent person work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, NamedTuple

from ringwall.raid.workload.setting import Level, Setting, exposure

__all__ = ["Broken", "Overtaken", "Week", "broken", "overtaken", "weeks_ahead"]

_HOURS_OF_WEEK: Final = 168


@dataclass(frozen=True, slots=True)
class Week:
    """How things stand at the end of a week.

    Attributes:
        number: from 1 on.
        there: minutes for cases that it had.
        came: minutes of work that came in.
        waits: lane -> minutes of work that wait.
        ahead: minutes for cases that the week after has.
    """

    number: int
    there: float
    came: float
    waits: Mapping[str, float]
    ahead: float

    @property
    def backlog(self) -> float:
        """Minutes of work that wait in all."""
        return sum(self.waits.values())


class Broken(NamedTuple):
    """A service level that breaks.

    Attributes:
        level: which one.
        week: in which it first does, from 1 on.
        hours: by the calendar that an item waits then; infinite if nobody is there.
        mends: week from which on it holds again to the end; 0 if it does not.
    """

    level: Level
    week: int
    hours: float
    mends: int


class Overtaken(NamedTuple):
    """From when on more comes in than is done, to the end.

    Attributes:
        week: the first, from 1 on.
        minutes: by which the queue grows in the last week.
    """

    week: int
    minutes: float


def weeks_ahead(setting: Setting, growth: float) -> list[Week]:
    """Return how things stand at the end of each week.

    Lanes are worked off in their order: what comes first takes all that it needs.

    Args:
        setting: what it starts from.
        growth: of arrivals in a year.
    """
    waits = {lane: setting.in_hand.get(lane, 0.0) for lane in setting.lanes}
    now = _weekly(setting, growth)
    found = []
    for week in range(1, setting.weeks + 1):
        size = exposure(growth, week - 1, week)
        there = left = setting.minutes_there(week)
        came = 0.0
        for lane in setting.lanes:
            comes = now[lane] * size * setting.times(lane, week)
            came += comes
            done = min(left, waits[lane] + comes)
            waits[lane] += comes - done
            left -= done
        ahead = setting.minutes_there(week + 1)
        found.append(Week(week, there, came, dict(waits), ahead))
    return found


def broken(levels: Sequence[Level], weeks: Sequence[Week]) -> list[Broken]:
    """Return the service levels that break, the first to break first.

    Args:
        levels: of the desk.
        weeks: as `weeks_ahead` gives them.
    """
    found = []
    for level in levels:
        late = [one for one in weeks if _hours(level, one) > level.hours]
        if late:
            mends = late[-1].number + 1 if late[-1] is not weeks[-1] else 0
            hours = max(_hours(level, one) for one in late)
            found.append(Broken(level, late[0].number, hours, mends))
    return sorted(found, key=lambda one: (one.week, one.level.rule))


def overtaken(weeks: Sequence[Week]) -> Overtaken | None:
    """Return from when on more comes in than is done; None if it does not.

    Args:
        weeks: as `weeks_ahead` gives them.
    """
    found = None
    for one in reversed(weeks):
        if one.came <= one.there:
            break
        found = one.number
    if found is None:
        return None
    return Overtaken(found, weeks[-1].came - weeks[-1].there)


def _weekly(setting: Setting, growth: float) -> dict[str, float]:
    """Return lane -> minutes of work that come in with a week as of today.

    What was counted came while less came in, if arrivals grow.
    """
    found = dict.fromkeys(setting.lanes, 0.0)
    counted = exposure(growth, -setting.observed, 0)
    for one in setting.streams:
        over = setting.observed if one.is_told else counted
        found[one.lane] += one.minutes * setting.effort.middle / over
    return found


def _hours(level: Level, week: Week) -> float:
    """Return how long the last item of the last of some lanes waits, by the calendar.

    What goes before it goes first: all lanes up to the last that it passes.
    """
    lanes = list(week.waits)
    places = [lanes.index(lane) for lane in level.lanes if lane in lanes]
    if not places:
        return 0.0
    last = max(places)
    work = sum(week.waits[lane] for lane in lanes[: last + 1])
    if work <= 0:
        return 0.0
    return work / week.ahead * _HOURS_OF_WEEK if week.ahead > 0 else inf
