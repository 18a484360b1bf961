"""The floor on its own: with policies that permit everything, it still says no."""

from dataclasses import replace
from typing import Any

import pytest

from ringwall.model.decisions import Effect, Stage
from ringwall.model.facts import GrantFacts, Situation
from ringwall.model.ids import ASSET_KINDS
from ringwall.model.levels import (
    Authentication,
    Disclosure,
    Domain,
    Equivalence,
    Proof,
    Quorum,
    SecurityLevel,
)
from ringwall.model.parties import RELATIONS
from ringwall.model.tiers import TIER_VECTORS, Tier
from ringwall.pdp.floor import SEVERE_COMPUTE, broken_rules
from ringwall.pdp.pipeline import DecisionPoint
from tests.unit.pdp.scene import (
    ACCESS_HEAD,
    ACCESS_TAIL,
    DOMAINS,
    NOW,
    ask,
    concern,
    decider,
    edited,
    institute,
    shipped,
    small,
)

SL = SecurityLevel
Change = dict[str, Any]
PUBLIC = ("institute", "member-state", "associated-state", "eu-institution", "assessor")

# Broken by exactly this condition, all else being in order in the upper tier.
BROKEN: list[tuple[str, str, Change]] = [
    ("floor-suspended", "subject", {"suspended": True}),
    ("floor-suspended", "organisation", {"suspended": True}),
    ("floor-service", "subject", {"id": "service:loader"}),
    *(("floor-site", "site", {domain: SL.SL2}) for domain in DOMAINS),
    ("floor-site", "site", {"personnel": SL.SL3}),
    ("floor-personnel", "subject", {"personnel": SL.SL3}),
    *(
        ("floor-private-party", "organisation", {"relation": relation})
        for relation in RELATIONS
        if relation not in PUBLIC
    ),
    *(
        (
            "floor-government-evidence",
            "organisation",
            {"relation": relation, "cyber": SL.SL2},
        )
        for relation in PUBLIC[1:]
    ),
    ("floor-compartment", "subject", {"compartments": frozenset()}),
    ("floor-compartment", "subject", {"compartments": frozenset({"other"})}),
    ("floor-need-to-know", "asset", {"need_to_know": True}),
    ("floor-authentication", "session", {"authentication": Authentication.MFA}),
    ("floor-authentication", "session", {"authentication": Authentication.NONE}),
    ("floor-derived", "asset", {"source_tier": Tier.THIRD}),
    ("floor-derived", "asset", {"source_compartments": frozenset({"aurora", "x"})}),
    ("floor-flow", "point", {"tier": Tier.LOWER}),
    ("floor-interface", "point", {"interface": "unconstrained"}),
]


def upper() -> Situation:
    """Return a question about the upper tier in which everything is in order."""
    facts = institute(edited("user:ada", roles=["researcher"]))
    return facts.situation(ask(), NOW)


def changed(situation: Situation, part: str, change: Change) -> Situation:
    values = {part: replace(getattr(situation, part), **change)}
    return situation._replace(**values)


def about(action: str, **asset: object) -> Situation:
    """Return a question in order about another action, of an asset with other facts."""
    return changed(upper(), "asset", asset)._replace(action=action)


def open_to(*actions: str) -> DecisionPoint:
    """Return a decision point whose policies permit some actions to everybody."""
    words = ", ".join(["weights.infer", *actions])
    tail = ACCESS_TAIL.replace(
        "action = weights.infer, weights.read", f"action = {words}"
    )
    rows = "p, acc-001, researcher, *, allow\n"
    return small("three", access=concern(ACCESS_HEAD, tail, rows))


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
    lower = changed(lower, "point", {"tier": Tier.LOWER})

    assert codes(changed(upper(), "asset", change)) == []
    assert codes(lower) == ["floor-content"]
    assert not small().evaluate_situation(lower).permitted


@pytest.mark.parametrize("tier", Tier)
def test_what_is_kept_by_need_to_know_opens_to_who_was_approved_for_it(
    tier: Tier,
) -> None:
    asked = changed(third(), "asset", {"tier": tier, "need_to_know": True})
    for quorum in Quorum:
        approved = asked._replace(grant=GrantFacts(quorum))
        broken = [] if quorum else ["floor-need-to-know"]

        assert codes(approved) == broken
    open_to_all = changed(asked, "asset", {"need_to_know": False})
    assert codes(open_to_all) == []


def third() -> Situation:
    s = changed(upper(), "asset", {"tier": Tier.THIRD})
    s = changed(s, "site", dict.fromkeys(DOMAINS, SL.SL5))
    s = changed(s, "point", {"tier": Tier.THIRD})
    return changed(s, "subject", {"personnel": SL.SL5})


