"""`raid note`, `lead`, `coordinate`, `resolve` and `archive`: a case at work.

Must never take a note from anywhere but its argument or stdin.
"""

import sys
from typing import Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.options import examples
from ringwall.cli.raid_acts import (
    ROOM,
    CaseArgument,
    ReasonOption,
    asks_of_case,
    tell_done,
)

__all__ = ["register"]

_WRITE: Final = "raid.write"
_STDIN: Final = "-"
_TOO_LONG: Final = 80_004
"""Bytes of the longest note in UTF-8, and some more for the desk to refuse."""


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    app.command(
        "note",
        epilog=examples(
            "raid note c-mfzwizltmr 'the vendor calls back on Monday'",
            "raid note c-mfzwizltmr -",
        ),
    )(at_desk(ROOM, "note", _note))
    app.command("lead", epilog=examples("raid lead c-mfzwizltmr user:rosalind"))(
        at_desk(ROOM, "lead", _lead)
    )
    app.command("coordinate", epilog=examples("raid coordinate c-mfzwizltmr"))(
        at_desk(ROOM, "coordinate", _coordinate)
    )
    app.command(
        "resolve",
        epilog=examples("raid resolve c-mfzwizltmr --lessons 'ask for the log first'"),
    )(at_desk(ROOM, "resolve", _resolve))
    app.command(
        "archive", epilog=examples("raid archive c-mfzwizltmr --reason 'a year old'")
    )(at_desk(ROOM, "archive", _archive))


def _note(
    desk: Desk,
    case: CaseArgument,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="The note; - reads it from stdin.")
    ],
) -> None:
    """Put a note to a case; what is on record is never changed."""
    if text == _STDIN:
        text = sys.stdin.buffer.read(_TOO_LONG).decode("utf-8", "surrogateescape")
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.cases.note(who, case, text)
    tell_done(desk, done, ("NOTED", case), case=case)


def _lead(
    desk: Desk,
    case: CaseArgument,
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="Who leads it, e.g. user:rosalind.")
    ],
    reason: ReasonOption = "",
) -> None:
    """Say who leads a case."""
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.cases.lead(who, case, person, reason)
    tell_done(desk, done, ("LEADS", f"{person} leads {case}"), case=case, lead=person)


def _coordinate(desk: Desk, case: CaseArgument, reason: ReasonOption = "") -> None:
    """Begin to coordinate a case with others; somebody has to lead it."""
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.cases.coordinate(who, case, reason)
    tell_done(desk, done, ("BEGUN", case), case=case, state="coordinating")


def _resolve(
    desk: Desk,
    case: CaseArgument,
    lessons: Annotated[
        str, typer.Option(metavar="TEXT", help="What was learned; recorded.")
    ] = "",
) -> None:
    """Resolve a case, once no deadline of the institute itself is open."""
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.cases.resolve(who, case, lessons)
    tell_done(desk, done, ("RESOLVED", case), case=case, state="resolved")


def _archive(desk: Desk, case: CaseArgument, reason: ReasonOption = "") -> None:
    """Put away a case that is resolved or was declined; nothing is deleted."""
    who, case = asks_of_case(desk, case, _WRITE)
    done = desk.raid.cases.archive(who, case, reason)
    tell_done(desk, done, ("ARCHIVED", case), case=case, state="archived")
