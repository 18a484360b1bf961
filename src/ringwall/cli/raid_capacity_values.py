"""The desk's workload as data: what stands, and what is projected, with its intervals.

Must never give a number of people needed without what it rests on.
"""

from math import isinf
from typing import TYPE_CHECKING, Any, Final

from ringwall.cli.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringwall.raid.workload.backlog import Broken
    from ringwall.raid.workload.counter import Course, Projected, Standing
    from ringwall.raid.workload.immediate import Immediate
    from ringwall.raid.workload.setting import Setting

__all__ = ["BLOCKS", "LANES", "projected_value", "standing_value", "tenths"]

LANES: Final = ("lane", "a_week", "hours_a_week", "waiting", "hours_waiting")
"""Columns of a lane."""
BLOCKS: Final = (
    *("weeks", "hours_low", "hours", "hours_high", "hours_there"),
    *("needed_low", "needed", "needed_high"),
)
"""Columns of weeks ahead."""


def standing_value(found: "Standing") -> dict[str, Any]:
    """Return how the work stands as data.

    Args:
        found: as the counter tells it.
    """
    setting = found.setting
    weeks, items = found.arrivals.weeks, found.arrivals.reports + found.arrivals.cases
    return {
        "analysts": _staff_value(found),
        "hours_a_week": tenths(setting.minutes_there(1) / 60),
        "hours_each": tenths(setting.minutes_each / 60),
        "counted": {
            "weeks": tenths(weeks),
            "reports": found.arrivals.reports,
            "cases": found.arrivals.cases,
            "is_few": found.is_few,
        },
        "few": f"only {counted(items, 'item')} in {tenths(weeks)} weeks were counted: "
        "these figures say little yet",
        "lanes": _lanes(found),
        **_load_value(setting),
        "immediate": _wait_value(found.wait),
        "breaks": _breaks(found.broken),
        "decision": found.decision,
    }


def projected_value(found: "Projected") -> dict[str, Any]:
    """Return what may become of the work as data.

    Args:
        found: as the counter tells it.
    """
    told = found.scenario
    return {
        "scenario": told.title if told else "",
        "rough": _rough(found),
        "analysts": tenths(found.setting.staff),
        "analysts_least": tenths(
            min(
                found.setting.staff - found.setting.absent(week)
                for week in range(1, found.setting.weeks + 1)
            )
        ),
        "interval_percent": found.assumptions.interval_percent,
        **_load_value(found.setting),
        "items_each": _items_each(found.setting),
        "weeks": [
            {
                "weeks": f"{one.first}-{one.last}",
                "hours_low": tenths(one.low / 60),
                "hours": tenths(one.middle / 60),
                "hours_high": tenths(one.high / 60),
                "hours_there": tenths(one.there / 60),
                "needed_low": tenths(one.needed_low),
                "needed": tenths(one.needed),
                "needed_high": tenths(one.needed_high),
            }
            for one in found.blocks
        ],
        "plan_for": _whole(found.blocks[-1].needed_high),
        "plan_for_worst": _whole(max(one.needed_high for one in found.blocks)),
        "courses": [_course(one) for one in found.courses],
        "immediate": _wait_value(found.wait),
        "sensitivity": [
            {
                "assumption": one.what,
                "is_capped": one.is_capped,
                "needed": [tenths(number) for number in one.needed],
                "there": [tenths(number) for number in one.there],
            }
            for one in found.swings
        ],
        "assumptions": _assumed(found),
        "decision": found.decision,
    }


def tenths(number: float) -> float:
    """Return a number with one place.

    Args:
        number: any.
    """
    return round(number, 1)


def _staff_value(found: "Standing") -> dict[str, Any]:
    staffing = found.staffing
    return {
        "registered": staffing.registered,
        "ruled": staffing.ruled,
        "signed": staffing.signed,
        "used": staffing.used,
    }


