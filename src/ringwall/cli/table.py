"""A table as lines of text that fit a width.

Narrows the columns where that breaks the fewest cells; where that is not enough, or
makes for tall rows, each row becomes a paragraph. Must never drop a character.
"""

import re
import textwrap
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property, lru_cache
from math import ceil
from typing import Final

from ringwall.cli.terminal import printable

__all__ = ["Grid", "format_table"]

_GAP: Final = 2
# Lines that a row may take up on average before paragraphs read better.
_TALL: Final = 3
_DEEPEST: Final = 10
# Cells repeat, and a table may be laid out in many ways before one is chosen.
_REMEMBERED: Final = 4096
# Where a word that is too long for its column may be broken; an instant is not.
_PIECE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z|[^\-._:/,;]*[\-._:/,;]?"
)


def format_table(
    headers: Sequence[str], rows: Sequence[Sequence[object]], width: int
) -> tuple[list[str], list[str]]:
    """Return the lines of a table's head, a rule below it, and those of its rows.

    Args:
        headers: one for each column.
        rows: as many cells each. The first is the key and is never broken; a column
            of nothing but numbers stands to the right.
        width: columns of the screen.
    """
    grid = Grid(headers, rows, width)
    if grid.reads_well:
        return grid.head, [line for lines in grid.rows for line in lines]
    return [], [line for row in grid.cells for line in grid.stacked(row)]


class Grid:
    """Cells under headers, and the widths at which they fit.

    Args:
        headers: one for each column.
        rows: as many cells each; the first is the key and is never broken.
        width: columns of the screen.

    Attributes:
        cells: the rows as text.
        head: the lines of the head and a rule below it.
        height: how many lines the rows take.
        reads_well: whether the columns fit, and without making for tall rows; else
            `stacked` has to do.
    """

    def __init__(
        self, headers: Sequence[str], rows: Sequence[Sequence[object]], width: int
    ) -> None:
        self._headers = [printable(header) for header in headers]
        self._width = width
        self.cells = [[_text(str(cell)) for cell in row] for row in rows]
        self._numeric = [
            bool(rows) and all(type(row[number]) is int for row in rows)
            for number in range(len(headers))
        ]
        room = width - _GAP * (len(headers) - 1)
        columns = list(zip(self._headers, *self.cells, strict=True))
        least = [max(map(_least, column)) for column in columns]
        least[0] = max(map(len, columns[0]))
        fits = sum(least) <= room
        self._widths = _narrowed(columns, least, room) if fits else least
        rule = "-" * (sum(self._widths) + _GAP * (len(self._widths) - 1))
        self.head = [*self._lines(self._headers), rule]
        self.height = sum(_heights(self.cells, self._widths))
        self.reads_well = fits and self.height <= _TALL * len(self.cells)

    @cached_property
    def rows(self) -> list[list[str]]:
        """Return the lines of each row."""
        return [self._lines(row) for row in self.cells]

    @property
    def stacked_height(self) -> int:
        """Return about how many lines the rows take if they are stacked."""
        names = sum(len(header) + _GAP for header in self._headers[1:])
        room = self._width - _DEEPEST
        return sum(ceil((names + sum(map(len, row))) / room) for row in self.cells)

    def stacked(self, row: Sequence[str]) -> list[str]:
        """Return a row as its key and `header value` pairs."""
        pairs = zip(self._headers[1:], row[1:], strict=True)
        told = [f"{header} {cell}" for header, cell in pairs if cell]
        return textwrap.wrap(
            f"{row[0]}  {', '.join(told)}",
            self._width,
            subsequent_indent=" " * min(len(row[0]) + _GAP, _DEEPEST),
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _lines(self, row: Sequence[str]) -> list[str]:
        folded = [
            _folded(cell, width) for cell, width in zip(row, self._widths, strict=True)
        ]
        lines = []
        for number in range(max(map(len, folded))):
            parts = []
            for cell, width, right in zip(
                folded, self._widths, self._numeric, strict=True
            ):
                text = cell[number] if number < len(cell) else ""
                parts.append(text.rjust(width) if right else text.ljust(width))
            lines.append((" " * _GAP).join(parts).rstrip())
        return lines


_text = lru_cache(_REMEMBERED)(printable)


@lru_cache(_REMEMBERED)
def _least(cell: str) -> int:
    return max(len(piece) for word in cell.split(" ") for piece in _PIECE.findall(word))


def _narrowed(
    columns: Sequence[Sequence[str]], least: Sequence[int], room: int
) -> list[int]:
    """Return widths that fit, taken where the fewest cells have to be broken."""
    lengths = [sorted(map(len, column)) for column in columns]
    widths = [column[-1] for column in lengths]

    def price(number: int) -> tuple[int, int]:
        column, width = lengths[number], widths[number]
        return len(column) - bisect_left(column, width), -width

    while sum(widths) > room:
        spare = [n for n, width in enumerate(widths) if width > least[n]]
        widths[min(spare, key=price)] -= 1
    return widths


def _heights(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> list[int]:
    """Return how many lines each row takes: one, but for cells that are folded."""
    heights = [1] * len(rows)
    for column, width in enumerate(widths):
        for number, row in enumerate(rows):
            if len(row[column]) > width:
                lines = len(_folded(row[column], width))
                heights[number] = max(heights[number], lines)
    return heights


@lru_cache(_REMEMBERED)
def _folded(text: str, width: int) -> tuple[str, ...]:
    """Return `text` in lines of at most `width`, whole words where they fit."""
    lines = [""]
    for word in text.split(" "):
        joint = " " if lines[-1] else ""
        if len(lines[-1] + joint + word) <= width:
            lines[-1] += joint + word
            continue
        if lines[-1]:
            lines.append("")
        for piece in _PIECE.findall(word):
            if len(lines[-1] + piece) > width:
                lines.append("")
            lines[-1] += piece
    return tuple(lines)
