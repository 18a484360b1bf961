"""A table as Markdown, for a page that people read elsewhere.

Must never let a cell act as markup.
"""

import re
from collections.abc import Sequence
from typing import Final

from ringwall.cli.terminal import printable

__all__ = ["markdown_table"]

_MARKUP: Final = re.compile(r"[\\`*_\[\]<|~&]")
_NARROWEST: Final = 3


def markdown_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table with pipes, its columns padded to one width.

    Args:
        headers: one for each column.
        rows: as many cells each.
    """
    cells = [[_escaped(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(_NARROWEST, *map(len, column)) for column in zip(*cells, strict=True)]
    head, *body = (_line(row, widths) for row in cells)
    return [head, _line(["-" * width for width in widths], widths), *body]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: f"\\{found[0]}", printable(text))
