"""Places: wall clocks and days of rest."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from ringwall.base.clock import format_instant
from ringwall.raid.clocks.places import Jurisdiction

BERLIN = Jurisdiction(
    *("DE", "Germany", "state", "Europe/Berlin", ZoneInfo("Europe/Berlin")),
    {date(2027, 3, 26): "Good Friday"},
)


@pytest.mark.parametrize(
    ("day", "at", "told"),
    [
        (date(2027, 1, 4), time(9), "2027-01-04T08:00:00Z"),
        (date(2027, 7, 4), time(9), "2027-07-04T07:00:00Z"),
        # 02:30 comes twice: the first.
        (date(2027, 10, 31), time(2, 30), "2027-10-31T00:30:00Z"),
        # 02:30 never comes: the earlier of the instants that it may mean.
        (date(2027, 3, 28), time(2, 30), "2027-03-28T00:30:00Z"),
    ],
)
def test_a_time_of_the_wall_clock_is_the_earlier_instant(
    day: date, at: time, told: str
) -> None:
    assert format_instant(BERLIN.instant(day, at)) == told


def test_a_day_is_over_at_its_midnight() -> None:
    assert format_instant(BERLIN.midnight_after(date(2027, 3, 28))) == (
        "2027-03-28T22:00:00Z"
    )


def test_days_of_rest_have_a_reason_and_years_that_are_not_on_file_are_known() -> None:
    assert BERLIN.rest(date(2027, 3, 26)) == "Good Friday"
    assert BERLIN.rest(date(2027, 3, 27)) == "Saturday"
    assert BERLIN.rest(date(2027, 3, 28)) == "Sunday"
    assert BERLIN.rest(date(2027, 3, 29)) == ""
    assert BERLIN.knows(date(2027, 12, 31))
    assert not BERLIN.knows(date(2028, 1, 1))
