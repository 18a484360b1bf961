"""The decision pipeline: the concerns of an action and the floor over one situation.

Evaluates all, then combines: one deny denies, an error denies, nothing permits
unless every stage does. Must never stop at the first no: an officer sees them all.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ringwall.base.errors import PolicyError
from ringwall.model.decisions import Change, Effect, Reason, Stage, Verdict
from ringwall.model.facts import (
    AmountFacts,
    ApprovalFacts,
    AssetFacts,
    GrantFacts,
    InstituteFacts,
    OrganisationFacts,
    PointFacts,
    SessionFacts,
    SiteFacts,
    Situation,
    SubjectFacts,
)
from ringwall.model.levels import Quorum
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import TierSetting
from ringwall.pdp.approvals import Demand, Quorums
from ringwall.pdp.asked_words import asked_words
from ringwall.pdp.budgets import Budgets
from ringwall.pdp.change import smallest_change
from ringwall.pdp.explain import concern_reasons, fitting, floor_reasons
from ringwall.pdp.facts import NO_GRANT, UNKNOWN_AMOUNTS, FactBase
from ringwall.pdp.floor import broken_rules
from ringwall.pdp.floor_rules import FloorRule
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.obligations import Obligations
from ringwall.pdp.reliance import relied_on
from ringwall.pdp.shadow import shadow_of
from ringwall.pdp.stages import CONCERNS, PIPELINE, stages_of
from ringwall.pdp.unstated import unstated_reasons
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import Outcome

__all__ = ["DecisionPoint", "Evaluation"]

_CLASSES: Final[dict[str, type]] = {
    "subject": SubjectFacts,
    "organisation": OrganisationFacts,
    "asset": AssetFacts,
    "site": SiteFacts,
    "session": SessionFacts,
    "grant": GrantFacts,
    "action": str,
    "point": PointFacts,
    "amount": AmountFacts,
    "institute": InstituteFacts,
}
_Asked = tuple[tuple[Stage, ...], tuple[Callable[[object], Outcome], ...]]
"""The stages of an action, and what decides each."""


class _AssetQuestion(NamedTuple):
    """What classification is asked about when nobody asks for access."""

    asset: AssetFacts


class Evaluation(NamedTuple):
    """What each stage said of one request, before it is put into words.

    Attributes:
        situation: the facts, or the reason why there is nothing to decide on.
        stages: the concerns that were asked, in order of report; none without facts.
        outcomes: what each of `stages` said.
        floor: the rules of the floor that are broken.
        permitted: whether every stage permits.
    """

    situation: Situation | Reason
    stages: tuple[Stage, ...]
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
            exist; `concern-incomplete`, access has no actions or roles; and what
            `Quorums`, `Budgets` and `Obligations` raise.
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
        for stage in PIPELINE:
            concerns[stage.value].bind(_CLASSES)
        self._concerns = {stage: concerns[stage.value] for stage in PIPELINE}
        self._quorums = Quorums(concerns[Stage.QUORUM.value])
        self._budgets = Budgets(concerns[Stage.BUDGET.value])
        self._obligations = Obligations(concerns[Stage.OBLIGATION.value])
        self._setting: TierSetting = setting
        self._classification = self._concerns[Stage.CLASSIFICATION].decide
        access = self._concerns[Stage.ACCESS].concern
        self._roles = asked_words(access, "subject.roles")
        self._asked = {
            word: self._asked_about(word) for word in asked_words(access, "action")
        }
        self._actions = frozenset(self._asked)

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
        """The concerns of the pipeline in order of report; not to be changed."""
        return self._concerns

    @property
    def budgets(self) -> Budgets:
        """What may leave in all."""
        return self._budgets

    def quorum_of(self, approval: ApprovalFacts, situation: Situation) -> Quorum:
        """Return the highest quorum that approvals come to; see `Quorums.reached`."""
        return self._quorums.reached(approval, situation)

    def demands(self, situation: Situation, manner: str) -> tuple[Demand, ...]:
        """Return each way to reach a quorum; see `Quorums.demands`."""
        return self._quorums.demands(situation, manner)

    def obligations_of(self, situation: Situation) -> tuple[str, ...]:
        """Return what a permit obliges to, sorted; see `Obligations.of`."""
        return self._obligations.of(situation)

    def admits(self, asset: AssetFacts) -> tuple[Reason, ...]:
        """Return why an asset's tier does not admit it; empty if it does."""
        question = _AssetQuestion(asset)
        outcome = self._classification(question)
        if outcome.permitted:
            return ()
        concern = self._concerns[Stage.CLASSIFICATION]
        return concern_reasons(Stage.CLASSIFICATION, concern, question, outcome)

    def evaluate(
        self,
        request: AccessRequest,
        facts: FactBase,
        now: int,
        amount: AmountFacts = UNKNOWN_AMOUNTS,
        grant: GrantFacts = NO_GRANT,
    ) -> Evaluation:
        """Return what each stage says of a request; never raises for its content.

        Args:
            request: the question.
            facts: the registry.
            now: the instant.
            amount: what will have left once it is served; more than any budget if
                nobody has counted.
            grant: what was approved for it; nothing, if nobody says so.
        """
        try:
            situation = facts.situation(request, now, amount, grant)
        except FactMissing as missing:
            self._take_as_long(request, facts, now)
            return Evaluation(missing.reason, (), (), (), permitted=False)
        return self.evaluate_situation(situation)

    def evaluate_situation(self, situation: Situation) -> Evaluation:
        """Return what each stage says of facts already at hand."""
        asked = self._asked.get(situation.action)
        if asked is None:
            message = f"no rule knows the action `{situation.action[:64]}`"
            reason = Reason(Stage.FACTS, "unknown-action", message)
            return Evaluation(reason, (), (), (), permitted=False)
        stages, deciders = asked
        floor = broken_rules(situation, self._setting)
        permitted = not floor
        outcomes = []
        for decide in deciders:
            outcome = decide(situation)
            outcomes.append(outcome)
            if not outcome.permitted:
                permitted = False
        return Evaluation(situation, stages, tuple(outcomes), floor, permitted)

    def verdict(self, evaluation: Evaluation) -> Verdict:
        """Put an evaluation into words: a permit's rules, each reason of a deny."""
        situation = evaluation.situation
        if isinstance(situation, Reason):
            return Verdict(Effect.DENY, reasons=(situation,))
        if evaluation.permitted:
            rules = [rule for outcome in evaluation.outcomes for rule in outcome.rules]
            relied = relied_on(situation, self._permits)
            return Verdict(Effect.PERMIT, tuple(rules), rests_on=relied)
        reasons: list[Reason] = []
        forbidding: list[str] = []
        asked = zip(evaluation.stages, evaluation.outcomes, strict=True)
        for stage, outcome in asked:
            if not outcome.permitted:
                forbidding += outcome.rules
                concern = self._concerns[stage]
                if stage is Stage.FLOW:
                    reasons += unstated_reasons(concern, situation, outcome)
                reasons += concern_reasons(stage, concern, situation, outcome)
        reasons += floor_reasons(situation, evaluation.floor)
        return Verdict(
            Effect.DENY,
            rules=tuple(forbidding),
            reasons=fitting(reasons),
            explicit=bool(forbidding),
            change=() if forbidding else self._change(situation, evaluation),
        )

    def decide(
        self,
        request: AccessRequest,
        facts: FactBase,
        now: int,
        amount: AmountFacts = UNKNOWN_AMOUNTS,
        grant: GrantFacts = NO_GRANT,
    ) -> Verdict:
        """Return the answer to a request with every reason; see `evaluate`."""
        return self.verdict(self.evaluate(request, facts, now, amount, grant))

    def _take_as_long(self, request: AccessRequest, facts: FactBase, now: int) -> None:
        """Do over a case that is not there what is done over one that is shut."""
        shadow = shadow_of(request, facts, now)
        if shadow is not None:
            self.verdict(self.evaluate_situation(shadow))

    def _asked_about(self, action: str) -> _Asked:
        stages = stages_of(action)
        return stages, tuple(self._concerns[stage].decide for stage in stages)

    def _change(
        self, situation: Situation, evaluation: Evaluation
    ) -> tuple[Change, ...]:
        codes = [rule.code for rule in evaluation.floor]
        concerns = [self._concerns[stage] for stage in evaluation.stages]
        return smallest_change(situation, codes, concerns, self._permits)

    def _permits(self, situation: Situation) -> bool:
        return self.evaluate_situation(situation).permitted
