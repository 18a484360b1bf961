"""Decision ids: `dec-` and 20 letters or digits that sort by time."""

import secrets
from typing import Final

__all__ = ["new_decision_id"]

# Crockford's base 32 in lower case: no i, l, o, u to misread.
_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS: Final = 52
_CHARACTERS: Final = 20


def new_decision_id(now: int) -> str:
    """Return an id from the instant's milliseconds (48 bits) and 52 random bits."""
    number = (now // 1000 & (1 << 48) - 1) << _RANDOM_BITS
    number |= secrets.randbits(_RANDOM_BITS)
    digits = (
        _DIGITS[number >> shift & 31] for shift in range(5 * _CHARACTERS - 5, -1, -5)
    )
    return "dec-" + "".join(digits)
