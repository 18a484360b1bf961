"""The cut line: what a week's capacity is enough for, and how much time each gets.

Pure. Must never assign more than there is, nor leave a clock of the host that is due
within the horizon below the line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from ringwall.ledger.asking.raid_waiting import Waiting
from ringwall.raid.queue.capacity import SCREENING, UNASSESSED, Capacity, Hours

__all__ = [
    "Cut",
    "Depth",
    "Placed",
    "Pool",
    "Staff",
    "cut",
    "hours_of",
    "most_above",
    "staff_of",
    "wants_deep",
]

Depth = Literal["deep", "shallow", "part"]
"""All of it, a first look, or less than that since the host's clocks need more."""
Pool = Literal["host", "main", "reserve"]
"""As a duty of the host, in the order of the queue, or out of the reserve."""

_OWED: Final[Pool] = "host"
_MAIN: Final[Pool] = "main"
_RESERVE: Final[Pool] = "reserve"


class Staff(NamedTuple):
    """What there is of a week.

    Attributes:
        minutes: for cases.
        people: who work; None where somebody told the hours alone.
    """

    minutes: int
    people: int | None = None


class Placed(NamedTuple):
    """An item above the line.

    Attributes:
        item: of the queue.
        depth: how much of its time it gets.
        minutes: that it gets.
        pool: out of which: as a duty of the host, in the order of the queue, or out of
            the reserve for small models.
    """

    item: Waiting
    depth: Depth
    minutes: int
    pool: Pool


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut line.

    Attributes:
        staff: what there is.
        above: what they get to, in the order of the queue; last what the reserve lifts.
        total: items in the queue.
        missing: minutes that clocks of the host need beyond what there is.
    """

    staff: Staff
    above: Sequence[Placed]
    total: int
    missing: int

    @property
    def minutes(self) -> int:
        """Minutes that there are for cases."""
        return self.staff.minutes

    @property
    def below(self) -> int:
        """How many items nobody gets to."""
        return self.total - len(self.above)

    @property
    def used(self) -> int:
        """Minutes that are assigned."""
        return sum(placed.minutes for placed in self.above)

    @property
    def is_short(self) -> bool:
        """Whether something is left undone, so that the line has to be signed."""
        return self.below > 0 or self.missing > 0

    @property
    def ids(self) -> frozenset[str]:
        """Ids of what is above the line."""
        return frozenset(placed.item.id for placed in self.above)


def hours_of(item: Waiting, capacity: Capacity) -> Hours:
    """Return how long an item takes; one of an unknown class as one not assessed."""
    if item.kind == "report":
        return capacity.classes[SCREENING]
    return capacity.classes.get(item.sort) or capacity.classes[UNASSESSED]


def wants_deep(item: Waiting, capacity: Capacity) -> bool:
    """Return whether an item is worth the whole of its time."""
    return (
        item.is_host_owed
        or item.imminent == 1
        or item.priority >= capacity.deep_priority
        or item.compute >= capacity.deep_compute
        or (capacity.deep_owned and item.owned == 1)
    )


def staff_of(capacity: Capacity, people: int) -> Staff:
    """Return what so many people have of a week.

    Args:
        capacity: of the desk.
        people: who work.
    """
    return Staff(capacity.minutes(people), people)


def most_above(capacity: Capacity, staff: Staff, owed: int) -> int:
    """Return how many items a cut has to look at; one more than can be above.

    Args:
        capacity: of the desk.
        staff: what there is.
        owed: items of which a clock of the host is due within the horizon.
    """
    least = min(hours.shallow for hours in capacity.classes.values())
    return owed + staff.minutes // least + 1


def cut(
    capacity: Capacity,
    staff: Staff,
    queue: Sequence[Waiting],
    small: Iterable[Waiting] | None,
    total: int,
) -> Cut:
    """Return the cut line.

    First the clocks of the host. Then the queue in its order, up to the first item
    that not even a first look is left for; what is worth the whole of its time gets it
    as long as the share for that lasts. Then, out of the reserve, cases below 1e25
    operations by their reach; what they leave goes to the queue again.

    Args:
        capacity: of the desk.
        staff: what there is.
        queue: its front, in order; `most_above` items, or all.
        small: cases below 1e25 operations, the widest reach first; as many, or all.
            None to leave the reserve out, where only the order is asked about.
        total: items in the queue.
    """
    pools = _Pools(capacity, staff.minutes)
    owed = [item for item in queue if item.is_host_owed]
    missing = pools.place_owed(owed)
    rest = [item for item in queue if not item.is_host_owed]
    left = pools.place_in_order(rest)
    if small is not None:
        pools.place_reserved(small)
        pools.free_reserve()
        pools.place_in_order(item for item in left if item.id not in pools.placed)
    above = sorted(
        pools.placed.values(), key=lambda one: (one.pool == _RESERVE, one.item.key)
    )
    return Cut(staff, above, total, missing)


class _Pools:
    """Minutes that are left, and who got some."""

    def __init__(self, capacity: Capacity, minutes: int) -> None:
        self.minutes = minutes
        self.placed: dict[str, Placed] = {}
        self._capacity = capacity
        self._reserve = minutes * capacity.reserve_percent // 100
        self._main = minutes - self._reserve
        self._deep = minutes * capacity.deep_percent // 100

    def place_owed(self, owed: Sequence[Waiting]) -> int:
        """Place what the host owes, at the cost of all else; return what is missing."""
        deep = sum(hours_of(item, self._capacity).deep for item in owed)
        shallow = sum(hours_of(item, self._capacity).shallow for item in owed)
        if deep <= self.minutes:
            for item in owed:
                minutes = hours_of(item, self._capacity).deep
                self._place(item, "deep", minutes, _OWED)
        elif shallow <= self.minutes:
            for item in owed:
                minutes = hours_of(item, self._capacity).shallow
                self._place(item, "shallow", minutes, _OWED)
        else:
            for item in owed:
                least = hours_of(item, self._capacity).shallow
                share = least * self.minutes // shallow
                self._place(item, "part", share, _OWED)
        used = sum(one.minutes for one in self.placed.values())
        self._main -= used
        if self._main < 0:
            # What the host owes goes before the reserve.
            self._reserve, self._main = max(0, self._reserve + self._main), 0
        return max(0, shallow - self.minutes)

    def place_in_order(self, items: Iterable[Waiting]) -> list[Waiting]:
        """Place items until the first that does not fit; return the rest."""
        rest = list(items)
        for number, item in enumerate(rest):
            depth, minutes = self._wanted(item)
            if minutes > self._main:
                return rest[number:]
            self._main -= minutes
            if depth == "deep":
                self._deep -= minutes
            self._place(item, depth, minutes, _MAIN)
        return []

    def place_reserved(self, small: Iterable[Waiting]) -> None:
        """Place small models out of the reserve, until the first that does not fit."""
        for item in small:
            if item.id in self.placed or item.is_host_owed:
                continue
            minutes = hours_of(item, self._capacity).shallow
            if minutes > self._reserve:
                return
            self._reserve -= minutes
            self._place(item, "shallow", minutes, _RESERVE)

    def free_reserve(self) -> None:
        """Give what is left of the reserve to the queue."""
        self._main, self._reserve = self._main + self._reserve, 0

    def _wanted(self, item: Waiting) -> tuple[Depth, int]:
        hours = hours_of(item, self._capacity)
        fits = hours.deep <= min(self._deep, self._main)
        if wants_deep(item, self._capacity) and fits:
            return "deep", hours.deep
        return "shallow", hours.shallow

    def _place(self, item: Waiting, depth: Depth, minutes: int, pool: Pool) -> None:
        self.placed[item.id] = Placed(item, depth, minutes, pool)
