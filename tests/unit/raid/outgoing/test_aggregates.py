"""Statistics for everybody."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.canonical import load_canonical
from ringwall.base.errors import ActRefused
from ringwall.raid.outgoing.aggregates import LEAST_CELL, aggregate, published_on

ROWS = ("cyber", "bio")
COLUMNS = ("high", "low")
CELLS = tuple(product(ROWS, COLUMNS))
DATES = (date(2026, 3, 31), date(2026, 6, 30))
COUNTS = st.fixed_dictionaries({cell: st.integers(0, 12) for cell in CELLS})


def test_small_cells_and_empty_ones_are_held_back_alike() -> None:
    counts = {("cyber", "high"): 5, ("cyber", "low"): 4, ("bio", "low"): 9}
    told = load_canonical(aggregate(counts, ROWS, COLUMNS, DATES[0]))
    assert told["cells"] == {
        "cyber": {"high": 5, "low": None},
        "bio": {"high": None, "low": 9},
    }
    assert told["totals_of_told_cells"] == {"high": 5, "low": 9}


@given(COUNTS, COUNTS)
def test_two_worlds_that_differ_in_small_cells_alone_give_equal_bytes(
    one: dict[tuple[str, str], int], two: dict[tuple[str, str], int]
) -> None:
    other = {
        cell: n if n >= LEAST_CELL else min(two[cell], LEAST_CELL - 1)
        for cell, n in one.items()
    }
    told = aggregate(one, ROWS, COLUMNS, DATES[0])
    assert aggregate(other, ROWS, COLUMNS, DATES[0]) == told


def test_a_request_between_two_dates_shows_the_last_one() -> None:
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 29))
    assert {published_on(DATES, day) for day in days} == {DATES[0]}
    assert published_on(DATES, date(2026, 6, 30)) == DATES[1]
    with pytest.raises(ActRefused) as caught:
        published_on(DATES, date(2026, 3, 30))
    assert caught.value.code == "aggregate-not-yet"
    assert caught.value.next_step


@pytest.mark.parametrize("counts", [{("Firm X", "low"): 9}, {CELLS[0]: -1}])
def test_a_cell_outside_the_closed_lists_is_refused(
    counts: dict[tuple[str, str], int],
) -> None:
    with pytest.raises(ValueError, match="closed lists"):
        aggregate(counts, ROWS, COLUMNS, DATES[0])
