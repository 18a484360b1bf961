"""Decision ids: `dec-` and 20 letters or digits that sort by time."""

import os
import secrets
from struct import Struct
from typing import Final

__all__ = ["new_decision_id"]

# Crockford's base 32 in lower case: no i, l, o, u to misread.
_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS: Final = 52
_SHIFTS: Final = range(90, -1, -10)
# Two digits at once: an id is made for each decision.
_PAIRS: Final = tuple(high + low for high in _DIGITS for low in _DIGITS)

# Whoever asks the kernel gives up the interpreter lock and has to wait for it: longer,
# beside a busy committer, than it takes to decide. So many draws are made at once.
_DRAWS: Final = Struct("512Q")
_TOO_MANY_BITS: Final = 64 - _RANDOM_BITS
_drawn: list[int] = []
# What the parent is going to use a child must not use again.
os.register_at_fork(after_in_child=_drawn.clear)


def new_decision_id(now: int) -> str:
    """Return an id from the instant's milliseconds (48 bits) and 52 random bits."""
    number = (now // 1000 & (1 << 48) - 1) << _RANDOM_BITS
    number |= _draw() >> _TOO_MANY_BITS
    return "dec-" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def _draw() -> int:
    """Return 64 random bits that nobody else is given."""
    while True:
        try:
            return _drawn.pop()  # in one step, whatever other threads do
        except IndexError:
            _drawn.extend(_DRAWS.unpack(secrets.token_bytes(_DRAWS.size)))
