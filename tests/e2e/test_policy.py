"""`policy lint` and `policy show`, and what holds for every verb of `policy`."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.running import ROOT, Ringwall

SHIPPED = ROOT / "policies"
CONCERNS = [
    "access",
    "budget",
    "classification",
    "eligibility",
    "flow",
    "obligation",
    "quorum",
    "raid_cases",
    "release",
    "training",
]
# A row that no case decides: no case asks a licensed user about a room.
UNDECIDED = (
    "p, acc-990, licensed-user, room, lower, weights.read, SL5, SL5, hardware-fresh, "
    "two, allow\n"
)


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
        rows.write(UNDECIDED)

    lint = ringwall("policy", "lint", "--policies", policies, "--format", "json")
    test = ringwall("policy", "test", "--policies", policies)

    assert (lint.code, test.code) == (3, 4)
    assert lint.error()["code"] == "policy-doubtful"
    assert "acc-990" in lint.error()["faults"][0]["message"]
    assert "acc-990" in test.err
    undecided = {row["concern"]: row["undecided"] for row in test.json()}
    assert undecided == dict.fromkeys(CONCERNS, 0) | {"access": 1}


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
    assert value["about"] == row["about"]
    assert value["about"].startswith("Associated states: the lower tier is easy")
    assert f"about {value['about']}" in " ".join(as_table.out.split())
    assert max(map(len, as_table.out.splitlines())) <= 80


def test_a_row_without_a_comment_is_about_nothing(
    ringwall: Ringwall, policies: Path
) -> None:
    rows = policies / "eligibility" / "policy.csv"
    lines = rows.read_text().splitlines(keepends=True)
    rows.write_text("".join(line for line in lines if line[0] != "#"))

    words = ("policy", "show", "elig-041", "--policies", policies)

    assert ringwall(*words).json()["about"] == ""
    assert "about" not in ringwall.table(*words).out


@pytest.mark.parametrize(
    ("words", "message"),
    [
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


def test_a_concern_that_is_missing_is_advice_for_policies_of_ones_own(
    ringwall: Ringwall, policies: Path
) -> None:
    shutil.rmtree(policies / "eligibility")

    done = ringwall("policy", "lint", "--policies", policies)
    as_table = ringwall.table("policy", "lint", "--policies", policies)

    assert (done.code, as_table.code, done.err) == (0, 0, "")
    assert [row["concern"] for row in done.json()] == CONCERNS
    advice = {row["concern"]: row["advice"] for row in done.json()}
    assert advice == dict.fromkeys(CONCERNS, 0) | {"eligibility": 1}
    missing = done.json()[CONCERNS.index("eligibility")]
    assert (missing["rows"], missing["digest"]) == (0, "")
    assert missing["findings"][0]["code"] == "concern-missing"
    assert "concern-missing: there is no concern `eligibility`" in " ".join(
        as_table.out.split()
    )


def test_a_concern_that_is_missing_in_an_institute_is_an_error(
    ringwall: Ringwall, institute: Path
) -> None:
    shutil.rmtree(institute / "policies" / "eligibility")

    done = ringwall("policy", "lint")

    assert (done.code, done.out) == (3, "")
    assert "concern-missing" in done.err


def test_a_concern_of_ones_own_is_linted_and_said_to_be_asked_by_nobody(
    ringwall: Ringwall, policies: Path
) -> None:
    shutil.copytree(policies / "eligibility", policies / "visits")
    for file in (policies / "visits").iterdir():
        file.write_text(file.read_text().replace("elig-", "visit-"))

    done = ringwall("policy", "lint", "--policies", policies)

    assert (done.code, done.err) == (0, "")
    advice = {row["concern"]: row["advice"] for row in done.json()}
    assert advice == dict.fromkeys(CONCERNS, 0) | {"visits": 1}
    (finding,) = done.json()[-1]["findings"]
    assert (finding["severity"], finding["code"]) == ("advice", "concern-unasked")


def test_findings_are_data_on_stdout_and_errors_exit_3(
    ringwall: Ringwall, policies: Path
) -> None:
    rows = policies / "access" / "policy.csv"
    replace(
        rows,
        "p, acc-900, service, *, upper, weights.infer, SL0, SL0, none, none, deny\n",
        "p, acc-900, service, *, upper, weights.infer, SL0, SL0, none, none, deny\n"
        "p, acc-950, service, model-weights, upper, weights.infer, SL3, SL4, hardware, "
        "none, allow\n",
    )

    done = ringwall("policy", "lint", "--policies", policies, "--format", "json")
    as_table = ringwall.table("policy", "lint", "--policies", policies)

    assert (done.code, as_table.code) == (3, 3)
    found = {row["concern"]: row for row in done.json()}["access"]
    assert (found["errors"], found["advice"]) == (2, 0)
    shadowed = found["findings"][1]
    assert shadowed["code"] == "row-shadowed"
    assert shadowed["severity"] == "error"
    assert shadowed["file"] == str(rows)
    assert "acc-950" in rows.read_text().splitlines()[shadowed["line"] - 1]
    assert f"{rows}:{shadowed['line']}: row-shadowed: row `acc-900` in line " in (
        as_table.err
    )
    assert "; expected no row `acc-950`, or a narrower `acc-900`" in as_table.err


def test_a_role_that_nobody_on_record_holds_is_advice(
    ringwall: Ringwall, institute: Path
) -> None:
    for concern in ("access", "raid_cases"):  # whose roles have to be the same
        folder = institute / "policies" / concern
        words = "raid-director, service"
        replace(folder / "model.conf", words, f"{words}, visitor")
        replace(folder / "policy.csv", "g, ciso", "g, visitor, licensed-user\ng, ciso")

    done = ringwall("policy", "lint", "--format", "json")
    as_table = ringwall.table("policy", "lint")

    assert (done.code, as_table.code, done.err) == (0, 0, "")
    advice = {row["concern"]: row["advice"] for row in done.json()}
    assert advice == dict.fromkeys(CONCERNS, 0) | {"access": 1, "raid_cases": 1}
    (finding,) = done.json()[0]["findings"]
    assert (finding["severity"], finding["code"]) == ("advice", "role-unheld")
    shown = " ".join(as_table.out.split())
    assert "advice: " in shown
    assert "role-unheld: nobody on record holds role `visitor`" in shown


def test_whoever_holds_roles_that_are_kept_apart_is_an_error(
    ringwall: Ringwall, institute: Path
) -> None:
    model = institute / "policies" / "access" / "model.conf"
    replace(model, "[separation]\n", "[separation]\nresearcher = security-officer\n")

    here = ringwall("policy", "lint", "--format", "json")
    alone = ringwall("policy", "lint", "--policies", institute / "policies")

    assert (here.code, alone.code) == (3, 0)
    (fault,) = here.error()["faults"]
    assert fault["code"] == "separation-broken"
    assert fault["message"].startswith("`user:hedy` holds both `researcher` and ")
    line = model.read_text().splitlines()[fault["line"] - 1]
    assert line == "researcher = security-officer"


def test_a_registry_that_can_not_be_read_does_not_stop_lint(
    ringwall: Ringwall, institute: Path
) -> None:
    (institute / "ledger.db").write_bytes(b"not a database")

    done = ringwall("policy", "lint")

    assert done.code == 0
    assert done.err.startswith("who holds which role was not looked at: ")
    assert [row["advice"] for row in done.json()] == [0] * len(CONCERNS)


def test_an_empty_registry_gives_no_advice(ringwall: Ringwall, tmp_path: Path) -> None:
    assert ringwall("init", tmp_path / "new").code == 0

    done = ringwall("policy", "lint", "-C", tmp_path / "new")

    assert (done.code, done.err) == (0, "")
    assert [row["findings"] for row in done.json()] == [[]] * len(CONCERNS)
