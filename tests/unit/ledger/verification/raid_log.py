"""Logs with an incident desk in them: permits and acts, right unless told.

Held in memory, as the walk takes them in; what the tables would say is of no account.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from ringwall.ledger.memory.disclosures import Disclosure
from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.leaf_walk import Stretch
from ringwall.ledger.verification.raid_walk import RaidWalk
from ringwall.model.events import Event, load_event
from ringwall.model.raid_events import CARDS, DESK, INBOX, Act, raid_event, raid_need
from tests.fault.ledger_simulator import AT, decision
from tests.unit.ledger.verification.vault_log import WIDTH, cursor_of, rows

__all__ = [
    "BEA",
    "CASE",
    "CLOCK",
    "LINK",
    "OTHER",
    "PROPOSAL",
    "REPORT",
    "WHO",
    "Way",
    "act",
    "carried",
    "codes",
    "found",
    "needed",
    "opened",
    "permit",
    "proposed",
    "received",
    "skimmed",
    "walked",
]

WHO: Final = "org:ada"
BEA: Final = "org:bea"
REPORT: Final = "report:r-aaaaaaaaaa"
CASE: Final = "case:c-aaaaaaaaaa"
OTHER: Final = "case:c-bbbbbbbbbb"
LINK: Final = "lnk-aaaaaaaaaaaaaaaa"
CLOCK: Final = "clk-aaaaaaaaaaaaaaaa"
PROPOSAL: Final = "prp-aaaaaaaaaaaaaaaa"


def permit(name: str, action: str, resource: str = CASE, who: str = WHO) -> Event:
    """Return a decision that permits something."""
    words = {"action": action, "resource": resource, "subject": who}
    return {**decision(name), **words}


def act(
    kind: str,
    name: str,
    words: str,
    under: str,
    *,
    case: str = "",
    by: str = WHO,
    **columns: str | int,
) -> Event:
    """Return an event of the desk.

    Args:
        kind: e.g. `raid.case`.
        name: id of the object.
        words: act, state before and state after, parted by blanks; `-` for none.
        under: id of the permit.
        case: that it belongs to; that of a case is its own.
        by: who acts.
        **columns: of the row.
    """
    what, before, after = (word.strip("-") for word in words.split(" "))
    owned = name if kind == "raid.case" else case
    blank: dict[str, Any] = {column: of() for column, of in CARDS[kind].items()}
    card = {**blank, **columns, "state": after}
    return raid_event(
        kind, AT, Act(name, owned, what, before, after, by, under), card, {}
    )


def received(under: str = "dec-in", report: str = REPORT) -> list[Event]:
    """Return a permit, and that a report came in."""
    return [
        permit(under, "raid.intake", INBOX),
        act("raid.report", report, "receive - received", under),
    ]


def opened(
    under: str = "dec-open", case: str = CASE, report: str = REPORT, link: str = LINK
) -> list[Event]:
    """Return a permit, and that a case was opened for a report."""
    return [
        permit(under, "raid.write", DESK),
        act("raid.report", report, "validate received valid", under),
        act("raid.case", case, "open - new", under),
        act("raid.link", link, "link - linked", under, case=case, report=report),
        act("raid.report", report, "attach valid valid", under, case=case),
    ]


def proposed(under: str = "dec-prp", by: str = WHO) -> list[Event]:
    """Return a permit, and that somebody proposed something of the case."""
    return [
        permit(under, "raid.write", who=by),
        act("raid.proposal", PROPOSAL, "propose - open", under, case=CASE, by=by),
    ]


def carried(under: str = "dec-two", by: str = BEA, *more: Event) -> list[Event]:
    """Return a permit, and that somebody carried that, and did what else is told."""
    return [
        permit(under, "raid.approve", who=by),
        act("raid.proposal", PROPOSAL, "carry open carried", under, case=CASE, by=by),
        *more,
    ]


def needed(under: str, what: str = "shut", case: str = CASE) -> list[Event]:
    """Return a permit, and that need-to-know of a case was changed."""
    said = {"person": "", "until": "", "reason": "x"}
    return [
        permit(under, "raid.compartment", case),
        raid_need(AT, case, what, (WHO, under), said),
    ]


Way = Callable[[RaidWalk, Stretch], None]


def walked(walk: RaidWalk, stretch: Stretch) -> None:
    """Take in a stretch as whoever reads all of it."""
    walk.begin(stretch)
    for index, _, data in stretch.entries:
        walk.take(index, load_event(data))


def skimmed(walk: RaidWalk, stretch: Stretch) -> None:
    """Take in a stretch as whoever reads but the log."""
    others = [row for row in stretch.entries if b"decision.made" not in row[2]]
    walk.skim(stretch, others)


def found(
    events: Sequence[Event | None],
    way: Way = walked,
    disclosures: Iterable[Disclosure] = (),
    findings: Findings | None = None,
) -> Findings:
    """Return what is found in a log of these events."""
    findings = findings or Findings()
    entries = rows(events)
    cursor = cursor_of(entries, disclosures)
    walk = RaidWalk(cursor, findings)
    covered = 0
    for start in range(0, len(events), WIDTH):
        end = min(start + WIDTH, len(events))
        here = [row for row in entries if start <= row[0] < end]
        if here:  # a stretch without any is a part of the next one
            way(walk, Stretch(covered, end, here))
            covered = end
    walk.finish(cursor)
    return findings


def codes(events: Sequence[Event | None], way: Way = walked) -> list[tuple[str, int]]:
    """Return code and place of each finding."""
    told = found(events, way).listed()
    return [(one.code, int(one.place.removeprefix("entry "))) for one in told]
