"""`raid inquiry`: what enforcers ask, and the answer that goes back.

Must never show who stands there at the desk as an answer: that is bytes in a file.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output, read_input
from ringwall.cli.options import examples
from ringwall.cli.output import print_rows, say
from ringwall.cli.raid_acts import ReasonOption, asks_of_case, made_by, tell_done, title

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringwall.raid.outgoing.claimed import Claimed

__all__ = ["register"]

_ROOM: Final = "raid inquiry"
_COLUMNS: Final = ("inquiry", "state", "exit", "case", "from")
_LEGAL: Final = "order"
_InquiryArgument = Annotated[
    str, typer.Argument(metavar="INQUIRY", help="E.g. inq-mfzwizltmrqw2zlt.")
]
_OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="A new file for the answer, to be sent as it is.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="What enforcers ask, in a queue of its own.", no_args_is_help=True
    )
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "receive": (_receive, "raid inquiry receive letter.pdf --from police.de"),
        "ls": (_ls, "raid inquiry ls --subject user:joan"),
        "answer": (_answer, "raid inquiry answer inq-mfzwizltmrqw2zlt --out answer"),
        "decline": (
            _decline,
            "raid inquiry decline inq-mfzwizltmrqw2zlt --reason 'not for us'",
        ),
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="inquiry")


def _receive(
    desk: Desk,
    letter: Annotated[
        Path, typer.Argument(metavar="FILE", help="The letter, as it came.")
    ],
    sender: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="WHO",
            help="A contact of the routing tables, e.g. police.de; else a name.",
        ),
    ] = "",
) -> None:
    """Take in what an enforcer asks. Nothing is looked up for it."""
    from ringwall.model.raid_events import INBOX
    from ringwall.raid.outgoing.inquiries import MAX_LETTER_BYTES

    data = read_input(letter, MAX_LETTER_BYTES + 1)
    who = desk.who("raid.intake", INBOX)
    done = desk.raid.inquiries.receive(who, data, sender)
    inquiry = made_by(done, "raid.inquiry", "inquire")
    tell_done(desk, done, ("RECEIVED", inquiry), inquiry=inquiry)
    say(f"next: the routing officer: ringwall raid inquiry answer {inquiry} --out FILE")


def _ls(desk: Desk) -> None:
    """List what was asked, and what became of it."""
    from ringwall.model.raid_events import DESK

    inquiries = desk.raid.inquiries
    rows = [
        {
            "inquiry": card.id,
            "state": card.card["state"],
            "exit": card.card["exit"],
            "case": card.case,
            "from": card.card["recipient"] or title(inquiries.sender(card.id)),
        }
        for card in inquiries.listed(desk.who("raid.read", DESK))
    ]
    print_rows(_COLUMNS, rows, desk.format)


def _answer(
    desk: Desk,
    inquiry: _InquiryArgument,
    out: _OutOption = None,
    exit_: Annotated[
        str,
        typer.Option(
            "--exit",
            metavar="EXIT",
            help="law, consent, danger or order; default: the answer that all get.",
        ),
    ] = "",
    case: Annotated[
        str, typer.Option(metavar="CASE", help="By an exit: what is told of.")
    ] = "",
    provision: Annotated[
        str, typer.Option(metavar="TEXT", help="By law: which provision.")
    ] = "",
    binds: Annotated[
        str, typer.Option(metavar="TEXT", help="By law: why it binds the institute.")
    ] = "",
    order: Annotated[
        str, typer.Option(metavar="TEXT", help="By order: court and docket.")
    ] = "",
    consent: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MESSAGE",
            help="By consent: what each reporter wrote, e.g. msg-...; may be given "
            "several times.",
        ),
    ] = None,
    reason: ReasonOption = "",
) -> None:
    """Answer: with what everybody is told, or by an exit about one case.

    The answer that everybody gets has the same bytes whatever the desk holds. By an
    exit it is proposed, for another person to carry, and tells what the exit names and
    no more; an order is brought by the legal officer. Once carried, the same command
    with --out alone writes what was answered.
    """
    from ringwall.raid.outgoing.claimed import Claimed

    if exit_:
        told = Claimed(exit_, provision, binds, order, tuple(consent or ()))
        _propose(desk, inquiry, case, told, reason)
        return
    if any((case, provision, binds, order, consent)):
        raise Misuse(desk.command, "about a case there is no answer but by an --exit")
    if out is None:
        raise Misuse(desk.command, "missing --out FILE")
    _write(desk, inquiry, Output(out, 0o600))


def _propose(
    desk: Desk, inquiry: str, case: str, claimed: "Claimed", reason: str
) -> None:
    if not case:
        raise Misuse(desk.command, "missing --case CASE")
    action = "raid.arm" if claimed.exit == _LEGAL else "raid.route"
    who, case = asks_of_case(desk, case, action)
    done = desk.raid.inquiries.propose(who, inquiry, case, claimed, reason)
    proposal = made_by(done, "raid.proposal", "propose")
    tell_done(desk, done, ("PROPOSED", proposal), case=case, proposal=proposal)
    say(f"next: another person carries it: ringwall raid second {proposal}")


def _write(desk: Desk, inquiry: str, file: Output) -> None:
    """Answer as everybody is answered, or write again what was answered."""
    from ringwall.model.raid_events import DESK

    file.check()
    inquiries = desk.raid.inquiries
    about = inquiries.about(inquiry)
    who = desk.who("raid.route", about or DESK)
    if inquiries.is_answered(inquiry):
        file.write(inquiries.told(who, inquiry))
        say(f"{file.path} is what was answered")
        return
    found = inquiries.answer(who, inquiry)
    file.write(found.data)
    line = f"as everybody is: {file.path}"
    tell_done(desk, found.done, ("ANSWERED", line), inquiry=inquiry)


def _decline(desk: Desk, inquiry: _InquiryArgument, reason: ReasonOption = "") -> None:
    """Record that it is not answered. The reason is for the record alone."""
    from ringwall.model.raid_events import DESK

    who = desk.who("raid.route", DESK)
    done = desk.raid.inquiries.decline(who, inquiry, reason)
    tell_done(desk, done, ("DECLINED", inquiry), inquiry=inquiry)
