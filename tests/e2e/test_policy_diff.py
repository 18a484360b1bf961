"""`policy diff`: what differs between two sets of policies, and which cases see it."""

import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.running import ROOT, Ringwall

SHIPPED = ROOT / "policies"
READ = "p, acc-031, weights-researcher, model-weights, upper, weights.read, "
TOO_LARGE = "compute-too-high-for-tier"
NOTHING: dict[str, list[object]] = {
    "rows": [],
    "links": [],
    "models": [],
    "cases": [],
    "stale": [],
}
LAST = (
    "p, elig-041, associated-state, upper, evaluation, research.read, none, in-force, "
    "SL3, 70, 70, allow\n"
)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The shipped policies with a few changes."""
    folder = tmp_path / "changed"
    shutil.copytree(SHIPPED, folder)
    _edit(folder / "access" / "policy.csv", f"{READ}SL3", f"{READ}SL4")
    _edit(folder / "access" / "policy.csv", "g, ciso, security-officer\n", "")
    _edit(
        folder / "eligibility" / "policy.csv",
        LAST,
        f"{LAST}p, elig-050, associated-state, third, *, *, screened, in-force, SL5, "
        "99, 99, allow\n",
    )
    _edit(folder / "eligibility" / "model.conf", "screening-missing", "screening-gone")
    _edit(folder / "eligibility" / "cases.yaml", "screening-missing", "screening-gone")
    return folder


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_policies_do_not_differ_from_themselves(ringwall: Ringwall) -> None:
    as_table = ringwall.table("policy", "diff", SHIPPED, SHIPPED)
    as_json = ringwall("policy", "diff", SHIPPED, SHIPPED)

    assert (as_table.code, as_table.out) == (0, "no difference\n")
    assert as_json.json() == NOTHING


def test_rows_links_models_and_cases_that_differ_are_one_object(
    ringwall: Ringwall, changed: Path
) -> None:
    done = ringwall("policy", "diff", SHIPPED, changed, "--format", "json")

    assert done.code == 0
    value = done.json()
    assert [(row["rule"], row["how"], row["noticed"]) for row in value["rows"]] == [
        ("acc-031", "changed", True),
        ("elig-050", "added", False),
    ]
    assert value["rows"][0]["fields"] == [
        {"column": "site", "old": "SL3", "new": "SL4"}
    ]
    assert value["links"] == [
        {
            "concern": "access",
            "relation": "g",
            "senior": "ciso",
            "junior": "security-officer",
            "how": "removed",
            "noticed": True,
        }
    ]
    assert [part["part"] for part in value["models"]] == ["reason screening"]
    by_id = {case["case"]: case for case in value["cases"]}
    assert by_id["permit-acc-031"]["old"] == {
        "permitted": True,
        "rules": ["acc-031"],
        "error": "",
    }
    assert by_id["permit-acc-031"]["new"]["permitted"] is False


def test_a_person_reads_it_as_tables(ringwall: Ringwall, changed: Path) -> None:
    out = ringwall.table("policy", "diff", SHIPPED, changed).out

    for title in ("rows\n", "role links\n", "model\n", "cases that come out otherwise"):
        assert title in out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "acc-031: site access changed SL3 SL4" in lines
    assert "g, ciso, security-officer access removed" in lines
    assert "permit-acc-031 access changed permit by acc-031 deny" in lines
    assert lines[-1] == "no case notices: row elig-050"


def test_where_each_change_is_noticed_that_is_said(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    folder = tmp_path / "access"
    shutil.copytree(SHIPPED / "access", folder)
    _edit(folder / "policy.csv", f"{READ}SL3", f"{READ}SL4")

    out = ringwall.table("policy", "diff", SHIPPED / "access", folder).out

    assert out.endswith("each change that bears on an answer is noticed by some case\n")


def test_csv_has_a_line_for_each_change(ringwall: Ringwall, changed: Path) -> None:
    rows = ringwall("policy", "diff", SHIPPED, changed, "--format", "csv").csv()

    assert {row["what"] for row in rows} == {"row", "link", "model", "case"}
    (added,) = (row for row in rows if row["name"] == "elig-050")
    assert (added["how"], added["old"], added["noticed"]) == ("added", "", "false")
    assert added["new"] == (
        "associated-state, third, *, *, screened, in-force, SL5, 99, 99, allow"
    )


def test_cases_that_only_one_side_understands_are_listed(
    ringwall: Ringwall, changed: Path
) -> None:
    cases = changed / "access" / "cases.yaml"
    model = changed / "access" / "model.conf"
    _edit(model, "password < mfa", "password < push < mfa")
    _edit(cases, "{authentication: password}", "{authentication: push}")

    words = ("policy", "diff", SHIPPED / "access", changed / "access")
    value = ringwall(*words, "--format", "json").json()
    shown = " ".join(ringwall.table(*words).out.split())

    unasked = [case for case in value["cases"] if not case["asked"]]
    assert unasked
    assert {case["sides"] for case in unasked} == {"new"}
    assert {case["old"] for case in unasked} == {None}
    assert all("old side can't be asked" in case["why_not"] for case in unasked)
    assert "not asked" in shown


@pytest.fixture
def without_compute(tmp_path: Path) -> Path:
    """The classification policy without its condition, column and attribute compute."""
    folder = tmp_path / "classification"
    shutil.copytree(SHIPPED / "classification", folder)
    test = '(p.compute == "*" || at_most(r.asset.compute, p.compute))'
    for name, pattern, put in (
        ("model.conf", rf" \\\n && {re.escape(test)}", ""),
        ("model.conf", r", compute, dual_use", ", dual_use"),
        ("model.conf", r"(?m)^([rp]\.(asset\.)?)?compute = .*\n", ""),
        ("policy.csv", r"(?m)^((?:[^,#]+, ){6})[^,]+, ", r"\1"),
        ("cases.yaml", r", compute: [^,}]+", ""),
    ):
        text, count = re.subn(pattern, put, (folder / name).read_text())
        assert count
        (folder / name).write_text(text)
    return folder


def test_a_condition_dropped_with_its_attribute_shows_what_it_let_in(
    ringwall: Ringwall, without_compute: Path
) -> None:
    words = ("policy", "diff", SHIPPED / "classification", without_compute)
    value = ringwall(*words).json()
    out = ringwall.table(*words).out

    # The cases that compute alone refuses, and those that name it among others.
    cases = (SHIPPED / "classification" / "cases.yaml").read_text()
    told = r"(?m)^  - {id: ([^,]+), .*why: \[%s\]}$"
    let_in = re.findall(told % TOO_LARGE, cases)
    named = re.findall(told % rf"[^]]*{TOO_LARGE}[^]]*", cases)
    assert len(let_in) >= 3
    assert "near-large" in let_in
    assert {(case["asked"], case["sides"]) for case in value["cases"]} == {
        (True, "both")
    }
    assert [
        case["case"]
        for case in value["cases"]
        if case["new"]["permitted"] and not case["old"]["permitted"]
    ] == let_in
    assert {part["noticed"] for part in value["models"]} == {True}
    # Their reason went with the condition.
    assert [(name["case"], name["what"]) for name in value["stale"]] == [
        (case, "reason") for case in named
    ]
    assert "near-large" in out
    assert "deny" in out
    assert "not asked" not in out


def test_a_case_of_one_side_says_which(
    ringwall: Ringwall, without_compute: Path
) -> None:
    _edit(without_compute / "cases.yaml", "{id: near-large", "{id: near-huge")
    words = ("policy", "diff", SHIPPED / "classification", without_compute)
    rows = ringwall(*words, "--format", "csv").csv()
    out = ringwall.table(*words).out

    sides = {row["name"]: row["sides"] for row in rows if row["what"] == "case"}
    assert (sides["near-large"], sides["near-huge"]) == ("old", "new")
    assert sides["open-near-just-above"] == "both"
    (huge,) = (row for row in rows if row["name"] == "near-huge")
    assert huge["how"] == "not asked"
    assert "`compute` is missing from `asset`" in huge["old"]
    assert "sides" in out


def test_a_row_that_cases_still_name_is_gone_and_they_are_asked_all_the_same(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    folder = tmp_path / "access"
    shutil.copytree(SHIPPED / "access", folder)
    _edit(folder / "policy.csv", "p, acc-031,", "p, acc-131,")
    words = ("policy", "diff", SHIPPED / "access", folder)
    done = ringwall(*words)
    out = " ".join(ringwall.table(*words).out.split())

    assert done.code == 0
    value = done.json()
    assert [(row["rule"], row["how"]) for row in value["rows"]] == [
        ("acc-031", "removed"),
        ("acc-131", "added"),
    ]
    (case,) = (x for x in value["cases"] if x["case"] == "permit-acc-031")
    assert (case["old"]["rules"], case["new"]["rules"]) == (["acc-031"], ["acc-131"])
    stale = {(x["case"], x["side"], x["what"], x["name"]) for x in value["stale"]}
    assert ("permit-acc-031", "new", "rule", "acc-031") in stale
    assert {name for *_, name in stale} == {"acc-031"}
    assert "cases that name a rule or a reason that is not there" in out
    assert "permit-acc-031: rule acc-031" in out


def test_stale_names_are_told_where_nothing_differs(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    folder = tmp_path / "access"
    shutil.copytree(SHIPPED / "access", folder)
    _edit(folder / "cases.yaml", "[acc-031]", "[acc-777]")

    out = ringwall.table("policy", "diff", folder, folder).out

    assert out.startswith("no difference\n")
    assert "rule acc-777" in out
    assert "notice" not in out


def test_other_verbs_stay_strict_about_stale_names(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(SHIPPED, folder)
    _edit(folder / "access" / "cases.yaml", "[acc-031]", "[acc-777]")

    for verb in ("test", "lint"):
        done = ringwall("policy", verb, "--policies", folder)
        assert done.code == 3
        assert "rule-unknown" in done.err


def test_a_request_that_can_not_be_evaluated_says_so() -> None:
    from ringwall.cli.policy_diff import _word
    from ringwall.policy.outcome import Outcome

    broken = Outcome(permitted=False, rules=(), error="a word is unknown")
    assert _word(broken) == "deny: a word is unknown"


def test_a_copy_of_a_concern_may_have_another_name(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    shutil.copytree(SHIPPED / "eligibility", tmp_path / "before")

    done = ringwall("policy", "diff", tmp_path / "before", SHIPPED / "eligibility")

    assert done.json() == NOTHING


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nowhere", SHIPPED, "there is no folder `nowhere`"),
        (SHIPPED, "nowhere", "there is no folder `nowhere`"),
        (SHIPPED, SHIPPED / "access", "one is the folder of a concern"),
    ],
)
def test_folders_that_can_not_be_compared_exit_2(
    ringwall: Ringwall, old: object, new: object, message: str
) -> None:
    done = ringwall("policy", "diff", old, new)

    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize("is_old", [True, False])
@pytest.mark.parametrize("name", ["policy.csv", "cases.yaml"])
def test_policies_that_are_refused_exit_3_and_are_named(
    ringwall: Ringwall, changed: Path, is_old: bool, name: str
) -> None:
    (changed / "access" / name).write_text("broken\n")
    pair = (changed, SHIPPED) if is_old else (SHIPPED, changed)

    done = ringwall("policy", "diff", *pair)
    as_json = ringwall("policy", "diff", *pair, "--format", "json")

    assert (done.code, done.out) == (3, "")
    assert f"{changed}/access/{name}" in done.err
    assert as_json.error()["message"].startswith(f"`{changed}`: ")
