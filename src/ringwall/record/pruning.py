"""Pruning: old entries lose their bytes, the tree keeps their hashes.

Must never take away what is in force, nor an entry that is younger than asked for or
than a year.
"""

from typing import Final, NamedTuple

from ringwall.base.clock import Clock, format_instant, parse_instant
from ringwall.base.errors import ActRefused, ConfigurationError
from ringwall.ledger.ledger import Ledger, RegistryChanges
from ringwall.ledger.memory.forgetting import end_before, prunable_count
from ringwall.model.events import Event, log_pruned
from ringwall.record.settling import record_settled

__all__ = ["LEAST_AGE", "Pruning", "prune_log"]

# RAND SL2 asks for logs that nobody can rewrite (write once), and gives no term. A year
# is OWN: longer than any watch rule looks back, and two access reviews, so that others
# have looked before what an insider did can go.
LEAST_AGE: Final = 365 * 24 * 3600 * 1_000_000
"""Microseconds that an entry is older than the newest one before it may be pruned."""


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
        instant: nothing of it or later is pruned, nor what comes after that.
        reason: why, e.g. the rule that sets the term.
        clock: None to only say what would go.

    Raises:
        ConfigurationError: `reason-missing`.
        ActRefused: `prune-too-young`, something of the last 365 days would go.
        RecordUnavailable: the ledger can't be written.
        IntegrityError: what is stored is not what was recorded.
    """
    if not reason.strip():
        raise ConfigurationError(
            "reason-missing", "pruning needs a reason", next_step="give --reason"
        )
    if clock is None:
        _check_age(ledger, instant, None)
        return _found(ledger, instant)
    looked: list[Pruning] = []

    # What is in force is judged on one basis, and the event lands on no other.
    def decide(_: RegistryChanges) -> list[Event]:
        _check_age(ledger, instant, clock)
        found = _found(ledger, instant)
        looked.append(found)
        if not found.entries:
            return []
        return [log_pruned(clock.now(), found.before, reason)]

    receipts = record_settled(ledger, decide)
    entry = receipts[0].index if receipts else -1
    return looked[-1]._replace(entry=entry)


def _check_age(ledger: Ledger, instant: int, clock: Clock | None) -> None:
    """Refuse to prune what is too young by the log's own newest instant.

    A clock that was set ahead for pruning alone takes nothing away with it; one that
    is behind the log counts.

    Raises:
        ActRefused: `prune-too-young`.
    """
    newest = parse_instant(ledger.entry(ledger.head().size - 1).event["at"])
    latest = newest if clock is None else min(newest, clock.now())
    limit = latest - LEAST_AGE
    if instant > limit:
        told = format_instant(limit)
        raise ActRefused(
            "prune-too-young",
            "what was recorded in the 365 days before the newest entry stays",
            next_step=f"give --before {told} or earlier",
        )


def _found(ledger: Ledger, instant: int) -> Pruning:
    with ledger.store.reading() as connection:
        before = end_before(connection, instant)
        return Pruning(before, prunable_count(connection, before))
