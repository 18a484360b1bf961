"""`raid queue`: what to work on next, why, and where the week's capacity ends.

Must never show a cut line under shortage without saying whether somebody signed it.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format, examples
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.raid_queue_row import SHEET, queue_row
from ringwall.cli.raid_queue_why import show_why
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.queue.counter import Shortage, Shown
    from ringwall.raid.queue.cut import Cut
    from ringwall.raid.queue.signing import SignedCut

__all__ = ["register"]

_ROOM: Final = "raid queue"
_READ: Final = "raid.read"
_DIRECT: Final = "raid.direct"
# An id is told whole: the first column is never broken.
_COLUMNS: Final = ("item", "place", "why", "tlp", "title")
_BELOW_SHEET: Final = ("item", "due", "host_due", "clocks")
_UNASSESSED: Final = "not assessed by anybody"


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="What to work on next, why, and what the week is enough for.",
        no_args_is_help=True,
    )
    who = "--subject user:joan --via point:raid-desk --authn hardware"
    group.command(
        "show", epilog=examples(f"raid queue show {who}", "raid queue show --limit 100")
    )(at_desk(_ROOM, "show", _show))
    group.command("why", epilog=examples(f"raid queue why c-mfzwizltmr {who}"))(
        at_desk(_ROOM, "why", show_why)
    )
    group.command(
        "cut",
        epilog=examples(
            f"raid queue cut --analysts 4 {who}",
            "raid queue cut --analysts 4 --sign 'six are ill; asked CERT-EU to help'",
        ),
    )(at_desk(_ROOM, "cut", _cut))
    app.add_typer(group, name="queue")


def _show(
    desk: Desk,
    limit: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many items at most.")
    ] = 25,
    skip: Annotated[
        int, typer.Option(min=0, max=1_000_000, help="Leave out the first so many.")
    ] = 0,
) -> None:
    """Show what waits, in the order in which it is to be worked on.

    Cases in work, and reports that nobody has screened; reports that are alike are one
    item, "+9" says that nine more stand behind it. The line shows how far the week's
    capacity goes.
    """
    from ringwall.model.raid_events import DESK

    shown = desk.raid.queue.show(desk.who(_READ, DESK), limit, skip)
    rows = [queue_row(row) for row in shown.rows]
    if chosen_format(desk.format) is not Format.TABLE:
        print_rows(SHEET, rows, desk.format)
    else:
        _print_queue(shown, rows)
    last = skip + len(rows)
    if last < shown.total:
        say(f"{shown.total - last:,} more: `ringwall raid queue show --skip {last}`")
    _say_line(shown)


def _print_queue(shown: "Shown", rows: list[dict[str, Any]]) -> None:
    """Print the queue as a table, parted where the capacity ends."""
    from ringwall.raid.intake.plain_text import shown as plain

    told = [
        {
            **row,
            "title": plain(row["title"], 60),
            "item": f"{row['item']} +{row['copies']:,}"
            if row["copies"]
            else row["item"],
        }
        for row in rows
    ]
    # Of a long queue the line may lie behind the page.
    line = shown.line or (shown.total if shown.is_short and shown.staff.minutes else 0)
    above = [row for row in told if row["place"] <= line]
    below = [row for row in told if row["place"] > line]
    if above or not below:
        print_rows(_COLUMNS, above, Format.TABLE)
    if below:
        heads, minutes = shown.staff.people, shown.staff.minutes
        what = (
            f"{_hours(minutes)} hours" if heads is None else counted(heads, "analyst")
        )
        print_text(f"---- cut line: {what} ----")
        print_rows(_COLUMNS, below, Format.TABLE)


def _say_line(shown: "Shown") -> None:
    if not shown.is_short:
        return
    where = f"behind place {shown.line}" if shown.line else "behind this page"
    if not shown.staff.minutes:
        where = "before the first"
    say(
        f"the week's capacity ends {where} of {shown.total:,}: `ringwall raid queue "
        "cut` tells what is left undone"
    )
    say(_signature(shown.signed))


def _signature(signed: "SignedCut | None") -> str:
    from ringwall.base.clock import format_instant

    if signed is None:
        return (
            "UNSIGNED: nobody answers for this line; the director does with "
            "`ringwall raid queue cut --sign REASON`"
        )
    until = format_instant(signed.until)
    return f"signed by {signed.by} until {until}: {signed.reason}"


def _cut(
    desk: Desk,
    analysts: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=10_000,
            help="So many are there; default: as last signed, else as the rules say.",
            show_default=False,
        ),
    ] = None,
    hours: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1_000_000,
            help="So many hours for cases are there, instead of --analysts.",
            show_default=False,
        ),
    ] = None,
    sign: Annotated[
        str,
        typer.Option(
            metavar="REASON",
            help="Answer for the line as it is; recorded with your name.",
        ),
    ] = "",
) -> None:
    """Show what a week is enough for, and what is left undone.

    Lists the hours by depth, what lies below the line by severity, and whose clocks
    will break. No case with a clock of the institute that is due within the horizon
    ever lies below. Under shortage the director has to sign the line.
    """
    from ringwall.model.raid_events import DESK

    if analysts is not None and hours is not None:
        raise Misuse(desk.command, "give one of --analysts or --hours")
    counter = desk.raid.queue
    if sign:
        found = counter.sign(desk.who(_DIRECT, DESK), sign, analysts, hours)
    else:
        found = counter.cut(desk.who(_READ, DESK), analysts, hours)
    value = _cut_value(found)
    rows = Sheet(_BELOW_SHEET, value["late"])
    print_object(value, desk.format, lambda: _print_cut(found, value), rows)
    if found.line.is_short:
        say(_signature(found.signed))


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _cut_value(found: "Shortage") -> dict[str, Any]:
    line = found.line
    clocks: dict[str, list[str]] = {}
    for card in found.below.clocks:
        clocks.setdefault(card.case, []).append(str(card.card["rule"]))
    return {
        "analysts": line.staff.people,
        "minutes": line.minutes,
        "used": line.used,
        "missing": line.missing,
        "total": line.total,
        "above": [
            {
                "item": placed.item.id,
                "depth": placed.depth,
                "minutes": placed.minutes,
                "pool": placed.pool,
            }
            for placed in line.above
        ],
        "below": line.below,
        "first_below": found.first_below.id if found.first_below else "",
        "expected_harm": [
            {
                "severity": f"S{band}" if band >= 0 else "unknown",
                "items": count,
                "harm": found.bands.get(band, _UNASSESSED),
            }
            for band, count in sorted(found.below.harm.items(), reverse=True)
        ],
        "late": [
            {
                "item": item.id,
                "due": item.due,
                "host_due": item.host_due,
                "clocks": clocks.get(item.id, []),
            }
            for item in found.below.late
        ],
        "signed_by": found.signed.by if found.signed else "",
        "signed_reason": found.signed.reason if found.signed else "",
        "decision": found.decision,
    }


def _print_cut(found: "Shortage", value: dict[str, Any]) -> None:
    line = found.line
    heads = line.staff.people
    who = "" if heads is None else f"{counted(heads, 'analyst')}, "
    hours = f"{_hours(line.minutes)} hours a week for cases"
    print_field("capacity", f"{who}{hours}; {_hours(line.used)} assigned")
    print_field("above", f"{len(line.above):,} of {line.total:,}")
    for label, text in _depths(line):
        print_field(label, text, indent=2)
    if line.missing:
        more = f"{_hours(line.missing)} hours more for first looks alone"
        print_field("MISSING", f"the institute's own clocks need {more}", style="red")
    print_field("below", f"{line.below:,}")
    if found.first_below is not None:
        print_field("", f"the first is {found.first_below.id}")
    for band in value["expected_harm"]:
        print_field(band["severity"], f"{band['items']:,}: {band['harm']}", indent=2)
    if value["late"]:
        print_text()
        print_text("clocks that break within the week", style="bold")
        for late in value["late"][:20]:
            names = ", ".join(late["clocks"])
            print_field("", f"{late['due']}  {late['item']}  {names}".rstrip())
        if len(value["late"]) > 20:
            print_field("", f"and {len(value['late']) - 20:,} more")


def _depths(line: "Cut") -> list[tuple[str, str]]:
    """Return how many items get how much, by depth; and what the reserve lifts."""
    named = {"deep": "deep", "shallow": "first look", "part": "less than that"}
    told = []
    for depth, name in named.items():
        those = [placed for placed in line.above if placed.depth == depth]
        if those:
            hours = _hours(sum(placed.minutes for placed in those))
            told.append((f"{len(those):,}", f"{name}, {hours} hours"))
    lifted = sum(placed.pool == "reserve" for placed in line.above)
    if lifted:
        told.append((f"{lifted:,}", "of these by the reserve for small models"))
    return told
