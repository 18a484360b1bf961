"""A case as it is shown: how it stands, what its reports claim, all that was done.

Nothing is filled in by hand. Must never settle between two reports what they tell
differently, nor show anything to whom the case is not open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import (
    RaidCard,
    RaidEvent,
    RaidQuestion,
    RaidRows,
    Visible,
)
from ringwall.model.events import Event
from ringwall.raid.acting import READ, Acting
from ringwall.raid.conflicts import host_names, is_about
from ringwall.raid.ids import parse_id
from ringwall.raid.linked import (
    HUB,
    LinkedReport,
    known_cases,
    linked_reports,
    title_of,
)
from ringwall.raid.merging import merged_into
from ringwall.raid.scene import unknown
from ringwall.raid.timing import worst_dues

__all__ = [
    "CLAIMED",
    "CaseView",
    "Claim",
    "Fact",
    "Moment",
    "ReportView",
    "Timelines",
    "facts_of",
    "moment_of",
    "told_of",
]

CLAIMED: Final = (
    *("kind", "occurred", "aware", "systems", "states", "harms", "weights"),
    *("behaviour", "danger", "public", "compute", "sector"),
)
"""What reports claim, each for itself."""

_CASE: Final = "raid.case"
_UNKNOWN: Final = "unknown"
_NEED: Final = "raid.need"
_CLOCK: Final = "raid.clock"
# What is told of an act in one line: the first of these that it has.
_SAID: Final = (
    *("text", "lessons", "feedback", "evidence", "title", "credibility"),
    *("reason", "into", "type"),
)
_ON_CARD: Final[Mapping[str, tuple[str, ...]]] = {
    "raid.link": ("type", "report"),
    _CLOCK: ("rule", "stage", "due"),
    "raid.handover": ("route", "recipient"),
    "raid.proposal": ("what",),
    "raid.embargo": ("ends", "offer_ends", "cause"),
    "raid.party": ("who", "answer"),
    "raid.matter": ("recoverable",),
    "raid.inquiry": ("recipient", "exit"),
    "raid.release": ("recipient", "label", "exit"),
}


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report of a case.

    Attributes:
        id: of the report.
        title: as its reporter gave it.
        state: of the report.
        type: what it is to the case.
        link: id of the link.
        received: RFC 3339.
        tlp: label.
        hub: in how many cases it is that the asker may know of, from `HUB` on; else 0.
    """

    id: str
    title: str
    state: str
    type: str
    link: str
    received: str
    tlp: str
    hub: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What one or more reports say of a fact.

    Attributes:
        value: as JSON.
        reports: ids of those that say so.
    """

    value: Any
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """What all reports of a case say of one thing.

    Attributes:
        name: of `CLAIMED`.
        claims: each different answer; `unknown` is none.
    """

    name: str
    claims: tuple[Claim, ...]

    @property
    def differs(self) -> bool:
        """Whether two reports tell it differently."""
        return len(self.claims) > 1


@dataclass(frozen=True, slots=True)
class Moment:
    """One act.

    Attributes:
        index: of its entry.
        at: RFC 3339.
        by: id of who did it.
        kind: of the event.
        id: of the object; of the case for need-to-know.
        act: what was done.
        after: the state it led to; empty for need-to-know.
        told: in words, one line.
        decision: id of the permit.
    """

    index: int
    at: str
    by: str
    kind: str
    id: str
    act: str
    after: str
    told: str
    decision: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, whole.

    Attributes:
        case: its row.
        title: in words.
        reports: that are linked to it.
        facts: what they claim.
        clocks: rows.
        handovers: rows.
        proposals: rows that wait for a second person.
        merged: ids of cases that are part of it, those that the asker may know; their
            reports and acts stand with its own.
        moments: all acts, in their order.
        is_worst: whether its first deadline is the worst case of a clock that has not
            started.
        is_own: whether it is about the institute itself, so that nobody of it judges.
    """

    case: RaidCard
    title: str
    reports: Sequence[ReportView]
    facts: Sequence[Fact]
    clocks: Sequence[RaidCard]
    handovers: Sequence[RaidCard]
    proposals: Sequence[RaidCard]
    merged: Sequence[str]
    moments: Sequence[Moment]
    is_worst: bool
    is_own: bool


