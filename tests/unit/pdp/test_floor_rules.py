"""What the rules of the floor say: codes of their own, and what would serve."""

from typing import Any

import pytest

from ringwall.pdp.floor import broken_rules
from ringwall.pdp.floor_rules import FLOOR_RULES, unshown_safeguards
from tests.unit.pdp.test_floor import BROKEN, PUBLIC, about, changed, upper

Change = dict[str, Any]


def test_each_rule_has_a_code_of_its_own() -> None:
    found = [rule.code for rule in FLOOR_RULES]

    assert len(set(found)) == len(found)
    assert all(code.startswith("floor-") for code in found)


@pytest.mark.parametrize(("code", "part", "change"), BROKEN)
def test_a_broken_rule_says_what_was_seen_and_what_would_serve(
    code: str, part: str, change: Change
) -> None:
    s = changed(upper(), part, change)
    (rule,) = broken_rules(s, "two")

    assert rule.code == code
    assert rule.seen(s) != rule.needed(s)


@pytest.mark.parametrize(
    ("part", "change", "seen"),
    [
        ("subject", {}, "user:ada"),
        ("subject", {"id": "service:loader"}, "service:loader or its operator"),
        ("organisation", {}, "org:institute"),
    ],
)
def test_it_is_said_who_is_suspended(part: str, change: Change, seen: str) -> None:
    s = changed(upper(), part, {**change, "suspended": True})

    assert broken_rules(s, "two")[0].seen(s) == seen


@pytest.mark.parametrize(
    "relation", ["candidate-state", "international-body", "partner"]
)
def test_an_outsider_who_never_rises_is_told_who_does(relation: str) -> None:
    s = changed(upper(), "organisation", {"relation": relation})
    (rule,) = broken_rules(s, "two")

    assert rule.code == "floor-private-party"
    assert relation not in rule.message
    assert rule.seen(s) == relation
    assert set(rule.needed(s).split(", ")) == set(PUBLIC)


def test_an_outsider_is_told_what_was_asked_of_what() -> None:
    s = changed(about("weights.read"), "organisation", {"relation": "assessor"})
    rule = next(r for r in broken_rules(s, "two") if r.code == "floor-outsider")

    assert rule.seen(s) == "assessor (weights.read on model-weights)"
    assert rule.needed(s) == "institute"


def test_safeguards_that_are_not_shown_are_listed() -> None:
    assert unshown_safeguards(about("training.start").asset) == (
        "notice, security evaluation, alignment evaluation, evaluator on the premises"
    )
