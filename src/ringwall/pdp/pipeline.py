"""The decision pipeline: three concerns and the floor over one situation.

Evaluates all, then combines: one deny denies, an error denies, nothing permits
unless every stage does. Must never stop at the first no: an officer sees them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from ringwall.base.errors import PolicyError
from ringwall.model.decisions import Effect, Reason, Stage, Verdict
from ringwall.model.facts import (
    AssetFacts,
    GrantFacts,
    OrganisationFacts,
    SessionFacts,
    SiteFacts,
    Situation,
    SubjectFacts,
)
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import TierSetting
from ringwall.pdp.facts import FactBase, FactMissing
from ringwall.pdp.floor import FloorRule, broken_rules
from ringwall.pdp.reasons import concern_reasons, floor_reasons
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import Outcome

__all__ = ["CONCERNS", "DecisionPoint", "Evaluation"]

CONCERNS: Final = (Stage.CLASSIFICATION, Stage.ELIGIBILITY, Stage.ACCESS)
"""The concerns that every request passes, in order of report."""

_CLASSES: Final[dict[str, type]] = {
    "subject": SubjectFacts,
    "organisation": OrganisationFacts,
    "asset": AssetFacts,
    "site": SiteFacts,
    "session": SessionFacts,
    "grant": GrantFacts,
    "action": str,
}


class _AssetQuestion(NamedTuple):
    """What classification is asked about when nobody asks for access."""

    asset: AssetFacts


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What each stage said of one request, before it is put into words.

    Attributes:
        situation: the facts, None if one was missing.
        missing: why there are no facts, None if there are.
        outcomes: one for each of `CONCERNS`; empty without facts.
        floor: the rules of the floor that are broken.
    """

    situation: Situation | None
    missing: Reason | None
    outcomes: tuple[Outcome, ...]
    floor: tuple[FloorRule, ...]
    permitted: bool


class DecisionPoint:
    """Decides requests under one policy bundle; immutable.

    Args:
        concerns: concern name -> compiled concern; has at least `CONCERNS`.
        setting: how many tiers the institute has.

    Raises:
        PolicyError: a concern is missing, or reads facts that don't exist.
    """

    def __init__(
        self, concerns: Mapping[str, CompiledConcern], setting: TierSetting
    ) -> None:
        missing = [stage.value for stage in CONCERNS if stage.value not in concerns]
        if missing:
            raise PolicyError(
                "concern-missing",
                f"the policies lack the concern `{missing[0]}`",
                next_step="restore its folder from the shipped policies",
            )
        for stage in CONCERNS:
            concerns[stage.value].bind(_CLASSES)
        self._concerns = {stage: concerns[stage.value] for stage in CONCERNS}
        self._setting: TierSetting = setting
        self._classification = self._concerns[Stage.CLASSIFICATION].decide
        self._eligibility = self._concerns[Stage.ELIGIBILITY].decide
        self._access = self._concerns[Stage.ACCESS].decide
        schema = self._concerns[Stage.ACCESS].concern.schema
        words = {v.name: frozenset(v.values) for v in schema.vocabularies}
        self._actions = words["action"]
        self._roles = words["role"]

    @property
    def actions(self) -> frozenset[str]:
        """The actions that the access concern knows."""
        return self._actions

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the access concern knows."""
        return self._roles

    @property
    def setting(self) -> TierSetting:
        """How many tiers the institute has."""
        return self._setting

    def admits(self, asset: AssetFacts) -> tuple[Reason, ...]:
        """Return why the tier an asset is held in does not admit it; empty if it does."""
        question = _AssetQuestion(asset)
        outcome = self._classification(question)
        if outcome.permitted:
            return ()
        concern = self._concerns[Stage.CLASSIFICATION]
        return concern_reasons(Stage.CLASSIFICATION, concern, question, outcome)

    def evaluate(
        self, request: AccessRequest, facts: FactBase, now: int
    ) -> Evaluation:
        """Return what each stage says of a request; never raises for its content."""
        try:
            situation = facts.situation(request, now)
        except FactMissing as missing:
            return Evaluation(None, missing.reason, (), (), permitted=False)
        return self.evaluate_situation(situation)

    def evaluate_situation(self, situation: Situation) -> Evaluation:
        """Return what each stage says of facts already at hand."""
        if situation.action not in self._actions:
            reason = Reason(
                Stage.FACTS,
                "unknown-action",
                f"no rule knows the action `{situation.action[:64]}`",
            )
            return Evaluation(situation, reason, (), (), permitted=False)
        first = self._classification(situation)
        second = self._eligibility(situation)
        third = self._access(situation)
        floor = broken_rules(situation, self._setting)
        permitted = (
            first.permitted and second.permitted and third.permitted and not floor
        )
        return Evaluation(
            situation, None, (first, second, third), floor, permitted=permitted
        )

    def verdict(self, evaluation: Evaluation) -> Verdict:
        """Put an evaluation into words: the rules of a permit, each reason of a deny."""
        if evaluation.missing is not None or evaluation.situation is None:
            reasons = (evaluation.missing,) if evaluation.missing else ()
            return Verdict(Effect.DENY, reasons=reasons)
        rules = tuple(rule for o in evaluation.outcomes for rule in o.rules)
        if evaluation.permitted:
            return Verdict(Effect.PERMIT, rules=rules)
        reasons = ()
        forbidding: tuple[str, ...] = ()
        for stage, outcome in zip(CONCERNS, evaluation.outcomes, strict=True):
            if not outcome.permitted:
                forbidding += outcome.rules
                concern = self._concerns[stage]
                situation = evaluation.situation
                reasons += concern_reasons(stage, concern, situation, outcome)
        reasons += floor_reasons(evaluation.situation, evaluation.floor)
        return Verdict(
            Effect.DENY,
            rules=forbidding,
            reasons=reasons,
            explicit=bool(forbidding),
        )

    def decide(self, request: AccessRequest, facts: FactBase, now: int) -> Verdict:
        """Return the answer to a request with every reason."""
        return self.verdict(self.evaluate(request, facts, now))
