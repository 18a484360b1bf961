"""A judge counts only while it is what is in force."""

from pathlib import Path

import pytest

from ringwall.base.errors import PolicyError
from ringwall.institute import Institute
from ringwall.model.tiers import Tier
from ringwall.registry.judge import Judge
from tests.example import (
    DENY_ROW,
    activate,
    add_row,
    apply,
    declare,
    policy_file,
    size_of,
)

BOB = "people:\n- {id: user:bob, organisation: org:institute}\n"
DATASET = "assets:\n- {id: dataset:notes, tier: upper, content: internal}\n"


@pytest.mark.parametrize("in_force", ["", "6" * 64])
def test_what_is_not_in_force_judges_nothing(
    institute: Institute, in_force: str
) -> None:
    judge = Judge(institute.decider(), institute.catalogue(), "5" * 64)
    judge.check_in_force("5" * 64)

    with pytest.raises(PolicyError) as caught:
        judge.check_in_force(in_force)

    assert caught.value.code == "policy-not-activated"
    assert caught.value.exit_code == 3


def activate_another(institute: Institute) -> None:
    """Put other policies in force, and leave the files as they were."""
    path = policy_file(institute)
    before = path.read_text()
    add_row(institute, DENY_ROW)
    activate(institute)
    path.write_text(before)


def test_what_is_judged_by_other_policies_than_those_in_force_is_not_written(
    institute: Institute, tmp_path: Path
) -> None:
    _, receipts = apply(institute, declare(tmp_path, DATASET))
    desk = institute.registry()
    assert desk.is_in_force()
    activate_another(institute)
    before = size_of(institute)

    with pytest.raises(PolicyError) as applied:
        desk.apply(declare(tmp_path, BOB))
    with pytest.raises(PolicyError) as lowered:
        desk.lower("dataset:notes", Tier.LOWER, receipts[-1].index)

    assert not desk.is_in_force()
    desk.close()
    assert applied.value.code == lowered.value.code == "policy-not-activated"
    assert applied.value.exit_code == 3
    assert size_of(institute) == before


def test_a_plan_by_policies_that_are_not_in_force_says_so_and_records_nothing(
    institute: Institute, tmp_path: Path
) -> None:
    add_row(institute, DENY_ROW)
    before, desk = size_of(institute), institute.registry(writable=False)

    plan = desk.plan(declare(tmp_path, BOB))

    assert len(plan.changes) == 1
    assert not desk.is_in_force()
    desk.close()
    assert size_of(institute) == before


def test_limits_of_powers_that_were_raised_for_an_hour_are_on_record(
    institute: Institute, tmp_path: Path
) -> None:
    path = institute.folder / "threat_models" / "powers.yaml"
    before, size = path.read_text(), size_of(institute)
    assert "limit: 20" in before
    path.write_text(before.replace("limit: 20", "limit: 200"))
    people = "".join(
        f"- {{id: user:c{n}, organisation: org:institute, roles: [custodian]}}\n"
        for n in range(130)
    )

    with pytest.raises(PolicyError) as refused:
        apply(institute, declare(tmp_path, f"people:\n{people}"))
    raised = activate(institute)
    apply(institute, declare(tmp_path, f"people:\n{people}"))
    path.write_text(before)

    ledger = institute.ledger(writable=False)
    event = ledger.entry(size).event
    ledger.close()
    assert refused.value.code == "policy-not-activated"
    assert (event["kind"], event["digest"]) == ("policy.activated", raised)
    assert institute.load().digest != raised