def _lanes(found: "Standing") -> list[dict[str, Any]]:
    setting, rows = found.setting, []
    for lane in setting.lanes:
        own = [one for one in setting.streams if one.lane == lane]
        items = sum(one.items for one in own) / setting.observed
        minutes = sum(one.minutes for one in own) / setting.observed
        rows.append(
            {
                "lane": lane,
                "a_week": tenths(items),
                "hours_a_week": tenths(minutes / 60),
                "waiting": found.held.items.get(lane, 0),
                "hours_waiting": tenths(found.held.minutes.get(lane, 0) / 60),
            }
        )
    return rows


def _load_value(setting: "Setting") -> dict[str, Any]:
    load = setting.load
    return {
        "needed": tenths(setting.needed),
        "needed_whole": _whole(setting.needed),
        "first_looks_alone": tenths(setting.shallow_needed),
        "load": None if isinf(load) else round(load, 3),
        "thinnest_load": None
        if isinf(setting.thinnest_load)
        else round(setting.thinnest_load, 3),
        "grows_by_hours": tenths(max(0.0, setting.grows_by) / 60),
    }


def _wait_value(wait: "Immediate | None") -> dict[str, Any] | None:
    if wait is None:
        return None
    return {
        "week": wait.week,
        "analysts": wait.analysts,
        "a_week": round(wait.weekly, 2),
        "hours_each": tenths(wait.hours_each),
        "level_hours": None if isinf(wait.limit) else wait.limit,
        "chance": round(wait.chance, 4),
        "mean_hours": _finite(wait.mean),
        "late": round(wait.late, 4),
        "queued_mean_hours": _finite(wait.queued_mean),
        "queued_late": round(wait.queued_late, 4),
    }


def _finite(hours: float) -> float | None:
    return None if isinf(hours) else round(hours, 2)


def _breaks(found: "Sequence[Broken]") -> list[dict[str, Any]]:
    return [
        {
            "level": one.level.rule,
            "level_hours": one.level.hours,
            "week": one.week,
            "worst_hours": _finite(one.hours),
            "mends": one.mends or None,
        }
        for one in found
    ]


def _whole(needed: float) -> int:
    from ringwall.raid.workload.setting import whole_people

    return whole_people(needed)


def _course(one: "Course") -> dict[str, Any]:
    return {
        "growth": round(one.growth, 3),
        "hours_waiting": tenths(one.weeks[-1].backlog / 60),
        "grows_from_week": one.overtaken.week if one.overtaken else None,
        "grows_by_hours": tenths(one.overtaken.minutes / 60) if one.overtaken else 0.0,
        "breaks": _breaks(one.broken),
    }


def _items_each(setting: "Setting") -> float | None:
    if setting.staff <= 0:
        return None
    items = sum(one.items for one in setting.streams) / setting.observed
    return tenths(items * setting.weeks / setting.staff)


def _rough(found: "Projected") -> str:
    if found.scenario is not None:
        return f"{found.scenario.rough}; confidence {found.scenario.confidence}"
    if found.is_few:
        return "very: too little came in, over too few weeks, to say much"
    return "as rough as the assumptions below"


def _assumed(found: "Projected") -> list[str]:
    assumed, setting = found.assumptions, found.setting
    growth, effort = setting.growth, setting.effort
    sources = {name: one.source for name, one in assumed.ranges.items()}
    lines = []
    for name, used, text in (
        ("growth", growth, "arrivals grow in a year by a factor of"),
        ("effort", effort, "work takes, against what the data say,"),
    ):
        own = assumed.ranges[name]
        is_own = used == own.range
        source = sources[name] if is_own else "as asked, or as the scenario says"
        lines.append(f"{text} {used.low:g} to {used.high:g} ({source})")
    if found.scenario is not None:
        lines.append(f"the scenario: {found.scenario.source}")
    lines.append(
        "items come at random, one by one; an analyst works on one at a time, for "
        f"{setting.minutes_each / 60:.1f} hours a week"
    )
    lines.append(
        f"lanes are worked off in this order: {', '.join(setting.lanes)}; under "
        "shortage `raid queue cut` gives first looks instead"
    )
    drawn, said = assumed.drawn_percent, assumed.interval_percent
    lines.append(
        f"an interval is drawn at {drawn} % so that it holds {said} % of what comes; "
        "docs/raid-capacity.md says how that was measured"
    )
    return lines
