"""Pruning: old entries lose their bytes, the tree keeps their hashes.

Must never take away what is in force, nor an entry that is younger than asked for.
"""

from typing import Final, NamedTuple

from ringwall.base.clock import Clock
from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.ledger.memory.forgetting import end_before, prunable_count
from ringwall.model.events import log_pruned

__all__ = ["Pruning", "prune_log"]

_ATTEMPTS: Final = 8


class Pruning(NamedTuple):
    """What is pruned, or would be.

    Attributes:
        before: every pruned entry lies before this index.
        entries: how many of them lose their bytes; the others are in force.
        entry: index of the event that says so; -1 if it was only looked at, or if
            there is nothing to prune.
    """

    before: int
    entries: int
    entry: int = -1


def prune_log(
    ledger: Ledger, instant: int, reason: str, clock: Clock | None
) -> Pruning:
    """Take the bytes off all entries older than an instant that are not in force.

    Args:
        ledger: opened for writing; for reading it only says what would go.
        instant: nothing of that second or later is pruned, nor what comes after it.
        reason: why, e.g. the rule that sets the term.
        clock: None to only say what would go.

    Raises:
        ConfigurationError: `reason-missing`.
        RecordUnavailable: the ledger can't be written.
        IntegrityError: what is stored is not what was recorded.
    """
    if not reason.strip():
        raise ConfigurationError(
            "reason-missing", "pruning needs a reason", next_step="give --reason"
        )
    for _ in range(_ATTEMPTS):
        # What is in force is judged on this basis, and the event lands on no other.
        basis = ledger.registry_since(-1).basis
        with ledger.store.reading() as connection:
            before = end_before(connection, instant)
            found = Pruning(before, prunable_count(connection, before))
        if clock is None or not found.entries:
            return found
        try:
            [receipt] = ledger.append([log_pruned(clock.now(), before, reason)], basis)
        except StaleBasis:
            continue
        return found._replace(entry=receipt.index)
    raise RecordUnavailable(
        "facts-unsettled", "facts changed faster than the log could be pruned"
    )
