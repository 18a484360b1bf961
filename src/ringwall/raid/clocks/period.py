"""A length of time as a rule states it: hours, days or months.

Must never turn one unit into another: a month is no number of days.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from typing_extensions import override

__all__ = ["Period", "Unit", "parse_period"]

Unit = Literal["hours", "days", "months"]

_FORM: Final = re.compile(r"P(?:T([1-9][0-9]{0,3})H|([1-9][0-9]{0,3})([DWM]))")
_DAYS_A_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Period:
    """A period.

    Attributes:
        count: how many, at least 1.
        unit: of what.
    """

    count: int
    unit: Unit

    @override
    def __str__(self) -> str:
        """Return it in words, e.g. "72 hours"."""
        return f"{self.count} {self.unit[:-1] if self.count == 1 else self.unit}"

    @property
    def is_of_two_days(self) -> bool:
        """Whether it is "of two days or more" (Regulation 1182/71, Article 3(5))."""
        return self.count >= {"hours": 48, "days": 2, "months": 1}[self.unit]


def parse_period(text: str) -> Period:
    """Return the period that a text names.

    Args:
        text: a part of ISO 8601: `PT72H`, `P15D`, `P4W` (28 days) or `P1M`.

    Raises:
        ValueError: it is none.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text[:20]}` is no period such as PT72H, P15D, P4W or P1M")
    hours, count, unit = match.groups()
    if hours:
        return Period(int(hours), "hours")
    if unit == "M":
        return Period(int(count), "months")
    return Period(int(count) * (_DAYS_A_WEEK if unit == "W" else 1), "days")
