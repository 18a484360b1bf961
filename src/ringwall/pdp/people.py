"""What the record says of people, and the personnel level that this leaves them.

Screening, training, integrity tests and confirmations are dated and lapse; a lapse
counts from its very instant. Must never let an older record of a duty outdo the last.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ringwall.base.months import months_after
from ringwall.model.facts import Lapse, OrganisationFacts
from ringwall.model.levels import SecurityLevel
from ringwall.model.parties import Person, Programme
from ringwall.pdp.evidence import Span, Statement, best_at
from ringwall.pdp.reviewing import ENDED, Review

__all__ = [
    "DUTIES",
    "FAILED",
    "INTEGRITY",
    "NOTHING_KNOWN",
    "PASSED",
    "REVIEW",
    "SCREENING",
    "TRAINING",
    "Confirmation",
    "DutyRecord",
    "PersonRecord",
    "PersonStanding",
    "clipped",
    "confirmation",
    "last_failure",
    "last_of",
    "months_of",
    "screened_to",
    "screenings_of",
    "standing_of",
]

SCREENING: Final = "screening"
TRAINING: Final = "insider-training"
INTEGRITY: Final = "integrity-test"
REVIEW: Final = "access-review"
DUTIES: Final = (SCREENING, TRAINING, INTEGRITY)
"""What a person has to pass again and again."""
PASSED: Final = "passed"
FAILED: Final = "failed"

_ATTRIBUTE: Final = "personnel"
_INSTITUTE: Final = "institute"
# RAND asks for training against insiders at SL3 (SL3-FM-1), for tests of integrity at
# SL4 (SL4-FM-2); who lacks one is held to the level below.
_CAPS: Final = ((TRAINING, SecurityLevel.SL2), (INTEGRITY, SecurityLevel.SL3))
_UNCONFIRMED: Final = SecurityLevel.SL2


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """One screening, training or test, as it is on record.

    Attributes:
        index: of its entry.
        duty: which of `DUTIES`.
        outcome: `passed` or `failed`.
        start: instant from which it counts.
        until: instant at which it ceases to count; a failed one never does.
    """

    index: int
    duty: str
    outcome: str
    start: int
    until: int


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """All that matters have recorded of a person.

    Attributes:
        left_at: index of the entry from which on they are gone, for good; None if not.
        duties: in the order of the record.
        reviews: likewise; of their power only.
    """

    left_at: int | None = None
    duties: tuple[DutyRecord, ...] = ()
    reviews: tuple[Review, ...] = ()

    @property
    def left(self) -> bool:
        """Whether they have left."""
        return self.left_at is not None


NOTHING_KNOWN: Final = PersonRecord()
"""The record of somebody of whom there is none."""


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """The personnel level of a person at an instant.

    Attributes:
        level: what it comes to.
        lapses: what is out of date and holds it down.
        lacks: what holds it down and has no dates, in words.
        span: the instants about it in which all stays as it is.
    """

    level: SecurityLevel
    lapses: tuple[Lapse, ...]
    lacks: tuple[str, ...]
    span: Span


class Confirmation(NamedTuple):
    """How somebody's power stands.

    Attributes:
        outcome: `kept` or `ended`; empty while the first review is open.
        span: from when it is confirmed, or was opened, to when that is over.
    """

    outcome: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Cap:
    """A level that a person is held to, and why."""

    level: SecurityLevel
    lapse: Lapse | None = None
    lack: str = ""


def screenings_of(person: Person, employer: OrganisationFacts) -> list[Statement]:
    """Return the screening that may count: no outsider is screened by their own."""
    if person.screening is None:
        return []
    inside = employer.relation == _INSTITUTE
    if not inside and person.screening.assessor == employer.id:
        return []
    level = person.screening.level
    return [Statement.of(person.screening, _ATTRIBUTE, level, str(level))]


def confirmation(
    record: PersonRecord, programme: Programme | None, now: int
) -> Confirmation | None:
    """Return what was last decided of somebody's power; None if nobody ever asked.

    Args:
        record: of the natural person, what does not count left out.
        programme: says how long it lasts at most; None for no limit.
        now: instant; what was decided or opened later is left out.
    """
    months = None if programme is None else programme.review_months
    decided = [d for r in record.reviews for d in r.decisions if d.at <= now]
    if decided:
        last = max(decided, key=lambda decision: decision.index)
        return Confirmation(last.outcome, clipped(Span(last.at, last.until), months))
    opened = [r for r in record.reviews if r.at <= now]
    spans = [clipped(Span(r.at, r.due), months) for r in opened]
    if not spans:
        return None
    return Confirmation("", min(spans, key=lambda span: span.end))


def screened_to(
    record: PersonRecord,
    screenings: Iterable[Statement],
    programme: Programme | None,
    now: int,
) -> SecurityLevel:
    """Return the level that somebody is screened to, whatever else they lack.

    Args:
        record: as for `standing_of`.
        screenings: likewise.
        programme: likewise.
        now: instant.
    """
    last = last_of(record, SCREENING, now)
    if last is not None and last.outcome != PASSED:
        return SecurityLevel.SL0
    rank, _, _ = best_at(_screenings(record, screenings, programme, now), now)
    return SecurityLevel(rank)


def standing_of(
    record: PersonRecord,
    screenings: Iterable[Statement],
    programme: Programme | None,
    now: int,
) -> PersonStanding:
    """Return the personnel level of a person at an instant.

    With a programme a screening counts no longer than it says (RAND App. B: six
    months for access to weights), whatever its own end; and nobody stands above SL2
    without training in date or with a power that nobody confirmed in time, nor above
    SL3 without an integrity test in date. What was failed or taken away counts with
    or without one.

    Args:
        record: of the natural person, what does not count left out.
        screenings: what their document states, if it counts.
        programme: of the institute; None if it has none.
        now: instant.
    """
    stated = tuple(_screenings(record, screenings, programme, now))
    rank, lapses, span = best_at(stated, now)
    caps = tuple(_caps(record, programme, now))
    level = min((SecurityLevel(rank), *(cap.level for cap in caps)))
    # What would not lower the level that is left says nothing.
    telling = [cap for cap in caps if cap.level < rank]
    return PersonStanding(
        level,
        lapses + tuple(cap.lapse for cap in telling if cap.lapse is not None),
        tuple(cap.lack for cap in telling if cap.lack),
        span.meet(_around(now, _instants(record, programme))),
    )


def _screenings(
    record: PersonRecord,
    screenings: Iterable[Statement],
    programme: Programme | None,
    now: int,
) -> Iterator[Statement]:
    """Give the screenings that count: declared, or shown again on record since."""
    last = last_of(record, SCREENING, now)
    months = None if programme is None else programme.screening_months
    for stated in screenings:
        span = clipped(stated.span, months)
        yield Statement(stated.attribute, stated.rank, stated.word, span)
        if last is not None and last.outcome == PASSED:
            again = clipped(Span(last.start, last.until), months)
            yield Statement(stated.attribute, stated.rank, stated.word, again)


def _caps(
    record: PersonRecord, programme: Programme | None, now: int
) -> Iterator[_Cap]:
    """Give the levels that a person is held to."""
    last = last_of(record, SCREENING, now)
    if last is not None and last.outcome != PASSED:
        yield _Cap(SecurityLevel.SL0, lack=f"{SCREENING} {FAILED}")
    for duty, level in _CAPS:
        last = last_of(record, duty, now)
        if last is not None and last.outcome != PASSED:
            yield _Cap(level, lack=f"{duty} {FAILED}")
        elif programme is not None:
            yield from _lapsed(duty, level, last, programme, now)
    yield from _unconfirmed(record, programme, now)


def _lapsed(
    duty: str,
    level: SecurityLevel,
    last: DutyRecord | None,
    programme: Programme,
    now: int,
) -> Iterator[_Cap]:
    if last is None:
        yield _Cap(level, lack=f"no {duty} on record")
        return
    span = clipped(Span(last.start, last.until), months_of(programme, duty))
    if not span.holds(now):
        yield _Cap(level, Lapse(_ATTRIBUTE, duty, span.start, span.end))


def _unconfirmed(
    record: PersonRecord, programme: Programme | None, now: int
) -> Iterator[_Cap]:
    """Give what a review of their power leaves of it; nothing if it is confirmed."""
    found = confirmation(record, programme, now)
    if found is None:
        return
    if found.outcome == ENDED:
        yield _Cap(_UNCONFIRMED, lack=f"power {ENDED} by {REVIEW}")
    elif programme is not None and now >= found.span.end:
        lapse = Lapse(_ATTRIBUTE, REVIEW, found.span.start, found.span.end)
        yield _Cap(_UNCONFIRMED, lapse)


def last_of(record: PersonRecord, duty: str, now: int) -> DutyRecord | None:
    """Return the record of a duty that counts: the last of those that have begun.

    What was failed holds until something that is recorded later and begins no earlier
    is passed: a pass that was dated back undoes no failure.

    Args:
        record: of the natural person.
        duty: which of `DUTIES`.
        now: instant.
    """
    last: DutyRecord | None = None
    failed_at = Span().start
    for one in record.duties:
        if one.duty != duty or one.start > now:
            continue
        if one.outcome != PASSED:
            failed_at = max(failed_at, one.start)
        elif one.start < failed_at:
            continue
        last = one
    return last


def last_failure(record: PersonRecord, duty: str) -> int | None:
    """Return the instant from which on a duty has to be passed anew, None if none.

    Args:
        record: of the natural person.
        duty: which of `DUTIES`.
    """
    failed = (one for one in record.duties if one.duty == duty)
    starts = (one.start for one in failed if one.outcome != PASSED)
    return max(starts, default=None)


def clipped(span: Span, months: int | None) -> Span:
    """Return a span that lasts some months at most.

    Args:
        span: whose start is an instant of a date.
        months: None for as long as the span says.
    """
    if months is None:
        return span
    return Span(span.start, min(span.end, months_after(span.start, months)))


def months_of(programme: Programme, duty: str) -> int:
    """Return how many months a duty counts for in a programme."""
    return {
        SCREENING: programme.screening_months,
        TRAINING: programme.training_months,
        INTEGRITY: programme.integrity_months,
    }[duty]


def _instants(record: PersonRecord, programme: Programme | None) -> Iterator[int]:
    """Give each instant at which something of a record may begin or cease to count."""
    for duty in record.duties:
        months = None if programme is None else months_of(programme, duty.duty)
        span = clipped(Span(duty.start, duty.until), months)
        yield from (span.start, span.end)
    months = None if programme is None else programme.review_months
    for review in record.reviews:
        spans = [Span(review.at, review.due)]
        spans += [Span(d.at, d.until) for d in review.decisions]
        for span in spans:
            short = clipped(span, months)
            yield from (short.start, short.end)


def _around(now: int, instants: Iterable[int]) -> Span:
    """Return the span about an instant that none of these falls into."""
    found = set(instants)
    return Span(
        max((one for one in found if one <= now), default=Span().start),
        min((one for one in found if one > now), default=Span().end),
    )
