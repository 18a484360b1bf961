"""Decision ids: `dec-` and 20 letters or digits that sort by time."""

import secrets
from typing import Final

__all__ = ["new_decision_id"]

# Crockford's base 32 in lower case: no i, l, o, u to misread.
_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS: Final = 52
_SHIFTS: Final = range(90, -1, -10)
# Two digits at once: an id is made for each decision.
_PAIRS: Final = tuple(high + low for high in _DIGITS for low in _DIGITS)


def new_decision_id(now: int) -> str:
    """Return an id from the instant's milliseconds (48 bits) and 52 random bits."""
    number = (now // 1000 & (1 << 48) - 1) << _RANDOM_BITS
    number |= secrets.randbits(_RANDOM_BITS)
    return "dec-" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])
