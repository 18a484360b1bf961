"""`raid capacity`: how many people the desk's work takes, as it is and as it may be.

Must never tell a projection without its interval and what it assumes.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import examples
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.raid_capacity_values import (
    BLOCKS,
    LANES,
    projected_value,
    standing_value,
)
from ringwall.cli.raid_capacity_words import print_projected, print_standing

if TYPE_CHECKING:
    from ringwall.raid.workload.setting import Range

__all__ = ["register"]

_ROOM: Final = "raid capacity"
_READ: Final = "raid.read"


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="How many people the work takes, now and in time.",
        no_args_is_help=True,
    )
    who = "--subject user:niels --via point:raid-desk --authn hardware"
    group.command(
        "now",
        epilog=examples(
            f"raid capacity now {who}", f"raid capacity now --analysts 4 {who}"
        ),
    )(at_desk(_ROOM, "now", _now))
    group.command(
        "project",
        epilog=examples(
            f"raid capacity project --weeks 52 --arrivals urgent=3 {who}",
            "raid capacity project --scenario raid/scenarios/ten-fall-to-four.yaml",
        ),
    )(at_desk(_ROOM, "project", _project))
    app.add_typer(group, name="capacity")


_Analysts = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=10_000,
        help="So many are there; default: as last signed, else as the rules say.",
        show_default=False,
    ),
]


def _now(desk: Desk, analysts: _Analysts = None) -> None:
    """Show who is there, what comes in, what waits, and what breaks if it stays so.

    Arrivals are counted over the last weeks, by lane; work takes as long as
    `raid/desk/capacity.yaml` says. Counts only cases that you may know of.
    """
    from ringwall.model.raid_events import DESK

    found = desk.raid.workload.now(desk.who(_READ, DESK), analysts)
    value = standing_value(found)
    sheet = Sheet(LANES, value["lanes"])
    print_object(value, desk.format, lambda: print_standing(found, value), sheet)
    if found.is_few:
        say(value["few"])
    staffing = found.staffing
    if staffing.used > staffing.registered:
        say(
            f"{staffing.used:g} are counted with, but {staffing.registered} stand on "
            "the register: give --analysts, or mend `people` in "
            "`raid/desk/capacity.yaml`"
        )


def _project(
    desk: Desk,
    weeks: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=260,
            help="How far ahead; default: 26, or as the scenario says.",
            show_default=False,
        ),
    ] = None,
    analysts: _Analysts = None,
    arrivals: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LANE=ITEMS",
            help="So many items of a lane come in a week, instead of what was counted; "
            "may be given several times.",
        ),
    ] = None,
    trend: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="LOW HIGH",
            help="Arrivals grow in a year by a factor from LOW to HIGH; default: as "
            "the scenario or the rules say.",
            show_default=False,
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What would be otherwise; see `raid/scenarios` and "
            "docs/raid-capacity.md.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show how many people the work may take in the weeks ahead, as intervals.

    What was counted is taken for a sample; how much arrivals grow, and how long work
    takes, for numbers that lie somewhere in a range. Tells what it hangs on and how
    rough it is. Nothing is recorded but that you asked.
    """
    from ringwall.model.raid_events import DESK
    from ringwall.raid.workload.scenario import read_scenario
    from ringwall.raid.workload.set_up import Asked

    asked = Asked(
        weeks=weeks,
        analysts=analysts,
        arrivals=_arrivals(desk, arrivals or []),
        trend=None if trend is None else _trend(desk, trend),
        scenario=None if scenario is None else read_scenario(scenario),
    )
    found = desk.raid.workload.project(desk.who(_READ, DESK), asked)
    value = projected_value(found)
    sheet = Sheet(BLOCKS, value["weeks"])
    print_object(value, desk.format, lambda: print_projected(found, value), sheet)


def _number(desk: Desk, option: str, text: str) -> float:
    from ringwall.raid.workload.numbers import parse_number

    try:
        return parse_number(text)
    except ValueError as error:
        raise Misuse(desk.command, f"{option}: {error}") from None


def _arrivals(desk: Desk, told: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in told:
        lane, sign, count = text.partition("=")
        if not lane or not sign:
            raise Misuse(desk.command, f"--arrivals: `{text[:40]}` is no LANE=ITEMS")
        if lane in found:
            raise Misuse(desk.command, f"--arrivals: `{lane[:40]}` is given twice")
        found[lane] = _number(desk, "--arrivals", count)
    return found


def _trend(desk: Desk, told: tuple[str, str]) -> "Range":
    from ringwall.raid.workload.setting import Range

    low, high = (_number(desk, "--trend", text) for text in told)
    if not 0 < low <= high <= 1000:
        raise Misuse(
            desk.command,
            f"--trend: {low:g} to {high:g} is no range of factors above 0, the least "
            "first, at most 1000",
        )
    return Range(low, high)
