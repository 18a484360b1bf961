"""Recording what was decided on facts that still hold when it lands.

Must never append what rests on a basis that has moved since.
"""

from collections.abc import Callable, Sequence
from typing import Final

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.ledger import Ledger, RegistryChanges, StaleBasis
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event

__all__ = ["record_settled"]

_ATTEMPTS: Final = 8


def record_settled(
    ledger: Ledger, decide: Callable[[RegistryChanges], Sequence[Event]]
) -> list[Receipt]:
    """Decide and record, anew as often as facts have moved in between.

    Args:
        ledger: opened for writing.
        decide: gives the events to record, for the registry as it then is; none if
            there is nothing to record.

    Raises:
        RecordUnavailable: `facts-unsettled`, they moved each time; or the ledger
            can't be written.
        IntegrityError: what is stored is not what was recorded.
        Exception: whatever `decide` raises.
    """
    for _ in range(_ATTEMPTS):
        changes = ledger.registry_since(-1)
        events = decide(changes)
        if not events:
            return []
        try:
            return ledger.append(events, changes.basis)
        except StaleBasis:
            continue
    raise RecordUnavailable(
        "facts-unsettled", "facts changed faster than this could be recorded"
    )
