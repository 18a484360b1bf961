"""A table as lines of text that fit a width.

Narrows the widest columns first; where that is not enough, or makes for tall rows,
each row becomes a paragraph. Must never drop a character.
"""

import re
import textwrap
from collections.abc import Sequence
from typing import Final

from ringwall.cli.terminal import printable

__all__ = ["format_table"]

_GAP: Final = 2
# Lines that a row may take up on average before paragraphs read better.
_TALL: Final = 3
_DEEPEST: Final = 10
# Where a word that is too long for its column may be broken.
_PIECE: Final = re.compile(r"[^\-._:/,;]*[\-._:/,;]?")


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
    cells = [[printable(str(cell)) for cell in row] for row in (headers, *rows)]
    columns = list(zip(*cells, strict=True))
    natural = [max(map(len, column)) for column in columns]
    least = [max(map(_least, column)) for column in columns]
    least[0] = natural[0]
    room = width - _GAP * (len(headers) - 1)
    stacked = [line for row in cells[1:] for line in _stacked(cells[0], row, width)]
    if sum(least) > room:
        return [], stacked
    widths = _narrowed(natural, least, room)
    numeric = [
        bool(rows) and all(type(row[number]) is int for row in rows)
        for number in range(len(headers))
    ]
    head, *body = (_row_lines(row, widths, numeric) for row in cells)
    rule = "-" * (sum(widths) + _GAP * (len(widths) - 1))
    flat = [line for lines in body for line in lines]
    if len(flat) > _TALL * len(rows):
        return [], stacked
    return [*head, rule], flat


def _least(cell: str) -> int:
    return max(len(piece) for word in cell.split(" ") for piece in _PIECE.findall(word))


def _narrowed(natural: list[int], least: list[int], room: int) -> list[int]:
    widths = list(natural)
    while sum(widths) > room:
        spare = [n for n, width in enumerate(widths) if width > least[n]]
        widest = max(spare, key=lambda number: widths[number])
        widths[widest] -= 1
    return widths


def _row_lines(row: list[str], widths: list[int], numeric: list[bool]) -> list[str]:
    folded = [_folded(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(map(len, folded))):
        parts = []
        for cell, width, right in zip(folded, widths, numeric, strict=True):
            text = cell[number] if number < len(cell) else ""
            parts.append(text.rjust(width) if right else text.ljust(width))
        lines.append((" " * _GAP).join(parts).rstrip())
    return lines


def _folded(text: str, width: int) -> list[str]:
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
    return lines


def _stacked(headers: list[str], row: list[str], width: int) -> list[str]:
    """Return a row as its key and `header value` pairs."""
    pairs = [
        f"{h} {cell}" for h, cell in zip(headers[1:], row[1:], strict=True) if cell
    ]
    return textwrap.wrap(
        f"{row[0]}  {', '.join(pairs)}",
        width,
        subsequent_indent=" " * min(len(row[0]) + _GAP, _DEEPEST),
        break_long_words=False,
        break_on_hyphens=False,
    )
