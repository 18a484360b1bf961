"""What lies below a cut line: how many of which severity, and whose clocks will break.

Reads alone. Must never look at more than is open to who asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ringwall.ledger.asking.raid_queue import RaidQueue
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows
from ringwall.ledger.asking.raid_waiting import QueueTerms, Waiting
from ringwall.raid.queue.capacity import Capacity
from ringwall.raid.queue.cut import Cut, Staff, cut, most_above
from ringwall.raid.queue.order import DAY

__all__ = ["UNKNOWN", "WEEK", "Below", "Front", "below_of", "drawn", "looked", "paged"]

WEEK: Final = 7 * DAY
"""How long a capacity is for, in microseconds."""
UNKNOWN: Final = -1
"""In place of a severity: nobody has screened or assessed it."""

_OPEN: Final = frozenset({"armed", "running"})
_MOST_LATE: Final = 200
_ROOM: Final = 64
_NEW: Final = "new"


@dataclass(frozen=True, slots=True)
class Front:
    """The front of the queue, as far as a week's capacity can reach and one more.

    Attributes:
        queue: in order.
        total: items in the whole queue.
    """

    queue: Sequence[Waiting]
    total: int

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole queue."""
        return len(self.queue) >= self.total

    @property
    def small(self) -> list[Waiting]:
        """Its cases below 1e25 operations, the widest reach first."""
        found = [one for one in self.queue if one.kind == "case" and one.compute == 0]
        return sorted(found, key=lambda one: (-one.reach, one.key))

    def first_below(self, line: Cut) -> Waiting | None:
        """Return the first item that a line leaves undone; None if it leaves none."""
        above = line.ids
        return next((one for one in self.queue if one.id not in above), None)


def looked(
    queue: RaidQueue, terms: QueueTerms, capacity: Capacity, staff: Staff
) -> Front:
    """Return the front of the queue, as far as the capacity of a week can reach.

    Args:
        queue: of the desk.
        terms: the order.
        capacity: of the desk.
        staff: what there is.
    """
    total = queue.count(terms)
    owed = _ROOM
    while True:
        limit = most_above(capacity, staff, owed)
        found = queue.top(terms, limit)
        known = sum(item.is_host_owed for item in found)
        if known <= owed or len(found) < limit:
            return Front(found, max(total, len(found)))
        # Once more with room for as many again: few desks owe that much at once.
        owed = 2 * known


def paged(
    queue: RaidQueue, terms: QueueTerms, capacity: Capacity, staff: Staff, least: int
) -> Front:
    """Return the whole queue if it is short, else its first page.

    Args:
        queue: of the desk.
        terms: the order.
        capacity: of the desk.
        staff: what there is.
        least: how many items a page has.
    """
    total = queue.count(terms)
    if total <= most_above(capacity, staff, _ROOM):
        found = queue.top(terms, total + _ROOM)
        return Front(found, len(found))
    return Front(queue.top(terms, least), total)


def drawn(
    queue: RaidQueue, terms: QueueTerms, capacity: Capacity, front: Front, staff: Staff
) -> Cut:
    """Return the cut line, with what the reserve lifts above it.

    Args:
        queue: of the desk.
        terms: the order.
        capacity: of the desk.
        front: of the queue, as `looked` gives it for as much.
        staff: what there is.
    """
    most = most_above(capacity, staff, 0)
    small = front.small if front.is_whole else queue.small(terms, most)
    return cut(capacity, staff, front.queue, small, front.total)


@dataclass(frozen=True, slots=True)
class Below:
    """What a line leaves undone.

    Attributes:
        harm: severity, or `UNKNOWN` -> how many items.
        late: those of which a clock is due within the week, the soonest first.
        clocks: their clocks.
    """

    harm: Mapping[int, int]
    late: Sequence[Waiting]
    clocks: Sequence[RaidCard]


def below_of(rows: RaidRows, terms: QueueTerms, line: Cut, now: int) -> Below:
    """Return what a line leaves undone.

    Args:
        rows: of the desk.
        terms: the order.
        line: the line.
        now: instant.
    """
    harm: dict[int, int] = {}
    for cells, count in rows.queue.tally(terms, "state", "kind", "severity").items():
        band = _band(str(cells[0]), str(cells[1]), int(cells[2]))
        harm[band] = harm.get(band, 0) + count
    for placed in line.above:
        item = placed.item
        harm[_band(item.state, item.kind, item.severity)] -= 1
    most = _MOST_LATE + len(line.above)
    due = rows.queue.due(terms, now + WEEK, most)
    late = [item for item in due if item.id not in line.ids][:_MOST_LATE]
    clocks: list[RaidCard] = []
    if late:
        ids = frozenset(item.id for item in late)
        question = RaidQuestion(
            "raid.clock",
            equal={"case_id": ids, "state": _OPEN},
            until=now + WEEK,
            instant="due",
            order=("due",),
        )
        clocks = rows.find(question)
    found = {band: count for band, count in sorted(harm.items()) if count > 0}
    return Below(found, late, clocks)


def _band(state: str, kind: str, severity: int) -> int:
    return UNKNOWN if kind == "report" or state == _NEW else severity
