"""The reason that somebody gives at a desk.

Must never let through what an officer can't read in one line.
"""

from typing import Final

from ringwall.base.errors import RequestError
from ringwall.model.values import is_printable

__all__ = ["check_reason"]

_LONGEST: Final = 500


def check_reason(reason: str) -> None:
    """Check that a reason can go on record and be read there.

    Args:
        reason: why somebody does something.

    Raises:
        RequestError: `reason-malformed`.
    """
    if not reason.strip() or len(reason) > _LONGEST or not is_printable(reason):
        raise RequestError(
            "reason-malformed",
            f"a reason has 1 to {_LONGEST} characters that can be seen",
            next_step="give one line with --reason",
        )
