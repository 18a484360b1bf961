"""Entries that have lost their bytes: whether the log says so, and whether they may.

Must never excuse a loss by anything but an entry of the log.
"""

from typing import Final

from ringwall.ledger.memory.forgetting import LASTING_ROWS
from ringwall.ledger.schema import DECISION, EVENT, POLICY, PROJECTIONS
from ringwall.ledger.verification.checking import Check

__all__ = ["check_pruned"]

_PASSING: Final = (DECISION, EVENT, POLICY)
_IN_FORCE: Final = tuple(
    f"SELECT leaf.idx FROM {table.name} AS row JOIN leaf ON leaf.idx = row.idx "  # noqa: S608 - our own names
    "WHERE leaf.entry IS NULL"
    for table in PROJECTIONS.values()
    if table not in _PASSING
)
_LASTING: Final = (
    "SELECT leaf.idx FROM event JOIN leaf ON leaf.idx = event.idx "  # noqa: S608 - our own words
    f"WHERE leaf.entry IS NULL AND {LASTING_ROWS.text}"
)
_LAST_POLICY: Final = (
    "SELECT idx FROM leaf WHERE idx = (SELECT max(idx) FROM policy) AND entry IS NULL"
)


def check_pruned(check: Check) -> None:
    """Tell of bytes that are gone and should be there."""
    if not check.leaves.pruned:
        return
    for first, end in check.events.uncovered(check.leaves.pruned):
        message = (
            f"entries {first} to {end - 1} have lost their bytes, and no event says so"
        )
        check.findings.add_entry("entry-pruned", first, message)
    if not check.options.log_only:
        for index in sorted(_in_force(check)):
            message = "it is in force and has lost its bytes"
            check.findings.add_entry("entry-pruned", index, message)


def _in_force(check: Check) -> set[int]:
    """Return the pruned entries that a table takes for lasting."""
    found: set[int] = set()
    # What lies behind the end of the pruning has been told of by its stretch.
    end = check.events.pruned_before
    for query in (*_IN_FORCE, _LASTING, _LAST_POLICY):
        rows = check.cursor.execute(query).fetchall()
        found.update(index for (index,) in rows if index < end)
    return found
