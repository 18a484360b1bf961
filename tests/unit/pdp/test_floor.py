"""The floor on its own: with policies that permit everything, it still says no."""

from dataclasses import replace
from typing import Any

import pytest

from ringwall.model.decisions import Effect, Stage
from ringwall.model.facts import Situation
from ringwall.model.levels import Authentication, Domain, SecurityLevel
from ringwall.model.tiers import TIER_VECTORS, Tier
from ringwall.pdp.floor import FLOOR_RULES, broken_rules
from tests.unit.pdp.scene import DOMAINS, NOW, ask, edited, institute, small

SL = SecurityLevel
Change = dict[str, Any]

# Broken by exactly this condition, all else being in order in the upper tier.
BROKEN: list[tuple[str, str, Change]] = [
    ("floor-suspended", "subject", {"suspended": True}),
    ("floor-suspended", "organisation", {"suspended": True}),
    ("floor-service", "subject", {"id": "service:loader"}),
    *(("floor-site", "site", {domain: SL.SL2}) for domain in DOMAINS),
    ("floor-site", "site", {"personnel": SL.SL3}),
    ("floor-personnel", "subject", {"personnel": SL.SL3}),
    ("floor-private-party", "organisation", {"relation": "partner"}),
    ("floor-private-party", "organisation", {"relation": "licensee"}),
    (
        "floor-government-evidence",
        "organisation",
        {"relation": "member-state", "cyber": SL.SL2},
    ),
    (
        "floor-government-evidence",
        "organisation",
        {"relation": "associated-state", "cyber": SL.SL2},
    ),
    ("floor-compartment", "subject", {"compartments": frozenset()}),
    ("floor-compartment", "subject", {"compartments": frozenset({"other"})}),
    ("floor-authentication", "session", {"authentication": Authentication.MFA}),
    ("floor-authentication", "session", {"authentication": Authentication.NONE}),
]


def upper() -> Situation:
    """Return a question about the upper tier in which everything is in order."""
    facts = institute(edited("user:ada", roles=["researcher"]))
    return facts.situation(ask(), NOW)


def changed(situation: Situation, part: str, change: Change) -> Situation:
    values = {part: replace(getattr(situation, part), **change)}
    return situation._replace(**values)


def codes(situation: Situation) -> list[str]:
    return [rule.code for rule in broken_rules(situation, "three")]


def test_a_question_in_order_stands_on_the_floor_and_is_permitted() -> None:
    assert broken_rules(upper(), "two") == ()
    assert small().evaluate_situation(upper()).permitted


@pytest.mark.parametrize(("code", "part", "change"), BROKEN)
def test_the_floor_alone_denies_though_every_policy_is_wide_open(
    code: str, part: str, change: Change
) -> None:
    decider = small()
    evaluation = decider.evaluate_situation(changed(upper(), part, change))
    verdict = decider.verdict(evaluation)

    assert all(outcome.permitted for outcome in evaluation.outcomes)
    assert verdict.effect is Effect.DENY
    assert [(r.stage, r.code) for r in verdict.reasons] == [(Stage.FLOOR, code)]
    assert verdict.reasons[0].seen
    assert verdict.reasons[0].needed
    assert not verdict.explicit


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "raid-report"},
        {"kind": "raid-case"},
        {"kind": "defence-programme"},
        {"content": "raid"},
        {"content": "defence"},
    ],
)
def test_raid_and_defence_material_is_denied_in_the_lower_tier(change: Change) -> None:
    lower = changed(upper(), "asset", {**change, "tier": Tier.LOWER})

    assert codes(changed(upper(), "asset", change)) == []
    assert codes(lower) == ["floor-content"]
    assert not small().evaluate_situation(lower).permitted


def third() -> Situation:
    s = changed(upper(), "asset", {"tier": Tier.THIRD})
    s = changed(s, "site", dict.fromkeys(DOMAINS, SL.SL5))
    return changed(s, "subject", {"personnel": SL.SL5})


def test_a_tier_that_the_institute_lacks_is_denied() -> None:
    assert small("three").evaluate_situation(third()).permitted
    verdict = small("two").verdict(small("two").evaluate_situation(third()))

    assert [reason.code for reason in verdict.reasons] == ["floor-no-such-tier"]
    assert verdict.reasons[0].seen == "third"
    assert verdict.reasons[0].needed


@pytest.mark.parametrize(
    "relation", ["member-state", "associated-state", "partner", "licensee"]
)
def test_the_third_tier_is_for_the_institutes_own_people(relation: str) -> None:
    change = {"relation": relation, "cyber": SL.SL5}
    broken = codes(changed(third(), "organisation", change))

    assert "floor-third-tier" in broken
    assert set(broken) <= {"floor-third-tier", "floor-private-party"}


@pytest.mark.parametrize("domain", Domain)
@pytest.mark.parametrize("tier", Tier)
def test_each_domain_of_a_site_is_held_to_the_vector_of_the_tier(
    tier: Tier, domain: Domain
) -> None:
    asked = changed(third(), "asset", {"tier": tier})
    least = TIER_VECTORS[tier][domain]
    enough = changed(asked, "site", {domain.value: least})
    short = changed(asked, "site", {domain.value: SecurityLevel(least - 1)})

    assert codes(enough) == []
    assert codes(short) == ["floor-site"]
    assert broken_rules(short, "three")[0].seen(short).startswith(f"{domain} SL")


@pytest.mark.parametrize("tier", Tier)
def test_a_person_is_held_to_the_personnel_level_of_the_tier(tier: Tier) -> None:
    asked = changed(third(), "asset", {"tier": tier})
    least = TIER_VECTORS[tier][Domain.PERSONNEL]

    assert codes(changed(asked, "subject", {"personnel": least})) == []
    low = changed(asked, "subject", {"personnel": SecurityLevel(least - 1)})
    assert codes(low) == ["floor-personnel"]


def test_the_lower_tier_asks_neither_for_hardware_nor_for_evidence() -> None:
    s = changed(upper(), "asset", {"tier": Tier.LOWER})
    s = changed(s, "session", {"authentication": Authentication.NONE})

    for relation in ("partner", "licensee", "member-state", "associated-state"):
        assert codes(changed(s, "organisation", {"relation": relation})) == []


def test_every_broken_rule_is_reported_in_order() -> None:
    s = upper()
    for _, part, change in BROKEN:
        s = changed(s, part, change)

    assert codes(s) == [
        "floor-suspended",
        "floor-service",
        "floor-site",
        "floor-personnel",
        "floor-government-evidence",
        "floor-compartment",
        "floor-authentication",
    ]


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
