"""What a desk refuses: by rule, however well who asks has proven who they are."""

from typing import ClassVar, Final

from ringwall.base.errors import RequestError, RingwallError
from ringwall.model.values import is_printable

__all__ = ["DeskRefusal", "check_reason"]

_LONGEST: Final = 500


class DeskRefusal(RingwallError):
    """The rules don't allow what was asked of a desk."""

    exit_code: ClassVar[int] = 1


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
