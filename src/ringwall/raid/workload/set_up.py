"""How a setting is made: of the desk as it is, what a scenario says, what is asked.

Pure. What is asked goes before the scenario, and that before the desk. Must never fill
in a number that none of the three has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from ringwall.base.errors import RequestError
from ringwall.raid.queue.capacity import UNASSESSED, Capacity
from ringwall.raid.rulebook import Rulebook
from ringwall.raid.workload.levels import levels_of
from ringwall.raid.workload.observing import Arrivals, Held
from ringwall.raid.workload.scenario import Scenario
from ringwall.raid.workload.setting import Range, Setting, Stream

__all__ = ["Asked", "asked_setting", "desk_setting", "told_setting"]

_Value = TypeVar("_Value")
_WEEKS: Final = 26
_MOST_WEEKS: Final = 260
_NONE: Final[Mapping[str, float]] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be projected; what is left out is as it is.

    Attributes:
        weeks: how far ahead.
        analysts: who work.
        arrivals: lane -> items in a week.
        trend: by how much arrivals grow in a year.
        scenario: a file.
    """

    weeks: int | None = None
    analysts: int | None = None
    arrivals: Mapping[str, float] = field(default_factory=lambda: _NONE)
    trend: Range | None = None
    scenario: Scenario | None = None


def desk_setting(
    book: Rulebook, people: float, arrivals: Arrivals, held: Held
) -> Setting:
    """Return a setting as the desk is.

    Args:
        book: the rules in force.
        people: who work.
        arrivals: what came of late.
        held: what waits.

    Raises:
        RequestError: `capacity-no-hours`.
        DeclarationError: as `levels_of`.
    """
    assumed = book.workload
    lanes = list(assumed.lanes)
    lanes += [one.lane for one in arrivals.streams if one.lane not in lanes]
    return Setting(
        people=people,
        other_work_percent=0,
        minutes_per_week=book.capacity.minutes_per_week,
        usable_percent=book.capacity.usable_percent,
        weeks=_WEEKS,
        growth=assumed.growth,
        effort=assumed.effort,
        observed=arrivals.weeks,
        streams=arrivals.streams,
        lanes=tuple(lanes),
        immediate=assumed.immediate,
        in_hand=held.minutes,
        levels=levels_of(assumed, book.clocks),
    )


def told_setting(setting: Setting, told: Scenario | None) -> Setting:
    """Return a setting as a scenario has it; what that leaves out stays.

    Args:
        setting: of the desk.
        told: the scenario; None for none.

    Raises:
        RequestError: `capacity-absent`.
    """
    if told is None:
        return setting
    hours, growth, effort = told.hours_per_week, told.growth, told.effort
    return replace(
        setting,
        people=_else(told.people, setting.people),
        other_work_percent=_else(told.other_work_percent, 0),
        minutes_per_week=setting.minutes_per_week if hours is None else hours * 60,
        usable_percent=_else(told.usable_percent, setting.usable_percent),
        weeks=_else(told.weeks, setting.weeks),
        growth=setting.growth if growth is None else growth.range,
        effort=setting.effort if effort is None else effort.range,
        absences=told.away,
        surges=told.peaks,
    )


def _else(value: _Value | None, other: _Value) -> _Value:
    return other if value is None else value


def asked_setting(setting: Setting, asked: Asked, capacity: Capacity) -> Setting:
    """Return a setting as it is asked for.

    Args:
        setting: of the desk, or of a scenario.
        asked: what is to be otherwise.
        capacity: of the desk.

    Raises:
        RequestError: `weeks-malformed`, `lane-unknown`, or as `Setting`.
    """
    weeks = setting.weeks if asked.weeks is None else asked.weeks
    if not 1 <= weeks <= _MOST_WEEKS:
        raise RequestError(
            "weeks-malformed",
            f"nothing is projected for {weeks} weeks",
            next_step=f"give a number from 1 to {_MOST_WEEKS}",
        )
    people = setting.people if asked.analysts is None else asked.analysts
    streams = list(setting.streams)
    for lane, count in asked.arrivals.items():
        if lane not in setting.lanes:
            raise RequestError(
                "lane-unknown",
                f"`{lane[:40]}` is no lane",
                next_step=f"the lanes are {', '.join(setting.lanes)}",
            )
        streams = _rated(streams, lane, count * setting.observed, capacity)
    return replace(
        setting,
        weeks=weeks,
        people=people,
        growth=asked.trend or setting.growth,
        streams=tuple(streams),
    )


def _rated(
    streams: Sequence[Stream], lane: str, count: float, capacity: Capacity
) -> list[Stream]:
    """Return streams of which those of a lane are told to bring so many items.

    They are of the kinds that came of late; if none came, a class of the lane's name
    counts, or else a case that nobody has assessed, looked at whole.
    """
    own = [one for one in streams if one.lane == lane]
    came = sum(one.items for one in own)
    rest = [one for one in streams if one.lane != lane]
    if came <= 0:
        hours = capacity.classes.get(lane) or capacity.classes[UNASSESSED]
        told = Stream(lane, lane, hours.deep, hours.shallow, count, 0.0, is_told=True)
        return [*rest, told]
    by = count / came
    return rest + [
        one._replace(
            deep_count=one.deep_count * by,
            shallow_count=one.shallow_count * by,
            is_told=True,
        )
        for one in own
    ]
