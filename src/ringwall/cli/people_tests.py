"""`people plan-tests`, `draw` and `check-draws`: integrity tests drawn by lot."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    instant_of,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, print_rows
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.matters.draws import Draw, TestPlan
    from ringwall.registry.drawing import Drawing, Waiting

__all__ = ["register"]

_PLAN = "ringwall people plan-tests"
_DRAWS = ("plan", "slot", "people", "size", "root", "entry")
_LISTED = ("slot", "people", "size", "entry")
_PLANS = ("plan", "first", "until", "slots", "people", "size")


def register(app: typer.Typer) -> None:
    """Add the commands to the group `people`."""
    app.command("plan-tests", epilog=examples("people plan-tests"))(_plan_tests)
    app.command("draw", epilog=examples("people draw"))(_draw)
    app.command("check-draws", epilog=examples("people check-draws"))(_check_draws)


def _plan_tests(
    until: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT",
            help="When the period is over; the latest is what the programme says.",
        ),
    ] = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Begin a period in which everybody with power above the lower tier is tested.

    Each week is a slot, and everybody is drawn at least once by the end. What decides
    is the root of the log at a size that is named before it has it, so run
    `ringwall people draw` every day: it names sizes and draws what is due.
    """
    from ringwall.registry.drawing import begin_plan, longest_plan
    from ringwall.registry.on_record import read_on_record
    from ringwall.registry.upper_powers import staff_with_power

    institute = open_institute(folder)
    judge, now = institute.judge(), institute.clock.now()
    ledger = institute.ledger(writable=True)
    try:
        state = read_on_record(ledger, now)
        judge.check_in_force(state.policy)
        end = longest_plan(state)
        if until is not None:
            end = instant_of(until, institute, _PLAN)
        people = staff_with_power(judge, state)
        plan = begin_plan(ledger, institute.clock, people, end)
    finally:
        ledger.close()
    value = _plan_value(plan)

    def table() -> None:
        print_text(f"{plan.id}: {len(plan.people)} people to be tested")
        print_field("weeks", str(plan.slots))
        print_field("until", value["until"])
        print_field("first", f"by the first checkpoint from {value['size']} entries on")

    print_object(value, fmt, table, Sheet(_PLANS, [value]))


def _draw(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """Draw whom to test in each week that is due; name by which root the next falls.

    Nothing is drawn before a checkpoint of the size that was named is published: see
    `ringwall audit checkpoint`.
    """
    from ringwall.registry.drawing import draw_due

    institute = open_institute(folder)
    ledger = institute.ledger(writable=True)
    try:
        done = draw_due(ledger, institute.clock)
    finally:
        ledger.close()
    rows = [_draw_value(done.plan, draw) for draw in done.draws]
    value = {"plan": done.plan.id, "draws": rows, "waits": _waits_value(done.waits)}

    def table() -> None:
        _print_draws(rows, done)

    print_object(value, fmt, table, Sheet(_DRAWS, rows))


def _check_draws(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """Work out again every draw on record; one that comes out otherwise is a fault.

    Anybody with the log can do the same: see docs/ledger-format.md.
    """
    from ringwall.registry.drawing import check_draws

    institute = open_institute(folder)
    ledger = institute.ledger(writable=False)
    try:
        found = check_draws(ledger, institute.clock.now())
    finally:
        ledger.close()
    rows = [_draw_value(plan, draw) for plan, draw in found]
    title = f"{counted(len(rows), 'draw')}, each as the log's roots decide"
    print_rows(("plan", *_LISTED), rows, fmt, title=title, sheet=_DRAWS)


def _print_draws(rows: "list[dict[str, Any]]", done: "Drawing") -> None:
    from ringwall.base.clock import format_instant
    from ringwall.cli.options import Format

    print_rows(_LISTED, rows, Format.TABLE, title=f"drawn of {done.plan.id}")
    waits = done.waits
    if waits.slot is None:
        print_text("all weeks of the plan are drawn")
    elif waits.begins is not None:
        print_text(f"slot {waits.slot} begins at {format_instant(waits.begins)}")
    else:
        print_text(
            f"slot {waits.slot} waits for a checkpoint of {waits.size} entries or more"
        )


def _plan_value(plan: "TestPlan") -> dict[str, Any]:
    from ringwall.base.clock import format_instant

    return {
        "plan": plan.id,
        "first": format_instant(plan.first),
        "until": format_instant(plan.until),
        "slots": plan.slots,
        "people": list(plan.people),
        "size": plan.sizes[0][0],
    }


def _draw_value(plan: "TestPlan", draw: "Draw") -> dict[str, Any]:
    return {
        "plan": plan.id,
        "slot": draw.slot,
        "people": list(draw.people),
        "size": draw.size,
        "root": draw.root.hex(),
        "entry": draw.index,
    }


def _waits_value(waits: "Waiting") -> dict[str, Any]:
    from ringwall.base.clock import format_instant

    begins = None if waits.begins is None else format_instant(waits.begins)
    return {"slot": waits.slot, "begins": begins, "size": waits.size}
