"""Byte ranges that one open has released already, joined where they touch.

Must never hold a byte as released that no permit has carried.
"""

from bisect import bisect_left, bisect_right

__all__ = ["Ranges"]


class Ranges:
    """Half-open ranges, sorted and apart from each other; new ones are empty."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []

    def lacking(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Return what of a range is not in here, in order."""
        lacking = []
        place = bisect_right(self._stops, start)
        while place < len(self._starts) and self._starts[place] < stop:
            if start < self._starts[place]:
                lacking.append((start, self._starts[place]))
            start = self._stops[place]
            place += 1
        if start < stop:
            lacking.append((start, stop))
        return lacking

    def add(self, start: int, stop: int) -> None:
        """Put a range in; what it overlaps or touches becomes one with it."""
        if start >= stop:
            return
        first = bisect_left(self._stops, start)
        last = bisect_right(self._starts, stop)
        if first < last:
            start = min(start, self._starts[first])
            stop = max(stop, self._stops[last - 1])
        self._starts[first:last] = [start]
        self._stops[first:last] = [stop]
