"""What the incident desk puts on record: its own events, all under one permit.

Appended on the ground and on the rows that they were made on. Must never record an act
that no permit on record is for, nor two transactions under one permit.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Final

from ringwall.base.errors import ActRefused
from ringwall.gate.answering import Answering
from ringwall.gate.ground import Ground
from ringwall.gate.permits_at_hand import Permit, PermitsAtHand
from ringwall.gate.question import moved_by
from ringwall.ledger.asking.raid_rows import RaidQuestion, RaidRows
from ringwall.ledger.ledger import StaleBasis
from ringwall.model.decisions import Decision, Effect, Receipt
from ringwall.model.events import Event
from ringwall.model.parties import Person
from ringwall.model.raid_embargo_laws import LAW_KINDS, EmbargoLaws
from ringwall.model.raid_events import RAID_ALARMS, RAID_KINDS
from ringwall.model.raid_inquiry_laws import InquiryLaws
from ringwall.model.raid_merge_laws import MergeLaws
from ringwall.model.raid_permits import (
    ADOPT,
    BROUGHT,
    OPENING,
    alone_in,
    gone_in,
    is_opened_in,
    is_permit_for,
    keeps_to_opening,
)
from ringwall.model.raid_release_kinds import RELEASE
from ringwall.model.raid_release_laws import ReleaseLaws, is_bound

__all__ = ["MakeRaid", "RaidMade", "RaidRecording"]

_NEED: Final = "raid.need"
_CASE: Final = "raid.case"
_REPORT: Final = "raid.report"
_LINK: Final = "raid.link"
_DESK: Final = "raid.desk"
_INQUIRY: Final = "raid.inquiry"
_ADMIT: Final = (_NEED, "admit")
_CARRY: Final = ("raid.proposal", "carry")
_ALARM: Final = "alarm.raised"
# Of a case that is bound by an embargo neither is done.
_MERGE: Final = (_CASE, "merge")
_ENDING: Final = frozenset({_MERGE, (_CASE, "resolve")})
_UNUSED: Final = -1
_NO_TURN: Final = nullcontext()


@dataclass(frozen=True, slots=True)
class RaidMade:
    """One transaction of the desk.

    Attributes:
        events: of the kinds of the desk; none to record nothing.
        seen: id of each object that they were made on -> index of its latest event,
            -1 for none.
    """

    events: Sequence[Event]
    seen: Mapping[str, int] = field(default_factory=dict)


MakeRaid = Callable[[Ground], RaidMade]
"""Makes a transaction on a ground, or raises what speaks against it."""


class RaidRecording:
    """Puts events of the desk on record; shared by all threads.

    Args:
        answering: holds the ledger and the ground.
        rows: tells which permits were used, and who proposed what.

    Attributes:
        rows: as given.
    """

    def __init__(self, answering: Answering, rows: RaidRows) -> None:
        self._answering = answering
        self.rows = rows
        self._guard = threading.Lock()
        self._in_use: set[str] = set()
        self._at_hand = PermitsAtHand()

    def noted(self, decision: Decision) -> Decision:
        """Return a decision that the gate has just made; who acts on it may be next."""
        self._at_hand.note(decision)
        return decision

    def record(self, make: MakeRaid) -> list[Receipt]:
        """Record what is made of the present ground; see `Gatekeeper.record_raid`."""
        answering = self._answering

        def attempt(ground: Ground) -> list[Receipt]:
            made = make(ground)
            events = list(made.events)
            if not events:
                return []
            with self._using(_permit_named(events)) as decision, self._turn(events):
                self._check_fresh(made, decision, ground)
                # Where another process was faster to use the permit, nothing lands.
                seen = {**made.seen, decision: _UNUSED}
                receipts = answering.ledger.append(events, ground.basis, seen)
                answering.advance(ground, moved_by(events, receipts))
            return receipts

        return answering.on_present_ground(attempt)

    @contextmanager
    def _using(self, decision: str) -> Iterator[str]:
        """Keep two threads from recording under one permit at once."""
        with self._guard:
            if decision in self._in_use:
                raise ValueError(f"what `{decision}` permits is being done")
            self._in_use.add(decision)
        try:
            yield decision
        finally:
            with self._guard:
                self._in_use.discard(decision)

    def _turn(self, events: Sequence[Event]) -> AbstractContextManager[object]:
        """Let events that move the basis take turns: one makes all others stale."""
        moves = any(event["kind"] == _NEED for event in events)
        return self._answering.spending if moves else _NO_TURN

    def _check_fresh(self, made: RaidMade, decision: str, ground: Ground) -> None:
        """As `_check`; what was made of what has moved meanwhile is made anew."""
        try:
            self._check(made.events, decision, ground)
        except ValueError:
            if self._has_moved(made.seen):
                raise StaleBasis from None
            raise

    def _has_moved(self, seen: Mapping[str, int]) -> bool:
        """Return whether an object has had an event since it was seen."""
        for name, index in seen.items():
            latest = self.rows.events(about=name, newest=True, limit=1)
            if (latest[0].index if latest else _UNUSED) != index:
                return True
        return False

    def _check(self, events: Sequence[Event], decision: str, ground: Ground) -> None:
        """Refuse events whose permit is not on record, was used, or is for others."""
        acts = [event for event in events if event["kind"] != _ALARM]
        by = acts[0]["by"]
        permit = self._at_hand.take(decision) or self._recorded(decision)
        if permit is None or permit.subject != by:
            raise ValueError(f"`{decision}` is no permit of `{by}`")
        self._check_acts(acts, permit)
        if alone_in(acts, self._rules_before(acts)):
            raise ValueError("what takes two persons goes with what one proposed")
        self._check_embargo(acts)
        self._check_inquiry(acts)
        self._check_merge(acts)
        self._check_release(acts, ground)
        for event in acts:
            if _names(event) == _ADMIT:
                is_own = is_opened_in(event["case"], acts)
                _check_admitted(event, ground, is_own=is_own)
            if _names(event) == _CARRY:
                self._check_second(event, ground)

    def _check_embargo(self, acts: Sequence[Event]) -> None:
        """Refuse a transaction after which an embargo is what it may not be."""
        laws = EmbargoLaws()
        for case in self._families(_bound_by_law(acts)):
            whole = self.rows.card(_CASE, case)
            if whole is not None:
                laws.put(_CASE, case, case, whole.card)
            for kind in LAW_KINDS:
                for one in self.rows.find(RaidQuestion(kind, equal={"case_id": case})):
                    laws.put(kind, one.id, case, one.card)
        for event, told in laws.take(acts):
            raise ValueError(f"`{event['id']}`: {told}")

    def _check_release(self, acts: Sequence[Event], ground: Ground) -> None:
        """Refuse a release of something else than was cleared and signed by others.

        Of a case that was put away nothing is released at all.
        """
        persons = ground.facts.natural_person
        laws = ReleaseLaws(lambda one, other: persons(one) == persons(other))
        about = [event for event in acts if event["kind"] == RELEASE]
        for case in {event["case"] for event in about}:
            whole = self.rows.card(_CASE, case)
            if whole is not None:
                laws.put_case(case, whole.card)
        for name in {event["id"] for event in about}:
            card = self.rows.card(RELEASE, name)
            if card is not None:
                laws.put(name, card.card, self._author(name))
        for broken, told in laws.take(acts):
            raise ValueError(f"`{broken['id']}`: {told}")

    def _author(self, release: str) -> str:
        """Return who wrote a release last; who found it overtaken wrote nothing."""
        written = (
            one.event["by"]
            for one in self.rows.events(about=release, newest=True)
            if one.event["act"] in {"draft", "amend"}
            and "changed" not in one.event["said"]
        )
        return str(next(written, ""))

    def _check_inquiry(self, acts: Sequence[Event]) -> None:
        """Refuse an inquiry that is answered by no exit that holds."""
        laws = InquiryLaws()
        for event in acts:
            card = self.rows.card(_CASE, event["case"])
            if event["kind"] == _INQUIRY and card is not None:
                laws.put(card.id, card.card)
        for broken, told in laws.take(acts):
            raise ValueError(f"`{broken['id']}`: {told}")

    def _check_merge(self, acts: Sequence[Event]) -> None:
        """Refuse a merge by which RAID would lose what is its own."""
        laws = MergeLaws()
        for event in acts:
            if _names(event) == _MERGE:
                for name in (event["id"], event["card"]["redirect"]):
                    card = self.rows.card(_CASE, name)
                    if card is not None:
                        laws.put(name, card.card)
        for broken, told in laws.take(acts):
            raise ValueError(f"`{broken['id']}`: {told}")

    def _families(self, cases: Collection[str]) -> list[str]:
        """Return cases, and all that were merged into them."""
        family = sorted(cases)
        for one in family:
            asked = RaidQuestion(_CASE, equal={"redirect": one, "state": "merged"})
            more = (card.id for card in self.rows.find(asked))
            family += [case for case in more if case not in family]
        return family

    def _recorded(self, decision: str) -> Permit | None:
        """Return the permit that is on record; None if it is a deny."""
        if self.rows.is_used(decision):
            raise ValueError(f"what `{decision}` permits was done before")
        event = self._answering.ledger.decision(decision).event
        if event["effect"] != Effect.PERMIT.value:
            return None
        return Permit(*(event.get(name, "") for name in Permit._fields))

    def _check_acts(self, acts: Sequence[Event], permit: Permit) -> None:
        """Refuse acts that a permit is not for."""
        action, resource = permit.action, permit.resource
        is_opening = (action, resource) == OPENING
        for event in acts:
            is_for = is_permit_for(event, action, resource) or is_permit_for(
                event, action, resource, self._linked(event, acts)
            )
            is_for = is_for and is_bound(event, permit.binds)
            # The permit to open a case reaches no other one.
            if not is_for or (is_opening and not keeps_to_opening(event, acts)):
                raise ValueError(
                    f"`{permit.id}` permits `{action}` of `{resource}`, not to "
                    f"{event['act']} what `{event['kind']}` tells of"
                )

    def _linked(self, event: Event, acts: Sequence[Event]) -> set[str]:
        """Return the cases that a report was ever linked to, this act included.

        Of what goes with a merge or its end: the cases that it takes away or parts.
        """
        if event["act"] in BROUGHT:
            return {
                one["id"]
                for one in acts
                if one["id"] in gone_in([one])
                and self._leads(one["card"]["redirect"] or one["id"], event["case"])
            }
        if event["kind"] != _REPORT:
            return set()
        report = event["id"]
        found = {one.case for one in self.rows.find(_links_of(report))}
        return found | {
            one["case"]
            for one in acts
            if one["kind"] == _LINK and one["card"]["report"] == report
        }

    def _leads(self, case: str, top: str) -> bool:
        """Return whether a case is one that another was merged into, or is in it."""
        passed: set[str] = set()
        while case != top and case not in passed:
            passed.add(case)
            card = self.rows.card(_CASE, case)
            case = str(card.card["redirect"]) if card is not None else case
        return case == top

    def _rules_before(self, acts: Sequence[Event]) -> str:
        """Return the digest of the rules that acts replace; empty for none."""
        cards = (
            self.rows.card(_DESK, event["id"])
            for event in acts
            if _names(event) == (_DESK, ADOPT)
        )
        return next((str(card.card["digest"]) for card in cards if card), "")

    def _check_second(self, carried: Event, ground: Ground) -> None:
        """Refuse that somebody carries what they proposed, by whatever account."""
        first = self.rows.first({carried["id"]}).get(carried["id"])
        persons = ground.facts.natural_person
        if first is None or persons(first.event["by"]) == persons(carried["by"]):
            raise ValueError("nobody carries what they proposed")


def _bound_by_law(acts: Sequence[Event]) -> set[str]:
    """Return the cases whose embargoes a transaction may touch."""
    found = {event["case"] for event in acts if event["kind"] in LAW_KINDS}
    for event in acts:
        if _names(event) in _ENDING:
            found |= {event["id"], event["card"]["redirect"] or event["id"]}
    return found


def _permit_named(events: Sequence[Event]) -> str:
    """Return the id of the permit that all events name.

    Raises:
        ValueError: one is of another kind, names another permit, or is by another.
    """
    acts = [event for event in events if not _is_alarm(event)]
    for event in acts:
        if event["kind"] not in RAID_KINDS and event["kind"] != _NEED:
            raise ValueError(f"no incident desk records `{event['kind']}`")
    if not acts:
        raise ValueError("an alarm of the desk goes with the act that tells of it")
    if len({event["by"] for event in acts}) > 1:
        raise ValueError("one transaction is by one person")
    named = {event["decision"] for event in events}
    if len(named) > 1:
        raise ValueError("one transaction is under one permit")
    return str(named.pop())


def _is_alarm(event: Event) -> bool:
    return bool(event["kind"] == _ALARM and event["code"] in RAID_ALARMS)


def _links_of(report: str) -> RaidQuestion:
    return RaidQuestion(_LINK, equal={"report": report})


def _names(event: Event) -> tuple[str, str]:
    return event["kind"], event["act"]


def _check_admitted(event: Event, ground: Ground, *, is_own: bool) -> None:
    """Refuse to admit who is no person, or oneself to what one has not just opened."""
    person, facts = event["person"], ground.facts
    if not isinstance(facts.documents().get(person), Person):
        raise ActRefused(
            "admitted-unknown",
            f"`{person[:128]}` is no person on record",
            next_step="admit somebody who is declared as a person",
        )
    persons = facts.natural_person
    if not is_own and persons(person) == persons(event["by"]):
        raise ActRefused(
            "admitted-self",
            "nobody gives themselves need-to-know of a case",
            next_step="ask another compartment officer to admit you",
        )
