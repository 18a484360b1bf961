import pytest

from ringwall.policy.lint.meaning import Meaning
from ringwall.policy.matcher import Literal, Path, parse_matcher
from ringwall.policy.value_types import Value
from tests.unit.policy.sample import sample

VALUES: dict[str, Value] = {
    "subject.roles": frozenset({"senior"}),
    "subject.level": 1,
    "subject.labels": frozenset({"red", "blue"}),
    "subject.suspended": False,
    "asset.kind": "data",
    "asset.owner": "org:hub",
    "asset.size": 1000,
    "asset.labels": frozenset({"red"}),
    "action": "write",
}
CONCERN = sample()
ROW = CONCERN.rules[1].values  # row-002: senior, data, L1, org:hub, 1e6, ..., write


def _holds(text: str) -> bool:
    return Meaning(CONCERN).holds(parse_matcher(text), VALUES, ROW)


@pytest.mark.parametrize(
    "text",
    [
        "holds(r.subject.roles, p.role)",
        'holds(r.subject.roles, "junior")',
        "at_least(r.subject.level, p.level)",
        'at_most(r.subject.level, "L1")',
        "at_most(r.asset.size, p.size)",
        "within(r.asset.labels, r.subject.labels)",
        "r.action == p.action",
        'r.asset.kind != "note"',
        '"red" in r.asset.labels',
        "!r.subject.suspended",
        'r.subject.suspended || p.kind == "*" || r.asset.kind == p.kind',
        '!(r.subject.suspended && r.action == "read")',
    ],
)
def test_an_expression_holds_or_its_contrary_does(text: str) -> None:
    assert _holds(text)
    assert not _holds(f"!({text})")


def test_what_a_row_leaves_open_is_open() -> None:
    values = CONCERN.rules[2].values  # row-003 leaves the kind open
    tree = parse_matcher('p.kind == "*" || r.asset.kind == p.kind')

    assert Meaning(CONCERN).holds(tree, {"asset.kind": "note"}, values)


def test_a_constant_is_the_field_of_the_row_or_the_literal_in_running_form() -> None:
    meaning, level = Meaning(CONCERN), Path("subject.level")

    column = parse_matcher("at_least(r.subject.level, p.level)")
    assert meaning.constant(column.arguments[1], level, ROW) == 1  # type: ignore[union-attr]  # it is a call
    assert meaning.constant(Literal("L2"), level, ROW) == 2
    assert meaning.constant(Literal("red"), Path("asset.labels"), ROW) == "red"
    assert meaning.constant(level, Literal("L2"), ROW) is None


def test_the_seniors_of_a_role_are_those_who_have_its_rights() -> None:
    assert Meaning(CONCERN).seniors("holds", "junior") == {"junior", "senior"}


def test_a_value_by_itself_is_no_condition() -> None:
    with pytest.raises(ValueError, match="neither true nor false"):
        Meaning(CONCERN).holds(Literal("x"), VALUES, ROW)
