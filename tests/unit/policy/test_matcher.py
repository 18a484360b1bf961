import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.matcher import (
    And,
    Call,
    ColumnRef,
    Compare,
    Literal,
    Not,
    Or,
    Path,
    conjuncts,
    format_matcher,
    parse_matcher,
)
from ringwall.policy.text_file import PlacedText


def _code(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        parse_matcher(text)
    (fault,) = caught.value.faults
    return fault.code


def test_and_binds_tighter_than_or() -> None:
    a, b, c = Path("a"), Path("b"), Path("c")

    assert parse_matcher("r.a || r.b && r.c") == Or((a, And((b, c))))
    assert parse_matcher("(r.a || r.b) && r.c") == And((Or((a, b)), c))


def test_every_kind_of_node_is_read() -> None:
    tree = parse_matcher("!!f(r.a.b, p.c) && (p.c == 'x' || r.d in r.e) && r.a != r.b")

    assert tree == And(
        (
            Not(Not(Call("f", (Path("a.b"), ColumnRef("c"))))),
            Or(
                (
                    Compare("==", ColumnRef("c"), Literal("x")),
                    Compare("in", Path("d"), Path("e")),
                )
            ),
            Compare("!=", Path("a"), Path("b")),
        )
    )


def test_brackets_around_a_value_mean_nothing() -> None:
    assert parse_matcher("(r.a) == ((p.b))") == parse_matcher("r.a == p.b")


def test_literal_named_like_an_operator_is_a_literal() -> None:
    assert parse_matcher("!f(r.a) && 'in' in r.b") == And(
        (Not(Call("f", (Path("a"),))), Compare("in", Literal("in"), Path("b")))
    )


def test_nodes_know_their_place_in_the_file() -> None:
    text = PlacedText("r.a && !r.b", ((0, 7, 5), (4, 8, 2)))
    tree = parse_matcher(text)

    assert isinstance(tree, And)
    assert tree.operands[0].place == (7, 5)
    assert tree.operands[1].place == (8, 5)


def test_outermost_conjuncts_are_seen_through_brackets() -> None:
    tree = parse_matcher("r.a && (r.b && (r.c || r.d)) && r.e")

    assert [format_matcher(item) for item in conjuncts(tree)] == [
        "r.a",
        "r.b",
        "r.c || r.d",
        "r.e",
    ]
    assert conjuncts(Path("a")) == (Path("a"),)


@pytest.mark.parametrize(
    "text",
    [
        "r.a",
        "r.a && (r.b && r.c)",
        "r.a || (r.b || r.c)",
        "(r.a || r.b) && r.c",
        "r.a && r.b || r.c",
        "!(r.a == p.b)",
        "!!f(r.a, p.b)",
        'r.a == "x"',
        "(r.a == r.b) == (r.c && r.d)",
    ],
)
def test_matcher_is_written_with_the_brackets_it_needs(text: str) -> None:
    assert format_matcher(parse_matcher(text)) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "matcher-syntax"),
        ("r.a &&  ", "matcher-syntax"),
        ("r.a r.b", "matcher-syntax"),
        ("r.a ==", "matcher-syntax"),
        ("(r.a", "matcher-syntax"),
        ("f(r.a", "matcher-syntax"),
        ("f()", "matcher-syntax"),
        ("f(r.a && r.b)", "matcher-syntax"),
        ("in", "matcher-syntax"),
        ("a", "matcher-syntax"),
        ("r", "matcher-syntax"),
        ("r.a.b.c", "matcher-syntax"),
        ("p.a.b", "matcher-syntax"),
        ("q.a", "matcher-syntax"),
        ("r._a", "matcher-syntax"),
        ("r.a not in r.b", "matcher-syntax"),
        ("!r.a == p.b", "brackets-needed"),
        ("!r.a in r.b", "brackets-needed"),
        ("r.a == r.b == r.c", "brackets-needed"),
        ("(" * 25 + "r.a" + ")" * 25, "matcher-too-deep"),
        ("!" * 26 + "r.a", "matcher-too-deep"),
        ("(" * 24 + "f(r.a, r.b)" + ")" * 24, "matcher-too-deep"),
        (" && ".join(["r.a"] * 65), "too-many-conditions"),
        (" && ".join(["(r.a && r.b)"] * 33), "too-many-conditions"),
    ],
)
def test_text_that_is_no_matcher_is_refused(text: str, code: str) -> None:
    assert _code(text) == code


def test_deepest_nesting_is_accepted() -> None:
    assert parse_matcher("(" * 24 + "r.a" + ")" * 24) == Path("a")


def test_most_conditions_are_accepted() -> None:
    assert len(conjuncts(parse_matcher(" && ".join(["r.a"] * 64)))) == 64
