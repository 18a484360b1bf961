"""`raid queue`: what to work on next, why, and where the week's capacity ends.

Must never show a cut line under shortage without saying whether somebody signed it.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format, examples
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.raid_clock_show import to_second
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.queue.counter import Place, QueueRow, Shortage, Shown
    from ringwall.raid.queue.cut import Cut
    from ringwall.raid.queue.signing import SignedCut

__all__ = ["register"]

_ROOM: Final = "raid queue"
_READ: Final = "raid.read"
_DIRECT: Final = "raid.direct"
# An id is told whole: the first column is never broken.
_COLUMNS: Final = ("item", "place", "why", "tlp", "title")
_PRIORITIES: Final = ("decline", "track", "scheduled", "out-of-cycle", "immediate")
_COMPUTES: Final = ("below 1e25", "1e25", "1e26", "over 1e26 or not")
_TRAINED: Final = (
    "trained with fewer than 10^25 operations, or nobody said",
    "trained with 10^25 operations or more, fewer than 10^26",
    "trained with 10^26 operations or more, or as capable",
)
_REACHES: Final = (
    *("one user", "one organisation", "one state"),
    *("several states", "union"),
)
_SHEET: Final = (
    *("place", "item", "kind", "state", "why", "tlp", "priority", "owned"),
    *("compute", "reach", "imminent", "severity", "class", "lane", "since"),
    *("host_due", "due", "steps", "copies", "title"),
)
_BELOW_SHEET: Final = ("item", "due", "host_due", "clocks")
_KEYS: Final = {
    "host": "a clock of the host that is due before",
    "imminent": "imminent danger",
    "rank": "priority, owner, compute or reach",
    "age": "longer waiting",
    "id": "the same in all, and a smaller id",
}
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
        at_desk(_ROOM, "why", _why)
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
    rows = [_row(row) for row in shown.rows]
    if chosen_format(desk.format) is not Format.TABLE:
        print_rows(_SHEET, rows, desk.format)
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


def _row(row: "QueueRow") -> dict[str, Any]:
    item = row.item
    return {
        "place": row.place,
        "item": item.id,
        "kind": item.kind,
        "state": item.state,
        "why": row.why,
        "tlp": item.tlp,
        "priority": _PRIORITIES[item.priority],
        "owned": item.owned == 1,
        "compute": _COMPUTES[item.compute],
        "reach": _REACHES[item.reach],
        "imminent": item.imminent == 1,
        "severity": f"S{item.severity}" if item.severity >= 0 else "",
        "class": item.sort,
        "lane": item.lane,
        "since": item.since,
        "host_due": item.host_due,
        "due": item.due,
        "steps": item.steps,
        "copies": item.copies,
        "title": row.title,
    }


def _why(
    desk: Desk,
    item: Annotated[
        str,
        typer.Argument(metavar="ITEM", help="A case or report, e.g. c-mfzwizltmr."),
    ],
) -> None:
    """Show why an item stands where it stands: each key, and what goes before it."""
    from ringwall.model.raid_events import DESK

    place = desk.raid.queue.why(desk.who(_READ, DESK), item)
    value = {
        **_row(place.row),
        "total": place.total,
        "as_lifted": {
            "priority": _PRIORITIES[place.keys.priority],
            "owned": place.keys.owned == 1,
            "compute": _COMPUTES[place.keys.compute],
            "reach": _REACHES[place.keys.reach],
        },
        "outranked_by": dict(place.outranked),
        "ahead": [one.item.id for one in place.ahead],
    }
    print_object(
        value, desk.format, lambda: _print_why(place, value), Sheet(_SHEET, [value])
    )


def _print_why(place: "Place", value: dict[str, Any]) -> None:
    from ringwall.raid.intake.plain_text import shown

    item, lifted = place.row.item, value["as_lifted"]
    print_field("item", f"{item.id}: {shown(place.row.title, 200)}")
    print_field("place", f"{place.row.place:,} of {place.total:,}: {place.row.why}")
    due = item.host_due or "none"
    within = "within the horizon" if item.is_host_owed else "does not count yet"
    print_field("1 host", f"{due}, {within}" if item.host_due else "no clock is open")
    print_field("2 danger", "imminent" if item.imminent else "not imminent")
    named = {"3 prio": "priority", "4 owner": "owned"}
    for label, name in {**named, "5 compute": "compute", "6 reach": "reach"}.items():
        now, was = _told(name, lifted[name]), _told(name, value[name])
        if name == "compute":
            now, was = _TRAINED[place.keys.compute], _TRAINED[min(item.compute, 2)]
        print_field(label, _lifted(was, now, item.steps))
    if item.compute > 2:
        print_field(
            "", "it is open on which side of 10^26 it lies; the higher one counts"
        )
    since = to_second(item.since)
    print_field("7 age", f"since {since}, {counted(item.steps, 'step')} of ageing")
    if item.copies:
        print_field("alike", f"{counted(item.copies, 'report')} like it wait behind it")
    print_text()
    before = sum(place.outranked.values())
    print_text(f"before it: {before:,}", style="bold")
    for key, count in place.outranked.items():
        if count:
            print_field(f"{count:,}", f"by {_KEYS[key]}")
    for one in place.ahead:
        print_field(f"{one.place}", f"{one.item.id} ({one.why})")


def _told(name: str, value: object) -> str:
    if name == "owned":
        return "RAID's own" if value else "not RAID's own"
    return str(value)


def _lifted(was: str, now: str, steps: int) -> str:
    if was == now:
        return now
    return f"counts as {now}: {was} before {counted(steps, 'step')} of waiting"


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
