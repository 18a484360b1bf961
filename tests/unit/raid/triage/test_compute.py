"""Training compute as an interval."""

import pytest

from ringwall.raid.triage.compute import PRESUMED, THIRD_TIER, Stand, comp_of, stand


@pytest.mark.parametrize(
    ("low", "high", "value"),
    [
        (1, PRESUMED - 1, "below-1e25"),
        (PRESUMED, PRESUMED, "1e25"),
        (5 * 10**24, 2 * PRESUMED, "1e25"),
        (THIRD_TIER, 2 * THIRD_TIER, "1e26"),
        (9 * 10**25, 11 * 10**25, "straddles"),
        (1, THIRD_TIER, "straddles"),
    ],
)
def test_what_straddles_counts_as_above_in_the_queue(
    low: int, high: int, value: str
) -> None:
    assert comp_of(low, high) == value


def test_what_straddles_is_to_be_determined_in_law() -> None:
    assert stand(9 * 10**25, 11 * 10**25, THIRD_TIER) is Stand.OPEN
    assert stand(9 * 10**25, 11 * 10**25, PRESUMED) is Stand.ABOVE
    assert stand(1, 2, PRESUMED) is Stand.BELOW
    assert str(Stand.OPEN) == "to be determined"
