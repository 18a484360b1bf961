"""Whether a grant counts at this moment: its approvals, its time, its uses, its binds.

Everything is judged anew at each use, against the facts of that moment, and nothing is
taken from the record on trust: each signature is checked again. Must never count an
approval twice, nor one by somebody who stands too near to the requester.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ringwall.matters.approvers import approver_faults
from ringwall.matters.glass import review_open_text
from ringwall.matters.requests import Approval, GrantRequest
from ringwall.matters.scene import Scene
from ringwall.matters.statements import document_digest
from ringwall.model.decisions import Reason, Stage
from ringwall.model.declarations import dump_document
from ringwall.model.facts import UNKNOWN_AMOUNT, ApprovalFacts, Situation
from ringwall.model.levels import Quorum
from ringwall.model.requests import AccessRequest
from ringwall.pdp.annex import Asker
from ringwall.pdp.approvals import seats_of
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.reviewing import BREAK_GLASS
from ringwall.pdp.signers import signed_by

__all__ = [
    "EARLIEST",
    "EARLY_DAYS",
    "Judgement",
    "approval_faults",
    "judge_grant",
    "pin_of",
]

_HOUR: Final = 3600 * 1_000_000
# OWN: who approves says that it is right now, not that it will be in a year. A month
# is enough to plan a move of weights by.
EARLY_DAYS: Final = 30
"""How many days after it was opened a grant may start."""
EARLIEST: Final = EARLY_DAYS * 24 * _HOUR
"""The same in microseconds."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a grant is worth at one instant.

    Attributes:
        quorum: that its approvals make; `none` if anything is in the way.
        reasons: what is in the way.
        counted: the approvals that count.
        void: each of the others, with code and message of why not.
    """

    quorum: Quorum
    reasons: tuple[Reason, ...]
    counted: tuple[Approval, ...] = ()
    void: tuple[tuple[Approval, str, str], ...] = ()


def judge_grant(
    request: GrantRequest, question: AccessRequest, scene: Scene
) -> Judgement:
    """Return what a grant is worth for a question.

    Args:
        request: on record, with its history.
        question: by the requester, for the action and resource of the request.
        scene: the facts of the moment.
    """
    counted, void = _weighed(request, scene)
    try:
        situation = scene.facts.situation(question, scene.now)
    except FactMissing as missing:
        return Judgement(Quorum.NONE, (missing.reason,), counted, void)
    reasons = tuple(_hindrances(request, question, scene))
    quorum = Quorum.NONE
    if not reasons:
        quorum = scene.decider.quorum_of(
            _approval_facts(request, counted, scene.now), situation
        )
        if quorum is Quorum.NONE:
            reasons = (_too_few(request, counted, situation, scene),)
    return Judgement(quorum, reasons, counted, void)


def approval_faults(
    request: GrantRequest, approval: Approval, scene: Scene
) -> tuple[Reason, ...]:
    """Return why an approval on record does not count; empty if it does.

    It is by somebody eligible, at the instant of the approval and now, over this very
    request, with their own key, and the documents it was given on are unchanged.
    """
    if approval.origin != scene.origin:
        return (_reason("approval-foreign", "it was made for another institute"),)
    if approval.digest != request.digest:
        return (_reason("approval-of-another", "it approves another request"),)
    instants = (approval.at, scene.now)
    documents = scene.facts.documents()
    for instant in instants:
        code = signed_by(approval.approver, approval, documents, instant)
        if code:
            message = f"`{approval.approver}` has not signed it with a key on record"
            return (_reason(code, message),)
    changed = _changed(request, approval, scene.facts)
    if changed:
        message = f"`{changed}` was changed since it was approved"
        return (_reason("facts-changed", message),)
    for instant in instants:
        faults = approver_faults(
            request, approval.approver, approval.seat, scene._replace(now=instant)
        )
        if faults:
            return faults
    return ()


def pin_of(entity: str, facts: FactBase) -> str:
    """Return what an approval pins of something, in hex; empty if it is not there.

    The digest of its document. What another desk keeps has none: its rows change with
    each act, so that its id is pinned, and what it is now is judged when it is used.

    Args:
        entity: id.
        facts: of the moment.
    """
    document = facts.documents().get(entity)
    if document is not None:
        return document_digest(dump_document(document))
    annex = facts.annex
    if annex is None or not annex.keeps(entity):
        return ""
    found = annex.look(entity, Asker("", (), frozenset(), "", 0))
    return "" if found is None else document_digest({"id": entity})


def _weighed(
    request: GrantRequest, scene: Scene
) -> tuple[tuple[Approval, ...], tuple[tuple[Approval, str, str], ...]]:
    """Return the approvals that count, one for each natural person, and the others."""
    counted: list[Approval] = []
    void: list[tuple[Approval, str, str]] = []
    seen: set[str] = set()
    for approval in request.approvals:
        faults = approval_faults(request, approval, scene)
        if faults:
            void.append((approval, faults[0].code, faults[0].message))
            continue
        person = scene.facts.natural_persons[approval.approver]
        if person in seen:
            message = "the same natural person has approved it already"
            void.append((approval, "approved-already", message))
            continue
        seen.add(person)
        counted.append(approval)
    return tuple(counted), tuple(void)


def _changed(request: GrantRequest, approval: Approval, facts: FactBase) -> str:
    """Return the id of a document that is not as the approver saw it; or empty.

    Nor is one that was changed since and put back: whoever changed it must not bring
    an approval back that was void.
    """
    named = {
        "approver": approval.approver,
        "resource": request.resource,
        "subject": request.subject,
    }
    for part, entity in named.items():
        pin = pin_of(entity, facts)
        if not pin or pin != approval.facts.get(part):
            return entity
        if facts.entries.get(entity, approval.index) > approval.index:
            return entity
    return ""


def _hindrances(
    request: GrantRequest, question: AccessRequest, scene: Scene
) -> Iterator[Reason]:
    """Give what keeps a grant from being used, whatever its approvals."""
    yield from _of_request(request, question, scene)
    yield from _of_time(request, scene.now)
    # The next look of a stream is no further use, and breaks no further glass.
    is_under_way = request.is_used_by(question.continues, question.point)
    if request.left == 0 and not is_under_way:
        yield _reason("grant-spent", "all uses of the grant have been made")
    if request.refusals:
        yield _reason("request-refused", "an approver has refused the request")
    if request.revocations:
        yield _reason("grant-revoked", "the grant has been taken back")
    if request.manner == BREAK_GLASS and not is_under_way:
        review = scene.reviews.hinders(request.subject, request.resource, scene)
        if review:
            yield _reason("review-open", review_open_text(review))


def _of_time(request: GrantRequest, now: int) -> Iterator[Reason]:
    """Give why a grant does not count at this instant, or ever."""
    if now < request.start:
        yield _reason("grant-not-yet", "the grant starts later")
    elif request.start - request.at > EARLIEST:
        message = f"it was asked for over {EARLY_DAYS} days before it starts"
        yield _reason("request-too-early", message)
    if now >= request.until:
        yield _reason("grant-expired", "the time of the grant is over")


def _of_request(
    request: GrantRequest, question: AccessRequest, scene: Scene
) -> Iterator[Reason]:
    """Give why a request is not the asker's own, or not for what is asked."""
    if not request.is_whole:
        yield _reason("request-malformed", "its id is not made of what it says")
    if request.origin != scene.origin:
        yield _reason("request-foreign", "it was made for another institute")
    asked = question.subject, question.action, question.resource
    own = request.subject, request.action, request.resource
    if asked != own:
        pairs = zip(("person", "action", "asset"), asked, own, strict=True)
        told = " and ".join(f"another {what}" for what, one, it in pairs if one != it)
        yield _reason("grant-for-another", f"the grant is for {told}")
    code = signed_by(request.subject, request, scene.facts.documents(), scene.now)
    if code:
        yield _reason(code, "the requester has not signed it with a key on record")
    named = question.grant == request.id and not question.purpose
    if question.purpose != request.purpose and not named:
        how = "another purpose" if question.purpose else "a purpose, and none is given"
        yield _reason("purpose-differs", f"`{request.id}` is for {how}")
    if question.binds != request.binds:
        yield _reason("binds-differ", "the grant is bound to something else")


def _approval_facts(
    request: GrantRequest, counted: tuple[Approval, ...], now: int
) -> ApprovalFacts:
    return ApprovalFacts(
        asked=Quorum.NONE,
        manner=request.manner,
        seats=seats_of(Counter(approval.seat for approval in counted)),
        hours=-(-(request.until - request.start) // _HOUR),
        uses=request.uses or UNKNOWN_AMOUNT,
        waited=max(now - request.at, 0) // _HOUR,
    )


def _too_few(
    request: GrantRequest,
    counted: tuple[Approval, ...],
    situation: Situation,
    scene: Scene,
) -> Reason:
    demands = scene.decider.demands(situation, request.manner)
    return Reason(
        Stage.GRANT,
        "approval-missing",
        f"`{request.id}` lacks approvals, or waiting, that the rows demand",
        rule=demands[0].rule if demands else "",
        place=demands[0].place if demands else "",
        condition="grant.seats",
        seen=", ".join(sorted(a.seat for a in counted)) or "no approval",
        needed="; or ".join(demand.told for demand in demands) or "no row grants it",
    )


def _reason(code: str, message: str) -> Reason:
    return Reason(Stage.GRANT, code, message)
