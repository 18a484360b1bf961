"""Printing data: tables for people, JSON, NDJSON or CSV for programs, on stdout.

Must never colour anything but a table on a terminal.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from ringwall.cli.options import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

__all__ = [
    "chosen_format",
    "console",
    "print_object",
    "print_rows",
    "progress_bar",
    "say",
]

_WIDTH_ELSEWHERE = 110


def chosen_format(asked: Format | None) -> Format:
    """Return the format to print in."""
    if asked is not None:
        return asked
    return Format.TABLE if sys.stdout.isatty() else Format.JSON


def console() -> "Console":
    """Return a console on stdout that honours NO_COLOR and pipes."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_ELSEWHERE
    return Console(file=sys.stdout, highlight=False, markup=False, width=width)


def say(line: str) -> None:
    """Write a hint or a progress note to stderr."""
    print(line, file=sys.stderr)  # noqa: T201 - this is the command line


def print_object(
    value: Mapping[str, Any], asked: Format | None, table: Callable[[], None]
) -> None:
    """Print one thing: by `table` for people, as one JSON object for programs."""
    match chosen_format(asked):
        case Format.TABLE:
            table()
        case Format.JSON:
            _json(value, indent=2)
        case Format.NDJSON:
            _json(value)
        case Format.CSV:
            _csv(list(value), [value])


def print_rows(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    asked: Format | None,
    title: str = "",
) -> None:
    """Print many things of one shape."""
    match chosen_format(asked):
        case Format.TABLE:
            _table(columns, rows, title)
        case Format.JSON:
            _json(list(rows), indent=2)
        case Format.NDJSON:
            for row in rows:
                _json(row)
        case Format.CSV:
            _csv(columns, rows)


def progress_bar(label: str) -> "AbstractContextManager[Callable[[int, int], None]]":
    """Give a function that shows (done, in all) on stderr, if that is a terminal."""
    return _progress(label)


@contextmanager
def _progress(label: str) -> "Iterator[Callable[[int, int], None]]":
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
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    count = 0
    for row in rows:
        table.add_row(*(Text(_cell(row.get(name, ""))) for name in columns))
        count += 1
    out = console()
    if title:
        out.print(Text(title, style="bold"))
    if count:
        out.print(table)
    else:
        out.print("(none)")


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


def _json(value: object, indent: int | None = None) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=indent))  # noqa: T201 - data goes to stdout


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(row.get(name)) for name in columns])


def _csv_cell(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else ""
    text = text or _cell(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
