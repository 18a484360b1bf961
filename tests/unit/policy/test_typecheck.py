import pytest

from ringwall.policy.faults import Faults
from ringwall.policy.matcher import Literal, Path, parse_matcher
from ringwall.policy.typecheck import TypeChecker, guarded_column, operand_type
from ringwall.policy.value_types import NumberType
from tests.unit.policy.sample import sample

SCHEMA = sample().schema


def _checked(text: str) -> tuple[TypeChecker, list[str]]:
    faults = Faults()
    checker = TypeChecker(SCHEMA, "m", faults)
    checker.check(parse_matcher(text))
    codes = [fault.code for fault in faults.refusal("m").faults] if len(faults) else []
    return checker, codes


@pytest.mark.parametrize(
    "text",
    [
        "r.subject.suspended",
        "!r.subject.suspended || r.action == p.action",
        "r.action == 'read'",
        "'read' == r.action",
        "r.asset.owner != 'org:hub'",
        "r.asset.owner in r.subject.labels",
        "'red' in r.subject.labels",
        "p.role in r.subject.roles",
        "at_least(r.subject.level, 'L1')",
        "at_least('L1', r.subject.level)",
        "at_most(r.asset.size, '1e25')",
        "at_most(r.asset.born, '2030-01-01T00:00:00Z')",
        "holds(r.subject.roles, 'guest')",
        "within(r.asset.labels, r.subject.labels)",
        "g(r.asset.kind, 'model')",
        "(p.kind == '*' || r.asset.kind == p.kind)",
        "(p.kind == '*' || p.size == '*' || at_most(r.asset.size, p.size))",
        "(p.kind == '*' || (r.action == 'read' && !(r.asset.kind == p.kind)))",
    ],
)
def test_like_things_may_be_compared(text: str) -> None:
    assert _checked(text)[1] == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("r.action", ["not-a-condition"]),
        ("p.level", ["not-a-condition"]),
        ("'read'", ["not-a-condition"]),
        ("r.asset.colour", ["path-unknown"]),
        ("r.asset.colour == 'red'", ["path-unknown"]),
        ("'red' == r.asset.colour", ["path-unknown"]),
        ("p.colour == r.action", ["column-unknown"]),
        ("p.rule == r.asset.owner", ["column-reserved"]),
        ("p.eft == 'deny'", ["column-reserved"]),
        ("p.kind == r.asset.kind", ["open-unguarded"]),
        ("p.kind == '*'", ["open-unguarded"]),
        ("(r.asset.kind == p.kind || p.kind == '*')", ["open-unguarded"]),
        ("(p.kind == '*' || r.asset.owner == p.owner)", ["open-unguarded"]),
        ("(p.level == '*' || at_least(r.subject.level, p.level))", ["literal-unknown"]),
        ("r.action == 'dance'", ["literal-unknown"]),
        ("r.subject.suspended == 'true'", ["literal-unknown"]),
        ("'a' == 'a'", ["not-comparable"]),
        ("r.asset.size == r.asset.size", ["not-comparable"]),
        ("r.subject.roles == r.subject.roles", ["not-comparable"]),
        ("r.subject.suspended == r.subject.suspended", ["not-comparable"]),
        ("r.action in r.action", ["not-comparable"]),
        ("(r.action == p.action) == r.action", ["not-comparable"]),
        ("r.action == r.asset.kind", ["types-differ"]),
        ("r.subject.roles == p.role", ["types-differ"]),
        ("r.subject.roles == 'guest'", ["types-differ"]),
        ("r.action in r.subject.labels", ["types-differ"]),
        ("regexMatch(r.action, p.action)", ["function-unknown"]),
        ("within(r.asset.labels)", ["arguments-wrong"]),
        ("within(r.asset.labels, r.subject.roles)", ["arguments-wrong"]),
        ("within(r.asset.labels, 'red')", ["arguments-wrong"]),
        ("at_least(r.action, p.action)", ["arguments-wrong"]),
        ("at_least(r.asset.size, r.asset.born)", ["arguments-wrong"]),
        ("at_least(r.asset.owner, 'org:hub')", ["arguments-wrong"]),
        ("holds(r.subject.roles, p.action)", ["arguments-wrong"]),
        ("holds(r.subject.labels, 'red')", ["arguments-wrong"]),
        ("g(p.role, p.role)", ["arguments-wrong"]),
        ("g('guest', p.role)", ["arguments-wrong"]),
        ("g(r.subject.level, p.level)", ["arguments-wrong"]),
        ("g(r.asset.kind, r.asset.kind)", ["arguments-wrong"]),
        ("within(r.asset.labels, (r.action == 'read'))", ["not-comparable"]),
        (
            "r.asset.colour && p.colour && 'x'",
            ["path-unknown", "column-unknown", "not-a-condition"],
        ),
    ],
)
def test_unlike_things_may_not(text: str, codes: list[str]) -> None:
    assert _checked(text)[1] == codes


def test_checker_notes_what_a_matcher_uses() -> None:
    checker, _ = _checked(
        "holds(r.subject.roles, p.role) && (p.size == '*' || r.action == 'read')"
    )

    assert list(checker.paths) == ["subject.roles", "action"]
    assert list(checker.columns) == ["role", "size"]
    assert list(checker.relations) == ["g"]
    assert list(checker.relations["g"]) == ["role"]


def test_guard_is_a_column_compared_with_the_star() -> None:
    assert guarded_column(parse_matcher("p.kind == '*'")) == "kind"
    assert guarded_column(parse_matcher("p.kind == 'data'")) == ""
    assert guarded_column(parse_matcher("r.action == '*'")) == ""


def test_operands_have_the_types_of_the_schema() -> None:
    assert operand_type(Path("asset.size"), SCHEMA) == NumberType()
    assert operand_type(Literal("x"), SCHEMA) is None
