"""Where a report stands, in words for its reporter that tell nothing of a case.

Pure. Must never let it be seen whether a report was believed before its reporter is
told.
"""

from typing import Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.months import months_after

__all__ = ["Status", "status_of"]

# Directive (EU) 2019/1937, Art. 9(1)(b) and (f): acknowledgement within seven days,
# feedback within three months of that.
_ACKNOWLEDGED_WITHIN: Final = 7 * 86_400_000_000
_FEEDBACK_MONTHS: Final = 3
_RECEIVED: Final = "received"
_CLOSED: Final = "closed"
_WORDS: Final = {
    _RECEIVED: "it waits to be read",
    _CLOSED: "it is closed; what came of it has been sent as feedback",
}
_IN_HAND: Final = "in hand"
_READ: Final = "it has been read and is being looked into"


class Status(NamedTuple):
    """What a reporter is told.

    Attributes:
        state: `received`, `in hand` or `closed`.
        received: instant, RFC 3339.
        acknowledged_by: until when the receipt is acknowledged.
        feedback_by: until when there is feedback.
        told: one line.
    """

    state: str
    received: str
    acknowledged_by: str
    feedback_by: str
    told: str


def status_of(state: str, received: str) -> Status:
    """Return what the reporter of a report is told.

    Args:
        state: of the report.
        received: instant of its receipt, RFC 3339.
    """
    at = parse_instant(received)
    acknowledged = at + _ACKNOWLEDGED_WITHIN
    shown = state if state in _WORDS else _IN_HAND
    return Status(
        shown,
        received,
        format_instant(acknowledged),
        format_instant(months_after(acknowledged, _FEEDBACK_MONTHS)),
        _WORDS.get(state, _READ),
    )
