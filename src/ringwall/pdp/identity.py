"""Whether what came with a question shows, now, that the subject is who asks.

Judged anew at each decision, on the documents of that moment. Must never take a
caller's word where the institute has not said that words will do.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from ringwall.base.clock import format_instant
from ringwall.model.credentials import Login
from ringwall.model.decisions import Reason, Stage
from ringwall.model.identity import Proof
from ringwall.model.parties import Person, Service
from ringwall.model.places import Point
from ringwall.model.providers import Provider
from ringwall.model.requests import AccessRequest
from ringwall.pdp.credentials import fingerprint_of, level_of, thumbprints_of
from ringwall.pdp.evidence import Span
from ringwall.pdp.facts import FactBase

__all__ = ["CLAIMED", "SessionsKnown", "Shown", "identity_reasons"]

CLAIMED: Final = "claimed"
"""What an institute is said to hold of identity where it believes what it is told."""

_SECOND: Final = 1_000_000


class SessionsKnown(Protocol):
    """What the record says of sessions."""

    def is_ended(self, session: str, subject: str) -> bool:
        """Return whether a session of a subject is over, or was never opened."""
        ...

    def is_as_opened(self, proof: Proof) -> bool:
        """Return whether just this proof has opened the session that it names."""
        ...

    def has_left(self, person: str) -> bool:
        """Return whether a person has left the institute for good."""
        ...


class Shown(NamedTuple):
    """What came with a question to show who asks.

    Attributes:
        proof: of the subject; None if there is none.
        point_key: fingerprint of the key that the enforcement point has proven to
            hold (`check_point_answer`); empty if it has not.
    """

    proof: Proof | None = None
    point_key: str = ""


def identity_reasons(
    shown: Shown,
    request: AccessRequest,
    facts: FactBase,
    sessions: SessionsKnown,
    now: int,
) -> tuple[Reason, ...]:
    """Return why it is not shown, at an instant, that the subject is who asks.

    Args:
        shown: what came with the question.
        request: the question.
        facts: the registry.
        sessions: what the record says of sessions.
        now: the instant.

    Returns:
        Nothing if it is shown, or if there is no proof where the institute has said
        that words will do. Codes: `identity-unproven`, `point-unproven`,
        `identity-other-subject`, `identity-other-point`, `identity-other-action`,
        `identity-above-proof`, `identity-expired`, `identity-ended`,
        `identity-made-up`,
        `identity-left`, `identity-key-gone`, `identity-login-gone`,
        `identity-stale`.
    """
    claimed = facts.institute.identity == CLAIMED
    reasons = [] if claimed else list(_of_point(shown, request.point, facts))
    if shown.proof is not None:
        reasons += _of_proof(shown.proof, request, now)
        reasons += _of_record(shown.proof, facts, sessions, now)
    return tuple(reasons)


def _of_point(shown: Shown, entity: str, facts: FactBase) -> Iterator[Reason]:
    """Give what the point lacks: its own proof, or the right to vouch for others."""
    point = facts.documents().get(entity)
    key = point.key if isinstance(point, Point) else None
    vouches = isinstance(point, Point) and point.vouches
    if key is not None and fingerprint_of(key) != shown.point_key:
        message = f"`{entity}` has a key on record and has not proven to hold it"
        yield _reason("point-unproven", message)
    if shown.proof is None and not vouches:
        message = "nothing shows that who asks is the subject, and the point does not"
        yield _reason("identity-unproven", f"{message} vouch for its users")


def _of_proof(proof: Proof, request: AccessRequest, now: int) -> Iterator[Reason]:
    """Give what in the proof itself does not fit the question."""
    if proof.subject != request.subject:
        message = f"the session is that of `{proof.subject}`"
        yield _reason("identity-other-subject", message)
    if proof.point != request.point:
        message = f"the session was opened at `{proof.point}`"
        yield _reason("identity-other-point", message)
    if not proof.covers(request.action, request.resource):
        message = f"it was signed for `{proof.fresh_for}` alone"
        yield _reason("identity-other-action", message)
    elif request.authentication > proof.level_at(now, request.action, request.resource):
        message = f"`{request.authentication}` is more than the session shows"
        yield _reason("identity-above-proof", message)
    if now >= proof.until:
        message = f"the session ended at {format_instant(proof.until)}"
        yield _reason("identity-expired", message)


def _of_record(
    proof: Proof, facts: FactBase, sessions: SessionsKnown, now: int
) -> Iterator[Reason]:
    """Give what in the record no longer bears the proof out."""
    if sessions.is_ended(proof.session, proof.subject):
        yield _reason("identity-ended", f"the session `{proof.session}` was ended")
    elif not sessions.is_as_opened(proof):
        message = f"the session `{proof.session}` was opened by another proof"
        yield _reason("identity-made-up", message)
    subject = facts.documents().get(proof.subject)
    behind = subject.operator if isinstance(subject, Service) else proof.subject
    if sessions.has_left(behind):
        yield _reason("identity-left", f"`{behind}` has left")
    if not isinstance(subject, Person | Service):
        yield _reason("identity-key-gone", f"`{proof.subject}` is not on record")
    elif proof.method == "ssh":
        yield from _of_keys(proof, subject, now)
    else:
        yield from _of_provider(proof, subject, facts, now)


def _of_keys(proof: Proof, subject: Person | Service, now: int) -> Iterator[Reason]:
    held = [
        level_of(key)
        for key in subject.keys
        if Span.of(key).holds(now) and fingerprint_of(key.key) == proof.key
    ]
    if not held:
        message = f"the key {proof.key} is not, or no longer, that of `{subject.id}`"
        yield _reason("identity-key-gone", message)
    elif max(held) < proof.level:
        message = "the key is no longer on record as that of a device"
        yield _reason("identity-above-proof", message)


def _of_provider(
    proof: Proof, subject: Person | Service, facts: FactBase, now: int
) -> Iterator[Reason]:
    provider = facts.documents().get(proof.provider)
    if not isinstance(provider, Provider) or proof.key not in thumbprints_of(provider):
        message = f"the key of `{proof.provider}` that signed is no longer on record"
        yield _reason("identity-key-gone", message)
        return
    if Login(provider=provider.id, subject=proof.login) not in subject.logins:
        message = f"the login at `{provider.id}` is no longer that of `{subject.id}`"
        yield _reason("identity-login-gone", message)
    age = provider.max_age_seconds + provider.leeway_seconds
    if now - proof.at > age * _SECOND:
        message = f"`{subject.id}` signed in more than {age} s ago"
        yield _reason("identity-stale", message)


def _reason(code: str, message: str) -> Reason:
    return Reason(Stage.IDENTITY, code, message)
