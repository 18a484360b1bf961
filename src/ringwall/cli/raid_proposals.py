"""`raid second`, `refuse` and `proposals`: what takes two persons.

Must never carry what was not shown: `proposals` tells each in full.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, Room, at_desk
from ringwall.cli.options import Format, examples
from ringwall.cli.output import chosen_format, json_text, print_rows, say
from ringwall.cli.raid_acts import ROOM, ReasonOption, tell_done, title
from ringwall.cli.raid_clock_show import to_second

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringwall.ledger.asking.raid_rows import RaidCard
    from ringwall.model.decisions import Decision

__all__ = ["register"]

_KIND: Final = "raid.proposal"
_APPROVE: Final = "raid.approve"
_OPEN: Final = (
    "look at `ringwall raid proposals`: whoever carries one is another person than "
    "whoever made it, of the roles that its act takes"
)
_COLUMNS: Final = ("proposal", "what", "by", "until", "reason")
_SHEET: Final = (*_COLUMNS, "case", "at", "doc", "binds")
_ProposalArgument = Annotated[
    str, typer.Argument(metavar="PROPOSAL", help="E.g. prp-mfzwizltmrqw2zlt.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    app.command("proposals", epilog=examples("raid proposals --format json"))(
        at_desk(ROOM, "proposals", _proposals)
    )
    app.command("second", epilog=examples("raid second prp-mfzwizltmrqw2zlt"))(
        at_desk(Room(ROOM, _ways), "second", _second)
    )
    app.command(
        "refuse",
        epilog=examples("raid refuse prp-mfzwizltmrqw2zlt --reason 'two events'"),
    )(at_desk(ROOM, "refuse", _refuse))


def _ways(decision: "Decision") -> "Mapping[str, str]":
    """Return what turns a deny of seconding: which proposals there are, too."""
    ways = {**Room(ROOM).ways(decision)}
    roles = ways.get("not-permitted")
    return {**ways, "not-permitted": f"{roles}; {_OPEN}" if roles else _OPEN}


def _proposals(desk: Desk) -> None:
    """List what waits for a second person, the oldest first."""
    from ringwall.model.raid_events import DESK
    from ringwall.model.raid_permits import ADOPT
    from ringwall.raid.rule_files import kept_folder

    found = desk.raid.proposals.open(desk.who("raid.read", DESK))
    rows = [_row(card) for card in found]
    if chosen_format(desk.format) is Format.TABLE:
        rows = [{**row, "until": to_second(row["until"])} for row in rows]
    print_rows(_COLUMNS, rows, desk.format, sheet=_SHEET)
    for card in found:
        if card.card["what"] == ADOPT:
            place = kept_folder(desk.raid.acting.folder, _digest(card))
            say(f"see {card.id}: `ringwall raid rules diff --source {place}`")
    if found:
        say("carry one with `ringwall raid second PROPOSAL`, if it is not your own")


def _digest(card: "RaidCard") -> str:
    """Return the digest of the rules that are proposed; empty if that was erased."""
    return str(card.event["said"].get("doc", {}).get("digest", ""))


def _row(card: "RaidCard") -> dict[str, Any]:
    said = card.event["said"]
    return {
        "proposal": card.id,
        "what": f"{card.card['what']} {card.case}".strip(),
        "by": card.event["by"],
        "until": card.card["until"],
        "reason": title(said.get("reason", "")),
        "case": card.case,
        "at": card.at,
        "doc": title(json_text(said.get("doc", {}))),
        "binds": card.card["binds"],
    }


def _second(desk: Desk, proposal: _ProposalArgument) -> None:
    """Carry what another person proposed."""
    from ringwall.raid.ids import parse_id

    name = parse_id(_KIND, proposal)
    case = desk.raid.acting.case_of(_KIND, name)
    done = desk.raid.proposals.second(desk.who(_APPROVE, case or "case:desk"), name)
    acts = [f"{event['act']} {event['id']}" for event in done.events[1:]]
    told = ("CARRIED", f"{name}: {', '.join(acts)}")
    tell_done(desk, done, told, proposal=name, acts=acts)


def _refuse(
    desk: Desk,
    proposal: _ProposalArgument,
    reason: ReasonOption = "",
    lapsed: Annotated[
        bool,
        typer.Option("--lapsed", help="Only put on record that its time is over."),
    ] = False,
) -> None:
    """Set a proposal aside."""
    from ringwall.raid.ids import parse_id

    name = parse_id(_KIND, proposal)
    case = desk.raid.acting.case_of(_KIND, name) or "case:desk"
    proposals = desk.raid.proposals
    if lapsed:
        done = proposals.lapse(desk.who("raid.write", case), name)
    else:
        done = proposals.refuse(desk.who(_APPROVE, case), name, reason)
    state = "lapsed" if lapsed else "refused"
    tell_done(desk, done, (state.upper(), name), proposal=name, state=state)
