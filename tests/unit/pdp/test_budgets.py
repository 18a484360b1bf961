"""Every row about a question has to hold: one budget never makes up for another."""

import itertools
from collections.abc import Mapping
from dataclasses import replace

import pytest

from ringwall.base.errors import PolicyError
from ringwall.model.decisions import Stage
from ringwall.model.facts import UNKNOWN_AMOUNT, Situation
from ringwall.model.tiers import Tier
from ringwall.pdp.budgets import (
    BUDGET_UNKNOWN,
    BudgetFacts,
    BudgetQuestion,
    Budgets,
    Draw,
    InterfaceFacts,
    Left,
)
from ringwall.pdp.obligations import KeptAsset
from ringwall.policy.bundle import compile_bundle, parse_bundle
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import Outcome
from ringwall.policy.reference import ReferenceConcern
from tests.unit.pdp.approvals import about
from tests.unit.pdp.scene import decider, files_of, shipped

HOUR, YEAR = Draw("person", "hour"), Draw("person", "year")
SHARE, FLEET = Draw("asset", "month"), Draw("fleet", "month")
DRAWS = (HOUR, YEAR, SHARE, FLEET)
LIMITS = {
    HOUR: Left(4_000_000),
    YEAR: Left(6 * 10**9),
    SHARE: Left(UNKNOWN_AMOUNT, 2500),
    FLEET: Left(5 * 10**10),
}
NOTHING = dict.fromkeys(DRAWS, Left(0, 0))


def read(
    action: str = "weights.read",
    kind: str = "model-weights",
    tier: Tier = Tier.UPPER,
    interface: str = "bounded",
) -> Situation:
    s = about(action, kind, tier)
    return s._replace(point=replace(s.point, interface=interface))


def compiled(*rows: str, change: tuple[str, str] = ("", "")) -> CompiledConcern:
    found = files_of("budget")
    model = found["model.conf"].decode().replace(*change).encode()
    table = found["policy.csv"] + "".join(f"{row}\n" for row in rows).encode()
    bundle = parse_bundle({"budget": {"model.conf": model, "policy.csv": table}})
    return compile_bundle(bundle).concerns["budget"]


def over(left: dict[Draw, Left], situation: Situation | None = None) -> list[str]:
    reasons = decider().budgets.overdrawn(situation or read(), left)
    assert all(reason.stage is Stage.BUDGET for reason in reasons)
    assert {reason.code for reason in reasons} <= {"budget-exceeded"}
    return [reason.rule for reason in reasons]


def test_a_question_draws_on_what_its_rows_are_about() -> None:
    budgets = decider().budgets

    assert budgets.draws_of(read()) == DRAWS
    assert budgets.draws_of(read("interface.call", "interface")) == (HOUR, YEAR, FLEET)
    assert budgets.draws_of(read(tier=Tier.THIRD, interface="isolated")) == (FLEET,)
    assert budgets.draws_of(read(interface="isolated")) == ()
    assert budgets.draws_of(read(tier=Tier.LOWER)) == ()
    for free in ("weights.load", "weights.seal", "weights.delete", "raid.read"):
        assert budgets.draws_of(read(free, tier=Tier.THIRD)) == ()


def test_each_row_holds_at_its_limit_and_not_beyond() -> None:
    assert over(LIMITS) == []
    assert over({**LIMITS, HOUR: Left(4_000_001)}) == ["bud-001"]
    assert over({**LIMITS, YEAR: Left(6 * 10**9 + 1)}) == ["bud-006"]
    assert over({**LIMITS, SHARE: Left(0, 2501)}) == ["bud-020"]
    assert over({**LIMITS, FLEET: Left(5 * 10**10 + 1)}) == ["bud-030"]


def test_each_budget_that_is_overdrawn_is_named() -> None:
    beyond = {draw: Left(10**12, 10**6) for draw in DRAWS}

    assert over(beyond) == ["bud-001", "bud-006", "bud-020", "bud-030"]
    assert over({}) == ["bud-001", "bud-006", "bud-020", "bud-030"]
    assert over({}, read(tier=Tier.THIRD, interface="isolated")) == ["bud-100"]


def test_what_draws_on_nothing_is_never_beyond_a_budget() -> None:
    assert over({}, read("weights.delete")) == []
    assert over({}, read(interface="isolated")) == []
    assert decider().budgets.overdrawn(read(tier=Tier.LOWER), None) == ()
    assert decider().budgets.overdrawn(read("weights.load"), None) == ()


def test_the_reason_says_whose_account_in_which_time_and_where_the_row_stands() -> None:
    (hour,) = decider().budgets.overdrawn(read(), {**NOTHING, HOUR: Left(4_000_001)})
    (share,) = decider().budgets.overdrawn(read(), {**NOTHING, SHARE: Left(9, 2501)})
    rows = shipped().concerns["budget"].concern.rules
    (line,) = [rule.line for rule in rows if rule.id == "bud-001"]

    assert hour.message == (
        "more would have left by this person in an hour than the rule lets out"
    )
    assert (hour.rule, hour.place) == ("bud-001", f"budget/policy.csv:{line}")
    assert (hour.condition, hour.seen) == ("person hour", "4000001 bytes")
    assert hour.needed == "4000000 bytes or less"
    assert (share.condition, share.seen) == ("asset month", "2501 ppm")
    assert share.needed == "2500 ppm or less"


