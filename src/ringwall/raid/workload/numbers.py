"""Numbers in a file of the desk's work: decimals, percentages, and from where to where.

Must never take `nan`, `inf`, an exponent or a sign for a number.
"""

import re
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from ringwall.model.values import Strict
from ringwall.raid.workload.setting import Range

__all__ = ["Ends", "Number", "Percent", "Positive", "Weeks", "parse_number"]

_NUMBER: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?", re.ASCII)


def parse_number(text: object) -> float:
    """Return a number that is 0 or more, written `12` or `1.5`.

    Args:
        text: as it was written, or a whole number.

    Raises:
        ValueError: it is none.
    """
    told = str(text) if isinstance(text, int | str) else ""
    if isinstance(text, bool) or not _NUMBER.fullmatch(told):
        raise ValueError(f"`{told[:40]}` is no number of 0 or more such as 12 or 1.5")
    return float(told)


Number = Annotated[float, BeforeValidator(parse_number)]
"""0 or more."""
Positive = Annotated[float, BeforeValidator(parse_number), Field(gt=0)]
"""More than 0."""
Percent = Annotated[float, BeforeValidator(parse_number), Field(le=100)]
"""0 to 100."""
Weeks = Annotated[int, Field(ge=1, le=520)]
"""At least one week, at most ten years."""


class Ends(Strict):
    """From where to where a number may lie.

    Attributes:
        low: the least.
        high: the greatest.
    """

    low: Annotated[Positive, Field(le=1000)]
    high: Annotated[Positive, Field(le=1000)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"`low` is {self.low:g}, which is over {self.high:g}")
        return self

    @property
    def range(self) -> Range:
        """Both as one."""
        return Range(self.low, self.high)
