"""What the gate makes of a question on one ground: identity, policy, grants, duties.

Takes values and gives a value; nothing here is on record yet. Must never let a later
step permit what an earlier one denied.
"""

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from ringwall.gate.amounts import amount_facts
from ringwall.gate.budgets import overdrawn_by
from ringwall.gate.ground import Ground
from ringwall.gate.obligations import obliged_by
from ringwall.gate.reaching import unreachable
from ringwall.gate.sampling import Sampler, overruled
from ringwall.matters.judging import judge_grant
from ringwall.matters.requests import GrantRequest
from ringwall.matters.scene import Scene
from ringwall.model.decisions import Decision, Effect, Reason, Stage, Verdict
from ringwall.model.disagreements import Disagreement
from ringwall.model.facts import AmountFacts, GrantFacts, Situation
from ringwall.model.requests import AccessRequest
from ringwall.pdp.identity import Shown, identity_reasons
from ringwall.pdp.pipeline import DecisionPoint, Evaluation
from ringwall.pdp.reviewing import BREAK_GLASS

__all__ = ["Finding", "Question", "finding_on", "grants_for", "is_pending"]


class Question(NamedTuple):
    """A request with what stays the same in each attempt to answer it.

    Attributes:
        request: what is asked.
        decision: id of the answer.
        now: instant of the answer.
        sampler: has the decision made twice; None to make it once.
        too_fast: why it is asked too soon after others; None if it is not.
        point_key: fingerprint of the key that its point has proven to hold; empty
            for none.
    """

    request: AccessRequest
    decision: str
    now: int
    sampler: Sampler | None
    too_fast: Reason | None = None
    point_key: str = ""


class Finding(NamedTuple):
    """What a question comes to on one ground.

    Attributes:
        verdict: the answer.
        disagreements: where two engines disagree, if both were asked.
        grant: the request whose grant a permit uses; None for none.
        obligations: what the caller has to carry out.
    """

    verdict: Verdict
    disagreements: tuple[Disagreement, ...] = ()
    grant: GrantRequest | None = None
    obligations: tuple[str, ...] = ()


def finding_on(question: Question, ground: Ground) -> Finding:
    """Return what a question comes to on a ground."""
    decider = ground.decider
    if decider is None or ground.obstacle is not None:
        return _denied(*((ground.obstacle,) if ground.obstacle else ()))
    overdue = ground.vigil.obstacle(question.now)
    if overdue is not None:
        return _denied(overdue)
    unproven = _unproven(question, ground)
    if unproven:
        return _denied(*unproven)
    if question.too_fast is not None:
        return _denied(question.too_fast)
    finding = _decided(question, ground, decider)
    return _reached(finding, question.request, ground)


def grants_for(request: AccessRequest, ground: Ground) -> tuple[GrantRequest, ...]:
    """Return the requests on record that a question may be asked under."""
    requests = ground.matters.requests
    if request.grant:
        named = requests.get(request.grant)
        return () if named is None else (named,)
    known = requests.of(request.subject, request.action, request.resource)
    began = request.continues, request.point
    # A stream goes on under the grant that it began with, and moves to no other.
    return tuple(one for one in known if one.is_used_by(*began)) or known


def is_pending(decision: Decision, ground: Ground) -> bool:
    """Return whether a deny waits for nothing but approvals of an open request.

    That is one of the asker's own, for the very thing, which has seats to be filled. A
    purpose that was left out is taken to be that of the request.

    Args:
        decision: the answer.
        ground: on which requests are looked at.
    """
    if decision.permitted or decision.caller_reasons() != ("approval-missing",):
        return False
    if ground.decider is None:
        return False
    request, scene = decision.request, ground.scene(ground.decider, decision.at)
    found = grants_for(request, ground)
    return any(_lacks_approvals(grant, request, scene) for grant in found)


def _lacks_approvals(grant: GrantRequest, request: AccessRequest, scene: Scene) -> bool:
    """Return whether nothing is in a request's way but seats that nobody has filled."""
    if grant.manner == BREAK_GLASS:
        return False
    stated = replace(request, purpose=request.purpose or grant.purpose)
    judged = judge_grant(grant, stated, scene)
    if any(reason.code != "approval-missing" for reason in judged.reasons):
        return False
    situation = scene.facts.situation(stated, scene.now)
    filled = Counter(approval.seat for approval in judged.counted)
    demands = [
        demand
        for demand in scene.decider.demands(situation, grant.manner)
        if demand.quorum > judged.quorum
    ]
    # Where each seat of one is filled, it is time or a number that is missing.
    return bool(demands) and all(
        any(filled[role] < count for role, count in demand.seats) for demand in demands
    )


