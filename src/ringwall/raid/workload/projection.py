"""What the weeks ahead may bring: work and people needed, as intervals.

Pure. Must never give a number without the interval that it lies in.
"""

from typing import Final, NamedTuple

from ringwall.raid.workload.setting import Setting, exposure
from ringwall.raid.workload.spread import Outlook, Part, outlook_of

__all__ = ["Block", "outlook", "project"]

_COURSES: Final = 15
_EFFORTS: Final = 9
# What is added to a count when a rate is guessed from it (Jeffreys).
_PRIOR: Final = 0.5


class Block(NamedTuple):
    """Weeks ahead.

    Attributes:
        first: week, from 1 on.
        last: week, itself included.
        low: minutes of work that come in, the low end of the interval.
        middle: half of what is likely lies below.
        high: the high end.
        there: minutes for cases that these weeks have.
        needed_low: people that `low` takes.
        needed: people that `middle` takes.
        needed_high: people that `high` takes.
    """

    first: int
    last: int
    low: float
    middle: float
    high: float
    there: float
    needed_low: float
    needed: float
    needed_high: float


def outlook(setting: Setting, first: int, last: int) -> Outlook:
    """Return how much work comes in over some weeks, and how likely.

    Args:
        setting: what it starts from.
        first: week, from 1 on.
        last: week, itself included.
    """
    courses = [
        _parts(setting, growth, first, last)
        for growth in setting.growth.points(_COURSES)
    ]
    return outlook_of(courses, setting.effort.points(_EFFORTS))


def project(setting: Setting, block: int, percent: int) -> list[Block]:
    """Return the weeks ahead in blocks, and last all of them as one.

    Args:
        setting: what it starts from.
        block: weeks of a block, at least 1.
        percent: how likely it is that work comes out within the interval, 1 to 99.
    """
    tail = (100 - percent) / 200
    firsts = range(1, setting.weeks + 1, block)
    spans = [(first, min(first + block - 1, setting.weeks)) for first in firsts]
    if len(spans) > 1:
        spans.append((1, setting.weeks))
    found = []
    for first, last in spans:
        seen = outlook(setting, first, last)
        low, middle, high = map(seen.quantile, (tail, 0.5, 1 - tail))
        weeks = range(first, last + 1)
        each = setting.minutes_each * len(weeks)
        there = sum(setting.minutes_there(week) for week in weeks)
        needed = low / each, middle / each, high / each
        found.append(Block(first, last, low, middle, high, there, *needed))
    return found


def _parts(setting: Setting, growth: float, first: int, last: int) -> list[Part]:
    """Return what comes in over some weeks under one course of growth."""
    weeks = {week: exposure(growth, week - 1, week) for week in range(first, last + 1)}
    lanes = {one.lane for one in setting.streams}
    futures = {
        lane: sum(size * setting.times(lane, week) for week, size in weeks.items())
        for lane in lanes
    }
    total = sum(one.items for one in setting.streams if not one.is_told)
    # What is added is shared among the kinds as they came: a desk has many kinds, and
    # half an item for each would be many items.
    scale = 1 + _PRIOR / total if total else 0.0
    counted = scale, exposure(growth, -setting.observed, 0)
    told = 1 / setting.observed, 0.0
    return [
        _part(count, told if one.is_told else counted, futures[one.lane], minutes)
        for one in setting.streams
        for count, minutes in (
            (one.deep_count, one.deep),
            (one.shallow_count, one.shallow),
        )
        if count > 0
    ]


def _part(
    count: float, basis: tuple[float, float], future: float, minutes: float
) -> Part:
    scale, past = basis
    return Part(count * scale, past, future, minutes)
