"""Lengths of time."""

import pytest

from ringwall.raid.clocks.period import Period, parse_period


@pytest.mark.parametrize(
    ("text", "period", "told"),
    [
        ("PT72H", Period(72, "hours"), "72 hours"),
        ("PT1H", Period(1, "hours"), "1 hour"),
        ("P15D", Period(15, "days"), "15 days"),
        ("P4W", Period(28, "days"), "28 days"),
        ("P1M", Period(1, "months"), "1 month"),
    ],
)
def test_a_period_is_read_and_told(text: str, period: Period, told: str) -> None:
    assert parse_period(text) == period
    assert str(period) == told


@pytest.mark.parametrize(
    "text", ["", "P", "PT0H", "P0D", "P1Y", "PT1M", "P1DT2H", "P-1D", "P\uff11D", "p1d"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no period such as"):
        parse_period(text)


def test_two_days_or_more_are_told_from_less() -> None:
    long = [Period(48, "hours"), Period(2, "days"), Period(1, "months")]
    short = [Period(47, "hours"), Period(1, "days")]
    assert [one.is_of_two_days for one in long + short] == [True] * 3 + [False] * 2
