"""Threats to secrets, code, data and their tiers, tried on the shipped policies."""

import pytest

from tests.conformance.attacks import (
    ABOVE,
    WEIGHTS,
    Choices,
    ask,
    everybody,
    permitted,
    words,
)

pytestmark = pytest.mark.usefixtures("uncounted")

USES = ("weights.infer", "weights.finetune", "weights.interpret", "weights.read")


# Secrets, code and data.


def test_nothing_above_is_read_at_a_point_of_a_lower_tier() -> None:
    reading: Choices = {
        "asset.kind": words("flow", "asset.kind"),
        "action": [
            *USES,
            "research.read",
            "secret.read",
            "interface.call",
            "raid.read",
        ],
        "point.interface": words("flow", "point.interface"),
    }

    for tier, point in (("upper", "lower"), ("third", "upper"), ("third", "lower")):
        at = {**reading, "asset.tier": [tier], "point.tier": [point]}
        assert not permitted("flow", at), (tier, point)


def test_nothing_above_is_written_into_a_lower_tier() -> None:
    writing: Choices = {
        "asset.kind": words("flow", "asset.kind"),
        "asset.tier": ["lower"],
        "point.tier": ABOVE,
        "action": ["research.write", "secret.write", "raid.write", "training.start"],
    }

    assert not permitted("flow", writing)
    assert permitted("flow", {**writing, "point.tier": ["lower"]})


@pytest.mark.parametrize("tier", ["lower", "upper", "third"])
def test_what_is_less_reliable_is_neither_read_in_nor_writes_up(tier: str) -> None:
    here = {"asset.kind": "training-data", "asset.tier": tier, "point.tier": tier}
    poisoned = {**here, "asset.integrity": "unverified", "action": "research.read"}
    writer = {**here, "point.integrity": "unverified", "action": "research.write"}

    assert not ask("flow", poisoned).permitted
    assert not ask("flow", writer).permitted
    assert ask("flow", {**poisoned, "asset.integrity": "reviewed"}).permitted
    assert ask("flow", {**writer, "point.integrity": "reviewed"}).permitted


def test_one_person_alone_writes_no_code_secret_or_data_of_the_upper_tier() -> None:
    choices: Choices = {
        "subject.roles": [everybody("access")],
        "asset.kind": ["codebase", "algorithmic-secret", "training-data", "dataset"],
        "action": ["research.write", "secret.write"],
    }

    assert not permitted("access", {**choices, "grant.quorum": ["none"]})
    assert len(permitted("access", {**choices, "grant.quorum": ["two"]})) == 4


def test_no_program_reads_or_writes_a_secret_above_the_lower_tier() -> None:
    choices: Choices = {
        "subject.roles": [words("access", "subject.roles")],
        "asset.kind": ["algorithmic-secret"],
        "asset.tier": ABOVE,
        "action": ["secret.read", "secret.write"],
    }

    assert not permitted("access", choices)
    people = {**choices, "subject.roles": [everybody("access")]}
    assert len(permitted("access", people)) == 4


def test_what_derives_from_above_is_never_held_below_it() -> None:
    choices: Choices = {
        "asset.kind": words("classification", "asset.kind"),
        "asset.content": words("classification", "asset.content"),
    }

    for tier, source in (("lower", "upper"), ("lower", "third"), ("upper", "third")):
        held = {**choices, "asset.tier": [tier], "asset.source_tier": [source]}
        assert not permitted("classification", held), (tier, source)


def test_what_derives_from_a_compartment_stays_in_it() -> None:
    held = {"asset.tier": "upper", "asset.source_compartments": ["aurora"]}

    assert not ask("classification", held).permitted
    within = {**held, "asset.compartments": ["aurora", "zenith"]}
    assert ask("classification", within).permitted


# What is kept where, and what leaves.


