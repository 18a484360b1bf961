"""Whose end stands in the terms of an embargo: the shortest wins.

Must never lengthen what somebody asked to be shorter.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from ringwall.raid.embargo.ends import End, utc_end

__all__ = ["ASKED", "DEFAULT", "OFFERED", "Chosen", "shortest"]

ASKED: Final = "asked"
"""The end is one that was asked for,"""
OFFERED: Final = "offered"
"""or that of what was proposed before,"""
DEFAULT: Final = "default"
"""or the one that the institute publishes as its own."""


class Chosen(NamedTuple):
    """The end that stands in the terms.

    Attributes:
        end: when it is.
        end_of: whose it is: `ASKED`, `OFFERED` or `DEFAULT`.
    """

    end: End
    end_of: str


def shortest(now: int, asked: Sequence[End], offered: int | None, span: int) -> Chosen:
    """Return the end that comes first.

    Args:
        now: instant; the end if there is no other, which no limit lets pass.
        asked: those that parties want.
        offered: instant of the end of what is proposed already; None for none. One
            that has passed binds nobody.
        span: microseconds of the institute's default; 0 for none.
    """
    choices = [Chosen(end, ASKED) for end in asked]
    if offered is not None and offered > now:
        choices.append(Chosen(utc_end(offered), OFFERED))
    if span:
        choices.append(Chosen(utc_end(now + span), DEFAULT))
    none = Chosen(utc_end(now), ASKED)
    return min(choices, key=lambda one: one.end.instant, default=none)
