"""Where a report stands, in words for its reporter that tell nothing of a case.

Pure. Must never let it be seen whether a report was believed before its reporter is
told.
"""

from typing import Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.due import due_of

__all__ = ["Status", "status_of"]

# The clock rules by which the desk keeps what it tells: one date, here and there.
_ACKNOWLEDGED: Final = ("WBD-ACK", "acknowledgement")
_FEEDBACK: Final = ("WBD-FB", "feedback")
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
        acknowledged_by: until when the receipt is acknowledged; empty where the rules
            of the institute have no such limit.
        feedback_by: until when there is feedback; likewise.
        told: one line.
    """

    state: str
    received: str
    acknowledged_by: str
    feedback_by: str
    told: str


def status_of(book: ClockBook, state: str, received: str) -> Status:
    """Return what the reporter of a report is told.

    Args:
        book: the clock rules in force.
        state: of the report.
        received: instant of its receipt, RFC 3339.
    """
    at = parse_instant(received)
    shown = state if state in _WORDS else _IN_HAND
    return Status(
        shown,
        received,
        _promised(book, _ACKNOWLEDGED, at),
        _promised(book, _FEEDBACK, at),
        _WORDS.get(state, _READ),
    )


def _promised(book: ClockBook, stage: tuple[str, str], received: int) -> str:
    """Return the working deadline of what is owed to a reporter."""
    rule = book.rules.get(stage[0])
    if rule is None or stage[1] not in {one.name for one in rule.stages}:
        return ""
    starts = {"received": received}
    due = due_of(rule, stage[1], starts, book.places_of(rule, ()))
    if due is None or due.strict is None:
        return ""
    return format_instant(due.strict)
