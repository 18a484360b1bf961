"""`raid ls`: reports, cases, clocks and hand-overs by what is asked for, and as a page.

Must never report on other rows than it lists.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output
from ringwall.cli.markdown import markdown_table
from ringwall.cli.options import Format, examples
from ringwall.cli.output import chosen_format, print_rows, say
from ringwall.cli.raid_acts import ROOM, title

if TYPE_CHECKING:
    from ringwall.raid.lists import Listed, Listing, Wanted

__all__ = ["register"]

_READ: Final = "raid.read"
_PRIORITIES: Final = ("decline", "track", "scheduled", "out-of-cycle", "immediate")
_COLUMNS: Final = {
    "cases": ("case", "state", "priority", "tlp", "due", "title"),
    "reports": ("report", "state", "priority", "tlp", "cases", "title"),
    "clocks": ("clock", "case", "rule", "state", "due"),
    "handovers": ("handover", "case", "recipient", "state", "limit"),
    "links": ("link", "report", "case", "type", "state"),
}
_NAMES: Final = {
    "cases": "case",
    "reports": "report",
    "clocks": "clock",
    "handovers": "handover",
    "links": "link",
}
_NUMBERS: Final = frozenset(
    {"priority", "owned", "imminent", "severity", "compute", "reach"}
)
# Of a report: what a line of 80 columns has room for, and so much of the title.
_ON_SCREEN: Final = ("report", "state", "tlp", "cases", "title")
_TITLE: Final = 28
_FLAGS: Final = {"yes": 1, "no": 0}


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "ls",
        epilog=examples(
            "raid ls reports --state received --since 2027-01-01T00:00:00Z",
            "raid ls cases --lead user:rosalind --report mine.md",
        ),
    )(at_desk(ROOM, "ls", _list))


def _list(
    desk: Desk,
    room: Annotated[
        str,
        typer.Argument(
            metavar="[LIST]", help="cases, reports, clocks, handovers or links."
        ),
    ] = "cases",
    state: Annotated[str, typer.Option(help="Only those in this state.")] = "",
    lead: Annotated[str, typer.Option(help="Only cases that this person leads.")] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN=VALUE",
            help="Only those whose column has the value, e.g. owner=raid, tlp=red, "
            "priority=immediate, owned=yes, states=de, rule=GDPR33; may be given "
            "several times, and all have to hold.",
        ),
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="INSTANT", help="Only from this instant on.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="INSTANT", help="Only before this instant.")
    ] = "",
    limit: Annotated[
        int, typer.Option(min=0, metavar="N", help="At most so many; 0 for all.")
    ] = 50,
    skip: Annotated[
        int, typer.Option(min=0, metavar="N", help="Leave out the first so many.")
    ] = 0,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="FILE", help="Also write just this list as Markdown."
        ),
    ] = None,
) -> None:
    """List reports, cases, clocks, hand-overs or links, as far as they are open to you.

    `since` and `until` go by when a case was opened, a report received, a clock is due
    (at the worst, of one that is armed), or what happened last to anything else.
    """
    from ringwall.model.raid_events import DESK, INBOX
    from ringwall.raid.lists import Wanted

    pairs = [*(where or ()), *([f"state={state}"] if state else ())]
    pairs += [f"lead={lead}"] if lead else []
    wanted = Wanted(
        room=room,
        equal=dict(_pair(desk, pair) for pair in pairs),
        since=_instant(desk, "since", since),
        until=_instant(desk, "until", until),
        limit=limit or None,
        skip=skip,
    )
    page = None if report is None else Output(report)
    if page is not None:
        page.check()
    asked = INBOX if room == "reports" else DESK
    found = desk.raid.lists.ls(desk.who(_READ, asked), wanted)
    rows = [_row(one, room) for one in found.rows]
    if room == "cases":
        rows = _with_worst(desk, rows, found)
    _print(desk, room, rows, found)
    if page is not None:
        page.write(_page(wanted, found, rows).encode())
        say(f"written to {page.path}")


def _print(
    desk: Desk, room: str, rows: Sequence[dict[str, Any]], found: "Listing"
) -> None:
    heading = ""
    if chosen_format(desk.format) is Format.TABLE:
        heading = f"{len(rows):,} of {found.total:,} {room}"
    sheet = list(rows[0]) if rows else _COLUMNS[room]
    if chosen_format(desk.format) is Format.TABLE:
        rows = [_for_people(row, room) for row in rows]
    columns = _COLUMNS[room]
    if room == "reports" and chosen_format(desk.format) is Format.TABLE:
        columns, rows = _ON_SCREEN, [_narrow(row) for row in rows]
    print_rows(columns, rows, desk.format, title=heading, sheet=sheet)
    if len(rows) < found.total:
        say("see the others with --limit 0, or narrow the list with --where")


def _pair(desk: Desk, text: str) -> tuple[str, str | int]:
    """Return the column and the value of a filter.

    Raises:
        Misuse: it is none.
    """
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise Misuse(desk.command, f"`{text[:40]}` is no filter such as owner=raid")
    if name == "case":
        from ringwall.raid.ids import parse_id

        return "case_id", parse_id("raid.case", value)
    if name == "states":
        return name, value.upper()
    if name not in _NUMBERS:
        return name, value
    number = _words_of(name).get(value, value)
    if not str(number).isdecimal():
        raise Misuse(desk.command, f"`{name}` is no number: `{value[:40]}`")
    return name, int(number)


def _words_of(name: str) -> dict[str, int]:
    """Return the words that stand for the numbers of a column."""
    match name:
        case "priority":
            return {word: number for number, word in enumerate(_PRIORITIES)}
        case "severity":
            return {f"S{number}": number for number in range(6)}
        case "owned" | "imminent":
            return dict(_FLAGS)
        case _:
            return {}


def _instant(desk: Desk, name: str, text: str) -> int | None:
    from ringwall.base.clock import parse_instant

    if not text:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise Misuse(desk.command, f"--{name}: {error}") from None


def _row(one: "Listed", room: str) -> dict[str, Any]:
    row: dict[str, Any] = {_NAMES[room]: one.card.id, **one.card.card}
    if "priority" in row:
        row["priority"] = _PRIORITIES[int(row["priority"])]
    if room == "reports":
        row["cases"] = list(one.cases)
    elif room != "cases":
        row["case"] = one.card.case
    if room in {"cases", "reports"}:
        row["title"] = title(one.title, 120)
    return row


def _with_worst(
    desk: Desk, rows: Sequence[dict[str, Any]], found: "Listing"
) -> list[dict[str, Any]]:
    """Return cases with whether each one's first deadline is a worst case."""
    from ringwall.raid.timing import worst_dues

    worst = worst_dues(desk.raid.acting.rows, [one.card for one in found.rows])
    return [{**row, "due_at_worst": row["case"] in worst} for row in rows]