@pytest.mark.parametrize(
    ("action", "reads", "writes"),
    [
        ("weights.load", True, False),
        ("weights.seal", False, True),
        ("weights.rewrap", True, True),
        ("weights.copy", True, True),
    ],
)
def test_the_vault_neither_reads_up_nor_writes_down(
    action: str, *, reads: bool, writes: bool
) -> None:
    asked = upper()._replace(action=action)
    below = changed(asked, "point", {"tier": Tier.LOWER})
    above = changed(asked, "point", {"tier": Tier.THIRD})
    loose = changed(asked, "point", {"interface": "unconstrained"})

    assert codes(asked) == []
    assert codes(below) == (["floor-flow"] if reads else [])
    assert codes(above) == (["floor-flow"] if writes else [])
    assert codes(loose) == ["floor-interface"]


def test_a_tier_that_the_institute_lacks_is_denied() -> None:
    assert small("three").evaluate_situation(third()).permitted
    verdict = small("two").verdict(small("two").evaluate_situation(third()))

    assert [reason.code for reason in verdict.reasons] == ["floor-no-such-tier"]
    assert verdict.reasons[0].seen == "third"
    assert verdict.reasons[0].needed


@pytest.mark.parametrize("relation", [r for r in RELATIONS if r != "institute"])
def test_the_third_tier_is_for_the_institutes_own_people(relation: str) -> None:
    change = {"relation": relation, "cyber": SL.SL5}
    broken = codes(changed(third(), "organisation", change))

    assert "floor-third-tier" in broken
    assert "floor-outsider" not in broken
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

    for relation in RELATIONS:
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
        "floor-need-to-know",
        "floor-authentication",
        "floor-derived",
        "floor-flow",
        "floor-interface",
    ]


SAFEGUARDS = ("notice", "security_evaluation", "alignment_evaluation", "evaluator")
SHOWN = dict.fromkeys(SAFEGUARDS, Proof.IN_DATE)


@pytest.mark.parametrize("action", ["training.start", "training.scale"])
@pytest.mark.parametrize("lacking", SAFEGUARDS)
@pytest.mark.parametrize(
    "size",
    [{"compute": SEVERE_COMPUTE + 1}, {"equivalent": Equivalence.YES}],
)
def test_a_large_run_lacks_no_safeguard(
    action: str, lacking: str, size: Change
) -> None:
    run = {"kind": "training-run", **SHOWN, **size}
    s = about(action, **{**run, lacking: Proof.NONE})
    (rule,) = broken_rules(s, "two")

    assert codes(about(action, **run)) == []
    assert rule.code == "floor-training"
    assert rule.seen(s) == f"not shown: {NAMED[lacking]}"
    assert rule.needed(s)
    assert not open_to(action).evaluate_situation(s).permitted
    assert open_to(action).evaluate_situation(about(action, **run)).permitted


NAMED = {
    "notice": "notice",
    "security_evaluation": "security evaluation",
    "alignment_evaluation": "alignment evaluation",
    "evaluator": "evaluator on the premises",
}


def test_a_run_of_exactly_the_threshold_is_not_above_it() -> None:
    assert codes(about("training.start", compute=SEVERE_COMPUTE)) == []
    assert codes(about("weights.infer", compute=SEVERE_COMPUTE + 1)) == []


@pytest.mark.parametrize(
    "action",
    [
        *("weights.publish", "research.publish", "offer.licence", "offer.api"),
        "offer.structured",
    ],
)
def test_nothing_above_the_lower_tier_or_embargoed_leaves(action: str) -> None:
    lower = {"tier": Tier.LOWER, "kind": "dataset"}
    hidden = about(action, **lower, disclosure=Disclosure.EMBARGOED)
    (rule,) = broken_rules(hidden, "two")

    assert codes(about(action, **lower)) == []
    assert codes(about(action, kind="dataset")) == ["floor-release"]
    assert (rule.code, rule.seen(hidden)) == (
        "floor-release",
        "tier lower, disclosure embargoed",
    )
    assert rule.needed(hidden)
    assert not open_to(action).evaluate_situation(hidden).permitted
    assert open_to(action).evaluate_situation(about(action, **lower)).permitted


@pytest.mark.parametrize("relation", PUBLIC)
@pytest.mark.parametrize("kind", ["raid-report", "raid-case"])
def test_who_enforces_law_sees_no_report_and_no_case(kind: str, relation: str) -> None:
    s = about("raid.read", kind=kind)
    s = changed(s, "organisation", {"relation": relation, "cyber": SL.SL3})
    enforcing = changed(s, "organisation", {"enforcing": True})
    outside = [] if relation == "institute" else ["floor-outsider"]
    rule = broken_rules(enforcing, "two")[-1]

    assert codes(s) == outside
    assert codes(enforcing) == [*outside, "floor-enforcing"]
    assert rule.seen(enforcing) == enforcing.organisation.id
    assert rule.needed(enforcing)
    assert not open_to("raid.read").evaluate_situation(enforcing).permitted


