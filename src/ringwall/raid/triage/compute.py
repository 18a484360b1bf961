"""Training compute as an interval: what it counts as in the queue, and what in law.

Must never turn an interval into a number: what straddles a threshold counts as above
it when work is ordered, and as to be determined in a legal statement.
"""

from enum import StrEnum
from typing import Final

__all__ = ["PRESUMED", "THIRD_TIER", "Stand", "comp_of", "stand"]

PRESUMED: Final = 10**25
"""Operations from which on systemic risk is presumed (AI Act Art. 51)."""
THIRD_TIER: Final = 10**26
"""Operations from which on a model belongs to the third tier (Rec. 2)."""


class Stand(StrEnum):
    """How an interval stands to a threshold, as a legal statement says it."""

    BELOW = "below"
    ABOVE = "above"
    OPEN = "to be determined"


def stand(low: int, high: int, threshold: int) -> Stand:
    """Return how an interval stands to a threshold.

    Args:
        low: operations, at least.
        high: operations, at most; not less than `low`.
        threshold: operations; what reaches it is above.
    """
    if low >= threshold:
        return Stand.ABOVE
    return Stand.OPEN if high >= threshold else Stand.BELOW


def comp_of(low: int, high: int) -> str:
    """Return the value of the decision point `comp` for an interval.

    Args:
        low: operations, at least.
        high: operations, at most.
    """
    third = stand(low, high, THIRD_TIER)
    if third is Stand.OPEN:
        return "straddles"
    if third is Stand.ABOVE:
        return "1e26"
    return "below-1e25" if high < PRESUMED else "1e25"
