"""A question on its way through the gate: what is decided, to be recorded.

Must never be taken for an answer: it becomes one with its receipt.
"""

from typing import NamedTuple

from ringwall.gate.amounts import amount_facts, taken_by
from ringwall.gate.ground import Ground
from ringwall.gate.sampling import Sampler, overruled
from ringwall.model.decisions import Decision, Effect, Reason, Receipt, Verdict
from ringwall.model.disagreements import Disagreement
from ringwall.model.events import Event, alarm_raised, amount_left, decision_made
from ringwall.model.requests import AccessRequest

__all__ = ["Draft", "Question", "draft_of"]


class Question(NamedTuple):
    """A request with what stays the same in each attempt to answer it.

    Attributes:
        request: what is asked.
        decision: id of the answer.
        now: instant of the answer.
        sampler: has the decision made twice; None to make it once.
    """

    request: AccessRequest
    decision: str
    now: int
    sampler: Sampler | None


class Draft(NamedTuple):
    """What was decided on one ground, and what is to be recorded of it.

    Attributes:
        verdict: the answer.
        found: where two engines disagree.
        events: the decision first, what it takes off the budgets last.
    """

    verdict: Verdict
    found: tuple[Disagreement, ...]
    events: list[Event]

    def answer(self, question: Question, ground: Ground, receipt: Receipt) -> Decision:
        """Return the answer, now that it is durable."""
        return Decision(
            question.decision,
            question.now,
            question.request,
            self.verdict,
            receipt,
            ground.basis,
            ground.policy,
        )


def draft_of(question: Question, ground: Ground) -> Draft:
    """Decide a question on a ground."""
    request, decision, now, _ = question
    verdict, found = _verdict(question, ground)
    basis = {"basis": ground.basis, "policy": ground.policy}
    events = [
        decision_made(now, decision, request, verdict, basis),
        *(alarm_raised(now, decision, ground.policy, item) for item in found),
    ]
    if verdict.effect is Effect.PERMIT:
        taken = taken_by(request, ground.facts)
        if taken is not None:
            events.append(amount_left(now, decision, request, *taken))
    return Draft(verdict, found, events)


def _verdict(
    question: Question, ground: Ground
) -> tuple[Verdict, tuple[Disagreement, ...]]:
    """Return the answer, and where the engines disagree if they were both asked."""
    decider = ground.decider
    if decider is None or ground.obstacle is not None:
        reasons: tuple[Reason, ...] = (ground.obstacle,) if ground.obstacle else ()
        return Verdict(Effect.DENY, reasons=reasons), ()
    request, _, now, sampler = question
    overdue = ground.vigil.obstacle(now)
    if overdue is not None:
        return Verdict(Effect.DENY, reasons=(overdue,)), ()
    amount = amount_facts(request, ground.facts, ground.spending, now)
    evaluation = decider.evaluate(request, ground.facts, now, amount)
    verdict = decider.verdict(evaluation)
    if sampler is None:
        return verdict, ()
    found = sampler.disagreements(decider.concerns, evaluation)
    return overruled(verdict, found), found
