"""Statistics for everybody."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.canonical import load_canonical
from ringwall.base.errors import ActRefused
from ringwall.raid.outgoing.aggregates import (
    LEAST_CELL,
    Cells,
    Counted,
    aggregate,
    published_on,
)

ROWS = ("cyber", "bio")
COLUMNS = ("high", "low")
CELLS = tuple(product(ROWS, COLUMNS))
DATES = (date(2026, 3, 31), date(2026, 6, 30))
COUNTS = st.fixed_dictionaries({cell: st.integers(0, 12) for cell in CELLS})


def told_of(counts: Cells) -> bytes:
    return aggregate({"cases": Counted(counts, ROWS, COLUMNS)}, *DATES)


def test_small_cells_and_empty_ones_are_held_back_alike() -> None:
    counts = {("cyber", "high"): 5, ("cyber", "low"): 4, ("bio", "low"): 9}
    whole = load_canonical(told_of(counts))
    assert (whole["since"], whole["published"]) == ("2026-03-31", "2026-06-30")
    told = whole["tables"]["cases"]
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
    assert told_of(other) == told_of(one)


def test_what_an_exercise_counts_says_so() -> None:
    whole = load_canonical(aggregate({}, *DATES, "autumn"))
    assert whole["exercise"] == "autumn"
    assert "exercise" not in load_canonical(aggregate({}, *DATES))


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
        told_of(counts)
