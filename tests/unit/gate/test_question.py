"""A question is decided on one ground, and what is recorded says all of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from typing_extensions import override

from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.question import Question, draft_of
from ringwall.gate.request_reader import request_from_words
from ringwall.gate.sampling import Sampler
from ringwall.gate.vigil import Vigil
from ringwall.institute import Institute
from ringwall.ledger.asking.witnessing import Witnessing
from ringwall.model.decisions import Effect, Reason, Receipt, Stage
from ringwall.model.disagreements import Disagreement
from tests.example import BOUNDED, NOON, READ

FOUND = Disagreement("access", "permit by acc-021", "deny")


class Contradicting(Sampler):
    """A sampler whose second engine never agrees."""

    def __init__(self) -> None:
        super().__init__(1, lambda _: (_ for _ in ()).throw(AssertionError))

    @override
    def disagreements(self, *_: Any) -> tuple[Disagreement, ...]:
        return (FOUND,)


def question(
    sampler: Sampler | None = None, words: Mapping[str, Any] = READ
) -> Question:
    """Return the question that the example permits, or another."""
    asked = {"point": "point:trainer", **words}
    return Question(request_from_words(**asked), "dec-1", NOON, sampler)


def test_a_permit_is_one_event(example_gate: Gatekeeper) -> None:
    draft = draft_of(question(), example_gate.ground)

    assert draft.verdict.effect is Effect.PERMIT
    assert [event["kind"] for event in draft.events] == ["decision.made"]
    assert draft.events[0]["basis"] == example_gate.ground.basis
    assert draft.events[0]["policy"] == example_gate.ground.policy


def test_what_a_permit_takes_comes_last_and_a_deny_takes_nothing(
    institute: Institute,
) -> None:
    with institute.gatekeeper("point:west-bench") as gate:
        at = {**BOUNDED, "point": "point:west-bench", "amount": 10}
        permit = draft_of(question(words=at), gate.ground)
        deny = draft_of(question(words={**at, "authn": "none"}), gate.ground)

    kinds = [event["kind"] for event in permit.events]
    assert kinds == ["decision.made", "amount.left"]
    assert [event["kind"] for event in deny.events] == ["decision.made"]


def test_engines_that_disagree_deny_and_raise_an_alarm(
    example_gate: Gatekeeper,
) -> None:
    draft = draft_of(question(Contradicting()), example_gate.ground)

    assert draft.verdict.effect is Effect.DENY
    assert draft.found == (FOUND,)
    kinds = [event["kind"] for event in draft.events]
    assert kinds == ["decision.made", "alarm.raised"]


def test_witnesses_that_are_overdue_are_the_reason_of_a_deny(
    example_gate: Gatekeeper,
) -> None:
    asked = Witnessing(need=1, seconds=60, mandatory=True, since=NOON - 61_000_000)
    ground = replace(
        example_gate.ground, vigil=Vigil(lambda: asked, lambda _, now: now)
    )
    draft = draft_of(question(), ground)

    assert draft.verdict.effect is Effect.DENY
    assert [reason.code for reason in draft.verdict.reasons] == ["witnesses-overdue"]


def test_an_obstacle_is_the_reason_of_a_deny(example_gate: Gatekeeper) -> None:
    reason = Reason(Stage.POLICY, "policy-unavailable", "no policies")
    for decider in (None, example_gate.ground.decider):
        ground = replace(example_gate.ground, decider=decider, obstacle=reason)
        verdict = draft_of(question(), ground).verdict
        assert (verdict.effect, verdict.reasons) == (Effect.DENY, (reason,))


def test_without_policies_and_without_a_reason_the_answer_is_no(
    example_gate: Gatekeeper,
) -> None:
    ground = replace(example_gate.ground, decider=None)

    assert draft_of(question(), ground).verdict.effect is Effect.DENY


def test_an_answer_holds_its_receipt_and_its_ground(example_gate: Gatekeeper) -> None:
    asked, ground = question(), example_gate.ground
    receipt = Receipt(7, bytes(32), 8)
    answer = draft_of(asked, ground).answer(asked, ground, receipt)

    assert answer.permitted
    assert (answer.id, answer.at, answer.receipt) == ("dec-1", NOON, receipt)
    assert (answer.basis, answer.policy) == (ground.basis, ground.policy)
