"""`raid need`: who needs to know of a case.

Must never list whom a case is open to, to anybody but who keeps its door.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.options import Format, examples
from ringwall.cli.output import chosen_format, print_rows, say
from ringwall.cli.raid_acts import (
    CaseArgument,
    ReasonOption,
    asks_of_case,
    tell_done,
    title,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["register"]

_ROOM: Final = "raid need"
_COMPARTMENT: Final = "raid.compartment"
_COLUMNS: Final = ("person", "until", "by", "reason")
_PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="E.g. user:dorothy.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(help="Who needs to know of a case.", no_args_is_help=True)
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "admit": (
            _admit,
            "raid need admit c-mfzwizltmr user:ada --until 2027-01-31 --reason '...'",
        ),
        "dismiss": (
            _dismiss,
            "raid need dismiss c-mfzwizltmr user:dorothy --reason 'has done her part'",
        ),
        "shut": (_shut, "raid need shut c-mfzwizltmr --reason 'weights are abroad'"),
        "unshut": (_unshut, "raid need unshut c-mfzwizltmr --reason 'it is public'"),
        "ls": (_list, "raid need ls c-mfzwizltmr"),
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="need")


def _admit(
    desk: Desk,
    case: CaseArgument,
    person: _PersonArgument,
    until: Annotated[
        str, typer.Option(metavar="DATE", help="When it lapses, within a year.")
    ] = "",
    reason: ReasonOption = "",
) -> None:
    """Admit somebody to a case by name, until a date."""
    who, case = asks_of_case(desk, case, _COMPARTMENT)
    done = desk.raid.needs.admit(who, case, person, until, reason)
    told = ("ADMITTED", f"{person} to {case}, until {until}")
    tell_done(desk, done, told, case=case, person=person, until=until)


def _dismiss(
    desk: Desk, case: CaseArgument, person: _PersonArgument, reason: ReasonOption = ""
) -> None:
    """Take from somebody what they were admitted to."""
    who, case = asks_of_case(desk, case, _COMPARTMENT)
    done = desk.raid.needs.dismiss(who, case, person, reason)
    told = ("DISMISSED", f"{person} from {case}")
    tell_done(desk, done, told, case=case, person=person)


def _shut(desk: Desk, case: CaseArgument, reason: ReasonOption = "") -> None:
    """Shut a case to all who are not admitted by name, its team included."""
    named = case
    who, case = asks_of_case(desk, named, _COMPARTMENT)
    done = desk.raid.needs.shut(who, named, reason)
    tell_done(desk, done, ("SHUT", case), case=case)
    _say_both(named, case, "shut")
    named = case.removeprefix("case:")
    admit = f"ringwall raid need admit {named} PERSON --until DATE --reason TEXT"
    say("whoever goes on working on it has to be admitted by name")
    say(f"next: {admit}")


def _unshut(
    desk: Desk,
    case: CaseArgument,
    reason: ReasonOption = "",
    team: Annotated[
        str,
        typer.Option(metavar="NAME", help="The team; default: that which it had."),
    ] = "",
) -> None:
    """Open a case to a team again."""
    named = case
    who, case = asks_of_case(desk, named, _COMPARTMENT)
    done = desk.raid.needs.unshut(who, named, reason, team)
    tell_done(desk, done, ("OPENED", f"{case} to its team"), case=case)
    _say_both(named, case, "open")


def _say_both(named: str, case: str, told: str) -> None:
    """Say that a merged case goes with the one that it is part of."""
    from ringwall.raid.ids import parse_id

    named = parse_id("raid.case", named)
    if named != case:
        say(f"so is {named}, which is part of it: {told}")


def _list(desk: Desk, case: CaseArgument) -> None:
    """Show whom a case is open to."""
    who, case = asks_of_case(desk, case, _COMPARTMENT)
    found = desk.raid.needs.ls(who, case)
    rows: list[dict[str, Any]] = [
        {
            "person": one.person,
            "until": one.until,
            "by": one.by,
            "reason": title(one.reason),
        }
        for one in found.admitted
    ]
    if not found.is_shut:
        team = {"person": f"team {found.team}", "until": "", "by": "", "reason": ""}
        rows.insert(0, team)
    state = "shut" if found.is_shut else "open to its team"
    table = chosen_format(desk.format) is Format.TABLE
    print_rows(
        _COLUMNS, rows, desk.format, title=f"{found.case} is {state}" if table else ""
    )
