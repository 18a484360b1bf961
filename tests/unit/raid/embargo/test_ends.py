"""The end of an embargo: an hour in a zone."""

import pytest

from ringwall.base.clock import format_instant
from ringwall.base.errors import RequestError
from ringwall.raid.embargo.ends import checked_zone, parse_end, shown_in, utc_end


def code(text: str) -> tuple[str, str]:
    with pytest.raises(RequestError) as caught:
        parse_end(text)
    assert caught.value.next_step
    return caught.value.code, caught.value.message


def test_friday_noon_is_one_instant_across_the_change_of_the_clocks() -> None:
    """Scenario 1: participants in three zones across the October change."""
    before = parse_end("2026-10-23 12:00 Europe/Berlin")
    end = parse_end("2026-10-30 12:00 Europe/Berlin")
    assert format_instant(before.instant) == "2026-10-23T10:00:00Z"
    assert format_instant(end.instant) == "2026-10-30T11:00:00Z"
    shown = [
        shown_in(end.instant, zone)
        for zone in ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
    ]
    assert shown == [
        "2026-10-30 12:00 +0100 Europe/Berlin",
        # There the clocks are put back two days later.
        "2026-10-30 07:00 -0400 America/New_York",
        "2026-10-30 20:00 +0900 Asia/Tokyo",
    ]


def test_an_hour_that_is_twice_is_refused_with_both_readings() -> None:
    found, message = code("2026-10-25 02:30 Europe/Berlin")
    assert found == "end-ambiguous"
    assert "2026-10-25 00:30 UTC or 2026-10-25 01:30 UTC" in message
    assert parse_end("2026-10-25 00:30 UTC").instant % 60_000_000 == 0


def test_an_hour_that_is_never_is_refused_with_both_readings() -> None:
    found, message = code("2027-03-28 02:30 Europe/Berlin")
    assert found == "end-missing"
    assert "2027-03-28 00:30 UTC or 2027-03-28 01:30 UTC" in message


@pytest.mark.parametrize(
    "text",
    [
        "Friday noon",
        "2026-10-30 12:00",
        "2026-10-30T12:00:00Z",
        "2026-02-30 12:00 UTC",
        "0001-01-01 00:00 Asia/Tokyo",
        "",
    ],
)
def test_what_is_no_hour_of_a_day_in_a_zone_is_refused(text: str) -> None:
    assert code(text)[0] == "end-malformed"


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../etc/passwd", "CEST+"])
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    assert code(f"2026-10-30 12:00 {zone}")[0] == "zone-unknown"
    with pytest.raises(RequestError):
        checked_zone(zone)


def test_an_end_in_utc_is_cut_to_the_minute() -> None:
    whole = parse_end("2026-10-30 12:00 UTC")
    assert utc_end(whole.instant + 59_999_999) == whole
