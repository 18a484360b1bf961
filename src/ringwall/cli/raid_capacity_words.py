"""The desk's workload in words: what stands, what is projected, and how rough it is.

Must never print a number of people needed without what it rests on.
"""

from collections.abc import Sequence
from math import isinf
from typing import TYPE_CHECKING, Any, Final

from ringwall.cli.options import Format
from ringwall.cli.output import print_rows
from ringwall.cli.raid_capacity_values import LANES, tenths
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.workload.backlog import Broken
    from ringwall.raid.workload.counter import Projected, Standing
    from ringwall.raid.workload.immediate import Immediate
    from ringwall.raid.workload.setting import Setting

__all__ = ["print_projected", "print_standing"]

_TOLD_BLOCKS: Final = ("weeks", "hours", "there", "needed")
_SWINGS: Final = ("assumption", "needed", "there")
_END: Final = "without end"


def print_standing(found: "Standing", value: dict[str, Any]) -> None:
    """Print how the work stands.

    Args:
        found: as the counter tells it.
        value: as `standing_value` gives it.
    """
    staffing = found.staffing
    signed = "" if staffing.signed is None else f", {staffing.signed} as last signed"
    print_field(
        "analysts",
        f"{staffing.used:g} counted with; {staffing.registered} on the register, "
        f"{staffing.ruled} by the rules{signed}",
    )
    print_field(
        "hours",
        f"{value['hours_a_week']} a week for cases, {value['hours_each']} of each",
    )
    told = value["counted"]
    print_field(
        "counted",
        f"{counted(told['reports'], 'report')} and {counted(told['cases'], 'case')} "
        f"in {told['weeks']} weeks",
    )
    print_text()
    print_rows(LANES, value["lanes"], Format.TABLE)
    print_text()
    _print_load(found.setting)
    _print_wait(found.wait)
    _print_breaks(found.broken, found.setting)


def print_projected(found: "Projected", value: dict[str, Any]) -> None:
    """Print what may become of the work.

    Args:
        found: as the counter tells it.
        value: as `projected_value` gives it.
    """
    setting = found.setting
    if found.scenario is not None:
        print_text(found.scenario.title, style="bold")
    print_field("rough", value["rough"])
    least = value["analysts_least"]
    fewer = f", {least} when fewest are" if least != value["analysts"] else ""
    print_field("analysts", f"{value['analysts']} for the desk{fewer}")
    if found.scenario is not None:
        print_field("each", f"{value['items_each']} items in {setting.weeks} weeks")
    _print_load(setting)
    _print_wait(found.wait)
    print_text()
    title = f"hours and analysts needed, {value['interval_percent']} % intervals"
    rows = [
        {
            "weeks": one["weeks"],
            "hours": _interval(one, "hours"),
            "there": one["hours_there"],
            "needed": _interval(one, "needed"),
        }
        for one in value["weeks"]
    ]
    print_rows(_TOLD_BLOCKS, rows, Format.TABLE, title=title)
    print_text()
    print_field(
        "plan for",
        f"{counted(value['plan_for'], 'analyst')} over all of these weeks, the high "
        f"end; the worst of the rows may take {value['plan_for_worst']}",
    )
    for course in found.courses:
        print_text()
        print_text(f"if arrivals grow by {course.growth:.2g} a year", style="bold")
        last = course.weeks[-1].backlog / 60
        print_field("waiting", f"{tenths(last)} hours of work at the end", indent=2)
        if course.overtaken is not None:
            hours = course.overtaken.minutes / 60
            print_field(
                "GROWS",
                f"from week {course.overtaken.week} on more comes in than is done: at "
                f"the end the queue grows {_END}, by {hours:.1f} hours of work a week",
                style="red",
                indent=2,
            )
        _print_breaks(course.broken, setting)
    print_text()
    swings = [
        {
            "assumption": one["assumption"]
            + (" (to 100 %)" if one["is_capped"] else ""),
            "needed": _three(one["needed"]),
            "there": _three(one["there"]),
        }
        for one in value["sensitivity"]
    ]
    title = "analysts, with each assumption a fifth less, as it is, a fifth more"
    print_rows(_SWINGS, swings, Format.TABLE, title=title)
    print_text()
    print_text("assumed", style="bold")
    for line in value["assumptions"]:
        print_field("", line)


def _print_load(setting: "Setting") -> None:
    from ringwall.raid.workload.setting import whole_people

    print_field(
        "needed",
        f"{setting.needed:.1f} analysts, so {whole_people(setting.needed)}, for what "
        f"comes in; {setting.shallow_needed:.1f} for first looks alone",
    )
    if setting.load >= 1:
        hours = setting.grows_by / 60
        print_field(
            "LOAD",
            f"the queue grows {_END}, by {hours:.1f} hours of work a week",
            style="red",
        )
        return
    text = f"{setting.load:.0%} of the hours that there are"
    if setting.thinnest_load >= 1:
        text += (
            "; where the fewest are there more comes in than is done"
            if isinf(setting.thinnest_load)
            else f", {setting.thinnest_load:.0%} where the fewest are there"
        )
    waits, spare = sum(setting.in_hand.values()), -setting.grows_by
    if waits > 0 and spare > 0:
        text += f"; what waits is done in {waits / spare:.1f} weeks"
    elif waits > 0:
        text += "; nobody is there for what waits"
    print_field("load", text)


def _print_wait(wait: "Immediate | None") -> None:
    if wait is None:
        print_field("at once", "no immediate case came in: nothing is said of waiting")
        return
    late = "" if isinf(wait.limit) else f", {wait.late:.1%} over {wait.limit:g} hours"
    behind = (
        ""
        if isinf(wait.limit)
        else f", {wait.queued_late:.1%} over {wait.limit:g} hours"
    )
    print_field(
        "at once",
        f"an immediate case waits {_long(wait.mean)}{late}, if it interrupts other "
        f"work; {_long(wait.queued_mean)}{behind}, if it does not",
    )
    print_field(
        "", f"that is week {wait.week}, with {counted(wait.analysts, 'analyst')}"
    )
    print_field("", "nights and weekends come on top unless somebody is on call")


def _long(hours: float) -> str:
    return _END if isinf(hours) else f"{hours:.1f} hours"


def _print_breaks(found: "Sequence[Broken]", setting: "Setting") -> None:
    if not found:
        print_field("levels", f"none breaks within {setting.weeks} weeks", indent=2)
    for one in found:
        mends = (
            f"holds again from week {one.mends}" if one.mends else "and does not mend"
        )
        print_field(
            "BREAKS",
            f"{one.level.rule} ({one.level.hours:g} hours) in week {one.week}: the "
            f"wait is {_long(one.hours)}, {mends}",
            style="red",
            indent=2,
        )


def _interval(one: dict[str, Any], name: str) -> str:
    return f"{one[name]} ({one[f'{name}_low']} to {one[f'{name}_high']})"


def _three(numbers: Sequence[float]) -> str:
    low, middle, high = numbers
    return f"{low} | {middle} | {high}"
