"""Requests for grants and what has become of each, as the record tells it.

History is kept for ever. Must never say whether a grant counts: that depends on the
facts of the moment and is judged in `judging`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.base.months import LAST_INSTANT
from ringwall.matters.reviews import instant_told
from ringwall.matters.statements import (
    STATEMENTS,
    request_digest,
    request_id,
    statement_of_event,
)

__all__ = ["Approval", "GrantRequest", "Objection", "Requests", "Use"]

_SAID: Final = STATEMENTS["request.opened"][1]


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval on record.

    Attributes:
        index: of its entry.
        at: instant.
        approver: id of the person.
        seat: the role that it was given in.
        digest: of the request's statement, hex.
        facts: digests of the documents of approver, asset and requester as they were,
            hex, by `approver`, `resource` and `subject`.
        origin: name of the log that it was made for.
        statement: the bytes that were signed.
        signature: armored.
    """

    index: int
    at: int
    approver: str
    seat: str
    digest: str
    facts: Mapping[str, str]
    origin: str
    statement: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A refusal or a revocation on record.

    Attributes:
        index: of its entry.
        at: instant.
        by: id of the person.
        reason: why.
        statement: the bytes that were signed.
        signature: armored.
    """

    index: int
    at: int
    by: str
    reason: str
    statement: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a grant: entry, instant, the decision that spent it, and where."""

    index: int
    at: int
    decision: str
    point: str


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """A request and its history.

    Attributes:
        id: made of its statement.
        index: of its entry.
        at: instant it was opened.
        subject: who asks, and alone may use it.
        action: that it is for.
        resource: likewise.
        purpose: that it is bound to.
        manner: `approved` or `break-glass`.
        uses: how often it may be used; 0 for as often as wanted while it lasts.
        start: instant from which it may be used.
        until: instant at which it ends.
        binds: hex digest of what alone it is for, such as a policy; or empty.
        origin: name of the log that it was made for.
        digest: of its statement, hex.
        statement: the bytes that were signed.
        signature: armored.
        is_whole: whether its id is made of its statement.
        approvals: in the order of the record.
        refusals: likewise.
        revocations: likewise.
        used: likewise.
    """

    id: str
    index: int
    at: int
    subject: str
    action: str
    resource: str
    purpose: str
    manner: str
    uses: int
    start: int
    until: int
    binds: str
    origin: str
    digest: str
    statement: bytes
    signature: str
    is_whole: bool
    approvals: tuple[Approval, ...] = ()
    refusals: tuple[Objection, ...] = ()
    revocations: tuple[Objection, ...] = ()
    used: tuple[Use, ...] = ()

    def is_used_by(self, decision: str, point: str) -> bool:
        """Return whether a decision has used it: a stream goes on under its first.

        Args:
            decision: id of the permit that the stream began with; empty for none.
            point: id of the enforcement point: a stream goes on where it began.
        """
        if not decision:
            return False
        return any((u.decision, u.point) == (decision, point) for u in self.used)

    @property
    def left(self) -> int | None:
        """How many uses are left; None if they are not counted."""
        return max(self.uses - len(self.used), 0) if self.uses else None


class Requests:
    """All requests of a log; values in it are replaced whole, never changed.

    What is recorded of a request that is not on record is kept of nothing: the desk
    refuses it, and whoever forges it gains nothing.
    """

    def __init__(self) -> None:
        self._by_id: dict[str, GrantRequest] = {}
        self._for_use: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def take_in(self, index: int, event: dict[str, Any]) -> None:
        """Take in an event of a request, in the order of the log."""
        at = parse_instant(event["at"])
        if event["kind"] == "request.opened":
            self._open(index, at, event)
            return
        known = self._by_id.get(event["request"])
        if known is not None:
            self._by_id[known.id] = _moved(known, index, at, event)

    def get(self, request: str) -> GrantRequest | None:
        """Return a request by its id, None if there is none."""
        return self._by_id.get(request)

    def all(self) -> tuple[GrantRequest, ...]:
        """Return every request there ever was, the oldest first."""
        return tuple(self._by_id.values())

    def of(self, subject: str, action: str, resource: str) -> tuple[GrantRequest, ...]:
        """Return the requests of somebody for one use, the oldest first."""
        ids = self._for_use.get((subject, action, resource), ())
        return tuple(self._by_id[name] for name in ids)

    def _open(self, index: int, at: int, event: dict[str, Any]) -> None:
        request = _opened(index, at, event)
        # The same statement twice is a replay: the first stands, with its history.
        if request.id in self._by_id:
            return
        self._by_id[request.id] = request
        use = request.subject, request.action, request.resource
        self._for_use[use] = (*self._for_use.get(use, ()), request.id)


def _opened(index: int, at: int, event: dict[str, Any]) -> GrantRequest:
    said = {name: event[name] for name in _SAID}
    return GrantRequest(
        id=event["id"],
        index=index,
        at=at,
        subject=event["subject"],
        action=event["action"],
        resource=event["resource"],
        purpose=event["purpose"],
        manner=event["manner"],
        uses=event["uses"],
        # What names no instant was written with the log's key, and is never in time.
        start=instant_told(event["from"], LAST_INSTANT),
        until=instant_told(event["until"], 0),
        binds=event["binds"],
        origin=event["origin"],
        digest=request_digest(said),
        statement=statement_of_event(event),
        signature=event["signature"],
        is_whole=request_id(said) == event["id"],
    )


def _moved(
    known: GrantRequest, index: int, at: int, event: dict[str, Any]
) -> GrantRequest:
    match event["kind"]:
        case "request.approved":
            approval = _approval(index, at, event)
            return replace(known, approvals=(*known.approvals, approval))
        case "request.refused":
            refusal = _objection(index, at, event)
            return replace(known, refusals=(*known.refusals, refusal))
        case "grant.revoked":
            revocation = _objection(index, at, event)
            return replace(known, revocations=(*known.revocations, revocation))
        case _:
            use = Use(index, at, event["decision"], event["point"])
            return replace(known, used=(*known.used, use))


def _approval(index: int, at: int, event: dict[str, Any]) -> Approval:
    return Approval(
        index=index,
        at=at,
        approver=event["approver"],
        seat=event["seat"],
        digest=event["digest"],
        facts=event["facts"],
        origin=event["origin"],
        statement=statement_of_event(event),
        signature=event["signature"],
    )


def _objection(index: int, at: int, event: dict[str, Any]) -> Objection:
    return Objection(
        index,
        at,
        event["by"],
        event["reason"],
        statement_of_event(event),
        event["signature"],
    )
