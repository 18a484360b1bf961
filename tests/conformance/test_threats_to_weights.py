"""Threats to weights, from outsiders and by training runs, on the shipped policies."""

import pytest

from tests.conformance.attacks import (
    ABOVE,
    WEIGHTS,
    Choices,
    ask,
    concern_of,
    everybody,
    permitted,
    roles_that_may,
    words,
)

pytestmark = pytest.mark.usefixtures("uncounted")

USES = ("weights.infer", "weights.finetune", "weights.interpret", "weights.read")


# Weights.


@pytest.mark.parametrize("kind", WEIGHTS)
def test_no_weights_above_the_lower_tier_answer_an_unconstrained_interface(
    kind: str,
) -> None:
    choices: Choices = {
        "asset.kind": [kind],
        "asset.tier": ABOVE,
        "point.tier": ["third"],
        "action": [
            action
            for action in words("flow", "action")
            if action.startswith("weights.")
        ],
    }

    assert not permitted("flow", {**choices, "point.interface": ["unconstrained"]})
    assert permitted("flow", {**choices, "point.interface": ["isolated"]})


def test_certified_functions_give_no_single_weights() -> None:
    reading = {"action": "weights.read", "asset.tier": "upper"}

    assert not ask("flow", {**reading, "point.interface": "certified"}).permitted
    assert ask("flow", {**reading, "point.interface": "isolated"}).permitted


@pytest.mark.parametrize("action", USES)
@pytest.mark.parametrize(
    "amount", [("hour", 400_000), ("month", 10**9), ("share", 10_000)], ids=str
)
def test_what_a_researcher_carries_out_in_small_pieces_ends_at_each_bound(
    action: str, amount: tuple[str, int]
) -> None:
    name, bound = amount
    through = {"action": action, "point.interface": "bounded"}

    assert ask("flow", {**through, f"amount.{name}": bound}).permitted
    assert not ask("flow", {**through, f"amount.{name}": bound + 1}).permitted


@pytest.mark.parametrize("interface", ["certified", "bounded", "isolated"])
def test_what_is_loaded_from_the_vault_stays_behind_a_hardened_interface(
    interface: str,
) -> None:
    loading = {"action": "weights.load", "point.interface": interface}
    third = {"asset.tier": "third", "point.tier": "third"}

    assert ask("flow", loading).permitted
    assert ask("flow", {**loading, "amount.share": 10**60}).permitted
    assert ask("flow", {**loading, **third}).permitted is (interface == "isolated")
    assert not ask("flow", {**loading, "point.tier": "lower"}).permitted
    open_point = {**loading, "point.interface": "unconstrained"}
    assert ask("flow", open_point).rules == ("flow-909",)


def test_another_key_takes_as_much_as_a_copy() -> None:
    """Whoever holds the key of a container holds what is in it."""
    for tier, quorum, fewer in (
        ("lower", "two", "none"),
        ("upper", "two", "none"),
        ("third", "two-and-executive", "two"),
    ):
        for action in ("weights.copy", "weights.rewrap"):
            asked = {
                "action": action,
                "asset.tier": tier,
                "subject.roles": ["custodian"],
            }
            assert ask("access", {**asked, "grant.quorum": quorum}).permitted
            assert not ask("access", {**asked, "grant.quorum": fewer}).permitted


def test_the_third_tier_is_reached_through_isolated_points_alone() -> None:
    choices: Choices = {
        "asset.tier": ["third"],
        "point.tier": ["third"],
        "point.interface": [
            word
            for word in words("flow", "point.interface")
            if word not in {"isolated", "hardened"}
        ],
        "action": [
            action
            for action in words("flow", "action")
            if action.startswith("weights.")
        ],
    }

    assert not permitted("flow", choices)
    assert permitted("flow", {**choices, "point.interface": ["isolated"]})


def test_what_leaves_the_third_tier_in_a_month_is_capped() -> None:
    cap = 50 * 10**9
    leaving = {"asset.tier": "third", "point.tier": "third", "action": "weights.export"}

    assert ask("flow", {**leaving, "amount.month": cap}).permitted
    assert not ask("flow", {**leaving, "amount.month": cap + 1}).permitted


@pytest.mark.parametrize("tier", ABOVE)
def test_a_copy_beyond_the_third_is_not_made(tier: str) -> None:
    copy = {"asset.tier": tier, "point.tier": tier, "action": "weights.copy"}

    assert ask("flow", {**copy, "amount.copies": 3}).permitted
    assert not ask("flow", {**copy, "amount.copies": 4}).permitted


def test_nobody_is_alone_in_a_room_with_weights() -> None:
    room = {"asset.kind": "room", "action": "site.enter"}

    for tier, others in (("upper", 1), ("third", 2)):
        here = {**room, "asset.tier": tier}
        assert ask("flow", {**here, "session.present": others}).permitted
        assert not ask("flow", {**here, "session.present": others - 1}).permitted


def test_only_custodians_place_copy_and_move_weights_of_the_upper_tier() -> None:
    moving = ("asset.host", "weights.copy", "weights.export", "tier.lower")
    for action in (*moving, "weights.seal", "weights.rewrap"):
        for kind in WEIGHTS:
            asked = {"action": action, "asset.kind": kind}
            assert roles_that_may("access", asked) == {"custodian"}, (action, kind)


@pytest.mark.parametrize("kind", WEIGHTS)
def test_an_export_takes_two_others_an_executive_and_a_fresh_key(kind: str) -> None:
    export = {
        "action": "weights.export",
        "asset.kind": kind,
        "subject.roles": everybody("access"),
    }

    assert ask("access", export).permitted
    assert not ask("access", {**export, "grant.quorum": "two"}).permitted
    weaker = {**export, "session.authentication": "hardware"}
    assert not ask("access", weaker).permitted