@pytest.mark.parametrize(
    "kind", ["raid-report", "raid-case", "defence-programme", "security-record"]
)
def test_some_kinds_are_never_held_in_the_lower_tier(kind: str) -> None:
    held = {"asset.kind": kind}

    for content in words("classification", "asset.content"):
        below = {**held, "asset.content": content}
        assert not ask("classification", below).permitted, content
    assert ask("classification", {**held, "asset.tier": "upper"}).permitted


def test_a_model_past_a_threshold_is_not_held_in_the_lower_tier() -> None:
    model: dict[str, object] = {"asset.kind": "model-weights"}
    above = int(1e26) + 1

    for change in (
        {"asset.capability": "reached"},
        {"asset.capability": "near", "asset.compute": int(1e25) + 1},
        {"asset.capability": "below", "asset.compute": above},
    ):
        assert not ask("classification", {**model, **change}).permitted, change
    assert ask("classification", {**model, "asset.capability": "below"}).permitted


@pytest.mark.parametrize(
    "found", [{"asset.dual_use": "found"}, {"asset.equivalent": "yes"}], ids=str
)
def test_dual_use_that_was_found_or_equivalence_is_not_held_in_the_lower_tier(
    found: dict[str, object],
) -> None:
    choices: Choices = {
        "asset.kind": words("classification", "asset.kind"),
        "asset.content": words("classification", "asset.content"),
        **{name: [value] for name, value in found.items()},
    }

    assert not permitted("classification", choices)
    assert ask("classification", {**found, "asset.tier": "upper"}).permitted
    # A suspicion, or not to have looked, is not enough to move much research up.
    for dual_use in ("suspected", "unknown"):
        assert ask("classification", {"asset.dual_use": dual_use}).permitted


def test_nothing_above_the_lower_tier_is_published_or_offered() -> None:
    choices: Choices = {
        "institute.open_source": words("release", "institute.open_source"),
        "asset.kind": words("release", "asset.kind"),
        "asset.tier": ABOVE,
        "action": words("release", "action"),
    }

    assert not permitted("release", choices)
    assert permitted("release", {**choices, "asset.tier": ["lower"]})


def test_weights_that_are_suspected_of_dual_use_are_never_published() -> None:
    choices: Choices = {
        "institute.open_source": words("release", "institute.open_source"),
        "asset.kind": WEIGHTS,
        "action": ["weights.publish", "offer.licence"],
    }

    suspect = {**choices, "asset.dual_use": ["suspected", "unknown", "found"]}
    assert not permitted("release", suspect)
    assert permitted("release", choices)


def test_what_nobody_has_looked_into_is_neither_published_nor_offered() -> None:
    choices: Choices = {
        "institute.open_source": words("release", "institute.open_source"),
        "asset.kind": words("release", "asset.kind"),
        "action": words("release", "action"),
    }

    for dual_use in ("unknown", "found"):
        assert not permitted("release", {**choices, "asset.dual_use": [dual_use]})
    assert permitted("release", {**choices, "asset.dual_use": ["suspected"]})


def test_no_weights_are_published_before_a_posture_is_declared() -> None:
    choices: Choices = {
        "institute.open_source": ["undeclared"],
        "asset.kind": WEIGHTS,
        "action": ["weights.publish"],
    }

    assert not permitted("release", choices)
    declared = {**choices, "institute.open_source": ["scenario-1"]}
    assert len(permitted("release", declared)) == len(WEIGHTS)


def test_nothing_under_embargo_or_signed_by_one_alone_goes_out() -> None:
    choices: Choices = {
        "institute.open_source": words("release", "institute.open_source"),
        "asset.kind": words("release", "asset.kind"),
        "action": words("release", "action"),
    }

    assert not permitted("release", {**choices, "asset.disclosure": ["embargoed"]})
    assert not permitted("release", {**choices, "grant.quorum": ["none"]})


def test_secrets_programmes_and_records_are_no_results() -> None:
    choices: Choices = {
        "institute.open_source": words("release", "institute.open_source"),
        "asset.kind": [
            "algorithmic-secret",
            "raid-report",
            "raid-case",
            "defence-programme",
            "security-record",
        ],
        "action": words("release", "action"),
    }

    assert not permitted("release", choices)
