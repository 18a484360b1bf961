"""Whether a review was decided by somebody who may: judged at each use, never stored.

Must never take the word of the record for it: who decided is somebody else than who is
reviewed, holds an office that reviews, and has signed with a key of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

from ringwall.model.declarations import Document
from ringwall.model.parties import Organisation, Person, Service
from ringwall.pdp.managers import managers_of
from ringwall.pdp.signers import signed_by

__all__ = [
    "BREAK_GLASS",
    "CLOSED",
    "ENDED",
    "KEPT",
    "OUTCOMES",
    "POWER",
    "REVIEWERS",
    "Known",
    "Review",
    "ReviewDecision",
    "ReviewFault",
    "counted",
    "decision_faults",
    "reviewer_faults",
]

POWER: Final = "power"
"""A review of what somebody may do to weights above the lower tier."""
BREAK_GLASS: Final = "break-glass"
"""A review of a grant that nobody approved beforehand."""
KEPT: Final = "kept"
"""The power is confirmed."""
ENDED: Final = "ended"
"""The power is taken away."""
CLOSED: Final = "closed"
"""What happened was looked into."""
OUTCOMES: Final[Mapping[str, frozenset[str]]] = {
    POWER: frozenset({KEPT, ENDED}),
    BREAK_GLASS: frozenset({CLOSED}),
}
"""What is reviewed -> what that can come to."""
# Not read from a policy: a row that is edited must not make a reviewer.
REVIEWERS: Final = frozenset({"security-officer", "ciso"})
"""The roles whose holders may decide any review."""


@dataclass(frozen=True, slots=True)
class ReviewDecision:
    """What somebody decided, as it is on record.

    Attributes:
        index: of its entry.
        at: instant.
        by: id of who decided.
        outcome: `kept`, `ended` or `closed`.
        until: instant up to which what is kept is confirmed.
        reason: why.
        origin: name of the log that it was signed for.
        statement: the bytes that were signed.
        signature: armored.
    """

    index: int
    at: int
    by: str
    outcome: str
    until: int
    reason: str
    origin: str
    statement: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Review:
    """Something that somebody else is to look at, and what was decided.

    Attributes:
        id: its id.
        index: of its entry.
        at: instant it was opened.
        subject: who is reviewed.
        what: `power` or `break-glass`.
        about: id of the request it is about; empty for a power.
        due: instant by which it should be decided.
        decisions: in the order of the record.
    """

    id: str
    index: int
    at: int
    subject: str
    what: str
    about: str
    due: int
    decisions: tuple[ReviewDecision, ...] = ()


class ReviewFault(NamedTuple):
    """Why a decision does not count: a stable code, and one line for people."""

    code: str
    message: str


class Known(Protocol):
    """What is known of people, as a `FactBase` tells it."""

    @property
    def natural_persons(self) -> Mapping[str, str]:
        """For each person's id, one that stands for the natural person."""
        ...

    def documents(self) -> Mapping[str, Document]:
        """Return id -> declared value."""
        ...

    def left_at(self, person: str) -> int | None:
        """Return the entry from which on a natural person is gone, None if not."""
        ...


def reviewer_faults(review: Review, by: str, known: Known) -> Iterator[ReviewFault]:
    """Give why somebody may not decide a review, whatever they would say.

    Args:
        review: to be decided.
        by: id of who would.
        known: who there is.

    Yields:
        `reviewer-unknown`; or `reviewer-outside`, `reviewer-is-subject`,
        `reviewer-is-same-person`, `reviewer-reports-to-subject`,
        `reviewer-not-entitled`.
    """
    documents = known.documents()
    reviewer = documents.get(by)
    if not isinstance(reviewer, Person):
        yield ReviewFault("reviewer-unknown", f"`{by}` is no person on record")
        return
    employer = documents.get(reviewer.organisation)
    if not isinstance(employer, Organisation) or not employer.is_institute:
        yield ReviewFault("reviewer-outside", f"`{by}` is not of the institute")
    yield from _too_near(review, by, known)
    if REVIEWERS.isdisjoint(reviewer.roles) and not _manages(by, review, known):
        message = f"`{by}` holds none of {', '.join(sorted(REVIEWERS))}"
        yield ReviewFault("reviewer-not-entitled", message)