def _for_people(row: dict[str, Any], room: str) -> dict[str, Any]:
    """Return a row as people read it: with a worst case, and instants to the second."""
    from ringwall.cli.raid_clock_show import due_told, first_due, to_second

    told = {**row, "due": due_told(row)} if room == "clocks" else row
    if room == "cases":
        is_worst = bool(row["due_at_worst"])
        told = {**row, "due": first_due(str(row["due"]), is_worst=is_worst)}
    return {
        name: to_second(cell) if isinstance(cell, str) else cell
        for name, cell in told.items()
    }


def _narrow(row: dict[str, Any]) -> dict[str, Any]:
    """Return a report as one line of 80 columns: ids bare, the title cut."""
    return {
        **row,
        "report": row["report"].removeprefix("report:"),
        "cases": [case.removeprefix("case:") for case in row["cases"]],
        "title": title(row["title"], _TITLE),
    }


def _page(wanted: "Wanted", found: "Listing", rows: Sequence[dict[str, Any]]) -> str:
    """Return the list as a page: what was asked for, how many there are, the rows."""
    from ringwall.base.clock import format_instant

    asked = [f"{name} = {value}" for name, value in sorted(wanted.equal.items())]
    for name, bound in (("since", wanted.since), ("until", wanted.until)):
        if bound is not None:
            asked.append(f"{name} {format_instant(bound)}")
    columns = _COLUMNS[wanted.room]
    told = [_for_people(row, wanted.room) for row in rows]
    cells = [[_cell(row[name]) for name in columns] for row in told]
    lines = [
        f"# {wanted.room.capitalize()}",
        "",
        f"{len(rows):,} of {found.total:,}; asked for: {'; '.join(asked) or 'all'}.",
        f"Decision {found.decision}.",
        "",
        *markdown_table(columns, cells),
    ]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
