"""How long an immediate case waits for an analyst, at a load.

Pure. Must never count half an analyst as one.
"""

from math import floor, inf
from typing import Final, NamedTuple

from ringwall.raid.workload.setting import Setting
from ringwall.raid.workload.waiting import Wait, waiting, waiting_in_front

__all__ = ["Immediate", "immediate"]

_HOURS_OF_WEEK: Final = 168


class Immediate(NamedTuple):
    """How long an immediate case waits; hours are by the calendar.

    Attributes:
        week: from 1 on, in which it waits longest.
        analysts: who are there.
        weekly: how many such cases come in a week.
        hours_each: for cases, that one of them takes.
        limit: hours of its service level; infinite if there is none.
        chance: that it waits at all, if it interrupts other work.
        mean: hours that it waits, if it does.
        late: chance that it waits longer than its service level, if it does.
        queued_mean: hours that it waits, if it interrupts nothing.
        queued_late: chance that it waits longer than its level, likewise.
    """

    week: int
    analysts: int
    weekly: float
    hours_each: float
    limit: float
    chance: float
    mean: float
    late: float
    queued_mean: float
    queued_late: float


def immediate(setting: Setting) -> Immediate | None:
    """Return how long an immediate case waits in the worst week; None if none comes in.

    Cases come at random; one analyst works on a case; hours are spread evenly over the
    week, so that nights and weekends come on top.

    Args:
        setting: as things are; arrivals as of today, with surges.
    """
    own = [one for one in setting.streams if one.lane == setting.immediate]
    count = sum(one.items for one in own)
    if count <= 0:
        return None
    week = max(range(1, setting.weeks + 1), key=lambda one: _strain(setting, one))
    analysts = floor(setting.staff - setting.absent(week) + 1e-9)
    weekly = count * setting.times(setting.immediate, week) / setting.observed
    minutes = sum(one.minutes for one in own) / count
    by = [(one, setting.times(one.lane, week)) for one in setting.streams]
    all_count = sum(one.items * times for one, times in by)
    all_minutes = sum(one.minutes * times for one, times in by)
    each = setting.minutes_each
    limits = (one.hours for one in setting.levels if setting.immediate in one.lanes)
    limit = min(limits, default=inf)
    alone = waiting(analysts, weekly, minutes / each)
    behind = waiting_in_front(
        *(analysts, weekly, all_count / setting.observed),
        all_minutes / all_count / each if all_count else minutes / each,
    )
    return Immediate(
        *(week, analysts, weekly, minutes / 60, limit),
        *(alone.chance, _hours(alone), _late(alone, limit)),
        # What others take counts by the mean of all, which may be shorter: who
        # interrupts nobody waits no less for that.
        max(_hours(behind), _hours(alone)),
        max(_late(behind, limit), _late(alone, limit)),
    )


def _strain(setting: Setting, week: int) -> float:
    """Return how hard a week is on who comes at once."""
    there = setting.minutes_there(week)
    comes = 1 + setting.times(setting.immediate, week)
    return comes / there if there > 0 else inf


def _hours(wait: Wait) -> float:
    return wait.mean * _HOURS_OF_WEEK


def _late(wait: Wait, limit: float) -> float:
    return 0.0 if limit == inf else wait.over(limit / _HOURS_OF_WEEK)
