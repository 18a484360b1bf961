"""Cautions: what is no fault of a record, and yet what nobody should pass over.

Must never make a record unsound, nor keep quiet that nobody watches it any more.
"""

from ringwall.base.clock import format_instant
from ringwall.ledger.verification.checking import Check
from ringwall.ledger.verification.findings import Finding
from ringwall.ledger.verification.quorum import Watch

__all__ = ["cautions"]


def cautions(check: Check, watch: Watch) -> tuple[Finding, ...]:
    """Return what a checker should hear of a record, sound or not.

    Args:
        check: gone through.
        watch: how the witnesses stand.

    Returns:
        `witnesses-overdue` and `anchor-not-on-record`, as far as they are so.
    """
    found = []
    if watch.is_overdue and watch.deadline is not None:
        # It lies before the present, so there is a text for it.
        message = _overdue(watch, format_instant(watch.deadline))
        found.append(Finding("witnesses-overdue", "witnesses", message))
    anchor = check.events.anchor
    if check.options.place and (anchor is None or not anchor.place):
        message = (
            "the settings name a second place that is not on record; it will be from "
            "the next opening for writing"
        )
        found.append(Finding("anchor-not-on-record", "settings", message))
    return tuple(found)


def _overdue(watch: Watch, since: str) -> str:
    """Return in words that too few have seen too little."""
    known = f"entries from {watch.size} on" if watch.size else "this record"
    then = (
        "nothing is permitted until they have"
        if watch.mandatory
        else "for those nobody outside vouches"
    )
    return (
        f"{known} should have been cosigned by {watch.need} of {watch.asked} witnesses"
        f" within {watch.seconds} s; overdue since {since}: {then}"
    )
