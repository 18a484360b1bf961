"""The decision pipeline: three concerns and the floor over one situation.

Evaluates all, then combines: one deny denies, an error denies, nothing permits
unless every stage does. Must never stop at the first no: an officer sees them all.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ringwall.base.errors import PolicyError
from ringwall.model.decisions import Change, Effect, Reason, Stage, Verdict
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
from ringwall.pdp.change import smallest_change
from ringwall.pdp.explain import concern_reasons, fitting, floor_reasons
from ringwall.pdp.facts import FactBase, FactMissing
from ringwall.pdp.floor import FloorRule, broken_rules
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.concern import Concern
from ringwall.policy.outcome import Outcome
from ringwall.policy.value_types import SetType, WordType

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


class Evaluation(NamedTuple):
    """What each stage said of one request, before it is put into words.

    Attributes:
        situation: the facts, or the reason why there is nothing to decide on.
        outcomes: one for each of `CONCERNS`; empty without facts.
        floor: the rules of the floor that are broken.
        permitted: whether every stage permits.
    """

    situation: Situation | Reason
    outcomes: tuple[Outcome, ...]
    floor: tuple[FloorRule, ...]
    permitted: bool


class DecisionPoint:
    """Decides requests under one policy bundle; immutable.

    Args:
        concerns: concern name -> compiled concern; has at least `CONCERNS`.
        setting: how many tiers the institute has.

    Raises:
        PolicyError: `concern-missing`; `facts-differ`, one reads facts that don't
            exist; `concern-incomplete`, access has no actions or roles.
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
        access = self._concerns[Stage.ACCESS].concern
        self._actions = _words(access, "action")
        self._roles = _words(access, "subject.roles")

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

    @property
    def concerns(self) -> Mapping[Stage, CompiledConcern]:
        """The concerns that every request passes; not to be changed."""
        return self._concerns

    def admits(self, asset: AssetFacts) -> tuple[Reason, ...]:
        """Return why an asset's tier does not admit it; empty if it does."""
        question = _AssetQuestion(asset)
        outcome = self._classification(question)
        if outcome.permitted:
            return ()
        concern = self._concerns[Stage.CLASSIFICATION]
        return concern_reasons(Stage.CLASSIFICATION, concern, question, outcome)

    def evaluate(self, request: AccessRequest, facts: FactBase, now: int) -> Evaluation:
        """Return what each stage says of a request; never raises for its content."""
        try:
            situation = facts.situation(request, now)
        except FactMissing as missing:
            return Evaluation(missing.reason, (), (), permitted=False)
        return self.evaluate_situation(situation)

    def evaluate_situation(self, situation: Situation) -> Evaluation:
        """Return what each stage says of facts already at hand."""
        if situation.action not in self._actions:
            message = f"no rule knows the action `{situation.action[:64]}`"
            reason = Reason(Stage.FACTS, "unknown-action", message)
            return Evaluation(reason, (), (), permitted=False)
        first = self._classification(situation)
        second = self._eligibility(situation)
        third = self._access(situation)
        floor = broken_rules(situation, self._setting)
        permitted = (
            first.permitted and second.permitted and third.permitted and not floor
        )
        return Evaluation(situation, (first, second, third), floor, permitted)

    def verdict(self, evaluation: Evaluation) -> Verdict:
        """Put an evaluation into words: a permit's rules, each reason of a deny."""
        situation = evaluation.situation
        if isinstance(situation, Reason):
            return Verdict(Effect.DENY, reasons=(situation,))
        if evaluation.permitted:
            first, second, third = evaluation.outcomes
            return Verdict(Effect.PERMIT, first.rules + second.rules + third.rules)
        reasons: list[Reason] = []
        forbidding: list[str] = []
        for stage, outcome in zip(CONCERNS, evaluation.outcomes, strict=True):
            if not outcome.permitted:
                forbidding += outcome.rules
                concern = self._concerns[stage]
                reasons += concern_reasons(stage, concern, situation, outcome)
        reasons += floor_reasons(situation, evaluation.floor)
        return Verdict(
            Effect.DENY,
            rules=tuple(forbidding),
            reasons=fitting(reasons),
            explicit=bool(forbidding),
            change=() if forbidding else self._change(situation, evaluation.floor),
        )

    def decide(self, request: AccessRequest, facts: FactBase, now: int) -> Verdict:
        """Return the answer to a request with every reason."""
        return self.verdict(self.evaluate(request, facts, now))

    def _change(
        self, situation: Situation, floor: tuple[FloorRule, ...]
    ) -> tuple[Change, ...]:
        codes = [rule.code for rule in floor]
        concerns = self._concerns.values()
        return smallest_change(situation, codes, concerns, self._permits)

    def _permits(self, situation: Situation) -> bool:
        return self.evaluate_situation(situation).permitted


def _words(concern: Concern, path: str) -> frozenset[str]:
    """Return the vocabulary of an attribute that a concern has to ask about."""
    for attribute in concern.schema.attributes:
        kind = attribute.type
        if isinstance(kind, SetType):
            kind = kind.element
        if attribute.path == path and isinstance(kind, WordType):
            return frozenset(kind.vocabulary.values)
    raise PolicyError(
        "concern-incomplete",
        f"the concern `{concern.name}` does not ask about `r.{path}` in words",
        next_step="restore its model.conf from the shipped policies",
    )
