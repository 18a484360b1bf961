"""The desk's work, played item by item: truths to hold a projection against.

Slow, and of its own: nothing here is worked out from a distribution.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

__all__ = ["Kind", "Truth", "arrivals_between", "drawn_truth", "played_waits"]

Kind = tuple[float, float]
"""Items that come in a week today, and minutes that each takes on paper."""


@dataclass(frozen=True)
class Truth:
    """A desk whose rates are known to us alone.

    Attributes:
        counted: of each kind, how many came in the weeks that were counted.
        weeks: how many these were.
        comes: minutes of work that came in the weeks ahead.
        minutes: of each kind, what an item takes on paper.
    """

    counted: tuple[int, ...]
    weeks: int
    comes: float
    minutes: tuple[float, ...]


def arrivals_between(
    draw: random.Random, rate: float, growth: float, first: float, last: float
) -> int:
    """Return how many items come between two instants, in weeks from now.

    They come one after the other at the greatest rate, and are thinned to the true one.
    """
    top = rate * max(growth ** (first / 52), growth ** (last / 52))
    count, now = 0, first
    while top > 0:
        now += draw.expovariate(top)
        if now >= last:
            break
        if draw.random() < rate * growth ** (now / 52) / top:
            count += 1
    return count


def drawn_truth(
    draw: random.Random,
    growth: tuple[float, float],
    effort: tuple[float, float],
    span: tuple[int, int],
) -> Truth:
    """Return a desk drawn at random: its rates, its growth, its kinds of work.

    Args:
        draw: what draws.
        growth: from where to where it grows in a year.
        effort: from where to where an item takes more than on paper.
        span: first and last of the weeks ahead.
    """
    weeks = draw.randint(6, 26)
    kinds: list[Kind] = [
        (0.3 * 40 ** draw.random(), draw.choice((20, 45, 120, 360, 960, 1920)))
        for _ in range(draw.randint(3, 8))
    ]
    grows, factor = _between(draw, growth), _between(draw, effort)
    counted = tuple(arrivals_between(draw, r, grows, -weeks, 0) for r, _ in kinds)
    first, last = span
    comes = sum(
        minutes * factor * arrivals_between(draw, rate, grows, first - 1, last)
        for rate, minutes in kinds
    )
    return Truth(counted, weeks, comes, tuple(minutes for _, minutes in kinds))


def _between(draw: random.Random, ends: tuple[float, float]) -> float:
    low, high = ends
    return float(low * 2.718281828459045 ** (draw.random() * log(high / low)))


def played_waits(
    draw: random.Random,
    servers: int,
    rates: Sequence[float],
    takes: float,
    items: int,
) -> list[float]:
    """Return how long items of the first class wait, played one by one.

    Items of an earlier class go first and interrupt nobody.

    Args:
        draw: what draws.
        servers: how many work.
        rates: of each class, in a unit of time.
        takes: how long an item takes on average.
        items: how many come in all.
    """
    free = servers
    busy: list[float] = []
    lines: list[list[float]] = [[] for _ in rates]
    waits: list[float] = []
    coming = [(draw.expovariate(rate), number) for number, rate in enumerate(rates)]
    heapq.heapify(coming)
    come = 0
    while come < items:
        now, number = coming[0]
        if busy and busy[0] <= now:
            now = heapq.heappop(busy)
            free += 1
        else:
            heapq.heapreplace(coming, (now + draw.expovariate(rates[number]), number))
            lines[number].append(now)
            come += 1
        while free and any(lines):
            first = next(n for n, line in enumerate(lines) if line)
            since = lines[first].pop(0)
            if first == 0:
                waits.append(now - since)
            free -= 1
            heapq.heappush(busy, now + draw.expovariate(1 / takes))
    return waits
