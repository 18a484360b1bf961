"""`raid route accept`, `refuse`, `return`, `ls`, `overdue`: what became of hand-overs.

Must never take a receipt for good before its signature was checked.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.exits import Misuse
from ringwall.cli.files import read_input
from ringwall.cli.output import print_rows, say

if TYPE_CHECKING:
    from ringwall.gate.asker import Who
    from ringwall.ledger.asking.raid_rows import RaidCard
    from ringwall.model.events import Event

__all__ = [
    "HANDOVER_VERBS",
    "CaseArgument",
    "HandoverArgument",
    "ReasonOption",
    "of_handover",
]

_LIST: Final = ("handover", "case", "recipient", "role", "state", "limit")
_LIST_SHEET: Final = (*_LIST, "route", "package", "at", "overdue")
_MAX_SIGNATURE: Final = 4096
_STATES: Final = ("sent", "accepted", "refused", "lapsed")

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="E.g. c-mfzwizltmr.")]
HandoverArgument = Annotated[
    str, typer.Argument(metavar="HANDOVER", help="E.g. hnd-mfzwizltmrqw2zlt.")
]
ReasonOption = Annotated[
    str, typer.Option(metavar="TEXT", help="Why; recorded, concealed in the log.")
]


def of_handover(desk: Desk, handover: str) -> "tuple[str, Who]":
    """Return the id of a hand-over, and who asks for the case that it is of.

    Args:
        desk: where it is asked.
        handover: as a person wrote it.
    """
    from ringwall.raid.ids import parse_id

    name = parse_id("raid.handover", handover)
    case = desk.raid.acting.case_of("raid.handover", name)
    return name, desk.who("raid.route", case)


def _accept(
    desk: Desk,
    handover: HandoverArgument,
    receipt: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The statement that the recipient signed.",
            show_default=False,
        ),
    ] = None,
    signature: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Its signature; default: the receipt's name and `.sig`.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Record that a recipient has signed for a package.

    If it went to whoever takes the case over, the case is handed over by that.
    """
    from ringwall.raid.signed_statement import MAX_STATEMENT_BYTES

    if receipt is None:
        raise Misuse("ringwall raid route accept", "missing --receipt FILE")
    data = read_input(receipt, MAX_STATEMENT_BYTES)
    place = signature or receipt.with_name(receipt.name + ".sig")
    armored = read_input(place, _MAX_SIGNATURE).decode("ascii", "replace")
    name, who = of_handover(desk, handover)
    done = desk.raid.receiving.accept(who, name, data, armored)
    _tell_done(desk, done.events)


def _refuse(desk: Desk, handover: HandoverArgument, reason: ReasonOption = "") -> None:
    """Record that a recipient does not take a package: an alarm."""
    name, who = of_handover(desk, handover)
    _tell_done(desk, desk.raid.receiving.refuse(who, name, reason).events)


def _return(desk: Desk, case: CaseArgument, reason: ReasonOption = "") -> None:
    """Record that whoever took a case over has given it back."""
    from ringwall.raid.ids import parse_id

    case = parse_id("raid.case", case)
    who = desk.who("raid.route", case)
    _tell_done(desk, desk.raid.receiving.give_back(who, case, reason).events)


def _list(
    desk: Desk,
    case: Annotated[
        str, typer.Option(metavar="CASE", help="Only those of this case.")
    ] = "",
    state: Annotated[
        str,
        typer.Option(
            metavar="STATE", help="Only these: sent, accepted, refused or lapsed."
        ),
    ] = "",
    recipient: Annotated[
        str, typer.Option(metavar="RECIPIENT", help="Only those to it.")
    ] = "",
    since: Annotated[
        str,
        typer.Option(metavar="INSTANT", help="Changed from then on, RFC 3339."),
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="INSTANT", help="Changed before then, RFC 3339.")
    ] = "",
) -> None:
    """List hand-overs, the one changed last in front, of cases that you may know of."""
    from ringwall.ledger.asking.raid_rows import RaidQuestion
    from ringwall.model.raid_events import DESK
    from ringwall.raid.ids import parse_id

    command = "ringwall raid route ls"
    if state and state not in _STATES:
        raise Misuse(command, f"--state is one of {', '.join(_STATES)}")
    equal = {"state": state, "recipient": recipient}
    if case:
        equal["case_id"] = parse_id("raid.case", case)
    question = RaidQuestion(
        "raid.handover",
        equal={name: value for name, value in equal.items() if value},
        since=_instant(since, command),
        until=_instant(until, command),
    )
    who = desk.who("raid.read", DESK)
    _print_list(desk, desk.raid.routes.listed(who, question))


def _overdue(
    desk: Desk,
    record: Annotated[
        bool,
        typer.Option(
            "--record",
            envvar="RINGWALL_RAID_ROUTE_OVERDUE_RECORD",
            help="Record each as lapsed, with an alarm; its case comes back.",
        ),
    ] = False,
) -> None:
    """List the hand-overs that nobody signed for in time, the oldest first."""
    from ringwall.model.raid_events import DESK

    found = desk.raid.routes.overdue(desk.who("raid.read", DESK))
    if record:
        for card in found:
            who = desk.who("raid.route", card.case)
            desk.raid.receiving.lapse(who, card.id)
    _print_list(desk, found)
    if found and not record:
        say("next: ringwall raid route overdue --record")


def _instant(text: str, command: str) -> int | None:
    from ringwall.base.clock import parse_instant

    try:
        return parse_instant(text) if text else None
    except ValueError as error:
        raise Misuse(command, str(error)) from None


def _tell_done(desk: Desk, events: "Sequence[Event]") -> None:
    """Tell what became of a hand-over and of its case."""
    rows = [
        {"object": event["id"], "act": event["act"], "state": event["to"]}
        for event in events
        if event["kind"] != "alarm.raised"
    ]
    print_rows(("object", "act", "state"), rows, desk.format)
    if len(rows) < len(events):
        say("an alarm was raised: the case is the desk's to route again")


def _print_list(desk: Desk, found: "list[RaidCard]") -> None:
    from ringwall.base.clock import parse_instant

    now = desk.gate.clock.now()
    rows = []
    for card in found:
        is_sent = card.card["state"] == "sent"
        over = is_sent and parse_instant(str(card.card["limit"])) <= now
        rows.append(
            {
                "handover": card.id,
                "case": card.case,
                "at": card.at,
                **card.card,
                "overdue": over,
                "state": "sent, overdue" if over else card.card["state"],
            }
        )
    print_rows(_LIST, rows, desk.format, sheet=_LIST_SHEET)


HANDOVER_VERBS: Final[dict[str, tuple[Callable[..., None], str]]] = {
    "accept": (
        _accept,
        "raid route accept hnd-mfzwizltmrqw2zlt --receipt receipt.json",
    ),
    "refuse": (_refuse, 'raid route refuse hnd-mfzwizltmrqw2zlt --reason "not ours"'),
    "return": (_return, 'raid route return c-mfzwizltmr --reason "they gave it back"'),
    "ls": (_list, "raid route ls --state sent"),
    "overdue": (_overdue, "raid route overdue --record"),
}
"""Verb -> what it does, and an example."""
