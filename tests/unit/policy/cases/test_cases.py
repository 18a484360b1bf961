from dataclasses import replace

import pytest

from ringwall.base.errors import CasesFailed
from ringwall.policy.cases.cases import (
    CasesReport,
    Decider,
    check_cases,
    parse_cases,
    run_cases,
    select_cases,
)
from ringwall.policy.compiler import compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.outcome import NearRow, Outcome
from ringwall.policy.reader import parse_concern
from ringwall.policy.reference import ReferenceConcern
from tests.conformance.policy_vectors import base_files
from tests.unit.policy.sample import sample

HEAD = """
now: 2027-01-01T00:00:00Z
named:
  subject:
    sue: {roles: [senior], level: L2, labels: [], suspended: false}
    gus: {roles: [guest], level: L0, labels: [], suspended: false}
  asset:
    data: {kind: data, owner: org:hub, size: 0, born: 2027-01-01T00:00:00Z, labels: []}
    note: {kind: note, owner: org:hub, size: 0, born: 2027-01-01T00:00:00Z, labels: []}
    model: {kind: model, owner: org:h, size: 0, born: 2027-01-01T00:00:00Z, labels: []}
cases:
"""
GOOD = """
  - {ask: {subject: sue, asset: data, action: write}, expect: permit, rules: [row-002]}
  - {ask: {subject: sue, asset: data, action: read}, expect: permit}
  - {ask: {subject: gus, asset: note, action: read}, expect: permit}
  - ask: {subject: gus, asset: model, action: read}
    expect: deny
    rules: [row-900]
    why: []
  - ask: {subject: gus, asset: data, action: write}
    expect: deny
    why: [no-role, level-too-low]
"""


def _concern(cases: str) -> Concern:
    return parse_concern("base", base_files() | {"cases.yaml": cases.encode()})


def _report(cases: str, reference: Decider | None = None) -> CasesReport:
    concern = _concern(cases)
    return run_cases(
        compile_concern(concern), parse_cases(concern), reference=reference
    )


def _ask(subject: str, action: str, expected: str) -> str:
    ask = f"subject: {subject}, asset: data, action: {action}"
    return f"{{ask: {{{ask}}}, {expected}}}"


def _problems(case: str, reference: Decider | None = None) -> list[str]:
    report = _report(HEAD + GOOD + f"  - {case}\n", reference)
    assert not any(result.problems for result in report.results[:-1])
    return list(report.results[-1].problems)


class _Contrary:
    """Says the opposite of what a row permits."""

    def decide(self, request: object) -> Outcome:
        del request
        return Outcome(permitted=True, rules=())


def test_cases_that_come_out_as_written_have_no_problems() -> None:
    report = _report(HEAD + GOOD)

    assert len(report.results) == 5
    assert report.failed == ()
    assert report.undecided == ()
    check_cases(report)


def test_stock_casbin_answers_the_cases_in_the_same_way() -> None:
    assert _report(HEAD + GOOD, ReferenceConcern(sample())).failed == ()


def test_other_answer_of_a_second_engine_is_a_problem() -> None:
    report = _report(HEAD + GOOD, _Contrary())

    assert [result.problems for result in report.failed] == [
        ("stock Casbin says permit",),
        ("stock Casbin says permit",),
    ]


def test_unexpected_deny_is_a_problem() -> None:
    ask = _ask("gus", "read", "expect: permit, rules: [row-001]")

    assert _problems(ask) == [
        "expected permit, came out as deny",
        "expected rules `row-001`, not none",
    ]


def test_unexpected_permit_is_a_problem() -> None:
    ask = _ask("sue", "write", "expect: deny, why: [no-role]")

    assert _problems(ask) == [
        "expected deny, came out as permit",
        "expected why `no-role`, not none",
    ]


def test_other_reason_is_a_problem() -> None:
    ask = _ask("gus", "write", "expect: deny, why: [no-role]")

    assert _problems(ask) == ["expected why `no-role`, not `no-role`, `level-too-low`"]


