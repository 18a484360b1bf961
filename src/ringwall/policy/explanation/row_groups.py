"""Rows grouped by what they hold in some columns, so that one row speaks for many.

Whether a condition holds for a row hangs on the columns it reads; rows alike in
those are alike. Must stay small: 100,000 rows in 20,000 groups take about 1 MB.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from ringwall.policy.explanation.rowsets import RowSet, row_set
from ringwall.policy.index import Row
from ringwall.policy.value_types import Value

__all__ = ["Ladder", "RowGroups", "group_rows"]

_STEPS = 64
# A group is held as a set, too, if that takes at most so many times the room that its
# numbers take, or hardly any: to put numbers into a set is what costs time.
_ROOM = 4
_SMALL = 512


@dataclass(frozen=True, slots=True)
class RowGroups:
    """The groups, numbered from 0.

    Attributes:
        column: the column by whose value the groups ascend, after that of the open
            rows if there is one; 0 if they are by several columns.
        samples: one row of each group.
        size: how many rows there are in all.
        starts: where each group starts in `numbers`, and at the end their count.
        numbers: numbers of the rows, group by group.
        sets: the groups that are large, as sets.
    """

    column: int
    samples: tuple[Row, ...]
    size: int
    starts: Sequence[int]
    numbers: Sequence[int]
    sets: Mapping[int, RowSet]

    def find(self, value: Value | None) -> range:
        """Return the group with a value in the column; an empty range if none has."""
        samples, column = self.samples, self.column
        first = int(bool(samples) and samples[0][column] is None)
        if value is None:
            return range(first)
        at = bisect_left(samples, value, lo=first, key=itemgetter(column))
        found = at < len(samples) and samples[at][column] == value
        return range(at, at + found)

    def union(self, groups: Iterable[int]) -> RowSet:
        """Return the rows of some groups."""
        whole: RowSet = 0
        few: list[int] = []
        sets, starts, numbers = self.sets, self.starts, self.numbers
        for group in groups:
            found = sets.get(group)
            if found is None:
                few += numbers[starts[group] : starts[group + 1]]
            else:
                whole |= found
        return whole | row_set(few, self.size) if few else whole


@dataclass(frozen=True, slots=True)
class Ladder:
    """Groups that ascend by one column, with what is below some of them added up.

    Attributes:
        groups: the groups.
        stride: how many groups one sum is further than the one before.
        sums: the rows of all groups before each group whose number is a multiple
            of `stride`.
    """

    groups: RowGroups
    stride: int
    sums: tuple[RowSet, ...]

    @classmethod
    def of(cls, groups: RowGroups) -> "Ladder":
        """Return the ladder over some groups."""
        count = len(groups.samples)
        stride = count // _STEPS + 1
        sums: list[RowSet] = [0]
        for start in range(0, count - stride + 1, stride):
            sums.append(sums[-1] | groups.union(range(start, start + stride)))
        return cls(groups, stride, tuple(sums))

    def between(self, first: int, last: int) -> RowSet:
        """Return the rows of the groups from `first` up to, and not with, `last`."""
        return self._below(last) & ~self._below(first)

    def step(self, holds: Callable[[Row], bool], first: int) -> int:
        """Return the first group, from `first`, for which `holds` is true.

        Args:
            holds: false up to some group and true from it on.
            first: where to start.
        """
        return bisect_left(self.groups.samples, True, lo=first, key=holds)  # noqa: FBT003 - it is what is looked for

    def _below(self, group: int) -> RowSet:
        at = group // self.stride
        return self.sums[at] | self.groups.union(range(at * self.stride, group))


def group_rows(rows: Sequence[Row], columns: Sequence[int]) -> RowGroups:
    """Return rows grouped by their values in some columns; without any, in one."""
    found: dict[Any, array[int]] = {}
    key_of = itemgetter(*columns) if columns else _alike
    for number, row in enumerate(rows):
        key = key_of(row)
        group = found.get(key)
        if group is None:
            found[key] = array("I", [number])
        else:
            group.append(number)
    single = len(columns) == 1
    keys = sorted(found, key=_open_first) if single else list(found)
    groups = [found[key] for key in keys]
    starts, numbers = array("I", [0]), array("I")
    for group in groups:
        numbers.extend(group)
        starts.append(len(numbers))
    size = len(rows)
    return RowGroups(
        columns[0] if single else 0,
        tuple(rows[group[0]] for group in groups),
        size,
        starts,
        numbers,
        {
            at: row_set(group, size)
            for at, group in enumerate(groups)
            if 32 * _ROOM * len(group) + _SMALL >= size
        },
    )


def _open_first(value: Any) -> tuple[bool, Any]:  # noqa: ANN401 - a text or a number
    return value is not None, value


def _alike(row: Row) -> None:  # noqa: ARG001 - rows that nothing tells apart
    return None