def _unproven(question: Question, ground: Ground) -> tuple[Reason, ...]:
    request = question.request
    shown = Shown(request.proof, question.point_key)
    sessions = ground.matters.sessions
    return identity_reasons(shown, request, ground.facts, sessions, question.now)


def _decided(question: Question, ground: Ground, decider: DecisionPoint) -> Finding:
    request, now = question.request, question.now
    amount = amount_facts(request, ground.facts, ground.spending, now)
    evaluation = decider.evaluate(request, ground.facts, now, amount)
    grant: GrantRequest | None = None
    hindrances: tuple[Reason, ...] = ()
    if request.grant or not evaluation.permitted:
        granted, grant, hindrances = _granted(question, ground, decider, amount)
        evaluation = granted or evaluation
    verdict = decider.verdict(evaluation)
    if hindrances and (request.grant or verdict.effect is Effect.DENY):
        verdict = _without_grant(verdict, hindrances)
    found: tuple[Disagreement, ...] = ()
    if question.sampler is not None:
        found = question.sampler.disagreements(decider.concerns, evaluation)
        verdict = overruled(verdict, found)
    if verdict.effect is Effect.DENY:
        return Finding(verdict, found)
    permit = Finding(verdict, found, grant)
    return _served(permit, question, ground, decider, evaluation.situation)


def _reached(finding: Finding, request: AccessRequest, ground: Ground) -> Finding:
    """Return what is permitted as a deny if what it reaches for can't be given."""
    if request.reach is None or finding.verdict.effect is Effect.DENY:
        return finding
    reason = unreachable(request, ground.matters.containers)
    if reason is None:
        return finding
    verdict = Verdict(Effect.DENY, reasons=(reason,))
    return Finding(verdict, finding.disagreements)


def _served(
    permit: Finding,
    question: Question,
    ground: Ground,
    decider: DecisionPoint,
    situation: Situation | Reason,
) -> Finding:
    """Return a permit with what goes with it, a deny if that can't be had.

    Args:
        permit: what the policies and a grant come to.
        question: what is asked, and when.
        ground: what has left so far.
        decider: what the policies say of budgets and obligations.
        situation: the facts.
    """
    if isinstance(situation, Reason):
        raise TypeError("nothing is permitted without facts")
    request, grant = question.request, permit.grant
    over = overdrawn_by(request, situation, ground, decider.budgets, question.now)
    words = decider.obligations_of(situation)
    if not over and not words and grant is None:
        return permit  # most permits
    stated = request
    if grant is not None and not request.purpose:
        stated = replace(request, purpose=grant.purpose)
    obliged = obliged_by(words, stated, situation.session.present)
    if over or obliged.reasons:
        verdict = Verdict(Effect.DENY, reasons=(*over, *obliged.reasons))
        return Finding(verdict, permit.disagreements)
    name = "" if grant is None else grant.id
    verdict = replace(permit.verdict, grant=name, obligations=tuple(words))
    return Finding(verdict, permit.disagreements, grant, obliged.words)


def _granted(
    question: Question, ground: Ground, decider: DecisionPoint, amount: AmountFacts
) -> tuple[Evaluation | None, GrantRequest | None, tuple[Reason, ...]]:
    """Return the evaluation under the first grant that turns it, and that grant.

    Of the others the last one's hindrances: the latest is what the asker means.
    """
    request, now = question.request, question.now
    scene = ground.scene(decider, now)
    hindrances: tuple[Reason, ...] = ()
    for grant in grants_for(request, ground):
        judgement = judge_grant(grant, request, scene)
        if judgement.reasons:
            hindrances = judgement.reasons
            continue
        facts = GrantFacts(judgement.quorum)
        evaluation = decider.evaluate(request, ground.facts, now, amount, facts)
        if evaluation.permitted or request.grant:
            return evaluation, grant, ()
    if request.grant and not hindrances:
        message = f"`{request.grant[:40]}` is no request on record"
        hindrances = (Reason(Stage.GRANT, "grant-unknown", message),)
    return None, None, hindrances


def _without_grant(verdict: Verdict, hindrances: tuple[Reason, ...]) -> Verdict:
    """Return the deny that also says why the grant does not count."""
    return Verdict(
        Effect.DENY,
        verdict.rules if verdict.effect is Effect.DENY else (),
        (*verdict.reasons, *hindrances),
        explicit=verdict.explicit,
        change=verdict.change,
    )


def _denied(*reasons: Reason) -> Finding:
    return Finding(Verdict(Effect.DENY, reasons=reasons))
