"""Screening, training and integrity tests of people: recorded as they were found.

Must never take somebody's own word for what they passed, nor let a record last longer
than the institute's programme says.
"""

import re
from dataclasses import dataclass
from typing import Final

from ringwall.base.clock import Clock, format_instant
from ringwall.base.errors import ActRefused, DeclarationError, RequestError
from ringwall.base.months import LAST_INSTANT, months_after
from ringwall.ledger.ledger import Ledger
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event
from ringwall.model.matter_events import duty_recorded
from ringwall.pdp.people import DUTIES, FAILED, PASSED, last_failure, months_of
from ringwall.registry.on_record import OnRecord, record_on
from ringwall.registry.recorders import check_recorder

__all__ = ["DutyEntry", "record_duty"]

_EVIDENCE: Final = re.compile(r"(?:[0-9a-f]{64})?")


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """What is to be recorded.

    Attributes:
        person: id of who was screened, trained or tested.
        duty: `screening`, `insider-training` or `integrity-test`.
        outcome: `passed` or `failed`.
        by: id of who says so.
        start: instant from which it counts; now if None.
        until: instant at which it ceases to; as long as the programme lets if None.
        evidence: hex SHA-256 of what shows it; or empty.
    """

    person: str
    duty: str
    outcome: str
    by: str
    start: int | None = None
    until: int | None = None
    evidence: str = ""


def record_duty(
    ledger: Ledger, clock: Clock, entry: DutyEntry
) -> tuple[Event, Receipt]:
    """Put a duty of a person on record.

    Args:
        ledger: opened for writing.
        clock: gives the instant.
        entry: what to record.

    Raises:
        UnknownItem: `unknown-person`, of one of the two.
        RequestError: `duty-unknown`.
        ActRefused: `duty-by-themselves`; or as `check_recorder`.
        DeclarationError: `evidence-malformed`, `person-left`, `duty-dates`,
            `duty-before-failure` or `duty-too-long`.
        RecordUnavailable: it could not be made durable.
    """
    made: list[Event] = []

    def draft(state: OnRecord) -> list[Event]:
        made[:] = [_event(entry, state)]
        return made

    _, receipts = record_on(ledger, clock, draft)
    return made[0], receipts[0]


def _event(entry: DutyEntry, state: OnRecord) -> Event:
    _check_words(entry)
    _check_people(entry, state)
    start = state.now if entry.start is None else entry.start
    until = _end(entry, start, state)
    if start >= until or (entry.outcome == FAILED and start > state.now):
        raise _refused(
            "duty-dates",
            "the record ends before it begins, or tells of a failure to come",
            "give --from before --until; what failed has failed already",
        )
    failed = last_failure(state.facts.people.of(entry.person), entry.duty)
    if entry.outcome == PASSED and failed is not None and start < failed:
        raise _refused(
            "duty-before-failure",
            f"`{entry.duty}` was failed at {format_instant(failed)}, after that",
            "record what was passed since, with its own --from",
        )
    said = {
        "duty": entry.duty,
        "outcome": entry.outcome,
        "from": format_instant(start),
        "until": format_instant(until),
        "by": entry.by,
        "evidence": entry.evidence,
    }
    return duty_recorded(state.now, entry.person, said)


def _check_words(entry: DutyEntry) -> None:
    if entry.duty not in DUTIES or entry.outcome not in {PASSED, FAILED}:
        raise RequestError(
            "duty-unknown",
            f"nobody knows the duty `{entry.duty[:40]}` with the outcome "
            f"`{entry.outcome[:40]}`",
            next_step=f"duties are {', '.join(DUTIES)}; outcomes are {PASSED} and "
            f"{FAILED}",
        )
    if not _EVIDENCE.fullmatch(entry.evidence):
        raise _refused(
            "evidence-malformed",
            "the evidence is no SHA-256 in 64 hex digits",
            "give the file itself, or what `sha256sum` prints of it",
        )


def _check_people(entry: DutyEntry, state: OnRecord) -> None:
    person, by = state.person(entry.person), state.person(entry.by)
    persons = state.facts.natural_persons
    if persons[person.id] == persons[by.id]:
        raise ActRefused(
            "duty-by-themselves",
            f"`{by.id}` can't vouch for themselves",
            next_step="let somebody else record it",
        )
    check_recorder(by, state)
    if state.facts.people.of(person.id).left:
        raise _refused(
            "person-left",
            f"`{person.id}` has left, and owes nothing any more",
            "whoever comes back is declared under another id",
        )


def _end(entry: DutyEntry, start: int, state: OnRecord) -> int:
    """Return when the record ends; no later than the programme lets it."""
    programme = state.facts.programme
    latest = LAST_INSTANT
    if programme is not None:
        latest = months_after(start, months_of(programme, entry.duty))
    elif entry.until is None:
        raise _refused(
            "duty-dates",
            "nothing says when it ends: the institute has no programme",
            "give --until, or declare a `programme` of the institute",
        )
    if entry.until is not None and entry.until > latest:
        raise _refused(
            "duty-too-long",
            f"`{entry.duty}` counts until {format_instant(latest)} at most",
            "leave --until out to take the programme's",
        )
    return latest if entry.until is None else entry.until


def _refused(code: str, message: str, step: str) -> DeclarationError:
    return DeclarationError(code, message, next_step=step)
