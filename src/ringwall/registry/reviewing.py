"""The desk for reviews: opened for whoever holds a power, decided by somebody else.

A proof that is refused is on record before anybody is told. Must never write a
decision that would not count.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from ringwall.base.clock import Clock, format_instant
from ringwall.base.errors import (
    ActRefused,
    IdentityUnproven,
    RingwallError,
    UnknownItem,
)
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.printable import shown
from ringwall.matters.reviews import decision_of, review_id
from ringwall.matters.statements import statement_of
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event
from ringwall.model.levels import Domain
from ringwall.model.matter_events import proof_refused, review_decided, review_opened
from ringwall.model.tiers import TIER_VECTORS, Tier
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.people import confirmation, screened_to, screenings_of
from ringwall.pdp.reviewing import (
    KEPT,
    POWER,
    Review,
    ReviewFault,
    counted,
    decision_faults,
    reviewer_faults,
)
from ringwall.registry.on_record import OnRecord, read_on_record, record_on

__all__ = ["ReviewDesk", "ReviewTold"]

_DAY: Final = 24 * 3600 * 1_000_000
_SOON: Final = 30 * _DAY
"""How long a review may take, and how long before a lapse it is opened."""
_SCREENED: Final = TIER_VECTORS[Tier.UPPER][Domain.PERSONNEL]
_PROOFS: Final = ("signature-", "signer-", "key-")
_STEPS: Final = {
    "reviewer-is-subject": "let somebody else decide it",
    "reviewer-is-same-person": "let somebody else decide it",
    "reviewer-reports-to-subject": "let somebody else decide it",
    "reviewer-not-entitled": "let a security officer decide it",
    "reviewer-lapsed": "see `ringwall people due`",
    "outcome-unfit": "a power is kept or ended, broken glass is closed",
    "review-closed": "see `ringwall review next`",
    "key-unknown": "have the key declared in `keys`, with `ringwall apply`",
    "key-lapsed": "have a key that is in date declared, with `ringwall apply`",
}
_SIGN: Final = (
    "write the statement anew with --to-sign, sign it with `ssh-keygen -Y sign -n "
    "ringwall` and the key that is on record"
)


class ReviewTold(NamedTuple):
    """A review and how it stands: with the decisions that count only."""

    review: Review
    is_open: bool


class ReviewDesk:
    """Opens reviews and takes what is decided of them.

    Args:
        ledger: opened for writing; for reading it can still list and draft.
        clock: gives the instant of each act.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def open_for(
        self, holders: Collection[str], *, due_only: bool
    ) -> tuple[Event, ...]:
        """Open a review of each person who holds a power and has none open.

        Args:
            holders: ids of those who hold a power above the lower tier.
            due_only: leave out whose power is confirmed for another 30 days.

        Returns:
            The events, one for each review.

        Raises:
            RecordUnavailable: they could not be made durable.
        """
        made: list[Event] = []

        def draft(state: OnRecord) -> list[Event]:
            made[:] = _openings(state, holders, due_only=due_only)
            return made

        record_on(self._ledger, self._clock, draft)
        return tuple(made)

    def ls(self) -> tuple[ReviewTold, ...]:
        """Return all reviews, those open first, of these the first to be due."""
        state = self._state()
        found = [_told(review, state) for review in state.matters.reviews.all()]
        return tuple(sorted(found, key=lambda one: (not one.is_open, one.review.due)))

    def next_for(self, reviewer: str) -> ReviewTold | None:
        """Return the open review that is due first and that somebody may decide."""
        state = self._state()
        for told in self.ls():
            if told.is_open and not tuple(_unable(told.review, reviewer, state)):
                return told
        return None

    def get(self, name: str) -> ReviewTold:
        """Return a review.

        Raises:
            UnknownItem: `unknown-review`.
        """
        state = self._state()
        return _told(_review(name, state), state)

    def said(self, name: str, by: str, outcome: str, reason: str) -> dict[str, str]:
        """Return what somebody would sign who decides a review.

        What is kept is confirmed for as long as the programme lets it.

        Args:
            name: id of the review.
            by: id of who decides.
            outcome: `kept`, `ended` or `closed`.
            reason: why.

        Raises:
            UnknownItem: `unknown-review`.
        """
        state = self._state()
        return {
            "review": _review(name, state).id,
            "by": by,
            "outcome": outcome,
            "until": "",
            "reason": reason,
            "origin": state.origin,
        }

    def statement(self, said: dict[str, str]) -> bytes:
        """Return the bytes to be signed for what `said` has given."""
        return statement_of("review.decided", said)

    def decide(self, said: dict[str, str], signature: str) -> tuple[Event, Receipt]:
        """Put on record what somebody has decided and signed.

        Args:
            said: as `said` has given it.
            signature: armored.

        Raises:
            UnknownItem: `unknown-review`.
            IdentityUnproven: `signer-unknown`, `key-unknown`, `key-lapsed`,
                `signature-invalid`.
            ActRefused: `review-foreign`, `review-closed`, `outcome-unfit`,
                `reviewer-suspended`, `reviewer-lapsed`; or as `reviewer_faults`.
            RecordUnavailable: it could not be made durable.
        """
        made: list[Event] = []

        def draft(state: OnRecord) -> list[Event]:
            event = review_decided(state.now, said, signature)
            review = _review(said["review"], state)
            fault = next(_faults(review, event, state), None)
            if fault is not None:
                self._refuse(fault, event, state)
            made[:] = [event]
            return made

        _, receipts = record_on(self._ledger, self._clock, draft)
        return made[0], receipts[0]

    def _state(self) -> OnRecord:
        return read_on_record(self._ledger, self._clock.now())

    def _refuse(self, fault: ReviewFault, event: Event, state: OnRecord) -> None:
        """Raise the refusal; of a proof once it is on record."""
        kind: type[RingwallError] = ActRefused
        step = _STEPS.get(fault.code, "see `ringwall review next`")
        if fault.code.startswith(_PROOFS):
            kind, step = IdentityUnproven, _STEPS.get(fault.code, _SIGN)
            refused = {
                "what": "review",
                "code": fault.code,
                "subject": event["by"],
                "point": "",
                "about": event["review"],
            }
            self._ledger.append([proof_refused(state.now, refused)])
        raise kind(fault.code, fault.message, next_step=step)


