"""`raid party`: who is invited to an embargo, and what each says of its own consent.

Must never show a missing answer as any other.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.files import read_input
from ringwall.cli.options import examples
from ringwall.cli.output import print_rows, say
from ringwall.cli.raid_acts import CaseArgument, asks_of_case, tell_done

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["register"]

_ROOM: Final = "raid party"
_PARTY: Final = "raid.party"
_COLUMNS: Final = ("who", "state", "answer", "necessary", "consents", "party")
_MAX_KEY: Final = 4096
_MAX_SIGNATURE: Final = 8192
_PartyArgument = Annotated[
    str, typer.Argument(metavar="PARTY", help="E.g. pty-mfzwizltmrqw2zlt.")
]
_StatementOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="What the party signed; its signature is in FILE.sig.",
        show_default=False,
    ),
]
_BlankOption = Annotated[
    bool,
    typer.Option(
        "--blank", help="Print the statement for the party to sign; record nothing."
    ),
]
_TermsOption = Annotated[
    str, typer.Option(metavar="DIGEST", help="Of the terms, where nothing is signed.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(help="Parties of an embargo.", no_args_is_help=True)
    party = "pty-mfzwizltmrqw2zlt"
    verbs: dict[str, tuple[Callable[..., None], *tuple[str, ...]]] = {
        "invite": (
            _invite,
            (
                "raid party invite c-mfzwizltmr lab:example --zone Europe/Berlin "
                "--key lab.pub --necessary"
            ),
        ),
        "answer": (
            _answer,
            f"raid party answer {party} accept --blank",
            f"raid party answer {party} accept --statement consent.json",
        ),
        "leave": (_leave, f"raid party leave {party} --statement leaving.json"),
        "ls": (_list, "raid party ls c-mfzwizltmr"),
    }
    for verb, (act, *lines) in verbs.items():
        group.command(verb, epilog=examples(*lines))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="party")


def _invite(
    desk: Desk,
    case: CaseArgument,
    name: Annotated[str, typer.Argument(metavar="WHO", help="E.g. lab:example.")],
    zone: Annotated[
        str, typer.Option(metavar="ZONE", help="Of its clocks, e.g. Europe/Berlin.")
    ] = "UTC",
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Its public SSH key (Ed25519).", show_default=False
        ),
    ] = None,
    necessary: Annotated[
        bool, typer.Option("--necessary", help="No embargo without its consent.")
    ] = False,
) -> None:
    """Invite a party, or one that rejected or left anew."""
    from ringwall.raid.embargo.parties import Invited

    line = "" if key is None else read_input(key, _MAX_KEY).decode("ascii", "replace")
    who, case = asks_of_case(desk, case, "raid.invite")
    invited = Invited(name, zone, line.strip(), necessary)
    done = desk.raid.parties.invite(who, case, invited)
    party = str(done.events[0]["id"])
    tell_done(desk, done, ("INVITED", f"{name}: {party}"), case=case, party=party)


def _answer(
    desk: Desk,
    party: _PartyArgument,
    says: Annotated[
        str,
        typer.Argument(
            metavar="SAYS",
            help="affected, not-affected, working-on-it; accept or reject the terms; "
            "agree to an early end.",
        ),
    ],
    statement: _StatementOption = None,
    terms: _TermsOption = "",
    blank: _BlankOption = False,
) -> None:
    """Record what a party says; a necessary one signs it.

    Late consent counts where the terms are still those at hand. Where there is no
    embargo any more nothing is recorded.
    """
    is_act = says in {"accept", "reject", "agree"}
    act, answer = (says, "") if is_act else ("answer", says)
    if blank:
        _print_blank(desk, party, (act, answer))
    else:
        _say(desk, party, (act, answer), statement, terms)


def _leave(
    desk: Desk,
    party: _PartyArgument,
    statement: _StatementOption = None,
    blank: _BlankOption = False,
) -> None:
    """Record that a party leaves; that does not end the embargo by itself."""
    if blank:
        _print_blank(desk, party, ("leave", ""))
    else:
        _say(desk, party, ("leave", ""), statement, "")


def _print_blank(desk: Desk, party: str, said: tuple[str, str]) -> None:
    from ringwall.raid.embargo.parties import Said
    from ringwall.raid.ids import parse_id

    name = parse_id(_PARTY, party)
    who = desk.who("raid.read", desk.raid.acting.case_of(_PARTY, name))
    typer.echo(desk.raid.parties.blank(who, name, Said(*said)))
    say("its signature: ssh-keygen -Y sign -n ringwall-embargo -f KEY FILE")


def _say(
    desk: Desk, party: str, said: tuple[str, str], statement: Path | None, terms: str
) -> None:
    from ringwall.raid.embargo.parties import Said
    from ringwall.raid.ids import parse_id
    from ringwall.raid.signed_statement import MAX_STATEMENT_BYTES

    data, armored = b"", ""
    if statement is not None:
        data = read_input(statement, MAX_STATEMENT_BYTES)
        place = statement.with_name(statement.name + ".sig")
        armored = read_input(place, _MAX_SIGNATURE).decode("ascii", "replace")
    name = parse_id(_PARTY, party)
    who = desk.who("raid.write", desk.raid.acting.case_of(_PARTY, name))
    done = desk.raid.parties.say(who, name, Said(*said, data, armored), terms)
    mine = [event for event in done.events if event["kind"] == _PARTY]
    word = "RECORDED" if mine else "NOTHING"
    state = str(mine[0]["to"]) if mine else "no embargo is there: nothing recorded"
    tell_done(desk, done, (word, f"{name}: {state}"), party=name, state=state)


def _list(desk: Desk, case: CaseArgument) -> None:
    """List the parties of a case, and what each would sign to consent."""
    from ringwall.raid.embargo.statements import blank_statement

    who, case = asks_of_case(desk, case, "raid.read")
    found = desk.raid.parties.ls(who, case)
    view = desk.raid.embargo_views.status(who, case)
    wanted = view.offer or view.terms
    rows: list[dict[str, Any]] = [
        {
            "who": one.card["who"],
            "state": one.card["state"],
            "answer": one.card["answer"] or "no answer yet",
            "necessary": "yes" if one.card["necessary"] else "no",
            "consents": _consents(one.card, wanted),
            "party": one.id,
        }
        for one in found
    ]
    print_rows(_COLUMNS, rows, desk.format, title=f"parties of {case}")
    for one in found:
        if wanted and wanted not in (one.card["terms"], one.card["before"]):
            say(f"to sign: {blank_statement(one.id, 'accept', wanted)}")


def _consents(card: Any, wanted: str) -> str:  # noqa: ANN401 - a row
    is_there = bool(wanted) and wanted in (card["terms"], card["before"])
    return "yes" if is_there and card["state"] == "party" else "no"
