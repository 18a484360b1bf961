"""How widely work may come out: the spread of a sum of many kinds of items.

What was counted is a sample of a rate that nobody knows; what will come is a sample of
it again. Pure. Must never tell a spread narrower than both of these make it.
"""

from cmath import exp, polar, rect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import floor, pi, sqrt
from typing import Final, NamedTuple

__all__ = ["Outlook", "Part", "outlook_of"]

_CELLS: Final = 1024
_WIDE: Final = 8.0
_STEPS: Final = 60


class Part(NamedTuple):
    """Items of one kind, under one course of growth.

    Attributes:
        known: how many came, and what is added as rates are guessed from counts; where
            the rate is told, the rate of a week itself.
        past: over how many weeks of today's arrivals; 0 where the rate is told.
        future: over how many of these they are still to come.
        minutes: that each takes.
    """

    known: float
    past: float
    future: float
    minutes: float

    @property
    def mean(self) -> float:
        """How many are to come."""
        if self.past == 0:
            return self.known * self.future
        return self.known * self.future / self.past

    @property
    def variance(self) -> float:
        """By how much that number spreads."""
        if self.past == 0:
            return self.mean
        return self.mean * (1 + self.future / self.past)

    def transform(self, jump: complex) -> complex:
        """Return the expectation of `jump` to the power of how many come."""
        if self.past == 0:
            return exp(self.mean * (jump - 1))
        base = 1 + self.future / self.past * (1 - jump)
        # The real part of the base is at least 1, so the power has one meaning.
        size, angle = polar(base)
        return rect(size**-self.known, -self.known * angle)


@dataclass(frozen=True)
class Outlook:
    """How much work comes, and how likely.

    Attributes:
        cell: minutes of a cell.
        below: chance that it is no more than so many cells.
        effort: factors of how long things take, each as likely.
    """

    cell: float
    below: Sequence[float]
    effort: Sequence[float]

    def quantile(self, share: float) -> float:
        """Return the least minutes that it does not exceed with a chance.

        Args:
            share: the chance, above 0 and below 1.
        """
        low, high = 0.0, self.cell * len(self.below) * max(self.effort)
        if self._chance(low) >= share:
            return 0.0
        for _ in range(_STEPS):
            middle = (low + high) / 2
            if self._chance(middle) >= share:
                high = middle
            else:
                low = middle
        return high

    def _chance(self, minutes: float) -> float:
        """Return the chance that it takes no more than so many minutes."""
        last = len(self.below) - 1
        total = 0.0
        for factor in self.effort:
            place = floor(minutes / factor / self.cell + 1e-9)
            total += self.below[min(place, last)]
        return total / len(self.effort)


def outlook_of(courses: Sequence[Sequence[Part]], effort: Sequence[float]) -> Outlook:
    """Return how much work comes, over courses of growth that are each as likely.

    The distribution is worked out on a lattice of cells from its transform: nothing
    is drawn at random.

    Args:
        courses: the parts under each course; at least one course.
        effort: factors of how long things take, each as likely; at least one.
    """
    cell = max(_reach(parts) for parts in courses) / _CELLS
    if cell <= 0:
        return Outlook(1.0, [1.0], effort)
    half = [_at(courses, cell, number) for number in range(_CELLS // 2 + 1)]
    # The sum is real, so that the other half mirrors the first.
    rest = [one.conjugate() for one in half[-2:0:-1]]
    chances = [max(0.0, one.real / _CELLS) for one in _inverse([*half, *rest])]
    below = list(accumulate(chances))
    return Outlook(cell, [one / below[-1] for one in below], effort)


def _reach(parts: Sequence[Part]) -> float:
    """Return minutes beyond which next to nothing is likely."""
    mean = sum(one.mean * one.minutes for one in parts)
    spread = sqrt(sum(one.variance * one.minutes**2 for one in parts))
    longest = max((one.minutes for one in parts if one.mean > 0), default=0.0)
    return mean + _WIDE * spread + longest


def _at(courses: Sequence[Sequence[Part]], cell: float, number: int) -> complex:
    """Return the transform of the sum at a point of the circle."""
    angle = 2 * pi * number / _CELLS
    jumps: dict[float, complex] = {}
    total = 0j
    for parts in courses:
        product = 1 + 0j
        for part in parts:
            jump = jumps.get(part.minutes)
            if jump is None:
                jump = _jump(part.minutes / cell, angle)
                jumps[part.minutes] = jump
            product *= part.transform(jump)
        total += product
    return total / len(courses)


def _jump(cells: float, angle: float) -> complex:
    """Return the transform of one item: shared by two cells, so that its mean holds."""
    whole = floor(cells)
    part = cells - whole
    return rect(1 - part, angle * whole) + rect(part, angle * (whole + 1))


def _inverse(values: Sequence[complex]) -> list[complex]:
    """Return the inverse of a discrete transform, its length a power of two."""
    if len(values) == 1:
        return list(values)
    even, odd = _inverse(values[::2]), _inverse(values[1::2])
    count = len(values)
    turned = [rect(1, -2 * pi * n / count) * one for n, one in enumerate(odd)]
    front = [one + other for one, other in zip(even, turned, strict=True)]
    return front + [one - other for one, other in zip(even, turned, strict=True)]
