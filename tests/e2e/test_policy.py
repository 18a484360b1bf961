"""`policy`: the tables read, checked and tried."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.running import ROOT, Ringwall

SHIPPED = ROOT / "policies"
CONCERNS = ["access", "classification", "eligibility"]


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A copy of the shipped policies."""
    folder = tmp_path / "policies"
    shutil.copytree(SHIPPED, folder)
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("command", ["lint", "test"])
def test_the_shipped_policies_have_nothing_wrong(
    ringwall: Ringwall, command: str
) -> None:
    here = ringwall("policy", command)
    there = ringwall("policy", command, "--policies", SHIPPED)

    assert here.code == there.code == 0
    assert here.json() == there.json()
    assert [row["concern"] for row in here.json()] == CONCERNS


def test_each_case_comes_out_as_written_in_stock_casbin_too(ringwall: Ringwall) -> None:
    done = ringwall("policy", "test", "--oracle", "--policies", SHIPPED)

    assert done.code == 0
    assert all(row["failed"] == row["undecided"] == 0 for row in done.json())
    assert sum(row["cases"] for row in done.json()) > 100


def test_one_concern_is_tried_alone(ringwall: Ringwall) -> None:
    rows = ringwall("policy", "test", "eligibility").json()

    assert [row["concern"] for row in rows] == ["eligibility"]


@pytest.mark.parametrize("command", ["lint", "test", "table access", "show acc-031"])
def test_a_row_that_is_none_exits_3_with_file_line_and_column(
    ringwall: Ringwall, policies: Path, command: str
) -> None:
    rows = policies / "access" / "policy.csv"
    replace(rows, "p, acc-031, weights-researcher,", "p, acc-031, wizard,")
    number = rows.read_text().partition("wizard")[0].count("\n") + 1
    words = ["policy", *command.split(), "--policies", policies]

    as_text = ringwall(*words)
    as_json = ringwall(*words, "--format", "json")

    assert (as_text.code, as_text.out) == (3, "")
    assert f"{rows}:{number}:13: " in as_text.err
    assert "`wizard`" in as_text.err
    fault = as_json.error()["faults"][0]
    assert (fault["line"], fault["column"]) == (number, 13)


def test_a_row_that_no_case_decides_is_a_finding_and_a_failed_test(
    ringwall: Ringwall, policies: Path
) -> None:
    with (policies / "access" / "policy.csv").open("a") as rows:
        rows.write(
            "p, acc-990, evaluator, model-weights, third, weights.copy, SL5, SL5, "
            "hardware-fresh, two-and-executive, allow\n"
        )

    lint = ringwall("policy", "lint", "--policies", policies, "--format", "json")
    test = ringwall("policy", "test", "--policies", policies)

    assert (lint.code, test.code) == (3, 4)
    assert lint.error()["code"] == "policy-doubtful"
    assert "acc-990" in lint.error()["faults"][0]["message"]
    assert "acc-990" in test.err
    undecided = {row["concern"]: row["undecided"] for row in test.json()}
    assert undecided == {"access": 1, "classification": 0, "eligibility": 0}


def test_a_case_that_fails_exits_4_with_its_place(
    ringwall: Ringwall, policies: Path
) -> None:
    cases = policies / "eligibility" / "cases.yaml"
    replace(cases, "expect: deny", "expect: permit")

    done = ringwall("policy", "test", "--policies", policies)

    assert done.code == 4
    assert f"{cases}:" in done.err
    assert {r["concern"]: r["failed"] for r in done.json()}["eligibility"] == 1


def test_the_table_is_the_file(ringwall: Ringwall) -> None:
    rows = ringwall("policy", "table", "access").json()

    text = (SHIPPED / "access" / "policy.csv").read_text().splitlines()
    written = [line.split(", ")[1:] for line in text if line.startswith("p, ")]
    assert [list(row.values()) for row in rows] == written
    assert list(rows[0])[:6] == ["rule", "role", "kind", "tier", "action", "site >="]


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_the_table_fits_the_screen_and_breaks_no_rule(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))

    lines = ringwall.table("policy", "table", "access").out.splitlines()

    assert max(map(len, lines)) <= width
    assert sum(line.startswith("acc-031 ") for line in lines) == 1


def test_a_row_is_shown_with_its_cases(ringwall: Ringwall) -> None:
    done = ringwall("policy", "show", "elig-041")
    as_table = ringwall.table("policy", "show", "elig-041")
    (row,) = ringwall("policy", "show", "elig-041", "--format", "csv").csv()

    value = done.json()
    assert value["concern"] == "eligibility"
    assert value["columns"]["cyber >="] == row["cyber >="] == "SL3"
    assert value["cases"] == ["associate-upper"]
    place = f"{SHIPPED / 'eligibility' / 'policy.csv'}"
    line = int(value["place"].rpartition(":")[2])
    assert "elig-041" in Path(place).read_text().splitlines()[line - 1]
    assert "cyber >=            SL3" in as_table.out
    assert "decides cases       associate-upper" in as_table.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("table", "nothing"), "is not one of the concerns access, "),
        (("test", "nothing"), "is not one of the concerns access, "),
        (("show", "acc-999"), "unknown-rule: no concern has a row `acc-999`"),
        (("show", "\x1b[2J"), "no concern has a row"),
    ],
)
def test_what_is_not_there_exits_2(
    ringwall: Ringwall, words: tuple[str, str], message: str
) -> None:
    done = ringwall("policy", *words)

    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "\x1b" not in done.err


def test_a_folder_that_is_not_there_exits_3(ringwall: Ringwall) -> None:
    done = ringwall("policy", "lint", "--policies", "nowhere")

    assert (done.code, done.out) == (3, "")
    assert "policy-unreadable" in done.err


def test_policies_are_read_without_an_institute(
    ringwall: Ringwall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert ringwall("policy", "lint", "--policies", SHIPPED).code == 0
    assert ringwall("policy", "lint").code == 3


def test_a_concern_that_is_missing_is_a_finding(
    ringwall: Ringwall, policies: Path
) -> None:
    shutil.rmtree(policies / "eligibility")

    done = ringwall("policy", "lint", "--policies", str(policies))

    assert done.code == 3
    assert "concern-missing" in done.err
