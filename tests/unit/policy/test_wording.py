import pytest

from ringwall.policy.matcher import ColumnRef, parse_matcher
from ringwall.policy.wording import in_words
from tests.unit.policy.sample import sample

SCHEMA = sample().schema


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("r.subject.suspended", "`subject.suspended` is true"),
        ("!r.subject.suspended", "`subject.suspended` is false"),
        ("r.action == p.action", "`action` is column `action`"),
        ('r.asset.kind != "note"', "`asset.kind` is not `note`"),
        ('"red" in r.asset.labels', "`red` is among `asset.labels`"),
        (
            "within(r.asset.labels, r.subject.labels)",
            "`asset.labels` is within `subject.labels`",
        ),
        (
            "holds(r.subject.roles, p.role)",
            "`subject.roles` holds column `role`, or what includes it",
        ),
        (
            'at_least(r.subject.level, "L1")',
            "`subject.level` is `L1` or higher",
        ),
        (
            "at_most(r.subject.level, p.level)",
            "`subject.level` is column `level` or lower",
        ),
        ("at_least(r.asset.size, p.size)", "`asset.size` is column `size` or more"),
        ("at_most(p.size, r.asset.size)", "column `size` is `asset.size` or less"),
        ("at_least(r.asset.born, p.until)", "`asset.born` is column `until` or later"),
        ("at_most(r.asset.born, p.until)", "`asset.born` is column `until` or earlier"),
        (
            'at_least("L1", r.subject.level)',
            "`L1` is `subject.level` or higher",
        ),
        (
            'p.kind == "*" || r.asset.kind == p.kind',
            "column `kind` is left open or `asset.kind` is column `kind`",
        ),
        (
            "r.subject.suspended && (r.subject.suspended || r.action == p.action)",
            (
                "`subject.suspended` is true and "
                "(`subject.suspended` is true or `action` is column `action`)"
            ),
        ),
        ('!("red" in r.asset.labels)', "`red` is not among `asset.labels`"),
        ("!(r.action == p.action)", "not (`action` is column `action`)"),
    ],
)
def test_each_expression_has_words(text: str, words: str) -> None:
    assert in_words(parse_matcher(text), SCHEMA) == words


def test_a_value_by_itself_is_named() -> None:
    assert in_words(ColumnRef("kind"), SCHEMA) == "column `kind`"


def test_a_condition_is_no_value() -> None:
    tree = parse_matcher("(r.a.b == p.c) == p.c")

    with pytest.raises(ValueError, match="a condition is no value"):
        in_words(tree, SCHEMA)
