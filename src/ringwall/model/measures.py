"""Ids of security measures, such as `SL3-WS-1`: level, category, number.

The numbering is our own; the measures are those of RAND RR-A2849-1, Tables 6.1-6.5.
"""

import re
from typing import Final

from ringwall.model.levels import SecurityLevel

__all__ = ["MEASURE_PATTERN", "category_of", "level_of", "parse_measure_id"]

MEASURE_PATTERN: Final = r"^SL[1-5]-[A-Z]{2}-[1-9][0-9]?$"
_ID: Final = re.compile(MEASURE_PATTERN[1:-1], re.ASCII)


def parse_measure_id(text: str) -> str:
    """Return `text` if it has the form of a measure's id.

    Raises:
        ValueError: it has not.
    """
    if not _ID.fullmatch(text):
        raise ValueError(f"`{text[:40]}` is not a measure such as SL3-WS-1")
    return text


def level_of(measure: str) -> SecurityLevel:
    """Return the level that adds a measure to those below it."""
    return SecurityLevel(int(measure[2]))


def category_of(measure: str) -> str:
    """Return the two letters of a measure's category, e.g. `WS`."""
    return measure[4:6]
