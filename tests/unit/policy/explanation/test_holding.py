"""The rows for which a condition holds, found by each of the ways there are."""

import pytest

from ringwall.policy.compiler import compile_concern
from ringwall.policy.explanation.holding import rows_holding, unguarded
from ringwall.policy.explanation.row_groups import group_rows
from ringwall.policy.explanation.rowsets import members
from ringwall.policy.matcher import format_matcher, parse_matcher
from tests.oracle import explanation as oracle
from tests.unit.policy.sample import request, sample

LEVEL = "at_least(r.subject.level, p.level)"
REQUESTS: tuple[dict[str, object], ...] = (
    {},
    {"subject_roles": [], "asset_kind": "note", "asset_owner": "org:x"},
    {"subject_roles": ["guest", "junior"], "action": "read", "subject_level": "L0"},
    {"asset_size": 10**9, "subject_suspended": True, "asset_labels": ["blue"]},
    {"asset_born": "2040-01-01T00:00:00Z", "subject_level": "L1"},
)


@pytest.mark.parametrize("changes", REQUESTS)
@pytest.mark.parametrize(
    "edits",
    [
        (),
        ((LEVEL, "at_most(p.level, r.subject.level)"),),
        ((LEVEL, "!at_most(r.subject.level, p.level)"),),
        (
            (LEVEL, f"({LEVEL} || p.action == r.action)"),
            ("\nlevel = level-too-low", "\nsubject.level = level-too-low"),
        ),
        (
            ("holds(r.subject.roles, p.role)", "p.role in r.subject.roles"),
            ("[role_definition]\ng = _, _\n", ""),
            ("g, senior, junior\n", ""),
        ),
    ],
)
def test_rows_are_those_for_which_the_condition_holds_one_by_one(
    edits: tuple[tuple[str, str], ...], changes: dict[str, object]
) -> None:
    concern = sample(*edits)
    asked = request(concern, **changes)
    rows = [rule.values for rule in concern.rules]
    tests = compile_concern(concern)._explainer._tests

    for condition, test in zip(concern.conditions, tests, strict=True):
        columns = [concern.schema.column_index(name) for name in condition.columns]
        groups = group_rows(rows, columns)
        holding = rows_holding(condition, test, groups, concern.relations)
        expected = [
            at
            for at, rule in enumerate(concern.rules)
            if oracle.holds(concern, condition.expression, rule, asked)
        ]
        assert list(members(holding(asked))) == expected, condition.name


def test_a_word_that_is_no_role_holds_nothing() -> None:
    concern = sample()
    asked = request(concern)
    object.__setattr__(asked.subject, "roles", frozenset({"king"}))  # type: ignore[attr-defined]  # as a caller's own class might hold
    (condition,) = (item for item in concern.conditions if item.name == "role")
    column = concern.schema.column_index("role")
    groups = group_rows([rule.values for rule in concern.rules], [column])

    holding = rows_holding(condition, lambda *_: True, groups, concern.relations)

    assert holding(asked) == 0


@pytest.mark.parametrize(
    ("matcher", "inner"),
    [
        ('p.kind == "*" || r.a.kind == p.kind', "r.a.kind == p.kind"),
        ('p.kind == "*" || r.a.kind == p.kind || r.b', ""),
        ("r.a.flag || r.b", ""),
        ("r.a.kind == p.kind", ""),
    ],
)
def test_a_guard_is_taken_off_where_there_is_one(matcher: str, inner: str) -> None:
    tree = parse_matcher(matcher)

    assert format_matcher(unguarded(tree)) == (inner or matcher)
