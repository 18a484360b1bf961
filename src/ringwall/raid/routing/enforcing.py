"""Whether a body enforces, in the function in which it would be told of a case.

Must never take for apart what shares its key with the part that enforces.
"""

from typing import Final

__all__ = ["does_enforce"]

_NO: Final = "no"
_SPLIT: Final = "split"


def does_enforce(function: str, own: str, *, has_key: bool) -> bool:
    """Return whether a body is behind the barrier in a function.

    The barrier stands between functions, not between bodies: those that do both are
    split into functions with different keys. So a body that does both is told in
    a function that supports once this part has a key of its own; in a function that is
    itself both, once a contact of its own stands for the part that supports. Whatever
    is not known enforces.

    Args:
        function: enforcement flag of the function: `yes`, `no` or `split`.
        own: of the body in this function.
        has_key: whether this part has a key of its own.
    """
    if (function, own) == (_NO, _NO):
        return False
    is_parted = {function, own} == {_NO, _SPLIT}
    return not (is_parted and has_key)