def _review(name: str, state: OnRecord) -> Review:
    found = state.matters.reviews.get(name)
    if found is None:
        raise UnknownItem(
            "unknown-review",
            f"`{shown(name)}` is no review on record",
            next_step="list them with `ringwall review ls`",
        )
    return found


def _told(review: Review, state: OnRecord) -> ReviewTold:
    mine = tuple(d for d in review.decisions if d.origin == state.origin)
    counts = counted(replace(review, decisions=mine), state.facts)
    return ReviewTold(counts, not counts.decisions)


def _faults(review: Review, event: Event, state: OnRecord) -> Iterator[ReviewFault]:
    """Give why a decision is not taken; the proof is looked at first."""
    decision = decision_of(state.size, event)
    faults = list(decision_faults(review, decision, state.facts))
    yield from (fault for fault in faults if fault.code.startswith(_PROOFS))
    if decision.origin != state.origin:
        message = "it was signed for another institute"
        yield ReviewFault("review-foreign", message)
    yield from (fault for fault in faults if not fault.code.startswith(_PROOFS))
    if not _told(review, state).is_open:
        yield ReviewFault("review-closed", f"`{review.id}` has been decided")
    yield from _unfit(decision.by, state)


def _unable(review: Review, by: str, state: OnRecord) -> Iterator[ReviewFault]:
    """Give why somebody could not decide a review, whatever they signed."""
    yield from reviewer_faults(review, by, state.facts)
    yield from _unfit(by, state)


def _unfit(by: str, state: OnRecord) -> Iterator[ReviewFault]:
    """Give why somebody may decide nothing at this moment."""
    try:
        subject, organisation = state.facts.subject(by, state.now)
    except FactMissing as missing:
        yield ReviewFault(missing.reason.code, missing.reason.message)
        return
    if subject.suspended or organisation.suspended:
        message = f"`{by}` is suspended or has left"
        yield ReviewFault("reviewer-suspended", message)
    # Screening alone: were officers held down by reviews of their own that are overdue,
    # nobody could decide any.
    facts = state.facts
    stated = screenings_of(state.person(by), organisation)
    level = screened_to(facts.people.of(by), stated, facts.programme, state.now)
    if level < _SCREENED:
        message = f"`{by}` is not screened to {_SCREENED}, in date"
        yield ReviewFault("reviewer-lapsed", message)


def _openings(
    state: OnRecord, holders: Collection[str], *, due_only: bool
) -> list[Event]:
    persons = state.facts.natural_persons
    natural = {persons[one] for one in holders if one in persons}
    busy = {
        persons.get(told.review.subject, "")
        for told in (_told(one, state) for one in state.matters.reviews.all())
        if told.is_open and told.review.what == POWER
    }
    due = state.now + _SOON
    said = [
        {"subject": one, "what": POWER, "about": "", "due": format_instant(due)}
        for one in sorted(natural - busy)
        if not (due_only and _is_confirmed(one, state, due))
    ]
    return [
        review_opened(state.now, review_id(state.origin, state.now, one), one)
        for one in said
    ]


def _is_confirmed(person: str, state: OnRecord, until: int) -> bool:
    """Return whether somebody's power is confirmed up to an instant."""
    record = state.facts.people.of(person)
    found = confirmation(record, state.facts.programme, state.now)
    return found is not None and found.outcome == KEPT and found.span.end > until
