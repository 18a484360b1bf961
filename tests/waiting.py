"""Items of the desk's queue in tests, and a capacity in round numbers."""

from typing import Any, Final

from ringwall.base.clock import format_instant
from ringwall.ledger.asking.raid_waiting import Waiting, waited
from ringwall.raid.queue.capacity import Capacity, Hours
from ringwall.raid.queue.order import DAY, terms_of
from tests.example import NOON

__all__ = ["CAPACITY", "item", "ordered"]

CAPACITY: Final = Capacity(
    version=1,
    people=2,
    minutes_per_week=600,
    usable_percent=50,
    reserve_percent=20,
    deep_percent=50,
    ageing_days=14,
    horizon_days=7,
    signed_days=7,
    deep_priority=3,
    deep_compute=2,
    deep_owned=True,
    classes={
        "screening": Hours(20, 10),
        "unassessed": Hours(60, 30),
        "cyber": Hours(100, 40),
    },
    bands=dict.fromkeys(range(6), "harm"),
)
"""600 minutes a week for cases: 120 in reserve, 300 for what is looked at whole."""


def item(number: int = 0, **changes: Any) -> Waiting:  # noqa: ANN401 - cells of a row
    """Return an item with the keys that `CAPACITY` gives it at noon.

    Args:
        number: tells it from others; the least stands first.
        **changes: cells; `host_days`, in how many days a clock of the host is due; and
            `ago`, how many days it has waited.
    """
    host_days = changes.pop("host_days", None)
    due = "" if host_days is None else format_instant(NOON + host_days * DAY)
    since = format_instant(NOON - changes.pop("ago", 0) * DAY)
    cells: dict[str, Any] = {
        "id": f"case:c-{number:010}",
        "kind": "case",
        "entry": number,
        "state": "triaged",
        "tlp": "amber",
        "sort": "cyber",
        "lane": "cyber",
        "severity": 2,
        "since": since,
        "host_due": due,
        "due": due,
        "copies": 0,
        "imminent": 0,
        "priority": 2,
        "owned": 0,
        "compute": 0,
        "reach": 0,
    }
    return waited(Waiting(**{**cells, **changes}), terms_of(CAPACITY, NOON))


def ordered(*items: Waiting) -> list[Waiting]:
    """Return items in the order of the queue."""
    return sorted(items, key=lambda one: one.key)
