"""`policy test`: cases chosen, run, explained, counted and reported."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ringwall.cli.policy_cases import report_of
from ringwall.policy.folder import read_bundle
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

# Shipped cases in all; half of those of each concern deny for one reason.
LEAST = 400


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A copy of the shipped policies."""
    folder = tmp_path / "policies"
    shutil.copytree(SHIPPED, folder)
    return folder


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.fixture
def higher(policies: Path) -> Path:
    """Policies in which one row asks for a higher site than its cases have."""
    row = "p, acc-031, weights-researcher, model-weights, upper, weights.read, "
    _edit(policies / "access" / "policy.csv", f"{row}SL3", f"{row}SL4")
    return policies


def test_each_case_comes_out_as_written_in_stock_casbin_too(ringwall: Ringwall) -> None:
    done = ringwall("policy", "test", "--oracle", "--policies", SHIPPED)

    assert done.code == 0
    assert all(row["failed"] == row["undecided"] == 0 for row in done.json())
    assert sum(row["cases"] for row in done.json()) >= LEAST


def test_most_shipped_cases_are_refusals_that_a_single_thing_accounts_for() -> None:
    """A refusal for one reason, or by one row, tells which check is at work."""
    concerns = read_bundle(SHIPPED).concerns
    reports = {name: report_of(concern) for name, concern in concerns.items()}

    assert list(reports) == CONCERNS
    assert sum(len(report.results) for report in reports.values()) >= LEAST
    for name, report in reports.items():
        assert report.total == len(concerns[name].rules)
        assert (report.undecided, report.failed) == ((), ())
        cases = [result.case for result in report.results]
        single = [
            case
            for case in cases
            if not case.permit and 1 in (len(case.why or ()), len(case.rules or ()))
        ]
        assert len(single) * 2 >= len(cases)
        assert len(cases) >= report.total
        assert any(case.permit for case in cases)


def test_one_concern_is_tried_alone(ringwall: Ringwall) -> None:
    rows = ringwall("policy", "test", "eligibility").json()

    assert [row["concern"] for row in rows] == ["eligibility"]


def test_a_case_that_fails_exits_4_with_its_place(
    ringwall: Ringwall, policies: Path
) -> None:
    cases = policies / "eligibility" / "cases.yaml"
    _edit(cases, "expect: deny", "expect: permit")

    done = ringwall("policy", "test", "--policies", policies)

    assert done.code == 4
    assert f"{cases}:" in done.err
    assert {r["concern"]: r["failed"] for r in done.json()}["eligibility"] == 1


def test_a_case_that_fails_is_explained(ringwall: Ringwall, higher: Path) -> None:
    words = ("policy", "test", "access", "--filter", "permit-acc-031")
    done = ringwall.table(*words, "--policies", higher)
    (row,) = ringwall(*words, "--policies", higher).json()

    assert done.code == 4
    rows = (higher / "access" / "policy.csv").read_text().splitlines()
    line = next(n for n, text in enumerate(rows, 1) if text.startswith("p, acc-031"))
    shown = " ".join(done.out.split())
    place = f"{higher}/access/policy.csv:{line}"
    assert f"FAILED permit-acc-031 at {higher}/access/cases.yaml:" in shown
    assert "expected permit, came out as deny" in shown
    assert f"row `acc-031` at {place} comes near, but fails" in shown
    assert "site: SL3; needs SL4 or higher (site-level-insufficient)" in shown
    (failure,) = row["failures"]
    nearest = failure["because"][0]
    assert (nearest["rule"], nearest["line"]) == ("acc-031", line)
    assert nearest["failed"] == [
        {
            "condition": "site",
            "code": "site-level-insufficient",
            "seen": "SL3",
            "needed": "SL4 or higher",
        }
    ]


def test_only_cases_that_match_a_filter_are_run(ringwall: Ringwall) -> None:
    done = ringwall(
        "policy", "test", "--filter", "permit-acc-03?", "--filter", "*-ciso-*"
    )

    assert done.code == 0
    run = {row["concern"]: row["cases"] for row in done.json()}
    assert run == {"access": 10, "raid_cases": 2}


def test_with_a_filter_rows_without_a_case_are_looked_at_only_if_asked(
    ringwall: Ringwall,
) -> None:
    """The cases decide six of twelve rows, so just half of them."""
    words = ("policy", "test", "training", "--filter", "start-*")

    assert ringwall(*words).code == 0
    assert ringwall(*words, "--coverage", 50).code == 0
    refused = ringwall(*words, "--coverage", 51)
    assert refused.code == 4
    assert "no case decides row `trn-002`" in refused.err


def test_a_filter_that_no_case_matches_exits_2_and_names_it(ringwall: Ringwall) -> None:
    done = ringwall("policy", "test", "--filter", "permit-*", "--filter", "permitt-*")

    assert (done.code, done.out) == (2, "")
    assert "no case matches `permitt-*`" in done.err


@pytest.mark.parametrize(("percent", "code"), [(None, 4), (100, 4), (91, 4), (90, 0)])
def test_the_share_of_rows_with_a_case_is_a_choice(
    ringwall: Ringwall, policies: Path, percent: int | None, code: int
) -> None:
    """All but one of eleven rows have a case: between 90 and 91 percent."""
    with (policies / "classification" / "policy.csv").open("a") as rows:
        rows.write("p, class-990, third, room, defence, none, 1, found, yes, deny\n")
    words = [] if percent is None else ["--coverage", percent]

    done = ringwall("policy", "test", "classification", "--policies", policies, *words)

    assert done.code == code
    assert ("class-990" in done.err) == (code == 4)
    assert [row["rows"] for row in done.json()] == [11]
    assert [row["undecided"] for row in done.json()] == [1]


@pytest.mark.parametrize("percent", ["-1", "101", "nan", "all"])
def test_a_share_that_is_none_exits_2(ringwall: Ringwall, percent: str) -> None:
    assert ringwall("policy", "test", "--coverage", percent).code == 2


def test_results_are_written_as_junit_even_when_a_case_fails(
    ringwall: Ringwall, higher: Path, tmp_path: Path
) -> None:
    target = tmp_path / "report.xml"

    done = ringwall("policy", "test", "--junit", target, "--policies", higher)

    assert done.code == 4
    root = ElementTree.fromstring(target.read_bytes())  # noqa: S314 - our own text
    assert [suite.get("name") for suite in root] == CONCERNS
    assert int(root.get("tests", 0)) == sum(row["cases"] for row in done.json())
    failed = [
        case.get("name")
        for case in root.iter("testcase")
        if case.find("failure") is not None
    ]
    assert "permit-acc-031" in failed
    text = next(root.iter("failure")).text or ""
    assert "comes near, but fails" in text


@pytest.mark.parametrize("target", ["-", "nowhere/report.xml", "."])
def test_a_place_where_no_report_can_be_made_exits_2(
    ringwall: Ringwall, target: str
) -> None:
    done = ringwall("policy", "test", "--junit", target)

    assert (done.code, done.out) == (2, "")


def test_csv_has_one_row_a_concern(ringwall: Ringwall) -> None:
    rows = ringwall("policy", "test", "--format", "csv").csv()

    assert [row["concern"] for row in rows] == CONCERNS
    assert list(rows[0]) == ["concern", "cases", "failed", "rows", "undecided"]
