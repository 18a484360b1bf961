import pytest

from ringwall.policy.matcher import parse_matcher
from ringwall.policy.reads import surely_read


@pytest.mark.parametrize(
    ("text", "if_true", "if_false"),
    [
        ("r.a == p.x", "a", "a"),
        ("at_least(r.a.b, r.c)", "a.b c", "a.b c"),
        ("!r.a", "a", "a"),
        ("r.a && r.b", "a b", "a"),
        ("r.a || r.b", "a", "a b"),
        ("!(r.a && r.b)", "a", "a b"),
        ("(r.a || r.b) && (r.c && r.d)", "a c d", "a"),
        ("(r.a && r.b) || r.c", "a", "a c"),
        ('(p.x == "*" || r.a == p.x)', "", "a"),
    ],
)
def test_what_is_read_depends_on_where_a_condition_may_stop(
    text: str, if_true: str, if_false: str
) -> None:
    tree = parse_matcher(text)

    assert surely_read(tree) == set(if_true.split())
    assert surely_read(tree, outcome=False) == set(if_false.split())
