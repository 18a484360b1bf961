"""A decision as it stands in the log, read for whoever holds acts against permits.

Must never take something else for a decision.
"""

from typing import Any

from ringwall.ledger.entries import is_leaf_of
from ringwall.model.events import Event, load_event

__all__ = ["stored_decision"]


def stored_decision(leaf: object, data: Any) -> Event | None:  # noqa: ANN401 - whatever is stored
    """Return the decision of a stored entry, None if it is none."""
    if not is_leaf_of(leaf, data):
        return None
    try:
        event = load_event(data)
    except ValueError:
        return None
    is_named = event["kind"] == "decision.made" and isinstance(event.get("id"), str)
    return event if is_named else None
