"""The order in which the desk works: how waiting lifts an item, and its rank.

Pure. Must never let an item wait for ever: each step of waiting lifts it in the first
key that is left to be lifted, and what stands highest in all of them goes by its age.
"""

from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.ledger.asking.raid_questions import Visible
from ringwall.ledger.asking.raid_waiting import (
    MOST_STEPS,
    RANK_BYTES,
    QueueTerms,
    Waiting,
    rank_index,
)
from ringwall.raid.queue.capacity import Capacity

__all__ = ["DAY", "Lifted", "lifted", "ranks", "terms_of", "why_word"]

DAY: Final = 24 * 3600 * 1_000_000
"""Microseconds of a day."""

_TOP: Final = (4, 1, 2, 4)
# How many values each key has: that of an interval over 1e26 counts as the one below.
_COUNTS: Final = (5, 2, 4, 5)


class Lifted(NamedTuple):
    """The keys behind imminent danger, as waiting has lifted them.

    Attributes:
        priority: 0 to 4.
        owned: 0 or 1.
        compute: 0 to 2.
        reach: 0 to 4.
    """

    priority: int
    owned: int
    compute: int
    reach: int


def lifted(priority: int, owned: int, compute: int, reach: int, steps: int) -> Lifted:
    """Return what steps of waiting make of the keys of an item.

    A step lifts the priority by one, up to immediate; where it is that already, the
    item counts as RAID's own, then for more compute, then for a wider reach.

    Args:
        priority: 0 to 4.
        owned: 0 or 1.
        compute: 0 to 3; 3, an interval over 1e26, counts as 2 in the queue.
        reach: 0 to 4.
        steps: of waiting.
    """
    keys = []
    for value, top in zip((priority, owned, min(compute, 2), reach), _TOP, strict=True):
        rise = min(steps, top - value)
        keys.append(value + rise)
        steps -= rise
    return Lifted(*keys)


@lru_cache(maxsize=1)
def ranks() -> bytes:
    """Return the rank of each combination of keys and steps, for `QueueTerms`."""
    every = [Lifted(*keys) for keys in product(*map(range, _COUNTS))]
    ladder = sorted({lifted(*keys, 0) for keys in every}, reverse=True)
    places = {keys: place for place, keys in enumerate(ladder)}
    table = bytearray(len(every) * (MOST_STEPS + 1) * RANK_BYTES)
    for keys in every:
        for steps in range(MOST_STEPS + 1):
            start = rank_index(*keys, steps) * RANK_BYTES
            rank = places[lifted(*keys, steps)]
            table[start : start + RANK_BYTES] = rank.to_bytes(RANK_BYTES, "big")
    return bytes(table)


def terms_of(
    capacity: Capacity, now: int, visible: Visible | None = None
) -> QueueTerms:
    """Return what the order is made of at an instant.

    Args:
        capacity: says how far ahead a clock of the host counts, and how fast waiting
            lifts.
        now: instant.
        visible: whose cases count; None for all.
    """
    step = capacity.ageing_days * DAY
    lifted_at = tuple(now - number * step for number in range(1, MOST_STEPS + 1))
    return QueueTerms(now + capacity.horizon_days * DAY, lifted_at, ranks(), visible)


def why_word(item: Waiting, now: int) -> str:
    """Return in a word or two why an item stands where it stands.

    Args:
        item: of the queue.
        now: instant.
    """
    keys = lifted(item.priority, item.owned, item.compute, item.reach, item.steps)
    words = (
        (item.is_host_owed, _due_word(item, now)),
        (item.imminent == 1, "danger"),
        (keys.priority > item.priority, f"waited, was {_PRIORITIES[item.priority]}"),
        (item.priority == _TOP[0], "immediate"),
        (item.owned == 1, "raid-owned"),
        (item.compute > 0, ("", "1e25", "1e26", "1e26?")[item.compute]),
        (item.reach > 2, "wide reach"),
    )
    return next((word for holds, word in words if holds), "by age")


_PRIORITIES: Final = ("decline", "track", "scheduled", "out-of-cycle", "immediate")


def _due_word(item: Waiting, now: int) -> str:
    if not item.host_due:
        return ""
    left = parse_instant(item.host_due) - now
    return "host clock late" if left < 0 else "host clock due"
