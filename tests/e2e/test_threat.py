"""`threat lint`: each threat is answered, each rule has its reason."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.running import ROOT, Ringwall

SHIPPED = ("--models", ROOT / "threat_models", "--policies", ROOT / "policies")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the shipped threat models."""
    folder = tmp_path / "models"
    shutil.copytree(ROOT / "threat_models", folder)
    return folder


def _change(folder: Path, old: str, new: str) -> Path:
    """Put a text in place of another in the one file that has it first."""
    for path in sorted((folder / "protected").glob("*.yaml")):
        text = path.read_text()
        if old in text:
            path.write_text(text.replace(old, new, 1))
            return path
    raise AssertionError(old)


def test_the_shipped_threats_rules_and_tests_hang_together(ringwall: Ringwall) -> None:
    done = ringwall("threat", "lint", *SHIPPED, "--tests", ROOT / "tests")

    assert done.err == ""
    assert done.code == 0
    assert all(row["threats"] and row["rules"] and row["tests"] for row in done.json())


def test_an_institute_is_linted_with_its_own_policies(ringwall: Ringwall) -> None:
    here, there = ringwall("threat", "lint"), ringwall("threat", "lint", *SHIPPED)

    assert here.code == there.code == 0
    assert here.json() == there.json()


def test_a_power_over_an_unknown_action_exits_3_with_file_and_line(
    ringwall: Ringwall, institute: Path
) -> None:
    path = institute / "threat_models" / "powers.yaml"
    path.write_text(path.read_text().replace("weights.copy,", "weights.copyy,"))

    for words in (("threat", "lint"), ("policy", "lint")):
        done = ringwall(*words, "--format", "json")

        assert done.code == 3
        (fault,) = done.error()["faults"]
        assert fault["code"] == "power-unknown-action"
        assert fault["file"].endswith("powers.yaml")
        assert fault["line"] > 0
    assert ringwall("threat", "lint", "--policies", institute / "none").code == 3


def test_policies_that_are_not_whole_say_nothing_of_powers(
    ringwall: Ringwall, institute: Path
) -> None:
    shutil.rmtree(institute / "policies" / "training")

    done = ringwall("threat", "lint", "--format", "json")

    assert "power-unknown-action" not in done.err
    assert done.code == 3


def test_a_rule_that_is_none_exits_3_with_file_and_line(
    ringwall: Ringwall, models: Path
) -> None:
    path = _change(models, "floor-service", "floor-nothing")

    done = ringwall(
        "threat",
        "lint",
        *("--models", models),
        *("--policies", ROOT / "policies"),
        *("--format", "json"),
    )

    assert done.code == 3
    error = done.error()
    assert error["code"] == "threats-untraced"
    codes = {fault["code"]: fault for fault in error["faults"]}
    assert codes["rule-unknown"]["file"] == str(path)
    assert codes["rule-unknown"]["line"] > 0
    assert "floor-nothing" in codes["rule-unknown"]["message"]


def test_a_rule_that_answers_nothing_is_a_finding_at_its_row(
    ringwall: Ringwall, institute: Path
) -> None:
    rows = institute / "policies" / "access" / "policy.csv"
    with rows.open("a") as handle:
        handle.write(
            "p, acc-990, evaluator, model-weights, third, weights.copy, SL5, SL5, "
            "hardware-fresh, two-and-executive, allow\n"
        )
    line = rows.read_text().count("\n")

    done = ringwall("threat", "lint")

    assert done.code == 3
    assert f"{rows}:{line}: rule-without-threat: " in done.err
    assert "acc-990" in done.err


def test_a_test_that_is_none_is_found_only_where_tests_are_looked_for(
    ringwall: Ringwall, models: Path, tmp_path: Path
) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    known, other = "test_which_is_there", "test_which_is_not_there"
    (tests / "test_a.py").write_text(f"async def {known}() -> None: ...\n")
    for name in (known, other):
        _change(models, "tests: [", f"tests: [{name}, ")
    words = ("threat", "lint", "--models", models, "--policies", ROOT / "policies")

    assert ringwall(*words).code == 0
    done = ringwall(*words, "--tests", tests)
    assert done.code == 3
    assert f"there is no test `{other}`" in done.err
    assert f"`{known}`" not in done.err


def test_a_folder_of_tests_that_is_none_is_a_usage_error(ringwall: Ringwall) -> None:
    assert ringwall("threat", "lint", *SHIPPED, "--tests", "nowhere").code == 2
