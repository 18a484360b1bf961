"""A question on its way through the gate: what is decided, to be recorded.

Must never be taken for an answer: it becomes one with its receipt.
"""

from typing import Final, NamedTuple

from ringwall.base.clock import format_instant
from ringwall.gate.amounts import taken_by
from ringwall.gate.decoys import DecoyWatch
from ringwall.gate.ground import Ground
from ringwall.gate.obligations import NOTIFY
from ringwall.gate.verdicts import Finding, Question, finding_on
from ringwall.matters.requests import GrantRequest
from ringwall.model.decisions import Decision, Effect, Receipt
from ringwall.model.events import (
    BASIS_KINDS,
    Event,
    alarm_raised,
    amount_left,
    decision_made,
)
from ringwall.model.matter_events import (
    break_glass,
    grant_spent,
    notice_sent,
    review_opened,
)
from ringwall.model.vault_events import vault_opened, vault_read
from ringwall.pdp.reviewing import BREAK_GLASS

__all__ = ["Draft", "Moved", "draft_of", "moved_by"]

Moved = list[tuple[int, bytes, Event]]
"""Index, leaf hash and event of each entry that later decisions rest on."""

_REVIEW_WITHIN: Final = 72 * 3600 * 1_000_000
"""In which time somebody else should have looked at broken glass."""


class Draft(NamedTuple):
    """What was decided on one ground, and what is to be recorded of it.

    Attributes:
        finding: the answer, and what goes with it.
        events: the decision first.
    """

    finding: Finding
    events: list[Event]

    def answer(
        self, question: Question, ground: Ground, receipts: list[Receipt]
    ) -> Decision:
        """Return the answer, now that it is durable."""
        moved = self.moved(receipts)
        return Decision(
            question.decision,
            question.now,
            question.request,
            self.finding.verdict,
            receipts[0],
            ground.basis,
            ground.policy,
            self.finding.obligations,
            moved[-1][0] if moved else ground.basis,
        )

    def moved(self, receipts: list[Receipt]) -> Moved:
        """Return what of it later decisions rest on, now that it is durable."""
        return moved_by(self.events, receipts)


def moved_by(events: list[Event], receipts: list[Receipt]) -> Moved:
    """Return what of events later decisions rest on, now that they are durable."""
    return [
        (receipt.index, receipt.leaf, event)
        for receipt, event in zip(receipts, events, strict=True)
        if event["kind"] in BASIS_KINDS
    ]


def draft_of(question: Question, ground: Ground, watch: DecoyWatch) -> Draft:
    """Decide a question on a ground."""
    request, decision, now = question.request, question.decision, question.now
    finding = finding_on(question, ground)
    verdict = finding.verdict
    basis = {"basis": ground.basis, "policy": ground.policy}
    events = [
        decision_made(now, decision, request, verdict, basis),
        *(
            alarm_raised(now, decision, ground.policy, item)
            for item in finding.disagreements
        ),
        *watch.events(
            question, ground.matters.decoys, ground.facts.same_file(request.resource)
        ),
    ]
    if verdict.effect is Effect.PERMIT:
        events += _of_permit(question, finding)
        taken = taken_by(request, ground.facts, ground.spending)
        if taken is not None:
            events.append(amount_left(now, decision, request, *taken))
        if request.reach is not None:
            reached = vault_read if request.continues else vault_opened
            events.append(reached(now, decision, request))
    return Draft(finding, events)


def _of_permit(question: Question, finding: Finding) -> list[Event]:
    """Return what a permit uses up, and whom it tells."""
    request, decision, now = question.request, question.decision, question.now
    said = {
        "subject": request.subject,
        "action": request.action,
        "resource": request.resource,
    }
    events: list[Event] = []
    began = request.continues, request.point
    # The next look of a stream spends nothing, and tells nobody again.
    if finding.grant is not None and finding.grant.is_used_by(*began):
        return events
    # One that lasts and is not counted is named by the decision: nothing rests on it.
    if finding.grant is not None and finding.grant.uses:
        point = {**said, "point": request.point}
        events.append(grant_spent(now, finding.grant.id, decision, point))
        events += _of_broken_glass(question, finding.grant)
    if NOTIFY in finding.verdict.obligations:
        events.append(notice_sent(now, decision, NOTIFY, said))
    return events


def _of_broken_glass(question: Question, grant: GrantRequest) -> list[Event]:
    """Return the alarm and the review that follow on what nobody approved."""
    if grant.manner != BREAK_GLASS:
        return []
    decision, now = question.decision, question.now
    review = {
        "subject": question.request.subject,
        "what": BREAK_GLASS,
        "about": grant.id,
        "due": format_instant(now + _REVIEW_WITHIN),
    }
    return [
        break_glass(now, grant.id, decision),
        review_opened(now, f"rev-{decision.removeprefix('dec-')}", review),
    ]
