"""`raid stats`: how well the desk does, in the time that is asked about.

Must never tell of a case that the asker has no need to know of.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format, examples
from ringwall.cli.output import Sheet, print_object, print_rows
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.statistics import Stats

__all__ = ["register"]

_READ: Final = "raid.read"
_HOUR: Final = 3_600_000_000
_SHEET: Final = ("measure", "count", "open", "median", "p90", "worst")
_TOOK: Final = ("what", "done", "open", "median", "p90", "worst")
_LANES: Final = ("lane", "items", "median", "oldest")


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "stats",
        epilog=examples(
            "raid stats --subject user:niels --via point:raid-desk",
            "raid stats --since 2027-01-01T00:00:00Z --format csv",
        ),
    )(at_desk("raid", "stats", _stats))


def _stats(
    desk: Desk,
    since: Annotated[
        str,
        typer.Option(
            metavar="INSTANT",
            help="What was begun from then on, e.g. 2027-01-31T00:00:00Z.",
        ),
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="INSTANT", help="And before then.")
    ] = "",
) -> None:
    """Show how well the desk does: how long things take, what is late, what is undone.

    Times are in hours. Deadlines count by when they were due. Counts only cases that
    you may know of.
    """
    from ringwall.model.raid_events import DESK

    bounds = [_instant(desk, text) for text in (since, until)]
    found = desk.raid.statistics.stats(desk.who(_READ, DESK), *bounds)
    value = _value(found)
    print_object(value, desk.format, lambda: _print(value), _sheet(value))


def _instant(desk: Desk, text: str) -> int | None:
    from ringwall.base.clock import parse_instant

    if not text:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise Misuse(desk.command, str(error)) from None


def _value(found: "Stats") -> dict[str, Any]:
    return {
        "took": [
            {
                "what": one.what,
                "done": one.done,
                "open": one.open,
                "median": _hours(one.median),
                "p90": _hours(one.p90),
                "worst": _hours(one.worst),
            }
            for one in found.took
        ],
        "clocks": dict(sorted(found.clocks.items())),
        "queue": [
            {
                "lane": one.lane,
                "items": one.items,
                "median": _hours(one.median),
                "oldest": _hours(one.oldest),
            }
            for one in found.lanes
        ],
        "deviations": found.deviations._asdict(),
        "unknown_points": found.unknowns._asdict(),
        "merges_undone": found.unmerged._asdict(),
        "decision": found.decision,
    }


def _hours(span: int) -> str:
    tenths = span * 10 // _HOUR
    return f"{tenths // 10}.{tenths % 10}"


def _print(value: dict[str, Any]) -> None:
    print_rows(_TOOK, value["took"], Format.TABLE, title="hours that things took")
    print_text()
    print_text("clocks", style="bold")
    for state, count in value["clocks"].items() or (("none", 0),):
        print_field(state, f"{count:,}")
    print_text()
    print_rows(_LANES, value["queue"], Format.TABLE, title="hours that items wait")
    print_text()
    for name in ("deviations", "unknown_points", "merges_undone"):
        share = value[name]
        print_text(f"{name.replace('_', ' ')}: {_share(share['part'], share['whole'])}")


def _share(part: int, whole: int) -> str:
    if not whole:
        return "none yet"
    return f"{part:,} of {whole:,} ({100 * part // whole} %)"


def _sheet(value: dict[str, Any]) -> Sheet:
    """Return all measures as rows of one shape."""
    rows: list[dict[str, Any]] = [
        {**one, "measure": f"hours to {one['what']}", "count": one["done"]}
        for one in value["took"]
    ]
    rows += [
        {"measure": f"clocks {state}", "count": count}
        for state, count in value["clocks"].items()
    ]
    rows += [
        {
            "measure": f"hours waiting in lane {one['lane']}",
            "count": one["items"],
            "median": one["median"],
            "worst": one["oldest"],
        }
        for one in value["queue"]
    ]
    rows += [
        {
            "measure": name.replace("_", " "),
            "count": value[name]["part"],
            "open": value[name]["whole"],
        }
        for name in ("deviations", "unknown_points", "merges_undone")
    ]
    return Sheet(_SHEET, rows)
