"""A setting in round numbers for the tests of the desk's workload."""

from typing import Any, Final

from ringwall.raid.workload.setting import Level, Range, Setting, Stream

__all__ = ["LEVELS", "NONE", "STREAMS", "setting"]

NONE: Final = Range(1.0, 1.0)
LEVELS: Final = (
    Level("NOW", ("urgent",), 2.0),
    Level("SOON", ("screening",), 24.0),
    Level("LATER", ("screening", "new"), 72.0),
)
STREAMS: Final = (
    Stream("urgent", "cbrn", 600, 60, 10, 0),
    Stream("screening", "screening", 30, 10, 20, 40),
    Stream("new", "cyber", 300, 40, 5, 10),
)
"""Of ten weeks: 600, 100 and 190 minutes a week."""


def setting(**changes: Any) -> Setting:  # noqa: ANN401 - of any field
    """Return a desk of four people with ten hours a week each."""
    own: dict[str, Any] = {
        "people": 4,
        "other_work_percent": 0,
        "minutes_per_week": 1200,
        "usable_percent": 50,
        "weeks": 8,
        "growth": NONE,
        "effort": NONE,
        "observed": 10,
        "streams": STREAMS,
        "lanes": ("urgent", "screening", "new"),
        "immediate": "urgent",
        "in_hand": {},
        "levels": LEVELS,
    }
    return Setting(**{**own, **changes})
