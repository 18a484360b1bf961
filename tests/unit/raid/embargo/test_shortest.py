"""The end that stands in the terms."""

import pytest

from ringwall.raid.embargo.ends import utc_end
from ringwall.raid.embargo.shortest import shortest
from tests.example import NOON
from tests.office import DAY


@pytest.mark.parametrize(
    ("asked", "offered", "span", "days", "end_of"),
    [
        ([], None, 0, 0, "asked"),
        ([120], None, 0, 120, "asked"),
        ([120, 14], None, 45, 14, "asked"),
        ([120], None, 45, 45, "default"),
        ([], None, 45, 45, "default"),
        ([120], 30, 45, 30, "offered"),
        ([20], 30, 45, 20, "asked"),
        # What ends at the same hour was asked for.
        ([30], 30, 30, 30, "asked"),
        ([], 30, 30, 30, "offered"),
        # A proposal whose end has passed binds nobody.
        ([20], -1, 0, 20, "asked"),
        ([20], 0, 0, 20, "asked"),
    ],
)
def test_the_first_end_wins_and_it_is_known_whose_it_is(
    asked: list[int], offered: int | None, span: int, days: int, end_of: str
) -> None:
    ends = [utc_end(NOON + one * DAY) for one in asked]
    there = None if offered is None else NOON + offered * DAY
    found = shortest(NOON, ends, there, span * DAY)
    assert (found.end.instant, found.end_of) == (NOON + days * DAY, end_of)
