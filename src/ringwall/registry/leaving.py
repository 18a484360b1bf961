"""Leavers: one act ends all that somebody could do, and tells what that was.

What they signed is void from then on by judgement, since nobody can sign in their
place. Must never leave a further account or a service of theirs going.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ringwall.base.clock import Clock, format_instant
from ringwall.base.errors import ActRefused
from ringwall.ledger.ledger import Ledger
from ringwall.matters.requests import GrantRequest
from ringwall.matters.reviews import is_decided
from ringwall.model.events import Event
from ringwall.model.matter_events import person_left, session_ended
from ringwall.model.parties import Person, Service
from ringwall.registry.on_record import OnRecord, record_on
from ringwall.registry.recorders import check_recorder

__all__ = ["Ended", "Leaving", "leave"]


class Ended(NamedTuple):
    """One thing that ends with somebody's leaving.

    Attributes:
        what: `account`, `role`, `compartment`, `key`, `login`, `service`, `session`,
            `request`, `approval` or `review`.
        name: which.
        of: id of the account or service that had it.
        note: what becomes of it, in a few words.
    """

    what: str
    name: str
    of: str
    note: str


class Leaving(NamedTuple):
    """What leaving came to.

    Attributes:
        was_gone: whether they had left before, so that nothing was written.
        ended: everything that ended.
        entries: index of each entry written.
    """

    was_gone: bool
    ended: tuple[Ended, ...]
    entries: tuple[int, ...]


def leave(ledger: Ledger, clock: Clock, person: str, by: str, reason: str) -> Leaving:
    """Put on record that somebody has left, with all of their accounts.

    Args:
        ledger: opened for writing.
        clock: gives the instant.
        person: any of their ids.
        by: id of who records it.
        reason: why, for whoever reads the record.

    Raises:
        UnknownItem: `unknown-person`, of one of the two.
        ActRefused: `leaver-by-themselves`; or as `check_recorder`.
        RecordUnavailable: it could not be made durable.
    """
    ended: list[Ended] = []
    gone: list[bool] = []

    def draft(state: OnRecord) -> list[Event]:
        _check(person, by, state)
        gone[:] = [state.facts.people.of(person).left]
        accounts = _accounts(person, state)
        ended[:] = _ended(accounts, state)
        return [] if gone[0] else _events(accounts, by, reason, state)

    _, receipts = record_on(ledger, clock, draft)
    indices = tuple(receipt.index for receipt in receipts)
    return Leaving(gone[0], tuple(ended), indices)


def _check(person: str, by: str, state: OnRecord) -> None:
    leaver, recorder = state.person(person), state.person(by)
    persons = state.facts.natural_persons
    if persons[leaver.id] == persons[recorder.id]:
        raise ActRefused(
            "leaver-by-themselves",
            f"`{by}` can't record that they have left themselves",
            next_step="let somebody else record it, who sees to it",
        )
    check_recorder(recorder, state)


def _accounts(person: str, state: OnRecord) -> tuple[Person, ...]:
    """Return all documents of a natural person, the one that was named first."""
    persons = state.facts.natural_persons
    others = sorted(k for k, one in persons.items() if one == persons[person])
    names = [person, *(name for name in others if name != person)]
    return tuple(state.person(name) for name in names)


def _services(accounts: tuple[Person, ...], state: OnRecord) -> tuple[Service, ...]:
    names = {account.id for account in accounts}
    return tuple(
        document
        for _, document in sorted(state.documents.items())
        if isinstance(document, Service) and document.operator in names
    )


def _subjects(accounts: tuple[Person, ...], state: OnRecord) -> list[str]:
    """Return every id under which somebody acts, their services' included."""
    services = _services(accounts, state)
    return [*(one.id for one in accounts), *(one.id for one in services)]


def _events(
    accounts: tuple[Person, ...], by: str, reason: str, state: OnRecord
) -> list[Event]:
    """Return that they left under each name, and that all sessions are over."""
    left = [person_left(state.now, account.id, by, reason) for account in accounts]
    subjects, told = _subjects(accounts, state), "who answers for it has left"
    return [*left, *(session_ended(state.now, "", one, told) for one in subjects)]


def _ended(accounts: tuple[Person, ...], state: OnRecord) -> list[Ended]:
    names = {account.id for account in accounts}
    return [
        *(end for account in accounts for end in _of_document(account)),
        *_of_services(accounts, state),
        *_sessions(accounts, state),
        *_requests(names, state),
        *_reviews(names, state),
    ]


def _of_document(account: Person) -> Iterator[Ended]:
    name = account.id
    yield Ended("account", name, name, "acts no more")
    yield from (Ended("role", role, name, "void") for role in account.roles)
    for compartment in account.compartments:
        yield Ended("compartment", compartment, name, "void")
    for key in account.keys:
        told = " ".join(key.key.split(" ")[:2])
        yield Ended("key", f"...{told[-16:]}", name, "signs nothing more")
    for login in account.logins:
        yield Ended("login", f"{login.provider} {login.subject}", name, "opens nothing")


def _of_services(accounts: tuple[Person, ...], state: OnRecord) -> Iterator[Ended]:
    for service in _services(accounts, state):
        note = "stands still until it has another operator"
        yield Ended("service", service.id, service.operator, note)


def _sessions(accounts: tuple[Person, ...], state: OnRecord) -> Iterator[Ended]:
    for subject in _subjects(accounts, state):
        for session in state.matters.sessions.opened_by(subject):
            yield Ended("session", session, subject, "over")


def _requests(names: set[str], state: OnRecord) -> Iterator[Ended]:
    """Give the requests that are void now, and the approvals that count no more."""
    for request in state.matters.requests.all():
        if _is_over(request, state.now):
            continue
        until = format_instant(request.until)
        about = f"{request.action} {request.resource} until {until}"
        if request.subject in names:
            yield Ended("request", request.id, request.subject, f"void: {about}")
        for approval in request.approvals:
            if approval.approver in names:
                note = f"counts no more: {about}"
                yield Ended("approval", request.id, approval.approver, note)


def _is_over(request: GrantRequest, now: int) -> bool:
    ended = request.refusals or request.revocations or request.left == 0
    return bool(ended) or now >= request.until


def _reviews(names: set[str], state: OnRecord) -> Iterator[Ended]:
    """Give the open reviews of the leaver, and of those whose manager they were."""
    reviews, facts, origin = state.matters.reviews, state.facts, state.origin
    for review in reviews.all():
        if is_decided(review, facts, origin):
            continue
        if review.subject in names:
            note = f"of {review.what}: somebody has to decide it all the same"
            yield Ended("review", review.id, review.subject, note)
            continue
        document = state.documents.get(review.subject)
        if isinstance(document, Person) and document.manager in names:
            note = f"of {review.subject}: falls to a security officer"
            yield Ended("review", review.id, document.manager or "", note)
