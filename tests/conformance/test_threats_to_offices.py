"""Threats to the RAID unit and to the tool itself, tried on the shipped policies."""

import pytest

from tests.conformance.attacks import (
    Choices,
    ask,
    everybody,
    permitted,
    roles_that_may,
    words,
)

pytestmark = pytest.mark.usefixtures("uncounted")

QUORUMS = ("none", "two", "two-and-executive")


# The RAID unit.


def test_nobody_approves_or_releases_their_own_work() -> None:
    for action, role in (
        ("raid.approve", "raid-lead"),
        ("raid.release", "raid-release-approver"),
    ):
        own = {"action": action, "subject.roles": [role], "asset.authors": ["user:ada"]}
        assert not ask("raid_cases", own).permitted
        assert ask("raid_cases", {**own, "asset.authors": ["user:ben"]}).permitted


def test_organisations_that_enforce_law_reach_no_report_and_no_case() -> None:
    choices: Choices = {
        "subject.roles": [[role] for role in words("raid_cases", "subject.roles")],
        "asset.kind": ["raid-report", "raid-case"],
        "action": words("raid_cases", "action"),
    }

    assert not permitted("raid_cases", {**choices, "organisation.enforcing": [True]})
    assert permitted("raid_cases", {**choices, "organisation.enforcing": [False]})


def test_no_outsider_and_no_program_has_a_part_in_a_case() -> None:
    for outsider in (
        "service",
        "outside-researcher",
        "partner-developer",
        "licensed-user",
        "government-liaison",
        "assessor",
    ):
        # Even who holds the right role besides.
        choices: Choices = {
            "subject.roles": [
                [role, outsider] for role in words("raid_cases", "subject.roles")
            ],
            "asset.kind": ["raid-report", "raid-case"],
            "action": words("raid_cases", "action"),
        }
        assert not permitted("raid_cases", choices), outsider


def test_identity_opens_by_its_custodians_who_read_no_case() -> None:
    vote = {"action": "raid.vote", "asset.kind": "raid-report"}
    read = {"action": "raid.read", "subject.roles": ["raid-identity-custodian"]}

    assert roles_that_may("raid_cases", vote) == {"raid-identity-custodian"}
    assert not ask("raid_cases", read).permitted
    both = {**vote, "subject.roles": ["raid-director", "raid-identity-custodian"]}
    assert not ask("raid_cases", both).permitted


def test_an_auditor_of_the_desk_sees_the_record_and_does_nothing_else() -> None:
    for kind in ("raid-report", "raid-case"):
        may = {
            action
            for action in words("raid_cases", "action")
            if ask(
                "raid_cases",
                {
                    "action": action,
                    "asset.kind": kind,
                    "subject.roles": ["raid-auditor"],
                },
            ).permitted
        }
        assert may == {"raid.audit"}


def test_a_case_is_closed_to_who_is_outside_its_compartment() -> None:
    choices: Choices = {
        "subject.roles": [[role] for role in words("raid_cases", "subject.roles")],
        "subject.compartments": [["case-8"]],
        "action": words("raid_cases", "action"),
    }

    assert not permitted("raid_cases", choices)


def test_who_has_a_stake_in_a_model_neither_approves_nor_releases() -> None:
    stakes = (
        "researcher",
        "weights-researcher",
        "training-lead",
        "data-steward",
        "custodian",
        "evaluator",
        "security-officer",
        "ciso",
        "release-officer",
        "auditor",
    )

    for action, role in (
        ("raid.approve", "raid-lead"),
        ("raid.release", "raid-release-approver"),
    ):
        assert ask("raid_cases", {"action": action, "subject.roles": [role]}).permitted
        for stake in stakes:
            both = {"action": action, "subject.roles": [role, stake]}
            assert not ask("raid_cases", both).permitted, stake


def test_a_brief_a_release_and_a_clock_take_two() -> None:
    for action, role in (
        ("raid.brief", "raid-liaison"),
        ("raid.release", "raid-release-approver"),
        ("raid.clock", "raid-clock-officer"),
    ):
        act = {"action": action, "subject.roles": [role]}
        assert ask("raid_cases", {**act, "grant.quorum": "two"}).permitted
        assert not ask("raid_cases", {**act, "grant.quorum": "none"}).permitted


# The tool itself.


def test_a_policy_is_changed_by_one_who_answers_two_others_and_an_executive() -> None:
    change: dict[str, object] = {
        "action": "policy.change",
        "asset.kind": "security-record",
    }

    assert roles_that_may("access", change) == {"ciso"}
    for quorum in QUORUMS[:-1]:
        fewer = {**change, "subject.roles": ["ciso"], "grant.quorum": quorum}
        assert not ask("access", fewer).permitted


def test_staff_attest_nothing_alone() -> None:
    attest = {"action": "measure.attest", "asset.kind": "security-record"}
    staff = {
        **attest,
        "subject.roles": everybody("access", but=("service", "assessor")),
    }

    assert roles_that_may("access", attest) == {"assessor", "security-officer", "ciso"}
    assert not ask("access", {**staff, "grant.quorum": "none"}).permitted
    assert ask("access", {**staff, "grant.quorum": "two"}).permitted


def test_no_program_does_what_a_person_must_answer_for() -> None:
    choices: Choices = {
        "subject.roles": [words("access", "subject.roles")],
        "asset.kind": words("access", "asset.kind"),
        "asset.tier": words("access", "asset.tier"),
        "action": [
            "weights.publish",
            "policy.change",
            "tier.lower",
            "measure.attest",
            "site.enter",
        ],
    }

    assert not permitted("access", choices)
    assert permitted("access", {**choices, "subject.roles": [everybody("access")]})
