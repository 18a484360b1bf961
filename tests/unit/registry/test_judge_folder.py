"""Policies and threat models are read together, from whichever folder holds both."""

import shutil
from pathlib import Path

import pytest

from ringwall.base.errors import DeclarationError, PolicyError
from ringwall.institute import Institute
from ringwall.registry.judge_folder import (
    POLICIES,
    THREAT_MODELS,
    read_draft,
    read_judge,
)
from tests.example import DENY_ROW, add_row, edit_measure, policy_file


def test_a_copy_elsewhere_has_the_same_digest_and_an_edit_another(
    institute: Institute, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    for part in (POLICIES, THREAT_MODELS):
        shutil.copytree(institute.folder / part, copy / part)
    first = read_judge(institute.folder, "two")
    add_row(institute, DENY_ROW)
    second = read_judge(institute.folder, "two")
    edit_measure(institute, "SL3-WP-2", "scope: site", "scope: institute")
    third = read_judge(institute.folder, "three")

    assert read_judge(copy, "two").digest == first.digest
    assert len({first.digest, second.digest, third.digest}) == 3
    assert (first.decider.setting, third.decider.setting) == ("two", "three")
    assert {n for n in first.concerns if first.concerns[n] != second.concerns[n]} == {
        "access"
    }


def test_a_folder_without_one_of_both_is_refused(
    institute: Institute, tmp_path: Path
) -> None:
    shutil.copytree(institute.folder / THREAT_MODELS, tmp_path / THREAT_MODELS)

    with pytest.raises(PolicyError) as policies:
        read_judge(tmp_path, "two")
    with pytest.raises(DeclarationError) as models:
        read_judge(tmp_path / "nowhere", "two")

    assert policies.value.code == "policy-unreadable"
    assert models.value.code == "threat-models-unreadable"


def test_a_draft_is_read_as_what_is_in_force_is(institute: Institute) -> None:
    add_row(institute, DENY_ROW)

    draft = read_draft(institute.folder, "two")

    assert draft.digest == read_judge(institute.folder, "two").digest


def test_a_draft_whose_cases_can_not_be_read_is_refused_with_each_fault(
    institute: Institute,
) -> None:
    rows = policy_file(institute)
    lines = rows.read_text().splitlines()
    kept = [line for line in lines if "acc-031" not in line]
    rows.write_text("\n".join([*kept, ""]))
    other = institute.folder / POLICIES / "flow" / "cases.yaml"
    other.write_text("cases: 3\n")

    with pytest.raises(PolicyError) as caught:
        read_draft(institute.folder, "two")

    error = caught.value
    assert (error.code, error.exit_code) == ("policy-refused", 3)
    assert {fault.file for fault in error.faults} == {
        str(institute.folder / POLICIES / "access" / "cases.yaml"),
        str(other),
    }
    assert "rule-unknown" in {fault.code for fault in error.faults}
    # What is in force already goes on deciding.
    assert read_judge(institute.folder, "two").digest
