"""Events of what takes several steps: requests, sessions, duties, reviews, decoys.

Builders only, in the shape that docs/ledger-format.md tells. Must never look at the
state of anything; what a request or a review has come to is worked out in `matters`.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.model.vault_events import VAULT_MATTERS, VAULT_PASSING

__all__ = [
    "MATTER_KINDS",
    "PASSING_KINDS",
    "break_glass",
    "credentials_changed",
    "decoy_lifted",
    "decoy_placed",
    "decoy_requested",
    "decoy_touched",
    "duty_recorded",
    "finding_recorded",
    "grant_revoked",
    "grant_spent",
    "notice_sent",
    "person_left",
    "proof_refused",
    "report_filed",
    "request_approved",
    "request_opened",
    "request_refused",
    "review_decided",
    "review_opened",
    "session_ended",
    "session_opened",
    "tests_drawn",
    "tests_planned",
]

_Event = dict[str, Any]

MATTER_KINDS: Final = frozenset(
    {
        "request.opened",
        "request.approved",
        "request.refused",
        "grant.revoked",
        "grant.spent",
        "session.opened",
        "session.ended",
        "person.left",
        "duty.recorded",
        "review.opened",
        "review.decided",
        "tests.planned",
        "tests.drawn",
        "decoy.placed",
        "decoy.lifted",
        "raid.need",
        *VAULT_MATTERS,
    }
)
"""Kinds that later decisions rest on, each one for ever."""

PASSING_KINDS: Final = frozenset(
    {
        "proof.refused",
        "finding.recorded",
        "report.filed",
        "notice.sent",
        *VAULT_PASSING,
    }
)
"""Kinds that tell what happened; no decision rests on one."""


def request_opened(
    at: int, request: str, said: Mapping[str, Any], signature: str
) -> _Event:
    """Return the event that somebody asks for a grant.

    Args:
        at: instant.
        request: id of the request.
        said: `subject`, `action`, `resource`, `purpose`, `manner`, `uses`, `from`,
            `until`, `binds`, `nonce` and `origin`, as the subject has signed them.
        signature: armored, over the statement that they make.
    """
    head = _head("request.opened", at)
    return {**head, "id": request, **said, "signature": signature}


def request_approved(at: int, said: Mapping[str, Any], signature: str) -> _Event:
    """Return the event that somebody approves a request, in one seat.

    Args:
        at: instant.
        said: `request`, `digest`, `approver`, `seat`, `facts` and `origin`, as the
            approver has signed them.
        signature: armored, over the statement that they make.
    """
    return {**_head("request.approved", at), **said, "signature": signature}


def request_refused(at: int, said: Mapping[str, Any], signature: str) -> _Event:
    """Return the event that an approver says no.

    Args:
        at: instant.
        said: `request`, `by`, `reason` and `origin`, as the approver has signed them.
        signature: armored, over the statement that they make.
    """
    return {**_head("request.refused", at), **said, "signature": signature}


def grant_revoked(at: int, said: Mapping[str, Any], signature: str) -> _Event:
    """Return the event that a grant is taken back; as `request_refused`."""
    return {**_head("grant.revoked", at), **said, "signature": signature}


def grant_spent(
    at: int, request: str, decision: str, said: Mapping[str, str]
) -> _Event:
    """Return the event that a permit has used a grant once.

    Args:
        at: instant of the decision.
        request: id of the request that was granted.
        decision: id of the decision.
        said: `subject`, `action`, `resource` and `point` of the decision.
    """
    head = _head("grant.spent", at)
    return {**head, "request": request, "decision": decision, **said}


def session_opened(at: int, session: str, said: Mapping[str, str]) -> _Event:
    """Return the event that somebody has proven who they are.

    Args:
        at: instant.
        session: its id.
        said: `nonce`, `subject`, `point`, `method`, `provider` and `until`.
    """
    return {**_head("session.opened", at), "id": session, **said}


def session_ended(at: int, session: str, subject: str, reason: str) -> _Event:
    """Return the event that a session, or with an empty id all of one, is over."""
    said = {"id": session, "subject": subject, "reason": reason}
    return {**_head("session.ended", at), **said}


def person_left(at: int, person: str, by: str, reason: str) -> _Event:
    """Return the event that somebody has left, which ends all that they could do."""
    said = {"person": person, "by": by, "reason": reason}
    return {**_head("person.left", at), **said}


def duty_recorded(at: int, person: str, said: Mapping[str, str]) -> _Event:
    """Return the event that a person was screened, trained or tested.

    Args:
        at: instant.
        person: id.
        said: `duty`, `outcome`, `from`, `until`, `by` and `evidence`.
    """
    return {**_head("duty.recorded", at), "person": person, **said}


def review_opened(at: int, review: str, said: Mapping[str, str]) -> _Event:
    """Return the event that something is to be looked at by somebody else.

    Args:
        at: instant.
        review: its id.
        said: `subject`, `what`, `about` and `due`.
    """
    return {**_head("review.opened", at), "id": review, **said}


def review_decided(at: int, said: Mapping[str, str], signature: str) -> _Event:
    """Return the event of what a review came to.

    Args:
        at: instant.
        said: `review`, `by`, `outcome`, `until`, `reason` and `origin`, as signed.
        signature: armored, over the statement that they make.
    """
    return {**_head("review.decided", at), **said, "signature": signature}


def tests_planned(at: int, plan: str, said: Mapping[str, Any]) -> _Event:
    """Return the event that says of whom integrity tests will be drawn, and by what.

    Args:
        at: instant.
        plan: its id.
        said: `first`, `until`, `people` and `size`, that of a tree yet to come.
    """
    return {**_head("tests.planned", at), "id": plan, **said}


def tests_drawn(at: int, plan: str, said: Mapping[str, Any]) -> _Event:
    """Return the event of a draw: `slot`, `size`, `root` (base64) and `people`."""
    return {**_head("tests.drawn", at), "plan": plan, **said}


def decoy_placed(at: int, mark: str, by: str) -> _Event:
    """Return the event that something is a decoy; only the key tells what.

    Args:
        at: instant.
        mark: hex.
        by: id of who has placed it.
    """
    return {**_head("decoy.placed", at), "mark": mark, "by": by}


def decoy_lifted(at: int, mark: str, by: str) -> _Event:
    """Return the event that something is a decoy no longer; as `decoy_placed`."""
    return {**_head("decoy.lifted", at), "mark": mark, "by": by}


def decoy_touched(at: int, decision: str, mark: str) -> _Event:
    """Return the alarm that a decoy was asked for."""
    said = {"code": "decoy-touched", "decision": decision, "mark": mark}
    return {**_head("alarm.raised", at), **said}


def decoy_requested(at: int, request: str, subject: str, mark: str) -> _Event:
    """Return the alarm that somebody wanted a grant for a decoy, or approved one."""
    said = {"code": "decoy-requested", "request": request, "subject": subject}
    return {**_head("alarm.raised", at), **said, "mark": mark}


def break_glass(at: int, request: str, decision: str) -> _Event:
    """Return the alarm that a grant nobody approved was used."""
    said = {"code": "break-glass", "request": request, "decision": decision}
    return {**_head("alarm.raised", at), **said}


def credentials_changed(at: int, entity: str) -> _Event:
    """Return the alarm that what proves somebody, or has to be proven, was changed."""
    said = {"code": "credentials-changed", "entity": entity}
    return {**_head("alarm.raised", at), **said}


def proof_refused(at: int, said: Mapping[str, str]) -> _Event:
    """Return the event that a proof was refused.

    Args:
        at: instant.
        said: `what` it was for, `code` of the refusal, `subject` as claimed, `point`
            and what it was `about`; each may be empty but the first two.
    """
    return {**_head("proof.refused", at), **said}


def finding_recorded(at: int, said: Mapping[str, Any]) -> _Event:
    """Return the event that a watch rule has found something.

    Args:
        at: instant.
        said: `rule`, `severity`, `subject`, `first`, `last`, `count`, `entries` (up
            to 20 indices) and `told` (one line).
    """
    return {**_head("finding.recorded", at), **said}


def report_filed(at: int, report: str, said: Mapping[str, str]) -> _Event:
    """Return the event of an incident report that the system itself files.

    Args:
        at: instant.
        report: its id.
        said: `source`, `subject`, `resource`, `decision` and `told`.
    """
    return {**_head("report.filed", at), "id": report, **said}


def notice_sent(
    at: int, decision: str, obligation: str, said: Mapping[str, str]
) -> _Event:
    """Return the event that others are told of a permit, as an obligation demands.

    Args:
        at: instant of the decision.
        decision: its id.
        obligation: the word of the obligation.
        said: `subject`, `action` and `resource`.
    """
    head = _head("notice.sent", at)
    return {**head, "decision": decision, "obligation": obligation, **said}


def _head(kind: str, at: int) -> _Event:
    return {"v": 1, "kind": kind, "at": format_instant(at)}
