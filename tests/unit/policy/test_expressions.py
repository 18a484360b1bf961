import ast

import pytest

from ringwall.policy.expressions import load, path_node, translate
from ringwall.policy.matcher import Compare, Literal, Path, parse_matcher
from tests.unit.policy.sample import sample

SCHEMA = sample().schema


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("r.action == p.action", "request.action == row[7]"),
        ("r.action != 'read'", "request.action != 'read'"),
        ("r.subject.level == 'L1'", "request.subject.level == 1"),
        ("'red' in r.subject.labels", "'red' in request.subject.labels"),
        ("at_least(r.subject.level, p.level)", "request.subject.level >= row[3]"),
        ("at_most(r.asset.size, '1e2')", "request.asset.size <= 100"),
        (
            "within(r.asset.labels, r.subject.labels)",
            "request.asset.labels <= request.subject.labels",
        ),
        (
            "holds(r.subject.roles, p.role)",
            (
                "row[1] in request.subject.roles or "
                "not seniors_g[row[1]].isdisjoint(request.subject.roles)"
            ),
        ),
        ("g(r.asset.kind, 'data')", "request.asset.kind in seniors_g['data']"),
        ("g2(r.asset.kind, p.kind)", "request.asset.kind in seniors_g2[row[2]]"),
        (
            "holds3(r.subject.roles, 'junior')",
            (
                "'junior' in request.subject.roles or "
                "not seniors_g3['junior'].isdisjoint(request.subject.roles)"
            ),
        ),
        (
            "(p.kind == '*' || r.asset.kind == p.kind)",
            "row[2] is None or request.asset.kind == row[2]",
        ),
        (
            "!r.subject.suspended && r.subject.suspended",
            (
                "not (request.subject.suspended is True or (request.subject.suspended "
                "is not False and not_a_flag(request.subject.suspended))) and "
                "(request.subject.suspended is True or (request.subject.suspended "
                "is not False and not_a_flag(request.subject.suspended)))"
            ),
        ),
    ],
)
def test_matcher_becomes_python(text: str, python: str) -> None:
    assert ast.unparse(translate(parse_matcher(text), SCHEMA)) == python


def test_names_and_paths_become_nodes() -> None:
    assert ast.unparse(path_node("asset.kind")) == "request.asset.kind"
    assert ast.unparse(load("row")) == "row"


def test_literal_on_its_own_has_no_meaning() -> None:
    with pytest.raises(ValueError, match="no meaning on its own"):
        translate(Literal("x"), SCHEMA)


@pytest.mark.parametrize("other", [Literal("x"), Path("subject.suspended")])
def test_literal_beside_something_without_literals_is_a_programming_mistake(
    other: Literal | Path,
) -> None:
    with pytest.raises(TypeError):
        translate(Compare("==", other, Literal("x")), SCHEMA)
