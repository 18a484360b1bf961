"""A finding names its first entry and its last ones, and how long it took."""

import pytest

from ringwall.watch.findings import MAX_ENTRIES, Mark, finding_of, span_text
from tests.watched import AT, DAY, HOUR, MINUTE, SECOND, rule


def test_a_finding_says_what_rule_and_entries_made_it() -> None:
    marks = [Mark(AT, 4), Mark(AT + SECOND, 9)]

    found = finding_of(rule("denials", severity="high"), "user:ada", marks, "2 of them")

    assert (found.rule, found.severity, found.subject) == (
        "denials",
        "high",
        "user:ada",
    )
    assert (found.first, found.last, found.count) == (AT, AT + SECOND, 2)
    assert found.entries == (4, 9)
    assert found.told == "so it is: 2 of them"


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 1000])
def test_of_many_entries_the_first_and_the_last_are_named(count: int) -> None:
    marks = [Mark(AT + number, number) for number in range(count)]

    found = finding_of(rule("denials"), "user:ada", marks, "many")

    assert found.count == count
    assert len(found.entries) == min(count, MAX_ENTRIES)
    assert (found.entries[0], found.entries[-1]) == (0, count - 1)
    assert len(set(found.entries)) == len(found.entries)


def test_a_count_may_be_of_more_than_is_named() -> None:
    assert finding_of(rule("budget"), "x", [Mark(AT, 1)], "much", 7).count == 7


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (119 * SECOND, "119 s"),
        (2 * MINUTE, "2 min"),
        (2 * MINUTE + 1, "3 min"),
        (2 * HOUR - SECOND, "120 min"),
        (2 * HOUR, "2 h"),
        (2 * DAY, "2 days"),
        (-90 * SECOND, "90 s"),
    ],
)
def test_a_length_is_told_in_the_largest_unit_that_fits_twice(
    length: int, text: str
) -> None:
    assert span_text(length) == text