def test_case_that_can_not_be_evaluated_is_a_problem() -> None:
    concern = _concern(HEAD + GOOD)
    cases = parse_cases(concern)
    broken = type(cases.cases[0])(
        id="x", line=1, request=object(), permit=False, rules=None, why=None
    )
    report = run_cases(compile_concern(concern), type(cases)(cases.file, (broken,)))

    assert report.results[0].problems[0].startswith("could not be evaluated: Attribute")


def test_row_that_no_case_decides_is_reported() -> None:
    report = _report(
        HEAD.replace("    note:", "    nota:").replace("    model:", "    m:")
        + "  - {ask: {subject: sue, asset: data, action: write}, expect: permit}\n"
        "  - {ask: {subject: gus, asset: nota, action: read}, expect: permit}\n"
        "  - {ask: {subject: sue, asset: m, action: read}, expect: permit}\n"
    )

    assert report.undecided == ("row-001", "row-900")
    assert report.rows["row-001"] == ("base/policy.csv", 4)


def test_concern_without_cases_has_every_row_undecided() -> None:
    concern = sample()
    report = run_cases(compile_concern(concern), parse_cases(concern, "some/where"))

    assert report.file == "some/where/cases.yaml"
    assert len(report.undecided) == 5


def test_failed_cases_and_undecided_rows_are_refused_with_their_places() -> None:
    report = _report(
        HEAD
        + GOOD.replace("expect: deny\n    why", "expect: permit\n    why").replace(
            "  - {ask: {subject: gus, asset: note, action: read}, expect: permit}\n",
            "  - {ask: {subject: gus, asset: note, action: write}, expect: deny}\n",
        )
    )

    with pytest.raises(CasesFailed) as caught:
        check_cases(report)

    assert caught.value.code == "cases-failed"
    assert [(fault.file, fault.code) for fault in caught.value.faults] == [
        ("base/cases.yaml", "case-failed"),
        ("base/policy.csv", "row-undecided-by-case"),
    ]
    assert "1 of 5 cases failed, 1 rows have no case" in str(caught.value)


@pytest.mark.parametrize(
    ("percent", "codes"),
    [
        (None, ["case-failed"]),
        (0, ["case-failed"]),
        (60, ["case-failed"]),
        (61, ["case-failed", *["row-undecided-by-case"] * 2]),
        (100, ["case-failed", *["row-undecided-by-case"] * 2]),
    ],
)
def test_rows_are_refused_only_below_the_share_that_is_asked_for(
    percent: int | None, codes: list[str]
) -> None:
    """Three of the five rows have a case."""
    report = _report(HEAD + GOOD)
    failing = replace(report.results[0], problems=("wrong",))
    rows = {"row-001": ("a", 1), "row-002": ("a", 2)}
    report = replace(report, results=(failing,), rows=rows)

    with pytest.raises(CasesFailed) as caught:
        check_cases(report, percent)

    assert [fault.code for fault in caught.value.faults] == codes


def test_cases_are_chosen_by_globs_on_their_ids() -> None:
    cases = parse_cases(_concern(HEAD + GOOD.replace("- {ask", "- {id: A-1, ask", 1)))

    def chosen(*patterns: str) -> list[str]:
        return [case.id for case in select_cases(cases, patterns).cases]

    assert chosen("*") == ["A-1", "case-2", "case-3", "case-4", "case-5"]
    assert chosen("case-[45]", "A-?") == ["A-1", "case-4", "case-5"]
    assert chosen("a-1") == []
    assert chosen("case") == []


def test_a_case_without_problems_needs_no_reasons() -> None:
    assert {result.because for result in _report(HEAD + GOOD).results} == {()}


def test_a_wrong_permit_names_the_rows_that_decided() -> None:
    case = _ask("sue", "write", "expect: deny")
    (failed,) = _report(f"{HEAD}{GOOD}  - {case}\n").failed

    assert failed.because == (NearRow("row-002", "base/policy.csv", 5, "allow", ()),)


def test_a_wrong_deny_names_the_rows_that_came_nearest() -> None:
    case = _ask("gus", "read", "expect: permit")
    (failed,) = _report(f"{HEAD}{GOOD}  - {case}\n").failed

    assert [row.rule for row in failed.because] == ["row-001", "row-003", "row-004"]
    assert [item.code for item in failed.because[0].failed] == ["no-role"]
