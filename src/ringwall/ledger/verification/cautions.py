"""Cautions: what is no fault of a record, and yet what nobody should pass over.

Must never make a record unsound, nor keep quiet that nobody watches it any more.
"""

from ringwall.base.clock import format_instant
from ringwall.ledger.verification.checking import Check
from ringwall.ledger.verification.claims import Claims
from ringwall.ledger.verification.findings import Finding
from ringwall.ledger.verification.quorum import Watch

__all__ = ["cautions"]


def cautions(check: Check, claims: Claims, watch: Watch) -> tuple[Finding, ...]:
    """Return what a checker should hear of a record, sound or not.

    Args:
        check: gone through.
        claims: judged.
        watch: how the witnesses stand.

    Returns:
        `checkpoint-missing`, `witnesses-overdue`, `anchor-not-on-record`,
        `tail-unsigned` and `times-go-back`, as far as they are so.
    """
    found = []
    if check.leaves.size and not claims.stored:
        message = (
            "none is stored: none was published before an unclean end, or somebody "
            "deleted them; hold one that was kept elsewhere against this with --from"
        )
        found.append(Finding("checkpoint-missing", "checkpoint", message))
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
    rest = 0 if claims.signed is None else check.leaves.size - claims.signed
    if rest > 0 and check.options.key is None:
        message = (
            f"the last {rest} of the entries are not signed: only who holds the key of "
            "the log can tell whether they are its own; don't rest on them until a "
            "checkpoint covers them"
        )
        found.append(Finding("tail-unsigned", "head", message))
    if check.events.dated_back:
        found.append(_dated_back(check.events.dated_back))
    return tuple(found)


def _dated_back(entries: list[int]) -> Finding:
    """Return in words that the record's clock, or who wrote it, went back."""
    first, count = entries[0], len(entries)
    others = f" ({count} entries are)" if count > 1 else ""
    message = (
        f"it is dated more than five minutes before the entry before it{others}; it "
        "counts as no older than that, but find out whether a clock went back or "
        "somebody dated it"
    )
    return Finding("times-go-back", f"entry {first}", message)


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
