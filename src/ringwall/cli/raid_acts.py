"""Acts at the incident desk on the command line: which case is meant, what was done.

Only renders. Must never go on with another case than was named without saying so.
"""

import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import print_field

if TYPE_CHECKING:
    from ringwall.gate.asker import Who
    from ringwall.raid.acting import Done

__all__ = [
    "ROOM",
    "CaseArgument",
    "CodeArgument",
    "ReasonOption",
    "ReportArgument",
    "asks_of_case",
    "asks_of_report",
    "made_by",
    "receipt_told",
    "tell_done",
    "title",
]

ROOM: Final = "raid"
CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="E.g. c-mfzwizltmr.")]
ReportArgument = Annotated[
    str, typer.Argument(metavar="REPORT", help="E.g. r-mfzwizltmr.")
]
CodeArgument = Annotated[
    str,
    typer.Argument(
        metavar="CODE",
        help="The receipt, with or without dashes; `-` reads a line of stdin.",
    ),
]
ReasonOption = Annotated[
    str, typer.Option(metavar="TEXT", help="Why; recorded, and kept private.")
]


def asks_of_case(desk: Desk, text: str, action: str) -> "tuple[Who, str]":
    """Return who asks, and the case that is meant: where it was merged, its successor.

    Args:
        desk: where they stand.
        text: the case as they wrote it.
        action: what they are going to ask for.

    Raises:
        RingwallError: as `Acting.case`; or as `Desk.who`.
    """
    from ringwall.raid.ids import parse_id

    named = parse_id("raid.case", text)
    who = desk.who(action, named)
    case = desk.raid.acting.case(who, named, action)
    if case != named:
        say(f"{named} was merged into {case}: this goes on with {case}")
    return who, case


def asks_of_report(desk: Desk, text: str, action: str) -> "tuple[Who, str]":
    """Return who asks, and the id of the report that is meant."""
    from ringwall.raid.ids import parse_id

    report = parse_id("raid.report", text)
    return desk.who(action, report), report


def made_by(done: "Done", kind: str, act: str) -> str:
    """Return the id of what an act made; empty if it did not."""
    ids = (
        event["id"]
        for event in done.events
        if event["kind"] == kind and event["act"] == act
    )
    return next(ids, "")


def tell_done(
    desk: Desk,
    done: "Done",
    told: tuple[str, str],
    **more: str | int | list[str],
) -> None:
    """Print what was done, and its decision.

    Args:
        desk: where it was done.
        done: the act.
        told: a word, and a line about it.
        **more: what programs get besides.
    """
    value: dict[str, Any] = {**more, "decision": done.decision}

    def table() -> None:
        word, line = told
        print_field(word, line, style="green")
        print_field("record", done.decision)

    print_object(value, desk.format, table, Sheet(list(value), [value]))


def receipt_told(code: str) -> str:
    """Return a receipt; the first line of stdin where `-` stands for it.

    On a command line it would stay in the history and in the list of processes.
    """
    return sys.stdin.readline().strip() if code == "-" else code


def title(text: str, width: int = 0) -> str:
    """Return text of strangers as it may be shown.

    Args:
        text: as it is on record.
        width: most characters; 0 for all.
    """
    from ringwall.raid.intake.plain_text import shown

    return shown(text, width)