THEIRS = {
    "research.read": {"evaluation", "defence-programme", "security-record"},
    "research.write": {"evaluation"},
    "weights.infer": {"model-weights", "checkpoint"},
    "interface.call": {"interface"},
    "site.enter": {"room"},
    "measure.attest": {"security-record"},
    "audit.read": {"security-record"},
}


@pytest.mark.parametrize("relation", PUBLIC[1:])
@pytest.mark.parametrize("kind", sorted(ASSET_KINDS.values()))
def test_outsiders_do_a_few_things_above_the_lower_tier_and_nothing_else(
    kind: str, relation: str
) -> None:
    for action in sorted(decider().actions):
        s = changed(about(action, kind=kind), "organisation", {"relation": relation})
        s = changed(s, "organisation", {"cyber": SL.SL3})
        allowed = kind in THEIRS.get(action, set())

        assert ("floor-outsider" in codes(s)) is not allowed
        assert not allowed or codes(s) == []
        inside = changed(s, "organisation", {"relation": "institute"})
        assert "floor-outsider" not in codes(inside)


@pytest.mark.parametrize("kind", ["raid-report", "raid-case", "defence-programme"])
@pytest.mark.parametrize("relation", RELATIONS)
def test_no_outsider_reaches_a_case_in_the_lower_tier_either(
    kind: str, relation: str
) -> None:
    s = about("research.read", kind=kind, tier=Tier.LOWER)
    s = changed(s, "organisation", {"relation": relation})
    s = changed(s, "point", {"tier": Tier.LOWER})
    outside = relation != "institute" and kind != "defence-programme"

    assert set(codes(s)) == {"floor-content", *["floor-outsider"] * outside}


def test_who_enforces_law_sees_no_copy_of_raid_material_either() -> None:
    s = about("research.read", kind="evaluation", content="raid")
    enforcing = changed(s, "organisation", {"enforcing": True})

    assert codes(s) == []
    assert codes(enforcing) == ["floor-enforcing"]


@pytest.mark.parametrize("kind", ["evaluation", "defence-programme"])
def test_who_enforces_law_sees_what_is_not_of_a_case(kind: str) -> None:
    s = changed(about("research.read", kind=kind), "organisation", {"enforcing": True})

    assert codes(s) == []


@pytest.mark.parametrize("tier", Tier)
def test_what_is_written_stays_where_its_writer_may_hold_it(tier: Tier) -> None:
    s = changed(third(), "asset", {"tier": tier, "kind": "dataset"})
    writes = s._replace(action="research.write")
    below = [] if tier is Tier.THIRD else ["floor-flow"]

    assert codes(writes) == below
    assert codes(s._replace(action="research.read")) == []
    assert codes(s._replace(action="tier.lower")) == []
    for rule in broken_rules(writes, "three"):
        assert (rule.seen(writes), rule.needed(writes)) == ("third", f"{tier} or lower")


@pytest.mark.parametrize("action", ["raid.intake", "measure.attest", "site.enter"])
def test_what_only_writes_up_is_not_held_to_the_tier_of_the_point(action: str) -> None:
    s = changed(about(action, kind="raid-report"), "point", {"tier": Tier.LOWER})

    assert codes(s) == []
    assert codes(s._replace(action="raid.read")) == ["floor-flow"]


@pytest.mark.parametrize("kind", ["model-weights", "checkpoint"])
def test_weights_above_the_lower_tier_need_a_tool_that_constrains(kind: str) -> None:
    s = changed(about("weights.delete", kind=kind), "point", {"interface": "certified"})
    loose = changed(s, "point", {"interface": "unconstrained"})
    lower = changed(loose, "asset", {"tier": Tier.LOWER})
    lower = changed(lower, "point", {"tier": Tier.LOWER})

    assert codes(s) == []
    assert codes(loose) == ["floor-interface"]
    assert codes(lower) == []
    assert codes(loose._replace(action="tier.lower")) == []


GUARDS = {"read_up": "up", "write_down": "down"}


@pytest.mark.parametrize("guard", GUARDS)
def test_the_floor_refuses_no_flow_that_the_shipped_policy_lets_pass(
    guard: str,
) -> None:
    """Two layers that agree: a row that guards nothing is not undone by the floor."""
    flow = shipped().concerns["flow"].concern
    action, held = flow.schema.column_index("action"), flow.schema.column_index(guard)
    away = {"read_up": Tier.LOWER, "write_down": Tier.THIRD}[guard]
    kinds = {"kind": "dataset", "tier": Tier.UPPER, "disclosure": Disclosure.CLEARED}
    for rule in flow.rules:
        if rule.effect == "allow" and rule.values[held] is None:
            s = changed(
                about(str(rule.values[action]), **kinds), "point", {"tier": away}
            )
            assert "floor-flow" not in codes(s), rule.id
