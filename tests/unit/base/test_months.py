"""Months of the calendar on instants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.months import LAST_INSTANT, months_after


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-15T10:00:00Z", 0, "2026-01-15T10:00:00Z"),
        ("2026-01-15T10:00:00Z", 6, "2026-07-15T10:00:00Z"),
        ("2026-01-31T00:00:00.000001Z", 1, "2026-02-28T00:00:00.000001Z"),
        ("2027-08-31T23:59:59Z", 6, "2028-02-29T23:59:59Z"),
        ("2026-12-01T00:00:00Z", 1, "2027-01-01T00:00:00Z"),
        ("2026-11-30T00:00:00Z", 120, "2036-11-30T00:00:00Z"),
        ("1969-12-31T00:00:00Z", 2, "1970-02-28T00:00:00Z"),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last(
    start: str, months: int, end: str
) -> None:
    assert format_instant(months_after(parse_instant(start), months)) == end


def test_after_the_year_9999_there_is_only_the_last_instant() -> None:
    assert months_after(parse_instant("9999-12-01T00:00:00Z"), 1) == LAST_INSTANT
    assert format_instant(LAST_INSTANT) == "9999-12-31T23:59:59.999999Z"


@given(st.integers(0, 4_000_000_000_000_000), st.integers(0, 130))
def test_more_months_end_later_and_none_is_longer_than_31_days(
    instant: int, months: int
) -> None:
    end, later = months_after(instant, months), months_after(instant, months + 1)

    assert end < later
    assert end - instant <= months * 31 * 24 * 3600 * 1_000_000
