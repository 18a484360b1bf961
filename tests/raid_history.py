"""Events of the incident desk as its counters make them, for tests below the desk."""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.gate.raid_recording import RaidMade
from ringwall.institute import Gatekeeper
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event
from ringwall.model.raid_events import CARDS, DESK, INBOX, Act, raid_event, raid_need
from tests.example import NOON

__all__ = [
    "CASE",
    "CLOCK",
    "LINK",
    "OTHER",
    "PROPOSAL",
    "REPORT",
    "act",
    "asked",
    "card_of",
    "needed",
    "noted",
    "opened",
    "opening",
    "permit",
    "received",
    "recorded",
]

REPORT: Final = "report:r-aaaaaaaaaa"
CASE: Final = "case:c-aaaaaaaaaa"
OTHER: Final = "case:c-bbbbbbbbbb"
LINK: Final = "lnk-aaaaaaaaaaaaaaaa"
CLOCK: Final = "clk-aaaaaaaaaaaaaaaa"
PROPOSAL: Final = "prp-aaaaaaaaaaaaaaaa"


def card_of(kind: str, **columns: str | int) -> dict[str, str | int]:
    """Return a row of a kind, empty but for some columns."""
    return {**{name: of() for name, of in CARDS[kind].items()}, **columns}


def act(
    kind: str,
    name: str,
    words: str,
    *,
    by: str,
    decision: str,
    case: str = "",
    said: Mapping[str, Any] | None = None,
    **columns: str | int,
) -> Event:
    """Return an event of the desk.

    Args:
        kind: e.g. `raid.case`.
        name: id of the object.
        words: act, state before and state after, parted by blanks; `-` for no state.
        by: id of who acts.
        decision: id of the permit.
        case: that it belongs to; that of a case is its own.
        said: in words.
        **columns: of the row.
    """
    what, before, after = (word.strip("-") for word in words.split(" "))
    owned = name if kind == "raid.case" else case
    told = Act(name, owned, what, before, after, by, decision)
    card = card_of(kind, **{"state": after, **columns})
    return raid_event(kind, NOON, told, card, said or {})


def asked(gate: Gatekeeper, person: str, action: str, resource: str) -> bool:
    """Return whether somebody of the desk is permitted something."""
    words = _words(action, resource)
    return gate.check(subject=f"user:{person}", **words).permitted


def permit(
    gate: Gatekeeper, person: str, action: str, resource: str, grant: str = ""
) -> dict[str, Any]:
    """Ask the gate; return who was permitted, and the id of the decision."""
    subject = f"user:{person}"
    words = _words(action, resource)
    purpose = "work on incidents" if grant else ""
    found = gate.check(subject=subject, purpose=purpose, grant=grant, **words)
    assert found.permitted, found.verdict.reasons
    return {"by": subject, "decision": found.id}


def recorded(
    gate: Gatekeeper, *events: Event, seen: Mapping[str, int] | None = None
) -> list[Receipt]:
    """Record a transaction, whatever the ground."""
    return gate.record_raid(lambda _: RaidMade(events, seen or {}))


def received(gate: Gatekeeper, report: str = REPORT) -> None:
    """Have a report taken in."""
    under = permit(gate, "ruth", "raid.intake", INBOX)
    recorded(gate, act("raid.report", report, "receive - received", **under))


def opening(
    gate: Gatekeeper,
    case: str = CASE,
    report: str = REPORT,
    team: str = "raid-desk",
    author: str = "",
) -> list[Event]:
    """Return the events that open a case for a report; of an author, or who opens."""
    under = permit(gate, "joan", "raid.write", DESK)
    link = f"lnk-{case[-10:]}aaaaaa"
    authors = author or under["by"]
    return [
        act("raid.report", report, "validate received valid", **under),
        act("raid.case", case, "open - new", team=team, authors=authors, **under),
        act("raid.link", link, "link - linked", case=case, report=report, **under),
        act("raid.report", report, "attach valid valid", case=case, **under),
    ]


def opened(
    gate: Gatekeeper, case: str = CASE, report: str = REPORT, team: str = "raid-desk"
) -> None:
    """Have a report taken in, and a case opened for it."""
    received(gate, report)
    recorded(gate, *opening(gate, case, report, team))


def noted(gate: Gatekeeper, case: str = CASE, by: str = "joan") -> Event:
    """Return the event of a note on a new case, on a permit of its own."""
    under = permit(gate, by, "raid.write", case)
    said = {"text": "seen"}
    return act("raid.case", case, "note new new", said=said, team="raid-desk", **under)


def needed(
    gate: Gatekeeper, case: str, what: str, person: str = "", until: int = 0
) -> list[Receipt]:
    """Have the compartment officer change need-to-know of a case."""
    under = permit(gate, "mileva", "raid.compartment", case)
    words = {
        "person": person,
        "until": format_instant(until) if until else "",
        "reason": "the case needs it",
    }
    by = under["by"], under["decision"]
    return recorded(gate, raid_need(NOON, case, what, by, words))


def _words(action: str, resource: str) -> dict[str, Any]:
    return {"action": action, "resource": resource, "authn": "hardware-fresh"}
