"""`raid brief`: one state or all, each of just what it may be told.

Must never print a fact of a brief: it goes into a file, whose label says who reads it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, Room, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output
from ringwall.cli.options import Format, examples
from ringwall.cli.output import chosen_format, print_rows, say
from ringwall.cli.raid_acts import ROOM
from ringwall.cli.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringwall.model.decisions import Decision
    from ringwall.raid.briefs.counter import Made

__all__ = ["register"]

_BRIEF: Final = "raid.brief"
_COLUMNS: Final = (
    *("state", "recipient", "label", "cases", "facts", "withheld", "new", "file"),
)
_MISSED: Final = {
    "nobody-reached": "no contact with a key that was checked of late "
    "(raid/routes/contacts.csv):",
    "government-unknown": "no government on record (`ringwall apply`):",
}


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "brief",
        epilog=examples(
            "raid brief all --out briefs --grant req-... --subject user:chien",
            "raid brief FR --diff --out briefs --grant req-...",
        ),
    )(at_desk(Room(ROOM, _ways_by_two), "brief", _brief))


def _brief(
    desk: Desk,
    state: Annotated[
        str, typer.Argument(metavar="STATE", help="Code of a member state, or `all`.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="A folder for the briefs.", show_default=False
        ),
    ] = None,
    diff: Annotated[
        bool, typer.Option(help="Say what differs from the last brief of each.")
    ] = False,
) -> None:
    """Brief states: of all cases just the facts that each of them may be told.

    Takes a grant that two approved. How much was left out is shown to you, and stands
    in no brief. A state whose attestation has lapsed gets a reduced one.
    """
    from ringwall.model.raid_events import DESK

    if out is None:
        raise Misuse(desk.command, "missing --out DIR")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = desk.raid.briefing.brief(desk.who(_BRIEF, DESK), state, is_compared=diff)
    rows = [_written(one, out) for one in found.made]
    print_rows(_COLUMNS, rows, desk.format)
    if chosen_format(desk.format) is Format.TABLE:
        say(f"{counted(len(rows), 'brief')}, {found.done.decision}; nothing was sent")
    for why, told in _MISSED.items():
        states = [one.state for one in found.missed if one.why == why]
        if states:
            say(f"{told} {', '.join(states)}")


def _written(made: "Made", out: Path) -> dict[str, Any]:
    """Write a brief, and what differs; return its row."""
    brief, changes = made
    day = brief.digest[:12]
    file = out / f"{brief.state}-{day}.json"
    Output(file, 0o600, force=True).write(brief.data)
    new = "-"
    if changes is not None:
        told = changes.document()
        new = "/".join(str(len(told[name])) for name in ("new", "changed", "gone"))
    return {
        "state": brief.state,
        "recipient": brief.recipient,
        "label": f"{brief.label.word}{' (reduced)' if brief.is_reduced else ''}",
        "cases": brief.cases,
        "facts": brief.facts,
        "withheld": sum(brief.withheld.values()),
        "new": new,
        "file": str(file),
    }


def _ways_by_two(decision: "Decision") -> "Mapping[str, str]":
    """Return what turns a deny of what takes two persons: the next command, too."""
    ways = {**Room(ROOM).ways(decision)}
    step = (
        "it takes a grant, too: `ringwall request new --action raid.brief --asset "
        "case:desk`; once two have approved it, give it with --grant"
    )
    return {**ways, "approval-missing": step}
