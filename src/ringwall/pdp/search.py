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
from ringwall.pdp.pipeline import DecisionPoint

__all__ = ["Way", "what_can", "who_can"]

_PROOFS = tuple(
    (quorum, authentication)
    for quorum, authentication in product(Quorum, Authentication)
)
_STRONGEST = (Quorum.TWO_AND_EXECUTIVE, Authentication.HARDWARE_FRESH)


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: a subject, an action, an asset, through a point.

    Attributes:
        subject: id.
        action: e.g. `weights.read`.
        resource: id of the asset.
        point: id of the enforcement point.
        authentication: the weakest that serves.
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
    for subject, action, resource, point in asked:
        try:
            situation = facts.situation(
                AccessRequest(subject, action, resource, point), now
            )
        except FactMissing:
            continue
        if _permits(decider, situation, *_STRONGEST):
            quorum, authentication = next(
                proof for proof in _PROOFS if _permits(decider, situation, *proof)
            )
            yield Way(subject, action, resource, point, authentication, quorum)


def _permits(
    decider: DecisionPoint,
    situation: Situation,
    quorum: Quorum,
    authentication: Authentication,
) -> bool:
    proven = situation._replace(
        session=SessionFacts(authentication), grant=GrantFacts(quorum)
    )
    return decider.evaluate_situation(proven).permitted
