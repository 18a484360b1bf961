"""Failed conditions in words; the shapes of conditions are in test_explain.py."""

import pytest

from ringwall.policy.explanation.failure import failure_of
from ringwall.policy.outcome import FailedCondition
from tests.unit.policy.sample import request, sample

MANY = [f"lead{number}" for number in range(9)]
SENIORS = (
    ("role = junior,", f"role = {', '.join(MANY)}, junior,"),
    ("g, senior", "".join(f"g, {name}, guest\n" for name in MANY) + "g, senior"),
)


def told(name: str, rule: str, *edits: tuple[str, str]) -> FailedCondition:
    concern = sample(*edits)
    (condition,) = (item for item in concern.conditions if item.name == name)
    (row,) = (item for item in concern.rules if item.id == rule)
    return failure_of(concern, condition)(row, request(concern))


def test_a_failure_carries_the_reason_what_is_seen_and_what_is_needed() -> None:
    assert told("kind", "row-004") == FailedCondition(
        "kind", "wrong-kind", "the rule is for another kind", "data", "note"
    )


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        ("row-001", "one of junior, senior"),
        ("row-002", "senior"),
        ("row-004", "guest, or one of the 9 words that include it"),
    ],
)
def test_the_words_that_include_a_word_are_named_unless_they_are_many(
    rule: str, needed: str
) -> None:
    assert told("role", rule, *SENIORS).needed == needed


@pytest.mark.parametrize(
    ("edit", "needed"),
    [
        ('"L2" == p.level', '"L2" == "L1"'),
        ("!(r.subject.suspended && p.level == 'L1')", None),
    ],
)
def test_an_unusual_condition_is_written_out_with_the_values_of_the_row(
    edit: str, needed: str | None
) -> None:
    level = "at_least(r.subject.level, p.level)"
    change = (level, f"({edit} || {level} && r.subject.suspended)")

    failed = told("level", "row-002", change)

    assert needed is None or needed in failed.needed
    assert failed.seen.split(", ")[-1].startswith("subject.")


@pytest.mark.parametrize(
    ("name", "test", "seen", "needed"),
    [
        ("asset.size", "at_least(r.asset.size, r.asset.size)", "1000", "1000 or more"),
        (
            "subject.level",
            "at_most(r.subject.level, r.subject.level)",
            "L2",
            "L2 or lower",
        ),
        (
            "asset.owner",
            "!(r.asset.owner in r.subject.labels)",
            "org:hub",
            "none of red",
        ),
    ],
)
def test_two_attributes_that_meet_are_told_like_one_and_a_value(
    name: str, test: str, seen: str, needed: str
) -> None:
    more = ("&& !r.subject.suspended", f"&& !r.subject.suspended \\\n && {test}")
    reason = ("[reasons]\n", f"[reasons]\n{name} = odd, it is odd\n")

    failed = told(name, "row-002", more, reason)

    assert (failed.seen, failed.needed) == (seen, needed)
