"""A wide table as groups of rows under headings, so that it fits a screen.

What is the same in every row is said once above; columns that repeat become headings,
and columns that mostly ask nothing speak only where they do, where that makes the table
shorter. Must never drop a cell: what is left unsaid stands above the table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations
from math import ceil
from typing import Final

from ringwall.cli.table import Grid

__all__ = ["Group", "GroupedTable", "group_table"]

# Columns that may become headings at first, and how many of them together.
_CANDIDATES: Final = 6
_TOGETHER: Final = 3
# Rows by which a layout is judged.
_JUDGED: Final = 300
# A heading takes a line, and a blank one above it.
_BLANK: Final = 1
# Columns are easier to follow than words: words have to save a fifth of the lines.
_WORDS_COST: Final = 1.25
# The column in which a row says what few rows say.
_FURTHER: Final = "further"


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
        unsaid: what holds of a row where neither its heading nor itself says otherwise;
            empty if each cell is said.
        head: the lines of the head and a rule below it; none for paragraphs.
        groups: in the order in which each first appears; just one without a
            heading where no headings are needed.
    """

    constant: str
    unsaid: str
    head: tuple[str, ...]
    groups: tuple[Group, ...]


def group_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    idle: Sequence[str] = (),
) -> GroupedTable:
    """Return the layout that shows a table in the fewest lines.

    Args:
        headers: one for each column; the first column is the key of a row.
        rows: one or more, as many cells each.
        width: columns of the screen.
        idle: for each column the cell that may go unsaid; empty where there is none.
    """
    columns = range(1, len(headers))
    same = [at for at in columns if len({row[at] for row in rows}) == 1]
    varying = tuple(at for at in columns if at not in same)
    table = _Table(headers, rows, width, varying, tuple(idle) or ("",) * len(headers))
    layout = _shortest(replace(table, rows=rows[:: len(rows) // _JUDGED + 1]))
    return GroupedTable(
        table.said(rows[0], same),
        table.unsaid(layout),
        table.head(layout),
        tuple(table.groups(layout)),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns become headings, and which speak only where they ask something."""

    keys: tuple[int, ...] = ()
    words: tuple[int, ...] = ()


def _shortest(table: "_Table") -> _Layout:
    """Return the layout of fewest lines; of equals the one that changes least."""
    plain = _Layout()
    if table.cost(plain) <= len(table.rows):
        return plain  # nothing is shorter than a line a row
    seeds = [_Layout(keys, words) for keys in _keys(table) for words in _words(table)]
    best = min(seeds, key=table.cost)
    while True:
        longer = [
            replace(best, keys=tuple(sorted((*best.keys, at))))
            for at in table.repeating
            if at not in best.keys
        ]
        found = min(longer, key=table.cost, default=best)
        if table.cost(found) >= table.cost(best):
            return best
        best = found


def _words(table: "_Table") -> Iterator[tuple[int, ...]]:
    """Give the columns that may go unsaid: none, or all that mostly ask nothing."""
    yield ()
    rare = [at for at in table.varying if table.is_mostly_idle(at)]
    if rare:
        yield tuple(rare)


def _keys(table: "_Table") -> Iterator[tuple[int, ...]]:
    """Give the columns that may be taken together as headings at first.

    None, or the first that repeats and a few others, or a few that repeat most.
    """
    yield ()
    if not table.repeating:
        return
    first, *rest = table.repeating
    near = sorted(sorted(rest, key=table.variety)[:_CANDIDATES])
    sizes = range(_TOGETHER)
    others = chain.from_iterable(combinations(near, size) for size in sizes)
    yield from ((first, *some) for some in others)
    yield from combinations(near, 1)
    yield from combinations(near, 2)


@dataclass(frozen=True)
class _Table:
    """Rows of which some columns may become headings, or words.

    Attributes:
        headers: of all columns.
        rows: all cells.
        width: columns of the screen.
        varying: the columns but the first that are not the same in every row.
        idle: for each column the cell that may go unsaid, or nothing.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    width: int
    varying: tuple[int, ...]
    idle: tuple[str, ...]

    @cached_property
    def repeating(self) -> tuple[int, ...]:
        """Return the columns in which a value stands twice or more on average."""
        return tuple(
            at for at in self.varying if self.variety(at) * 2 <= len(self.rows)
        )

    def variety(self, column: int) -> int:
        """Return how many values stand in a column."""
        return len({row[column] for row in self.rows})

    def is_mostly_idle(self, column: int) -> bool:
        """Return whether at most half of the rows ask anything there."""
        idle = sum(row[column] == self.idle[column] for row in self.rows)
        return bool(self.idle[column]) and idle * 2 >= len(self.rows)

    def said(self, row: Sequence[str], columns: Sequence[int]) -> str:
        """Return what a row says in some columns."""
        return ", ".join(f"{self.headers[at]} {row[at]}" for at in columns)

    def told(self, row: Sequence[str], columns: Sequence[int]) -> str:
        """Return what a row says in some columns, save what may go unsaid."""
        return self.said(row, [at for at in columns if row[at] != self.idle[at]])

    def unsaid(self, layout: _Layout) -> str:
        """Return the cells that a layout leaves unsaid."""
        hidden = sorted({*layout.keys, *layout.words})
        return self.said(
            self.idle,
            [at for at in hidden if any(row[at] == self.idle[at] for row in self.rows)],
        )

    def cost(self, layout: _Layout) -> float:
        """Return how many lines a layout takes; more where it has words."""
        grid = self._grid(self.rows, layout)
        lines = grid.height if grid.reads_well else grid.stacked_height
        if layout.keys:
            for row in {_key(row, layout.keys): row for row in self.rows}.values():
                heading = self._heading(row, layout.keys)
                lines += _BLANK + ceil(len(heading) / self.width)
        return lines * (_WORDS_COST if set(layout.words) - {*layout.keys} else 1)

    def head(self, layout: _Layout) -> tuple[str, ...]:
        """Return the lines of the head in a layout."""
        grid = self._grid(self.rows, layout)
        return tuple(grid.head) if grid.reads_well else ()

    def groups(self, layout: _Layout) -> Iterator[Group]:
        """Give the groups of rows that a layout makes."""
        keys = layout.keys
        members: dict[tuple[str, ...], list[Sequence[str]]] = {}
        # Groups that share the first column stand together.
        for row in self.rows:
            members.setdefault(_key(row, keys[:1]), []).append(row)
        ordered = [row for rows in members.values() for row in rows]
        members.clear()
        for row in ordered:
            members.setdefault(_key(row, keys), []).append(row)
        grid = self._grid([row for rows in members.values() for row in rows], layout)
        lines = iter(grid.rows if grid.reads_well else map(grid.stacked, grid.cells))
        for rows in members.values():
            own = [line for _ in rows for line in next(lines)]
            yield Group(self._heading(rows[0], keys), tuple(own))

    def _heading(self, row: Sequence[str], keys: Sequence[int]) -> str:
        return self.told(row, keys) or self.said(row, keys)

    def _grid(self, rows: Sequence[Sequence[str]], layout: _Layout) -> Grid:
        words = [at for at in layout.words if at not in layout.keys]
        hidden = {*layout.keys, *words}
        shown = [0, *(at for at in self.varying if at not in hidden)]
        headers = [self.headers[at] for at in shown]
        cells = [[row[at] for at in shown] for row in rows]
        if words:
            headers.append(_FURTHER)
            cells = [
                [*cell, self.told(row, words)]
                for cell, row in zip(cells, rows, strict=True)
            ]
        return Grid(headers, cells, self.width)


def _key(row: Sequence[str], keys: Sequence[int]) -> tuple[str, ...]:
    return tuple(row[at] for at in keys)
