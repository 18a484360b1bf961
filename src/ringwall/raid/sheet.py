"""A table as CSV, or every fault in its form.

Must never guess: what is not exactly rows of the columns expected is refused.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ringwall.base.errors import Fault
from ringwall.model.field_faults import shown
from ringwall.model.values import is_printable

__all__ = ["MAX_SHEET_BYTES", "Line", "Sheet", "parse_sheet"]

MAX_SHEET_BYTES: Final = 1024 * 1024
"""Largest table in bytes."""
_MAX_CELL: Final = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in a file.

    Attributes:
        number: of the line, the header being 1.
        cells: column -> text.
    """

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return the cell of a column."""
        return self.cells[column]


@dataclass(slots=True)
class Sheet:
    """A file being read, and what is wrong with it so far.

    Attributes:
        file: its name, for the faults.
        lines: its rows in order; none if its form is refused.
        faults: in the order found.
    """

    file: str
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, code: str, message: str, expected: str = "") -> None:
        """Note a fault; line 0 is the file as a whole."""
        told = shown(message, 400), shown(expected, 400)
        self.faults.append(Fault(self.file, line, 0, code, *told))


def parse_sheet(data: bytes, file: str, columns: Sequence[str]) -> Sheet:
    """Return a table with the faults of its form.

    The faults are `table-too-large`, `table-not-text`, `wrong-columns`,
    `wrong-cells` and `unprintable-cell`.

    Args:
        data: UTF-8, RFC 4180 with a header; lines end with a line feed.
        file: its name, for the faults.
        columns: what its header must be, in order.
    """
    sheet = Sheet(file)
    if len(data) > MAX_SHEET_BYTES:
        sheet.fault(0, "table-too-large", f"more than {MAX_SHEET_BYTES} bytes")
        return sheet
    rows = _rows(sheet, data)
    if sheet.faults:
        return sheet
    header = rows[0][1] if rows else []
    if header != list(columns):
        told = "the header is not that of this table"
        sheet.fault(1, "wrong-columns", told, ",".join(columns))
        return sheet
    for number, cells in rows[1:]:
        _line(sheet, number, columns, cells)
    return sheet


def _rows(sheet: Sheet, data: bytes) -> list[tuple[int, list[str]]]:
    """Return each row of the file with the number of the line that it ends on."""
    expected = "UTF-8 as RFC 4180 says, lines ending with a line feed"
    try:
        text = data.decode("utf-8")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows = [(reader.line_num, cells) for cells in reader]
    except (ValueError, csv.Error):
        text, rows = "\0", []
    if text.startswith("\ufeff") or "\r" in text or "\0" in text:
        sheet.fault(0, "table-not-text", "this is not a table as text", expected)
    return rows


def _line(sheet: Sheet, number: int, columns: Sequence[str], cells: list[str]) -> None:
    if len(cells) != len(columns):
        told = f"{len(cells)} cells in a table of {len(columns)} columns"
        sheet.fault(number, "wrong-cells", told)
        return
    for column, text in zip(columns, cells, strict=True):
        odd = not all(is_printable(letter) for letter in text)
        if odd or len(text) > _MAX_CELL or text != text.strip():
            told = f"`{column}` holds what can't be printed on a line"
            sheet.fault(number, "unprintable-cell", told, "plain text, no blank around")
            return
    sheet.lines.append(Line(number, dict(zip(columns, cells, strict=True))))
