"""Periods counted by hand; tests/property/test_clock_laws.py holds the oracle to it."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from ringwall.base.clock import format_instant, parse_instant
from ringwall.raid.clocks.counting import Calendar, count_period, told_at
from ringwall.raid.clocks.period import parse_period
from ringwall.raid.clocks.places import Jurisdiction

BERLIN = Jurisdiction(
    *("DE", "Germany", "state", "Europe/Berlin", ZoneInfo("Europe/Berlin")),
    {date(2027, 3, 26): "Good Friday", date(2027, 3, 29): "Easter Monday"},
)


@pytest.mark.parametrize(
    ("start", "period", "calendar", "strict", "lawful"),
    [
        # To the moment, and no more.
        ("2027-03-05T17:45:00Z", "PT72H", "clock", "03-08T17:45:00", "03-08T17:45:00"),
        # Friday 18:45: from 19:00; Monday and Tuesday are the two working days.
        ("2027-03-05T17:45:00Z", "PT72H", "1182", "03-08T17:45:00", "03-09T23:00:00"),
        # Monday 08:00 sharp: that hour does not count; two days lie within.
        ("2027-03-01T07:00:00Z", "PT72H", "1182", "03-04T07:00:00", "03-04T08:00:00"),
        # Less than two days of hours are never moved, not even from a Sunday.
        ("2027-03-06T09:10:00Z", "PT24H", "1182", "03-07T09:10:00", "03-07T10:00:00"),
        # Days end at midnight; a Sunday moves to the end of Monday.
        ("2027-03-09T09:10:00Z", "P5D", "1182", "03-14T09:10:00", "03-15T23:00:00"),
        # A weekday is not moved.
        ("2027-03-09T09:10:00Z", "P6D", "1182", "03-15T09:10:00", "03-15T23:00:00"),
        # Two days from Thursday before Easter: Tuesday and Wednesday.
        ("2027-03-25T09:10:00Z", "P2D", "1182", "03-27T09:10:00", "03-31T22:00:00"),
        # One day alone needs no second working day.
        ("2027-03-01T09:10:00Z", "P1D", "1182", "03-02T09:10:00", "03-02T23:00:00"),
        # A month from a date that the next one lacks.
        ("2027-01-31T09:10:00Z", "P1M", "1182", "02-28T09:10:00", "03-01T23:00:00"),
        # DORA: noon of the next working day, and nothing else.
        ("2027-03-05T20:10:00Z", "PT4H", "dora", "03-06T00:10:00", "03-08T11:00:00"),
        ("2027-03-04T20:10:00Z", "PT4H", "dora", "03-05T00:10:00", "03-05T01:00:00"),
    ],
)
def test_a_period_ends(
    start: str, period: str, calendar: Calendar, strict: str, lawful: str
) -> None:
    counted = count_period(parse_instant(start), parse_period(period), calendar, BERLIN)
    assert format_instant(counted.strict) == f"2027-{strict}Z"
    assert format_instant(counted.lawful) == f"2027-{lawful}Z"
    assert counted.steps[0].startswith("to the moment")


def test_each_step_of_the_arithmetic_is_told() -> None:
    start = parse_instant("2027-03-25T09:10:00Z")
    counted = count_period(start, parse_period("P2D"), "1182", BERLIN)
    assert [step.rpartition(": ")[2] for step in counted.steps] == [
        "to the moment, 2 days end Sat 2027-03-27 10:10 Europe/Berlin",
        "2 days end Sat 2027-03-27 24:00 Europe/Berlin",
        "Tue 2027-03-30 24:00 Europe/Berlin",
        "two working days are within it only at Wed 2027-03-31 24:00 Europe/Berlin",
    ]
    assert "Art. 3(4): 2027-03-27 is no working day (Saturday)" in counted.steps[2]


def test_nothing_is_added_where_the_holidays_of_the_year_are_not_on_file() -> None:
    start = parse_instant("2028-03-03T17:45:00Z")
    counted = count_period(start, parse_period("PT72H"), "1182", BERLIN)
    assert format_instant(counted.lawful) == "2028-03-06T18:00:00Z"
    assert "not on file" in counted.steps[-1]


def test_midnight_is_told_as_the_end_of_a_day() -> None:
    assert told_at(parse_instant("2027-03-15T23:00:00Z"), BERLIN) == (
        "Mon 2027-03-15 24:00 Europe/Berlin"
    )


@pytest.mark.parametrize(
    ("start", "period", "calendar", "undisputed"),
    [
        # Friday 18:45: whether two working days have to follow is read in two ways.
        ("2027-03-05T17:45:00Z", "PT72H", "1182", "2027-03-08T18:00:00Z"),
        # Two working days lie within it: there is nothing to differ about.
        ("2027-03-01T07:00:00Z", "PT72H", "1182", "2027-03-04T08:00:00Z"),
        ("2027-03-06T09:10:00Z", "PT24H", "1182", "2027-03-07T10:00:00Z"),
        # For days Article 3(5) is undisputed.
        ("2027-03-25T09:10:00Z", "P2D", "1182", "2027-03-30T22:00:00Z"),
        ("2027-03-05T20:10:00Z", "PT4H", "dora", "2027-03-08T11:00:00Z"),
        ("2027-03-05T17:45:00Z", "PT72H", "clock", "2027-03-08T17:45:00Z"),
    ],
)
def test_two_readings_of_hours_over_days_of_rest_are_told_apart(
    start: str, period: str, calendar: Calendar, undisputed: str
) -> None:
    place = replace(BERLIN, holidays={date(2027, 3, 26): "Good Friday"})
    counted = count_period(parse_instant(start), parse_period(period), calendar, place)
    assert format_instant(counted.undisputed) == undisputed
    is_disputed = counted.undisputed < counted.lawful
    assert is_disputed == ("Disputed" in counted.steps[-1])


def test_a_disputed_step_tells_both_ends() -> None:
    start = parse_instant("2027-03-05T17:45:00Z")
    counted = count_period(start, parse_period("PT72H"), "1182", BERLIN)
    assert counted.steps[-1] == (
        "Art. 3(5): two working days are within it only at Tue 2027-03-09 24:00 "
        "Europe/Berlin. Disputed: by another reading that is not for periods in hours, "
        "and nothing is added to Mon 2027-03-08 19:00 Europe/Berlin"
    )
