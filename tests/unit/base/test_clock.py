"""Instants, their texts and the two clocks."""

import time

import pytest

from ringwall.base.clock import FixedClock, SystemClock, format_instant, parse_instant

SECOND = 1_000_000
FIRST = "0001-01-01T00:00:00Z"
LAST = "9999-12-31T23:59:59.999999Z"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01Z", SECOND),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01T00:00:00.5Z", SECOND // 2),
        ("1969-12-31T23:59:59Z", -SECOND),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T19:30:00-04:30", 0),
        ("1970-01-01T00:00:00-00:00", 0),
        ("2024-02-29T00:00:00Z", 1_709_164_800 * SECOND),
    ],
)
def test_a_text_names_its_instant(text: str, instant: int) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2027-01-31",
        "2027-01-31T00:00:00",
        "2027-01-31 00:00:00Z",
        "2027-01-31t00:00:00Z",
        "2027-01-31T00:00:00z",
        "2027-01-31T00:00Z",
        "2027-01-31T00:00:00.Z",
        "2027-01-31T00:00:00,5Z",
        "2027-01-31T00:00:00.1234567Z",
        "2027-01-31T24:00:00Z",
        "2027-01-31T00:60:00Z",
        "2027-01-31T23:59:60Z",
        "2027-01-31T00:00:00+0100",
        "2027-01-31T00:00:00+01:60",
        "2027-01-31T00:00:00+24:00",
        "2027-01-31T00:00:00Z\n",
        " 2027-01-31T00:00:00Z",
        "\uff12\uff10\uff12\uff17-01-31T00:00:00Z",
        "20270131T000000Z",
        "2027-W04-7T00:00:00Z",
    ],
)
def test_a_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an instant"):
        parse_instant(text)


@pytest.mark.parametrize(
    "text", ["2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "0000-01-01T00:00:00Z"]
)
def test_a_date_that_never_was_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a real date"):
        parse_instant(text)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"]
)
def test_an_instant_outside_the_years_1_to_9999_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="outside the years"):
        parse_instant(text)


@pytest.mark.parametrize(
    "text",
    [FIRST, LAST, "0999-06-01T00:00:00Z", "2027-01-31T12:30:15.000020Z"],
)
def test_a_text_in_utc_comes_back_as_it_was(text: str) -> None:
    assert format_instant(parse_instant(text)) == text


def test_a_fraction_is_written_with_six_digits() -> None:
    assert format_instant(SECOND // 2) == "1970-01-01T00:00:00.500000Z"


@pytest.mark.parametrize(
    "instant", [parse_instant(FIRST) - 1, parse_instant(LAST) + 1, 2**62]
)
def test_an_instant_without_a_text_is_refused(instant: int) -> None:
    with pytest.raises(ValueError, match="outside the years"):
        format_instant(instant)


def test_the_system_clock_tells_the_time_in_microseconds() -> None:
    before = time.time_ns() // 1000
    now = SystemClock().now()

    assert before <= now <= time.time_ns() // 1000


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock(5)

    assert (clock.now(), clock.now()) == (5, 5)
    clock.instant = 7
    assert clock.now() == 7
