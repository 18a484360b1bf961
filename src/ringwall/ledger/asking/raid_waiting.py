"""What waits at the incident desk, as one item, and what the order of items is made of.

Pure. Must never look at anything but the item and the terms.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from ringwall.base.clock import format_instant
from ringwall.ledger.asking.raid_questions import Visible

__all__ = [
    "KEYS",
    "MOST_STEPS",
    "NEVER",
    "RANK_BYTES",
    "RANK_SHAPE",
    "QueueTerms",
    "Waiting",
    "rank_index",
    "waited",
]

MOST_STEPS: Final = 11
"""Most steps that waiting lifts an item: then nothing is left to be lifted."""
RANK_BYTES: Final = 2
"""Bytes of a rank."""
KEYS: Final = ("host", "imminent", "rank", "age", "id")
"""What the order goes by, the first first."""
NEVER: Final = "~"
"""In place of an instant: behind each of them."""
RANK_SHAPE: Final = (5, 2, 4, 5)
"""How many values priority, owner, compute and reach have."""

_SECOND: Final = 1_000_000


def rank_index(priority: int, owned: int, compute: int, reach: int, steps: int) -> int:
    """Return where the rank of an item stands in `QueueTerms.ranks`.

    Args:
        priority: 0 to 4.
        owned: 0 or 1.
        compute: 0 to 3.
        reach: 0 to 4.
        steps: 0 to `MOST_STEPS`, by which waiting has lifted it.
    """
    _, owners, computes, reaches = RANK_SHAPE
    outer = (priority * owners + owned) * computes + compute
    return (outer * reaches + reach) * (MOST_STEPS + 1) + steps


@dataclass(frozen=True)
class QueueTerms:
    """What the order is made of.

    Attributes:
        horizon: instant; a clock of the host that is due by then comes first.
        lifted: instants, the latest first: who has waited since the first of them is
            lifted by a step, since the second by two; `MOST_STEPS` of them.
        ranks: the rank of each combination at `rank_index`, big-endian, the least
            first in the queue.
        visible: whose cases count; None for all.
    """

    horizon: int
    lifted: Sequence[int]
    ranks: bytes
    visible: Visible | None = None

    @cached_property
    def soon(self) -> str:
        """The horizon as text, at the end of its second."""
        return format_instant(-(-self.horizon // _SECOND) * _SECOND)

    @cached_property
    def ladder(self) -> tuple[str, ...]:
        """The instants of `lifted` as text."""
        return tuple(format_instant(one) for one in self.lifted)

    @cached_property
    def rungs(self) -> tuple[str, ...]:
        """The ladder from its other end, for searching."""
        return self.ladder[::-1]


class Waiting(NamedTuple):
    """An item of the queue.

    Attributes:
        id: of the case or report.
        kind: `case` or `report`.
        entry: index of its latest event.
        state: of it.
        tlp: its label.
        sort: its class; empty of a report and before an assessment.
        lane: of capacity, likewise.
        severity: 0 to 5; -1 of a report.
        since: RFC 3339, when it was opened or received.
        host_due: when the first clock of the host is due; empty for none.
        due: when the first clock of anybody is due, likewise.
        copies: how many reports that are alike wait behind it.
        imminent: 1 if there is imminent danger.
        priority: 0 to 4.
        owned: 1 if it is RAID's own.
        compute: 0 to 3.
        reach: 0 to 4.
        host: `host_due` within the horizon; `~` for none.
        steps: by which waiting has lifted it.
        rank: of what comes behind imminent danger.
    """

    id: str
    kind: str
    entry: int
    state: str
    tlp: str
    sort: str
    lane: str
    severity: int
    since: str
    host_due: str
    due: str
    copies: int
    imminent: int
    priority: int
    owned: int
    compute: int
    reach: int
    host: str = NEVER
    steps: int = 0
    rank: int = 0

    @property
    def key(self) -> tuple[str, int, int, str, str]:
        """What the order goes by, the least first; parts are named by `KEYS`."""
        return self.host, -self.imminent, self.rank, self.since, self.id

    @property
    def is_host_owed(self) -> bool:
        """Whether a clock of the host is due within the horizon."""
        return self.host != NEVER


def waited(item: Waiting, terms: QueueTerms) -> Waiting:
    """Return an item with the keys that an order gives it.

    Instants are compared as text, as the tables do it: below a second that is not the
    order of time, which matters to nobody who waits.
    """
    steps = len(terms.rungs) - bisect_left(terms.rungs, item.since)
    keys = item.priority, item.owned, item.compute, item.reach
    start = rank_index(*keys, steps) * RANK_BYTES
    rank = int.from_bytes(terms.ranks[start : start + RANK_BYTES], "big")
    is_soon = item.host_due != "" and item.host_due <= terms.soon
    host = item.host_due if is_soon else NEVER
    return item._replace(host=host, steps=steps, rank=rank)
