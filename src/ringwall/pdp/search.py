"""Who can, and what can: the pipeline asked for every party.

Asks the very same pipeline as a check, so the answers can't disagree with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from ringwall.model.facts import GrantFacts, SessionFacts, Situation
from ringwall.model.levels import Authentication, Quorum
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase, FactMissing
from ringwall.pdp.pipeline import DecisionPoint, Evaluation
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.matcher import Call, Path

__all__ = ["Way", "what_can", "who_can"]

_PROOFS = tuple(product(Quorum, Authentication))
_STRONGEST = (max(Quorum), max(Authentication))
_PROOF_PATHS = ("session.", "grant.")


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: a subject, an action, an asset, through a point.

    Attributes:
        subject: id.
        action: e.g. `weights.read`.
        resource: id of the asset.
        point: id of the enforcement point.
        authentication: the weakest that serves with that quorum.
        quorum: the least approval that serves.
    """

    subject: str
    action: str
    resource: str
    point: str
    authentication: Authentication
    quorum: Quorum


def who_can(
    decider: DecisionPoint, facts: FactBase, now: int, action: str, resource: str
) -> tuple[Way, ...]:
    """Return each way by which anybody may act on an asset, by subject and point."""
    asked = product(facts.subjects(), [action], [resource], facts.points())
    return tuple(_ways(decider, facts, now, asked))


def what_can(
    decider: DecisionPoint, facts: FactBase, now: int, subject: str
) -> tuple[Way, ...]:
    """Return each way by which one subject may act on anything, by asset."""
    actions, assets = sorted(decider.actions), facts.assets()
    asked = (
        (subject, action, asset, point)
        for asset, action, point in product(assets, actions, facts.points())
    )
    return tuple(_ways(decider, facts, now, asked))


def _ways(
    decider: DecisionPoint,
    facts: FactBase,
    now: int,
    asked: Iterable[tuple[str, str, str, str]],
) -> Iterator[Way]:
    helps = all(map(_proof_only_helps, decider.concerns.values()))
    for subject, action, resource, point in asked:
        request = AccessRequest(subject, action, resource, point)
        try:
            situation = facts.situation(request, now)
        except FactMissing:
            continue
        strongest = decider.evaluate_situation(_proven(situation, *_STRONGEST))
        if strongest.permitted or not (helps and _nothing_matches(strongest)):
            yield from (
                Way(subject, action, resource, point, authentication, quorum)
                for quorum, authentication in _least(decider, situation)
            )


def _least(
    decider: DecisionPoint, situation: Situation
) -> Iterator[tuple[Quorum, Authentication]]:
    """Give the first proof that serves, if any does."""
    for quorum, authentication in _PROOFS:
        proven = _proven(situation, quorum, authentication)
        if decider.evaluate_situation(proven).permitted:
            yield quorum, authentication
            return


def _proof_only_helps(concern: CompiledConcern) -> bool:
    """Return whether a row that matches still does when more is proven.

    It does where proof is asked for in no other way than `at_least(r.grant.quorum,
    p.quorum)`.
    """
    return all(
        isinstance(condition.expression, Call)
        and condition.expression.function == "at_least"
        and isinstance(condition.expression.arguments[0], Path)
        and not isinstance(condition.expression.arguments[1], Path)
        for condition in concern.concern.conditions
        if any(path.startswith(_PROOF_PATHS) for path in condition.paths)
    )


def _nothing_matches(evaluation: Evaluation) -> bool:
    """Return whether some stage denies because no row matches, or the floor does.

    Then less proof can't turn it into a permit, if more proof never unmatches a row.
    """
    if evaluation.floor or not evaluation.outcomes:
        return True
    return any(
        not (outcome.permitted or outcome.rules or outcome.error)
        for outcome in evaluation.outcomes
    )


def _proven(
    situation: Situation, quorum: Quorum, authentication: Authentication
) -> Situation:
    return situation._replace(
        session=SessionFacts(authentication), grant=GrantFacts(quorum)
    )
