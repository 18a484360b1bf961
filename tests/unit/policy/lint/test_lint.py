from ringwall.policy.bundle import parse_bundle
from ringwall.policy.cases.cases import CasesReport, parse_cases, run_cases
from ringwall.policy.compiler import compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.lint.lint import lint_bundle, lint_concern
from tests.unit.policy.sample import edited, sample

TAIL = "*, *, 2030-01-01T00:00:00Z"
# One thing wrong of each kind.
WRONG = (
    ("read, deny\n", f"read, deny\np, row-901, junior, data, L0, {TAIL}, read, deny\n"),
    ("role = junior, senior", "role = junior, chief, senior"),
    ("action = read, write", "action = read, erase, write"),
    ("[reasons]", "[separation]\nsenior = junior\nchief = guest\n\n[reasons]"),
)


def _report(concern: Concern) -> CasesReport:
    return run_cases(compile_concern(concern), parse_cases(concern))


def test_good_concern_has_no_findings_but_its_missing_cases() -> None:
    concern = sample()
    findings = [item.fault for item in lint_concern(concern, _report(concern))]

    assert [fault.code for fault in findings] == ["row-undecided-by-case"] * 5
    assert [fault.line for fault in findings] == [4, 5, 6, 7, 8]


def test_each_kind_of_finding_is_looked_for() -> None:
    concern = sample(*WRONG)
    codes = [item.fault.code for item in lint_concern(concern, _report(concern))]

    assert codes[6:] == [
        "rows-contradict",
        "role-unused",
        "separation-broken",
        "action-without-rule",
    ]


def test_with_a_registry_it_is_asked_who_holds_what() -> None:
    concern = sample(*WRONG)
    held = {"user:ada": frozenset({"chief", "guest"})}
    found = lint_concern(concern, _report(concern), held)

    assert [item.fault.code for item in found[10:]] == [
        "separation-broken",
        "role-unheld",
        "role-unheld",
    ]


def test_vocabulary_that_differs_between_concerns_is_found() -> None:
    other = edited(
        ("row-", "other-"), ("kind = model, data, note", "kind = data, model, note")
    )
    same = edited(("row-", "third-"))
    bundle = parse_bundle({"one": edited(), "two": other, "zwei": same})

    (finding,) = lint_bundle(bundle, ["one", "two", "zwei"])
    assert str(finding.fault) == (
        "two/model.conf:28:8: vocabulary-differs: `kind` is declared otherwise in "
        "`one`; expected the same words in the same order"
    )


def test_what_is_asked_and_what_is_there_are_compared() -> None:
    found = lint_bundle(parse_bundle({"one": edited()}), ["two"])

    assert [item.fault.code for item in found] == ["concern-missing", "concern-unasked"]
