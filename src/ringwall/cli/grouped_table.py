"""A wide table as groups of rows under headings, so that it fits a screen.

What is the same in every row is said once above; columns that repeat become headings
where that makes the table shorter. Must never drop a cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from ringwall.cli.table import Grid

__all__ = ["Group", "GroupedTable", "group_table"]

# Columns that may become headings, and how many of them together.
_CANDIDATES: Final = 6
_TOGETHER: Final = 3
# Rows by which a layout is judged.
_JUDGED: Final = 300
# A heading takes a line, and a blank one above it.
_HEADING: Final = 2


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of some rows, and what they have in common."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupedTable:
    """A table as it is to be printed.

    Attributes:
        constant: what every row says; empty if there is no such column.
        head: the lines of the head and a rule below it; none for paragraphs.
        groups: in the order in which each first appears; just one without a
            heading where no headings are needed.
    """

    constant: str
    head: tuple[str, ...]
    groups: tuple[Group, ...]


def group_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> GroupedTable:
    """Return the layout that shows a table in the fewest lines.

    Args:
        headers: one for each column; the first column is the key of a row.
        rows: one or more, as many cells each.
        width: columns of the screen.
    """
    columns = range(1, len(headers))
    same = [at for at in columns if len({row[at] for row in rows}) == 1]
    table = _Table(headers, rows, width, tuple(at for at in columns if at not in same))
    judged = replace(table, rows=rows[:: len(rows) // _JUDGED + 1])
    keys = min(_choices(table), key=judged.cost)
    groups = tuple(table.groups(keys))
    return GroupedTable(table.said(rows[0], same), table.head(keys), groups)


def _choices(table: "_Table") -> Iterator[tuple[int, ...]]:
    """Give the columns that may be taken together as headings.

    None, or the first that repeats and a few others.
    """
    yield ()
    varieties = {at: len({row[at] for row in table.rows}) for at in table.varying}
    repeating = [at for at in table.varying if varieties[at] * 2 <= len(table.rows)]
    if repeating:
        first, *rest = repeating
        near = sorted(sorted(rest, key=varieties.__getitem__)[:_CANDIDATES])
        for size in range(_TOGETHER):
            for others in combinations(near, size):
                yield (first, *others)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of which some columns may become headings.

    Attributes:
        headers: of all columns.
        rows: all cells.
        width: columns of the screen.
        varying: the columns but the first that are not the same in every row.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    width: int
    varying: tuple[int, ...]

    def said(self, row: Sequence[str], columns: Sequence[int]) -> str:
        """Return what a row says in some columns."""
        return ", ".join(f"{self.headers[at]} {row[at]}" for at in columns)

    def cost(self, keys: tuple[int, ...]) -> int:
        """Return how many lines it takes with some columns as headings."""
        lines = sum(len(group.lines) for group in self.groups(keys))
        if not keys:
            return lines
        return lines + _HEADING * len({_key(row, keys) for row in self.rows})

    def head(self, keys: tuple[int, ...]) -> tuple[str, ...]:
        """Return the lines of the head with some columns as headings."""
        grid = self._grid(self.rows, keys)
        return tuple(grid.head) if grid.reads_well else ()

    def groups(self, keys: tuple[int, ...]) -> Iterator[Group]:
        """Give the groups of rows that some columns as headings make."""
        members: dict[tuple[str, ...], list[Sequence[str]]] = {}
        # Groups that share the first column stand together.
        for row in self.rows:
            members.setdefault(_key(row, keys[:1]), []).append(row)
        ordered = [row for rows in members.values() for row in rows]
        members.clear()
        for row in ordered:
            members.setdefault(_key(row, keys), []).append(row)
        grid = self._grid([row for rows in members.values() for row in rows], keys)
        lines = iter(grid.rows if grid.reads_well else map(grid.stacked, grid.cells))
        for rows in members.values():
            own = [line for _ in rows for line in next(lines)]
            yield Group(self.said(rows[0], keys), tuple(own))

    def _grid(self, rows: Sequence[Sequence[str]], keys: tuple[int, ...]) -> Grid:
        shown = [0, *(at for at in self.varying if at not in keys)]
        cells = [[row[at] for at in shown] for row in rows]
        return Grid([self.headers[at] for at in shown], cells, self.width)


def _key(row: Sequence[str], keys: Sequence[int]) -> tuple[str, ...]:
    return tuple(row[at] for at in keys)