class Timelines:
    """Where a case is shown.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def show(self, who: Who, case: str, *, as_was: bool = False) -> CaseView:
        """Return a case with all that was done.

        Args:
            who: who asks.
            case: id; where it was merged, its successor is meant.
            as_was: show one that was merged away itself.

        Raises:
            AccessDenied: the answer is no; or there is no such case, for all that
                they may know.
        """
        acting, rows = self._acting, self._acting.rows
        case = parse_id(_CASE, case) if as_was else acting.case(who, case, READ)
        acting.ask(who, READ, case)
        card = rows.card(_CASE, case)
        if card is None:
            raise unknown(_CASE, case)
        visible = acting.visible(who)
        merged = _merged(rows, case, visible)
        held = [case, *merged]
        linked = _linked(rows, held)
        events = _events(rows, held, linked) | _parted(rows, held, visible)
        moments = _moments([events[index] for index in sorted(events)])
        return CaseView(
            case=card,
            title=title_of(rows.first({case}).get(case)),
            reports=_reports(rows, visible, linked),
            facts=facts_of(linked),
            clocks=_of_case(rows, _CLOCK, case),
            handovers=_of_case(rows, "raid.handover", case),
            proposals=_of_case(rows, "raid.proposal", case, state="open"),
            merged=merged,
            moments=moments,
            is_worst=bool(worst_dues(rows, [card])),
            is_own=is_about([one.document for one in linked], self._own_names()),
        )

    def _own_names(self) -> tuple[str, ...]:
        acting = self._acting
        documents = acting.gate.ground.facts.documents()
        return host_names(acting.rules.conflicts, acting.host, documents)


def facts_of(linked: Sequence[LinkedReport]) -> tuple[Fact, ...]:
    """Return what reports claim, fact by fact; those that nobody answered are left out.

    Args:
        linked: the reports.
    """
    facts = []
    for name in CLAIMED:
        found: dict[bytes, tuple[Any, list[str]]] = {}
        for one in linked:
            value = one.document.get(name, _UNKNOWN)
            if value != _UNKNOWN:
                said = found.setdefault(dump_canonical(value), (value, []))
                said[1].append(one.report.id)
        claims = tuple(Claim(value, tuple(by)) for value, by in found.values())
        if claims:
            facts.append(Fact(name, claims))
    return tuple(facts)


def told_of(event: Event) -> str:
    """Return in one line what is told of an act, as it was said: text of strangers.

    Args:
        event: of the desk.
    """
    if event["kind"] == _NEED:
        until = f" until {event['until']}" if event["until"] else ""
        return f"{event['person']}{until} {event['reason']}".strip()
    said = event["said"]
    words = next((str(said[name]) for name in _SAID if said.get(name)), "")
    names = _ON_CARD.get(event["kind"], ())
    codes = " ".join(str(event["card"][name]) for name in names if event["card"][name])
    if event["kind"] == _CLOCK and event["to"] == "armed" and event["card"]["worst"]:
        codes += f" worst case {event['card']['worst']}"
    return ": ".join(part for part in (codes, words) if part)


def _merged(rows: RaidRows, case: str, visible: Visible) -> list[str]:
    """Return the cases that are part of one by now, whichever way they came to it."""
    held = [case]
    # Walked as it grows: a case that was merged may hold others.
    for name in held:
        found = [one.id for one in merged_into(rows, name, visible)]
        held += [one for one in found if one not in held]
    return held[1:]


def _linked(rows: RaidRows, cases: Sequence[str]) -> list[LinkedReport]:
    """Return the reports of a case and of those that are part of it, each once."""
    found: dict[str, LinkedReport] = {}
    for case in cases:
        for one in linked_reports(rows, case):
            found.setdefault(one.report.id, one)
    return list(found.values())


def _events(
    rows: RaidRows, cases: Sequence[str], linked: Sequence[LinkedReport]
) -> dict[int, RaidEvent]:
    """Return all acts of cases, and how their reports came in, by their entries."""
    events = {one.index: one for case in cases for one in rows.events(case=case)}
    return events | {one.received.index: one.received for one in linked}


def _parted(
    rows: RaidRows, cases: Sequence[str], visible: Visible
) -> dict[int, RaidEvent]:
    """Return the merges into cases that were undone, and their undoing.

    Of the cases that went again which the asker may know.
    """
    ids = rows.parted()
    if not ids:
        return {}
    asked = RaidQuestion(_CASE, equal={"id": ids}, visible=visible)
    found: dict[int, RaidEvent] = {}
    for known in rows.find(asked):
        into = False
        for one in rows.events(case=known.id, kind=_CASE):
            if one.event["act"] == "merge":
                into = one.event["card"]["redirect"] in cases
            if into and one.event["act"] in {"merge", "unmerge"}:
                found[one.index] = one
    return found


def _moments(events: Sequence[RaidEvent]) -> list[Moment]:
    """Return acts as lines; that of a case for its clocks says what became of which."""
    clocks: dict[str, list[str]] = {}
    for one in events:
        if one.event["kind"] == _CLOCK:
            told = f"{one.event['act']} {one.event['card']['rule']}"
            clocks.setdefault(one.event["decision"], []).append(told)
    moments = []
    for one in events:
        moment = moment_of(one)
        if moment.kind == _CASE and moment.act == "clock":
            done = dict.fromkeys(clocks.get(moment.decision, ()))
            moment = replace(moment, told=", ".join(done))
        moments.append(moment)
    return moments


def moment_of(one: RaidEvent) -> Moment:
    """Return an act as a line of a timeline.

    Args:
        one: of the desk.
    """
    event = one.event
    return Moment(
        index=one.index,
        at=event["at"],
        by=event["by"],
        kind=event["kind"],
        id=event.get("id") or event["case"],
        act=event["act"],
        after=event.get("to", ""),
        told=told_of(event),
        decision=event["decision"],
    )


def _reports(
    rows: RaidRows, visible: Visible, linked: Sequence[LinkedReport]
) -> list[ReportView]:
    cases = known_cases(rows, visible, [one.report.id for one in linked])
    return [
        ReportView(
            id=one.report.id,
            title=title_of(one.received),
            state=str(one.report.card["state"]),
            type=str(one.link.card["type"]),
            link=one.link.id,
            received=str(one.report.card["received"]),
            tlp=str(one.report.card["tlp"]),
            hub=count if (count := len(cases[one.report.id])) >= HUB else 0,
        )
        for one in linked
    ]


def _of_case(rows: RaidRows, kind: str, case: str, state: str = "") -> list[RaidCard]:
    asked = {"case_id": case, **({"state": state} if state else {})}
    return rows.find(RaidQuestion(kind, equal=asked, order=("idx",)))