def test_a_password_or_a_code_opens_nothing_above_the_lower_tier() -> None:
    choices: Choices = {
        "subject.roles": [everybody("access")],
        "asset.tier": ABOVE,
        "asset.kind": words("access", "asset.kind"),
        "action": words("access", "action"),
    }

    assert not permitted("access", {**choices, "session.authentication": ["mfa"]})
    assert permitted("access", {**choices, "session.authentication": ["hardware"]})


def test_nobody_below_the_screening_of_the_tier_opens_anything_in_it() -> None:
    choices: Choices = {
        "subject.roles": [everybody("access")],
        "asset.kind": words("access", "asset.kind"),
        "action": words("access", "action"),
    }

    for tier, short in (("upper", "SL3"), ("third", "SL4")):
        below = {**choices, "asset.tier": [tier], "subject.personnel": [short]}
        assert not permitted("access", below)


# Outsiders.


def test_no_government_partner_or_guest_reaches_weights_above_the_lower_tier() -> None:
    outside = [
        "partner-developer",
        "licensed-user",
        "outside-researcher",
        "government-liaison",
        "assessor",
    ]
    choices: Choices = {
        "subject.roles": [outside],
        "asset.kind": WEIGHTS,
        "asset.tier": ABOVE,
        "action": words("access", "action"),
    }

    assert not permitted("access", choices)


def test_no_organisation_but_the_institute_reaches_the_third_tier() -> None:
    relations = words("eligibility", "organisation.relation")

    may = {
        relation
        for relation in relations
        if ask(
            "eligibility",
            {"organisation.relation": relation, "asset.tier": "third"},
        ).permitted
    }

    assert may == {"institute"}


def test_a_public_body_reaches_the_upper_tier_by_agreement_and_evidence_alone() -> None:
    missing: tuple[tuple[str, object], ...] = (("agreement", "none"), ("cyber", "SL2"))

    for relation in ("member-state", "associated-state", "eu-institution"):
        asked: dict[str, object] = {"organisation.relation": relation}
        assert ask("eligibility", asked).permitted
        for name, value in missing:
            without = {**asked, f"organisation.{name}": value}
            assert not ask("eligibility", without).permitted, (relation, name)


@pytest.mark.parametrize("score", ["rule_of_law", "freedoms"])
def test_an_associated_state_shows_rule_of_law_and_freedoms_first(score: str) -> None:
    asked: dict[str, object] = {"organisation.relation": "associated-state"}

    assert ask("eligibility", {**asked, f"organisation.{score}": 70}).permitted
    assert not ask("eligibility", {**asked, f"organisation.{score}": 69}).permitted


def test_a_partner_is_screened_and_bound_before_anything_opens() -> None:
    for relation in ("partner", "licensee", "research-organisation"):
        asked = {"organisation.relation": relation, "asset.tier": "lower"}
        assert ask("eligibility", asked).permitted
        for lacking in ("screening", "agreement"):
            without = {**asked, f"organisation.{lacking}": "none"}
            assert not ask("eligibility", without).permitted, (relation, lacking)


# Training runs.


@pytest.mark.parametrize("action", ["training.start", "training.scale"])
def test_the_next_generation_is_built_above_where_the_posture_says_so(
    action: str,
) -> None:
    large = {"action": action, "asset.tier": "lower", "asset.equivalent": "no"}
    above = str(10**25 + 1)

    for posture in ("scenario-2", "undeclared"):
        declared = {**large, "institute.open_source": posture}
        assert ask("training", {**declared, "asset.compute": "1e25"}).permitted
        assert not ask("training", {**declared, "asset.compute": above}).permitted
        for tier in ABOVE:
            assert ask("training", {**declared, "asset.tier": tier}).permitted
    for posture in ("scenario-1", "scenario-3"):
        assert ask("training", {**large, "institute.open_source": posture}).permitted


@pytest.mark.parametrize("action", ["training.start", "training.scale"])
@pytest.mark.parametrize(
    "size",
    [
        {"asset.compute": "1e27", "asset.equivalent": "no"},
        {"asset.compute": "1e20", "asset.equivalent": "yes"},
    ],
    ids=["above 1e26", "found equivalent"],
)
@pytest.mark.parametrize(
    "lacking", ["notice", "security_evaluation", "alignment_evaluation", "evaluator"]
)
def test_a_run_beyond_the_threshold_lacks_no_safeguard(
    action: str, size: dict[str, object], lacking: str
) -> None:
    run = {**size, "action": action}

    assert ask("training", run).permitted
    assert not ask("training", {**run, f"asset.{lacking}": "none"}).permitted


def test_a_run_beyond_the_threshold_needs_a_cluster_that_is_registered() -> None:
    assert not ask("training", {"site.cluster": "unregistered"}).permitted


@pytest.mark.parametrize("tier", ABOVE)
def test_runs_above_the_lower_tier_start_at_hardened_points_alone(tier: str) -> None:
    choices: Choices = {
        "asset.kind": ["training-run"],
        "asset.tier": [tier],
        "point.tier": [tier],
        "action": ["training.start", "training.scale"],
    }

    assert not permitted("flow", {**choices, "point.interface": ["unconstrained"]})
    assert len(permitted("flow", {**choices, "point.interface": ["isolated"]})) == 2


def test_nobody_asks_for_whom_or_for_what_a_run_is() -> None:
    # So there is no purpose, research among them, that exempts one.
    assert concern_of("training").concern.schema.objects == (
        "institute",
        "asset",
        "site",
        "action",
    )
