"""`raid show`: a case whole, its timeline filled in by what was done.

Only renders. Must never settle what two reports tell differently: both stand there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.options import Format, examples
from ringwall.cli.output import Sheet, print_object
from ringwall.cli.raid_acts import ROOM, CaseArgument, asks_of_case, title
from ringwall.cli.raid_clock_show import clock_row, first_due, print_clocks
from ringwall.cli.raid_telling import MOMENT, plain, print_moment
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.ledger.asking.raid_rows import RaidCard
    from ringwall.raid.timeline import CaseView, Claim, Fact

__all__ = ["register"]

_READ: Final = "raid.read"
_REPORTS: Final = ("report", "type", "state", "tlp", "title")
_CLOCKS: Final = ("clock", "rule", "state", "owed", "due")
_HANDOVERS: Final = ("handover", "recipient", "state", "limit")
_PROPOSALS: Final = ("proposal", "what", "until")
_TOLD: Final = 200
_PRIORITIES: Final = ("decline", "track", "scheduled", "out-of-cycle", "immediate")


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "show",
        epilog=examples(
            "raid show c-mfzwizltmr", "raid show c-mfzwizltmr --format csv"
        ),
    )(at_desk(ROOM, "show", _show))


def _show(
    desk: Desk,
    case: CaseArgument,
    as_was: Annotated[
        bool,
        typer.Option("--as-was", help="A case that was merged away: itself."),
    ] = False,
) -> None:
    """Show a case: how it stands, what its reports claim, and all that was done."""
    if as_was:
        from ringwall.raid.ids import parse_id

        named = parse_id("raid.case", case)
        view = desk.raid.timelines.show(desk.who(_READ, named), named, as_was=True)
    else:
        who, case = asks_of_case(desk, case, _READ)
        view = desk.raid.timelines.show(who, case)
    moments = [asdict(moment) for moment in view.moments]
    value = {
        "case": view.case.id,
        "title": view.title,
        **{name: view.case.card[name] for name in view.case.card},
        "due_at_worst": view.is_worst,
        "conflict_lane": view.is_own,
        "merged": list(view.merged),
        "reports": [asdict(report) for report in view.reports],
        "facts": [_fact(fact) for fact in view.facts],
        "clocks": [_card(card, "clock") for card in view.clocks],
        "handovers": [_card(card, "handover") for card in view.handovers],
        "proposals": [_card(card, "proposal") for card in view.proposals],
        "timeline": moments,
    }
    may = desk.raid.acting.rules.conflicts.assessors or "nobody named as yet"
    told = f"about the institute itself: judged and led by {may}"
    show = partial(_sheet, view, told)
    print_object(value, desk.format, show, Sheet(MOMENT, moments))


def _fact(fact: "Fact") -> dict[str, Any]:
    claims = [{"value": one.value, "reports": list(one.reports)} for one in fact.claims]
    return {"fact": fact.name, "differs": fact.differs, "claims": claims}


def _card(card: "RaidCard", name: str) -> dict[str, Any]:
    return {name: card.id, **card.card}


def _sheet(view: "CaseView", assessors: str) -> None:
    """Print a case for people."""
    card = view.case.card
    print_text(f"{view.case.id}  TLP:{str(card['tlp']).upper()}", style="bold")
    print_text(title(view.title))
    priority = _PRIORITIES[int(card["priority"])]
    if view.is_own:
        print_field("CONFLICT", assessors, style="yellow")
    print_field("state", f"{card['state']}, priority {priority}, S{card['severity']}")
    told = {
        "owner": "owner",
        "class": "class",
        "lane": "lane",
        "lead": "lead",
        "team": "team",
        "states": "states",
        "opened": "opened",
        "due": "due",
        "host due": "host_due",
        "rules": "row",
        "merged": "redirect",
    }
    for label, name in told.items():
        if card[name]:
            text = str(card[name])
            is_worst = view.is_worst and name == "due"
            print_field(label, first_due(text, is_worst=is_worst))
    for merged in view.merged:
        print_field("holds", f"{merged}, merged into this case")
    _reports(view)
    _facts(view.facts)
    # As `clock list` shows them: what has not started by its worst case.
    clocks = [clock_row(one.id, one.case, one.card) for one in view.clocks]
    _table("clocks", _CLOCKS, clocks)
    for heading, columns, cards in (
        ("hand-overs", _HANDOVERS, view.handovers),
        ("proposals", _PROPOSALS, view.proposals),
    ):
        _table(heading, columns, [_card(one, columns[0]) for one in cards])
    print_text()
    print_text(f"timeline, {counted(len(view.moments), 'act')}", style="bold")
    for one in view.moments:
        print_moment(one)


def _reports(view: "CaseView") -> None:
    rows = []
    for one in view.reports:
        hub = f" (hub: {counted(one.hub, 'case')})" if one.hub else ""
        row = {**asdict(one), "report": one.id, "title": title(one.title, 60) + hub}
        rows.append(row)
    _table("reports", _REPORTS, rows)


def _facts(facts: "Sequence[Fact]") -> None:
    """Print what is claimed; where reports differ, each claim with who makes it."""
    if facts:
        print_text()
        print_text("claimed by its reports", style="bold")
    for fact in facts:
        if not fact.differs:
            print_field(fact.name, _claimed(fact.claims[0]))
            continue
        print_field(fact.name, f"{len(fact.claims)} reports differ:", style="red")
        for claim in fact.claims:
            print_field(
                "", f"{_claimed(claim)}  ({', '.join(claim.reports)})", indent=2
            )


def _claimed(claim: "Claim") -> str:
    return title(plain(claim.value), _TOLD)


def _table(
    heading: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    if rows:
        print_text()
        print_clocks(columns, rows, Format.TABLE, title=heading)
