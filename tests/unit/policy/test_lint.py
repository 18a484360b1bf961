from ringwall.policy.bundle import parse_bundle
from ringwall.policy.cases import CasesReport, parse_cases, run_cases
from ringwall.policy.compiler import compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.lint import lint_bundle, lint_concern
from tests.unit.policy.sample import edited, sample

DENY = "read, deny\n"


def _report(concern: Concern) -> CasesReport:
    return run_cases(compile_concern(concern), parse_cases(concern))


def _found(*edits: tuple[str, str]) -> list[tuple[str, str]]:
    concern = sample(*edits)
    return [
        (fault.code, fault.message)
        for fault in lint_concern(concern, _report(concern))
        if fault.code != "row-undecided-by-case"
    ]


def test_good_concern_has_no_findings_but_its_missing_cases() -> None:
    concern = sample()
    findings = lint_concern(concern, _report(concern))

    assert [fault.code for fault in findings] == ["row-undecided-by-case"] * 5
    assert [fault.line for fault in findings] == [4, 5, 6, 7, 8]


def test_row_that_a_deny_row_repeats_is_shadowed() -> None:
    deny = "p, row-901, junior, data, L0, *, *, 2030-01-01T00:00:00Z, read, deny\n"

    assert _found((DENY, DENY + deny)) == [
        ("row-shadowed", "row `row-901` denies all that `row-001` allows")
    ]


def test_row_that_a_more_open_deny_row_covers_is_shadowed() -> None:
    deny = "p, row-901, senior, *, L1, *, *, 2030-01-01T00:00:00Z, write, deny\n"

    assert _found((DENY, DENY + deny)) == [
        ("row-shadowed", "row `row-901` denies all that `row-002` allows")
    ]


def test_row_that_a_narrower_deny_row_cuts_is_not_shadowed() -> None:
    deny = "p, row-901, senior, data, L2, *, *, 2029-12-31T23:00:00Z, read, deny\n"

    assert _found((DENY, DENY + deny)) == []


def test_role_that_gives_nothing_is_unused() -> None:
    found = _found(("role = junior, senior", "role = junior, chief, visitor, senior"))

    assert found == [
        ("role-unused", "no row says anything of role `chief` or a role it includes"),
        ("role-unused", "no row says anything of role `visitor` or a role it includes"),
    ]


def test_role_that_includes_a_used_one_is_used() -> None:
    assert (
        _found(
            ("role = junior, senior", "role = junior, chief, senior"),
            ("g, senior, junior", "g, senior, junior\ng, chief, senior"),
        )
        == []
    )


def test_role_named_as_a_word_of_another_column_is_still_unused() -> None:
    assert [code for code, _ in _found(("role = junior", "role = data, junior"))] == [
        "role-unused"
    ]


def test_role_that_only_the_matcher_names_is_used() -> None:
    found = _found(
        ("role = junior, senior", "role = junior, chief, senior"),
        (
            "&& !r.subject.suspended",
            "&& (holds(r.subject.roles, 'chief') || !r.subject.suspended)",
        ),
        ("\nsubject.suspended = s", "\nsubject.roles = s"),
    )

    assert found == []


def test_concern_without_roles_has_no_unused_ones() -> None:
    assert (
        _found(
            ("[role_definition]\ng = _, _\n", ""),
            ("m = holds(r.subject.roles, p.role)", "m = p.role in r.subject.roles"),
            ("g, senior, junior\n", ""),
        )
        == []
    )


def test_vocabulary_that_differs_between_concerns_is_found() -> None:
    other = edited(
        ("row-", "other-"), ("kind = model, data, note", "kind = data, model, note")
    )
    same = edited(("row-", "third-"))
    bundle = parse_bundle({"one": edited(), "two": other, "zwei": same})

    (finding,) = lint_bundle(bundle)
    assert str(finding) == (
        "two/model.conf: vocabulary-differs: `kind` is declared otherwise in `one`"
    )
