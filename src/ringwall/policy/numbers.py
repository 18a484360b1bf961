"""Non-negative exact integers as people write them: `70`, `1e25`, `2.5e24`.

Must never pass through floating point.
"""

import re

from ringwall.policy.dialect import MAX_NUMBER

__all__ = ["format_number", "parse_number"]

_DIGITS = re.compile(r"0|[1-9][0-9]{0,60}", re.ASCII)
_POWER = re.compile(r"([1-9])(?:\.([0-9]{1,60}))?e([1-9][0-9]?)", re.ASCII)
_SHORT = 1_000_000
# Beyond it nobody counts digits: the power of ten is what is read.
_LONG = 10**15
_SIGNIFICANT = 4


def parse_number(text: str) -> int:
    """Return the integer that `70`, `1e25` or `2.5e24` names.

    Raises:
        ValueError: another form, not a whole number, or above 1e60.
    """
    if _DIGITS.fullmatch(text):
        number = int(text)
    else:
        match = _POWER.fullmatch(text)
        if not match:
            raise ValueError(f"`{text[:40]}` is not a number such as 70 or 2.5e24")
        whole, decimals, power = match[1], match[2] or "", int(match[3])
        if len(decimals) > power:
            raise ValueError(f"`{text[:40]}` is not a whole number")
        number = int(whole + decimals) * 10 ** (power - len(decimals))
    if number > MAX_NUMBER:
        raise ValueError(f"`{text[:40]}` is above 1e60")
    return number


def format_number(number: int) -> str:
    """Return text that `parse_number` reads back, short for round large numbers.

    Above 1e15 every number that is shorter so is written with a power of ten.
    """
    digits = str(number)
    significant = digits.rstrip("0")
    if number < _SHORT or (number <= _LONG and len(significant) > _SIGNIFICANT):
        return digits
    tail = f".{significant[1:]}" if len(significant) > 1 else ""
    short = f"{digits[0]}{tail}e{len(digits) - 1}"
    return short if len(short) < len(digits) else digits
