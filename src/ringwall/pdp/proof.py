"""The least proof of a session, and the least approval, with which a question passes.

Asks the pipeline with one proof after another, as many people being there as it
takes. Must never report one that it did not see permitted.
"""

from bisect import bisect_left
from typing import Final, TypeAlias

from ringwall.model.facts import (
    UNKNOWN_AMOUNT,
    GrantFacts,
    SessionFacts,
    Situation,
)
from ringwall.model.levels import Authentication, Quorum
from ringwall.pdp.pipeline import DecisionPoint, Evaluation
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.matcher import Call, Path

__all__ = ["MANY_PRESENT", "Proof", "Prover"]

Proof: TypeAlias = tuple[Quorum, Authentication]
"""The approvals, and how the session is proven."""

MANY_PRESENT: Final = UNKNOWN_AMOUNT
"""As many people as any row could ask for."""

_PATHS: Final = ("session.", "grant.")
_QUORUMS: Final = tuple(Quorum)
_AUTHENTICATIONS: Final = tuple(Authentication)
_SESSIONS: Final = {
    level: SessionFacts(level, MANY_PRESENT) for level in Authentication
}
_GRANTS: Final = {quorum: GrantFacts(quorum) for quorum in Quorum}


class Prover:
    """Looks for the least proof under one decision point; immutable.

    Args:
        decider: decides every question.
    """

    def __init__(self, decider: DecisionPoint) -> None:
        self._decider = decider
        self._helps = all(map(_proof_only_helps, decider.concerns.values()))

    def least(self, situation: Situation) -> tuple[Proof, ...]:
        """Return the first proof that serves, by approvals and then by session.

        Args:
            situation: the session and grant in it don't count.

        Returns:
            Nothing if no proof serves.
        """
        strongest = self._evaluate(situation, _QUORUMS[-1], _AUTHENTICATIONS[-1])
        if self._helps and strongest.permitted:
            return (self._threshold(situation),)
        if self._helps and _nothing_matches(strongest):
            return ()
        for quorum in _QUORUMS:
            for authentication in _AUTHENTICATIONS:
                if self._evaluate(situation, quorum, authentication).permitted:
                    return ((quorum, authentication),)
        return ()

    def _threshold(self, situation: Situation) -> Proof:
        """Return the least proof where the strongest serves and more only helps.

        No row forbids what the strongest proof opens, so none that matches with less
        does, and whatever serves goes on serving when more is proven.
        """

        def serves(quorum: Quorum, authentication: Authentication) -> bool:
            return self._evaluate(situation, quorum, authentication).permitted

        quorum = next(q for q in _QUORUMS if serves(q, _AUTHENTICATIONS[-1]))
        place = bisect_left(
            _AUTHENTICATIONS, x=True, key=lambda level: serves(quorum, level)
        )
        return quorum, _AUTHENTICATIONS[place]

    def _evaluate(
        self, situation: Situation, quorum: Quorum, authentication: Authentication
    ) -> Evaluation:
        subject, organisation, asset, site = situation[:4]
        action, point, amount, institute = situation[6:]
        session, grant = _SESSIONS[authentication], _GRANTS[quorum]
        return self._decider.evaluate_situation(
            Situation(
                subject,
                organisation,
                asset,
                site,
                session,
                grant,
                action,
                point,
                amount,
                institute,
            )
        )


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
        if any(path.startswith(_PATHS) for path in condition.paths)
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
