"""Words that people give: bounded, storable, and dates that are to come."""

import pytest

from ringwall.base.errors import RequestError
from ringwall.raid.words import MAX_REASON, checked_text, instant_to_come
from tests.example import NOON


def refused(text: str, limit: int = MAX_REASON) -> str:
    with pytest.raises(RequestError) as caught:
        checked_text(text, "reason", limit)
    assert caught.value.next_step
    return caught.value.code


def test_blanks_around_a_text_are_left_out() -> None:
    assert checked_text("  one event\n", "reason") == "one event"
    assert checked_text("ä" * MAX_REASON, "reason") == "ä" * MAX_REASON


def test_what_is_too_long_or_no_text_is_refused() -> None:
    assert refused("a" * (MAX_REASON + 1)) == "text-too-long"
    assert refused("abc", 2) == "text-too-long"
    assert refused("half a \ud800 character") == "text-unreadable"


def test_a_date_is_its_first_instant_and_has_to_come() -> None:
    assert instant_to_come("2026-11-22", NOON) == NOON + 12 * 3600 * 1_000_000
    assert instant_to_come("2026-11-21T13:00:00+00:00", NOON) == NOON + 3_600_000_000
    assert instant_to_come("2026-11-21", NOON) is None
    assert instant_to_come("2026-11-21T12:00:00Z", NOON) is None


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-11-2", "2026-11-22T"])
def test_what_is_neither_date_nor_instant_is_refused(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        instant_to_come(text, NOON)

    assert caught.value.code == "instant-malformed"