def test_what_nobody_knows_is_told_so() -> None:
    left = {**NOTHING, SHARE: Left(9), HOUR: Left(UNKNOWN_AMOUNT)}
    hour, share = decider().budgets.overdrawn(read(), left)

    assert hour.seen == "an unknown number of bytes"
    assert share.seen == "an unknown number of ppm"


def test_a_row_may_bound_both_bytes_and_share() -> None:
    row = "p, bud-990, weights.read, *, upper, *, asset, year, 100, 7, allow"
    budgets = Budgets(compiled(row))
    asset = Draw("asset", "year")

    assert asset in budgets.draws_of(read())
    assert budgets.overdrawn(read(), {**NOTHING, asset: Left(100, 7)}) == ()
    (by_bytes,) = budgets.overdrawn(read(), {**NOTHING, asset: Left(101, 7)})
    (by_share,) = budgets.overdrawn(read(), {**NOTHING, asset: Left(100, 8)})
    (by_both,) = budgets.overdrawn(read(), {**NOTHING, asset: Left(101, 8)})
    assert by_bytes.needed == "100 bytes or less"
    assert by_share.needed == "7 ppm or less"
    assert by_both.seen == "101 bytes, 8 ppm"


def test_a_looser_row_never_makes_up_for_a_stricter_one() -> None:
    """In the other concerns one row that allows is enough; here all have to."""
    row = "p, bud-990, weights.read, *, *, *, person, hour, 1e12, *, allow"
    budgets = Budgets(compiled(row))
    left = {**NOTHING, HOUR: Left(4_000_001)}

    assert [reason.rule for reason in budgets.overdrawn(read(), left)] == ["bud-001"]
    everywhere = read(tier=Tier.LOWER, interface="unconstrained")
    assert budgets.draws_of(everywhere) == (HOUR,)
    assert budgets.overdrawn(everywhere, left) == ()


def test_an_amount_that_nobody_stated_is_denied_where_there_is_a_budget() -> None:
    (reason,) = decider().budgets.overdrawn(read(), None)

    assert (reason.stage, reason.code) == (Stage.BUDGET, "amount-not-stated")
    assert reason.needed


def test_a_question_that_can_not_be_evaluated_is_denied() -> None:
    def decide(_: object) -> Outcome:
        return Outcome(permitted=False, rules=(), error="TypeError: why")

    budgets = Budgets(replace(shipped().concerns["budget"], decide=decide))
    (reason,) = budgets.overdrawn(read(), NOTHING)

    assert (reason.stage, reason.code) == (Stage.BUDGET, "budget-unknown")
    assert BUDGET_UNKNOWN == "budget-unknown"
    assert budgets.draws_of(read()) == DRAWS
    assert budgets.draws_of(read("weights.delete")) == ()
    assert budgets.overdrawn(read("weights.delete"), None) == ()


def test_an_amount_that_can_not_be_evaluated_is_denied_as_if_it_were_too_much() -> None:
    whole = shipped().concerns["budget"]

    def decide(question: object) -> Outcome:
        assert isinstance(question, BudgetQuestion)
        if question.budget.bytes:
            return Outcome(permitted=False, rules=(), error="ValueError: why")
        return whole.decide(question)

    budgets = Budgets(replace(whole, decide=decide))
    reasons = budgets.overdrawn(read(), {**NOTHING, HOUR: Left(1)})

    assert [reason.code for reason in reasons] == [BUDGET_UNKNOWN, "budget-exceeded"]


def test_a_budget_hangs_on_nothing_that_is_not_remembered() -> None:
    with pytest.raises(PolicyError) as caught:
        Budgets(compiled(change=("r.asset.kind", "r.asset.content")))

    assert caught.value.code == "facts-differ"


def test_stock_casbin_holds_every_row_to_the_same_amounts() -> None:
    """Row by row: in stock Casbin, each alone is the table of its budget."""
    whole = shipped().concerns["budget"].concern
    rows = decider().budgets
    near = (0, 2500, 2501, 4_000_000, 4_000_001, 5 * 10**10, 5 * 10**10 + 1, 10**60)
    asked = 0
    for rule in whole.rules[::3]:
        alone = replace(whole, rules=(rule,), files=only(whole.files, rule.line))
        referee = ReferenceConcern(alone)
        at = {column.name: n for n, column in enumerate(whole.schema.columns)}
        text = {name: rule.text[place] for name, place in at.items()}
        interface = "isolated" if text["interface"] == "*" else text["interface"]
        situation = read(
            text["action"], tier=Tier.parse(text["tier"]), interface=interface
        )
        draw = Draw(text["account"], text["window"])
        for size, share in itertools.product(near, (0, 2500, 2501)):
            question = BudgetQuestion(
                KeptAsset("model-weights", situation.asset.tier),
                InterfaceFacts(interface),
                BudgetFacts(*draw, size, share),
                text["action"],
            )
            broken = rows.overdrawn(situation, {**NOTHING, draw: Left(size, share)})
            named = rule.id in {reason.rule for reason in broken}
            assert referee.decide(question).permitted is not named
            asked += 1
    assert asked > 200


def only(files: Mapping[str, bytes], line: int) -> dict[str, bytes]:
    """Return the files of the concern with one row of the table alone."""
    found = dict(files)
    rows = found["policy.csv"].decode().splitlines()
    found["policy.csv"] = (rows[line - 1] + "\n").encode()
    return found
