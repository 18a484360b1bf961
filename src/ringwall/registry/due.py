"""Who is due for what: screening, training, integrity tests, confirmation of powers.

Names only what would lower somebody's level. Must never leave somebody out because
nothing was ever recorded of them.
"""

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from ringwall.model.levels import SecurityLevel
from ringwall.model.parties import Person, Programme
from ringwall.pdp.evidence import Span
from ringwall.pdp.people import (
    INTEGRITY,
    PASSED,
    REVIEW,
    SCREENING,
    TRAINING,
    PersonRecord,
    clipped,
    confirmation,
    last_of,
    months_of,
)
from ringwall.pdp.reviewing import ENDED
from ringwall.registry.on_record import OnRecord

__all__ = ["Due", "due_duties"]

_DAY: Final = 24 * 3600 * 1_000_000
# Screened to here, one is not held down by the lack of it.
_FROM: Final = ((TRAINING, SecurityLevel.SL3), (INTEGRITY, SecurityLevel.SL4))


class Due(NamedTuple):
    """Something that somebody is due for.

    Attributes:
        person: id.
        duty: which, or `access-review`.
        state: `failed`, `ended`, `never`, `lapsed`, or `lapses` if it is still good.
        until: instant at which it lapses or did; None where there is none.
    """

    person: str
    duty: str
    state: str
    until: int | None

    @property
    def is_overdue(self) -> bool:
        """Whether it holds the person down now."""
        return self.state != "lapses"


def due_duties(state: OnRecord, holders: Collection[str], days: int) -> tuple[Due, ...]:
    """Return what is due within some days, what is overdue first.

    Args:
        state: what is on record.
        holders: ids of those who hold a power above the lower tier.
        days: how far ahead.
    """
    limit = state.now + days * _DAY
    found = [
        due
        for person in state.staff()
        for due in _of(person, state, holders)
        if due.is_overdue or (due.until is not None and due.until <= limit)
    ]
    return tuple(sorted(found, key=_soonest))


def _soonest(due: Due) -> tuple[bool, int, str, str]:
    return not due.is_overdue, due.until or 0, due.person, due.duty


def _of(person: Person, state: OnRecord, holders: Collection[str]) -> Iterator[Due]:
    record, programme = state.facts.people.of(person.id), state.facts.programme
    yield _screening(person, record, programme, state.now)
    if programme is None:
        return
    level = person.screening.level if person.screening else SecurityLevel.SL0
    for duty, first in _FROM:
        if level >= first:
            yield _duty(person, duty, record, state)
    persons = state.facts.natural_persons
    if persons[person.id] in {persons.get(one, one) for one in holders}:
        yield _review(person, record, state)


def _screening(
    person: Person, record: PersonRecord, programme: Programme | None, now: int
) -> Due:
    """Return when the screening that lasts longest is over, declared or recorded."""
    months = None if programme is None else programme.screening_months
    last = last_of(record, SCREENING, now)
    if last is not None and last.outcome != PASSED:
        return Due(person.id, SCREENING, last.outcome, None)
    if person.screening is None:
        return Due(person.id, SCREENING, "never", None)
    spans = [Span.of(person.screening)]
    spans += [] if last is None else [Span(last.start, last.until)]
    return _dated(
        person, SCREENING, max(clipped(one, months).end for one in spans), now
    )


def _duty(person: Person, duty: str, record: PersonRecord, state: OnRecord) -> Due:
    programme, last = state.facts.programme, last_of(record, duty, state.now)
    if last is None:
        return Due(person.id, duty, "never", None)
    if last.outcome != PASSED:
        return Due(person.id, duty, last.outcome, None)
    months = None if programme is None else months_of(programme, duty)
    end = clipped(Span(last.start, last.until), months).end
    return _dated(person, duty, end, state.now)


def _review(person: Person, record: PersonRecord, state: OnRecord) -> Due:
    found = confirmation(record, state.facts.programme, state.now)
    if found is None:
        # Nothing lapses before somebody has opened a review: but that is due.
        return Due(person.id, REVIEW, "never", None)
    if found.outcome == ENDED:
        return Due(person.id, REVIEW, ENDED, None)
    return _dated(person, REVIEW, found.span.end, state.now)


def _dated(person: Person, duty: str, end: int, now: int) -> Due:
    return Due(person.id, duty, "lapsed" if end <= now else "lapses", end)
