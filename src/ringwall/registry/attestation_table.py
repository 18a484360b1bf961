"""A table of attested measures in CSV, as assessors hand it in.

Strict: one encoding, one header, no cell that a spreadsheet would act on. Must never
take part of a table, nor put a word of it anywhere but into attestations.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from ringwall.base.errors import DeclarationError, Fault
from ringwall.model.dated import Attestation
from ringwall.model.declarations import Document
from ringwall.model.field_faults import shown
from ringwall.model.values import is_printable
from ringwall.registry.attested import Attested, AttestedRow
from ringwall.registry.declaration_file import refusal
from ringwall.registry.regular_file import open_regular

__all__ = [
    "MAX_TABLE_BYTES",
    "MAX_TABLE_ROWS",
    "AttestationTable",
    "parse_table",
    "read_table",
]

MAX_TABLE_BYTES: Final = 4 * 1024 * 1024
"""Largest table in bytes."""
MAX_TABLE_ROWS: Final = 20_000
"""Most rows below the header."""

_COLUMNS: Final = ("holder", "measure", "assessor", "from", "until", "evidence")
_OPTIONAL: Final = "source"
_HEADER: Final = f"{','.join(_COLUMNS)}[,{_OPTIONAL}]"
_FORMULA: Final = ("=", "+", "-", "@")


class _Line(NamedTuple):
    """One record of the file, and the line on which it ends."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttestationTable:
    """A table that passed.

    Attributes:
        name: path as the person named it.
        rows: in the order of the file.
    """

    name: str
    rows: tuple[AttestedRow, ...]

    def draft(self, current: Mapping[str, Document]) -> Sequence[Attested]:
        """Return the holders' documents with the rows merged into them.

        Args:
            current: id -> document on record.

        Raises:
            DeclarationError: `declaration-refused`: `unknown-reference`,
                `holder-unfit`, `duplicate-row` or `attestation-overlaps`.
        """
        merged = Attested(self.name, self.rows, current)
        faults = merged.faults()
        if faults:
            raise refusal(faults)
        return [merged]


def read_table(path: Path) -> AttestationTable:
    """Return what a table in a file says.

    Raises:
        DeclarationError: `file-unreadable`, or `declaration-refused` with each fault.
    """
    try:
        with open_regular(path) as handle:
            data = handle.read(MAX_TABLE_BYTES + 1)
    except OSError as error:
        raise DeclarationError(
            "file-unreadable",
            f"`{path}` can't be read: {error.strerror or error}",
            next_step="check the path and its permissions",
        ) from error
    return parse_table(data, str(path))


def parse_table(data: bytes, name: str) -> AttestationTable:
    """Return what a table says: UTF-8, comma-separated (RFC 4180), with a header.

    Args:
        data: the file.
        name: of the file, for the faults.

    Raises:
        DeclarationError: `declaration-refused` with each fault: `file-too-large`,
            `too-many-rows`, `not-utf8`, `byte-order-mark`, `csv-syntax`,
            `csv-header`, `csv-width`, `control-character`, `formula` or
            `wrong-value`.
    """
    lines = _lines(_text(data, name), name)
    header, body = lines[0], lines[1:]
    _check_header(header, name)
    if len(body) > MAX_TABLE_ROWS:
        fault = _fault(name, 0, "too-many-rows", f"more than {MAX_TABLE_ROWS} rows")
        raise refusal([fault])
    faults: list[Fault] = []
    rows: list[AttestedRow] = []
    for line in body:
        found = list(_cell_faults(line, header.cells, name))
        if not found:
            found = _into(rows, line, header.cells, name)
        faults += found
    if faults:
        raise refusal(faults)
    return AttestationTable(name, tuple(rows))


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_TABLE_BYTES:
        message = f"the file is larger than {MAX_TABLE_BYTES} bytes"
        raise refusal([_fault(name, 0, "file-too-large", message)])
    if data.startswith(b"\xef\xbb\xbf"):
        message = "the file starts with a byte order mark"
        raise refusal([_fault(name, 1, "byte-order-mark", message)])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "the file is not UTF-8 text"
        raise refusal([_fault(name, line, "not-utf8", message)]) from None


def _lines(text: str, name: str) -> list[_Line]:
    # A line ends as RFC 4180 has it or as Unix has it; nothing else may stand for one.
    ends = text.replace("\r\n", "\n")
    reader = csv.reader(io.StringIO(ends, newline="\n"), strict=True)
    lines: list[_Line] = []
    try:
        lines += [_Line(reader.line_num, tuple(cells)) for cells in reader]
    except csv.Error as error:
        message = f"the row is not CSV: {error}"
        raise refusal([_fault(name, reader.line_num, "csv-syntax", message)]) from None
    if not lines:
        message = "the file holds no header"
        raise refusal([_fault(name, 0, "csv-header", message, _HEADER)])
    return lines


def _check_header(header: _Line, name: str) -> None:
    cells = header.cells
    allowed = (*_COLUMNS, _OPTIONAL)
    missing = [column for column in _COLUMNS if column not in cells]
    unknown = [column for column in cells if column not in allowed]
    if missing or unknown or len(set(cells)) < len(cells):
        wrong = "a column stands in the header twice"
        if unknown:
            wrong = f"`{shown(unknown[0], 40)}` is no column"
        if missing:
            wrong = f"the column `{missing[0]}` is missing"
        fault = _fault(name, header.number, "csv-header", wrong, _HEADER)
        raise refusal([fault])


def _cell_faults(line: _Line, columns: tuple[str, ...], name: str) -> Iterator[Fault]:
    if len(line.cells) != len(columns):
        message = f"the row has {len(line.cells)} cells, the header {len(columns)}"
        yield _fault(name, line.number, "csv-width", message)
        return
    for column, cell in zip(columns, line.cells, strict=True):
        if not is_printable(cell):
            message = f"`{column}` holds a control or invisible character"
            yield _fault(name, line.number, "control-character", message)
        elif cell.startswith(_FORMULA):
            message = f"`{column}` starts as a formula does: `{shown(cell, 20)}`"
            yield _fault(name, line.number, "formula", message, "plain text")


def _into(
    rows: list[AttestedRow], line: _Line, columns: tuple[str, ...], name: str
) -> list[Fault]:
    """Add the row of a line, or return what is wrong with it."""
    cells = dict(zip(columns, line.cells, strict=True))
    holder, measure = cells.pop("holder"), cells.pop("measure")
    if not cells.get(_OPTIONAL):
        cells.pop(_OPTIONAL, None)
    try:
        statement = Attestation.model_validate({**cells, "measures": [measure]})
    except ValidationError as error:
        return [
            _fault(
                name,
                line.number,
                "wrong-value",
                f"`{_column(item['loc'])}` is refused: "
                + shown(item["msg"].removeprefix("Value error, "), 200),
            )
            for item in error.errors(include_url=False)
        ]
    rows.append(AttestedRow(line.number, holder, statement))
    return []


def _column(place: tuple[int | str, ...]) -> str:
    """Return the column that a field of an attestation comes from."""
    field = str(place[0]) if place else "from"
    return "measure" if field == "measures" else field


def _fault(name: str, line: int, code: str, message: str, expected: str = "") -> Fault:
    return Fault(name, line, 0, code, message, expected)
