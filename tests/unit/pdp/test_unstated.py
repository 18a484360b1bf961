"""That no amount was stated: said where, and only where, it matters."""

import pytest

from ringwall.model.decisions import Reason, Stage
from ringwall.model.declarations import Document
from ringwall.model.facts import AmountFacts
from ringwall.pdp.unstated import unstated_reasons
from ringwall.policy.outcome import Outcome
from tests.unit.pdp.scene import NOTHING, NOW, ask, decider, edited, institute, shipped

BOUNDED = edited("point:hub", interface="bounded")
UNSTATED = AmountFacts()


def flow_codes(
    *changes: Document, amount: AmountFacts = UNSTATED, action: str = "weights.infer"
) -> list[str]:
    verdict = decider().decide(ask(action=action), institute(*changes), NOW, amount)
    return [reason.code for reason in verdict.reasons if reason.stage is Stage.FLOW]


def test_flow_says_first_that_no_amount_was_stated() -> None:
    first, *others = flow_codes(BOUNDED)

    assert first == "amount-not-stated"
    assert others
    assert flow_codes(BOUNDED, amount=NOTHING) == []
    assert flow_codes(BOUNDED, amount=AmountFacts(copies=0)) == [first, *others]


def test_the_reason_says_what_to_state() -> None:
    verdict = decider().decide(ask(), institute(BOUNDED), NOW)
    (reason,) = [r for r in verdict.reasons if r.code == "amount-not-stated"]

    assert reason == Reason(
        Stage.FLOW,
        "amount-not-stated",
        "no amount was stated, so it counts as more than any budget",
        condition="amount",
        seen="not stated",
        needed="the bytes that are to leave (--bytes, `amount`)",
    )


@pytest.mark.parametrize("hour", [0, 400_001])
def test_what_was_stated_and_is_too_much_is_no_case_of_it(hour: int) -> None:
    codes = flow_codes(BOUNDED, amount=AmountFacts(hour, 10**12, 10**12, 0))

    assert codes
    assert "amount-not-stated" not in codes


def test_where_it_makes_no_difference_it_is_not_said() -> None:
    unreliable = edited("weights:aurora", integrity="unverified")

    assert "amount-not-stated" not in flow_codes(BOUNDED, action="asset.host")
    assert flow_codes(BOUNDED, edited("point:hub", interface="certified")) == []
    assert "amount-not-stated" in flow_codes(BOUNDED, unreliable)
    assert "amount-not-stated" not in flow_codes(BOUNDED, action="weights.publish")


def test_where_a_rule_forbids_or_fails_it_is_not_said() -> None:
    flow = shipped().concerns["flow"]
    s = institute(BOUNDED).situation(ask(), NOW)

    assert unstated_reasons(flow, s, flow.decide(s))
    for outcome in (
        Outcome(permitted=False, rules=("flow-900",)),
        Outcome(permitted=False, rules=(), error="KeyError"),
    ):
        assert unstated_reasons(flow, s, outcome) == ()
