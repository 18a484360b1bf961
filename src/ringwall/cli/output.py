"""Printing data: tables for people, JSON, NDJSON or CSV for programs, on stdout.

Must never colour anything but a table on a terminal, nor print a character that a
terminal or a spreadsheet would act on.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from ringwall.cli.options import Format
from ringwall.cli.table import format_table
from ringwall.cli.terminal import (
    folded,
    paint,
    print_text,
    printable,
    screen_width,
)

__all__ = [
    "Sheet",
    "chosen_format",
    "json_text",
    "print_object",
    "print_rows",
    "progress_bar",
    "say",
]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Sheet(NamedTuple):
    """Rows of one shape, for CSV."""

    columns: Sequence[str]
    rows: Iterable[Mapping[str, Any]]


def chosen_format(asked: Format | None) -> Format:
    """Return the format to print in."""
    if asked is not None:
        return asked
    return Format.TABLE if sys.stdout.isatty() else Format.JSON


def say(line: str) -> None:
    """Write a hint or a progress note to stderr, behind what is on stdout already."""
    sys.stdout.flush()
    sys.stderr.write(folded(line) + "\n")


def json_text(value: object, indent: int | None = None) -> str:
    """Return JSON in which whatever can't be seen is escaped, and no more."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, indent=indent)
    return "".join(
        c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text
    )


def print_object(
    value: Mapping[str, Any],
    asked: Format | None,
    table: Callable[[], None],
    sheet: Sheet,
) -> None:
    """Print one thing: by `table` for people, whole as JSON, as `sheet` in CSV."""
    match chosen_format(asked):
        case Format.TABLE:
            table()
        case Format.JSON:
            _write(json_text(value, indent=2))
        case Format.NDJSON:
            _write(json_text(value))
        case Format.CSV:
            _csv(*sheet)


def print_rows(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    asked: Format | None,
    *,
    title: str = "",
    sheet: Sequence[str] = (),
) -> None:
    """Print many things of one shape; all but a table are written as they come.

    Args:
        columns: what a table shows.
        rows: what programs get, whole.
        asked: the format.
        title: stands above a table.
        sheet: the columns of CSV, where they are others.
    """
    match chosen_format(asked):
        case Format.TABLE:
            _table(columns, rows, title)
        case Format.JSON:
            _json_list(rows)
        case Format.NDJSON:
            for row in rows:
                _write(json_text(row))
        case Format.CSV:
            _csv(sheet or columns, rows)


@contextmanager
def progress_bar(label: str) -> "Iterator[Callable[[int, int], None]]":
    """Give a function that shows (done, in all) on stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _table(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], title: str
) -> None:
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    if title:
        print_text(title, style="bold")
    if not cells:
        _write("(none)")
        return
    head, body = format_table(columns, cells, screen_width())
    for line in head:
        _write(paint(line, "bold"))
    for line in body:
        _write(line)


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value


def _json_list(rows: Iterable[Mapping[str, Any]]) -> None:
    before = "["
    for row in rows:
        text = json_text(row, indent=2).replace("\n", "\n  ")
        sys.stdout.write(f"{before}\n  {text}")
        before = ","
    _write("[]" if before == "[" else "\n]")


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(row.get(name)) for name in columns])


def _csv_cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    nested = isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(item, dict) for item in value)
    )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # a number is no formula, whatever its sign
    text = json_text(value) if nested else printable(str(_cell(value)))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
