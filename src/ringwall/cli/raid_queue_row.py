"""An item of the queue as a row: the words for the numbers that it stands by."""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ringwall.raid.queue.counter import QueueRow

__all__ = ["COMPUTES", "PRIORITIES", "REACHES", "SHEET", "queue_row"]

PRIORITIES: Final = ("decline", "track", "scheduled", "out-of-cycle", "immediate")
COMPUTES: Final = ("below 1e25", "1e25", "1e26", "over 1e26 or not")
REACHES: Final = (
    *("one user", "one organisation", "one state"),
    *("several states", "union"),
)
SHEET: Final = (
    *("place", "item", "kind", "state", "why", "tlp", "priority", "owned"),
    *("compute", "reach", "imminent", "severity", "class", "lane", "since"),
    *("host_due", "due", "steps", "copies", "title"),
)
"""Columns of an item in CSV."""


def queue_row(row: "QueueRow") -> dict[str, Any]:
    """Return an item as a row, its numbers in words.

    Args:
        row: of the queue.
    """
    item = row.item
    return {
        "place": row.place,
        "item": item.id,
        "kind": item.kind,
        "state": item.state,
        "why": row.why,
        "tlp": item.tlp,
        "priority": PRIORITIES[item.priority],
        "owned": item.owned == 1,
        "compute": COMPUTES[item.compute],
        "reach": REACHES[item.reach],
        "imminent": item.imminent == 1,
        "severity": f"S{item.severity}" if item.severity >= 0 else "",
        "class": item.sort,
        "lane": item.lane,
        "since": item.since,
        "host_due": item.host_due,
        "due": item.due,
        "steps": item.steps,
        "copies": item.copies,
        "title": row.title,
    }