def decision_faults(
    review: Review, decision: ReviewDecision, known: Known
) -> Iterator[ReviewFault]:
    """Give why a decision is not taken, or does not count any more.

    Whoever decided and has left since has decided all the same; with their key or their
    office no longer on record it falls, and while they are suspended it does not count.
    What ended a power stands all the same, see `counted`.

    Args:
        review: that it is about.
        decision: on record, or to be recorded.
        known: who there is.

    Yields:
        `outcome-unfit`; as `reviewer_faults`; `reviewer-suspended`; as `signed_by`, at
        the instant of the decision.
    """
    if decision.outcome not in OUTCOMES.get(review.what, frozenset()):
        message = f"a review of `{review.what}` can't come to `{decision.outcome}`"
        yield ReviewFault("outcome-unfit", message)
    yield from reviewer_faults(review, decision.by, known)
    if _is_out(decision, known):
        message = f"`{decision.by}` is suspended, or had left before"
        yield ReviewFault("reviewer-suspended", message)
    code = signed_by(decision.by, decision, known.documents(), decision.at)
    if code:
        message = f"`{decision.by}` has not signed it with a key on record, in date"
        yield ReviewFault(code, message)


def counted(review: Review, known: Known) -> Review:
    """Return a review with those decisions alone that count.

    A review is decided once: the first counts for which `decision_faults` gives
    nothing. The bytes of a decision are on record for all to copy, so one put there
    again must not outdo what followed it. But the first that takes the power away
    stands whatever has become of who took it, and of what was kept before it: it only
    denies, and a change to one document must give nobody their power back. What
    follows it changes nothing; the power is given back by another review.
    """
    found: list[ReviewDecision] = []
    for decision in review.decisions:
        if _takes_away(review, decision):
            found.append(decision)
            break
        if not found and next(decision_faults(review, decision, known), None) is None:
            found.append(decision)
    return replace(review, decisions=tuple(found))


def _takes_away(review: Review, decision: ReviewDecision) -> bool:
    """Return whether a row says that a power is ended; the desk has looked who may."""
    return review.what == POWER and decision.outcome == ENDED


def _too_near(review: Review, by: str, known: Known) -> Iterator[ReviewFault]:
    """Give why somebody on record stands too near to who is reviewed."""
    documents, persons = known.documents(), known.natural_persons
    subject = _answering(review.subject, documents)
    theirs = persons.get(subject, subject)
    if by in {subject, review.subject}:
        yield ReviewFault("reviewer-is-subject", "nobody decides on themselves")
    elif persons[by] == theirs:
        message = f"`{by}` and `{review.subject}` are one natural person"
        yield ReviewFault("reviewer-is-same-person", message)
    elif theirs in managers_of(persons[by], persons, documents):
        message = f"`{by}` reports to `{subject}`"
        yield ReviewFault("reviewer-reports-to-subject", message)


def _is_out(decision: ReviewDecision, known: Known) -> bool:
    """Return whether who decided is suspended now, or was gone by then."""
    reviewer, gone = known.documents().get(decision.by), known.left_at(decision.by)
    if gone is not None and gone < decision.index:
        return True
    return isinstance(reviewer, Person) and reviewer.suspended


def _answering(subject: str, documents: Mapping[str, Document]) -> str:
    """Return who is reviewed: of a service, who runs it."""
    document = documents.get(subject)
    return document.operator if isinstance(document, Service) else subject


def _manages(by: str, review: Review, known: Known) -> bool:
    """Return whether one is the manager of who is reviewed, and may confirm them."""
    subject = known.documents().get(review.subject)
    return (
        review.what == POWER
        and isinstance(subject, Person)
        and subject.manager is not None
        and subject.manager == by
    )
