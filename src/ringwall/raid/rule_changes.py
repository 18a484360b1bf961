"""What differs between two states of the desk's rules, row by row.

Pure. Must never leave a change out: a file that is no table is compared as a whole.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from ringwall.base.errors import DeclarationError
from ringwall.base.yaml_tree import Data, parse_yaml, to_data

__all__ = ["Change", "changes_of"]

_MAX_BYTES: Final = 8 * 1024 * 1024
_WHOLE: Final = "the file"
_Rows = dict[str, dict[str, str]]


class Change(NamedTuple):
    """A cell that differs.

    Attributes:
        file: named from the folder of the rules, e.g. `triage/main.csv`.
        row: its id, or path in a YAML file.
        column: of the table; empty for a row that is new or gone as a whole.
        before: what stood there; empty for a new row.
        after: what stands there now; empty for a row that is gone.
    """

    file: str
    row: str
    column: str
    before: str
    after: str


def changes_of(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Change]:
    """Return what differs, file by file, in the order of the new rows.

    Args:
        before: name -> bytes, of the rules in force.
        after: likewise, of the ones that are to be.
    """
    found: list[Change] = []
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            found += _of_file(name, old, new)
    return found


def _of_file(name: str, old: bytes | None, new: bytes | None) -> list[Change]:
    if old is None or new is None:
        return [Change(name, _WHOLE, "", _size(old), _size(new))]
    told = list(_of_rows(name, _rows(name, old), _rows(name, new)))
    # Other blanks, comments, or another order of columns: still another file.
    return told or [Change(name, _WHOLE, "layout", _size(old), _size(new))]


def _of_rows(name: str, old: _Rows, new: _Rows) -> Iterator[Change]:
    for row, cells in new.items():
        if row not in old:
            yield Change(name, row, "", "", _line(cells))
            continue
        for column in dict.fromkeys([*old[row], *cells]):
            was, now = old[row].get(column, ""), cells.get(column, "")
            if was != now:
                yield Change(name, row, column, was, now)
    for row, cells in old.items():
        if row not in new:
            yield Change(name, row, "", _line(cells), "")


def _rows(name: str, data: bytes) -> _Rows:
    """Return row -> column -> cell; a table by its first column, if that is an id."""
    text = data.decode("utf-8", "replace")
    if name.endswith(".yaml"):
        return _of_yaml(name, data)
    read = csv.reader(io.StringIO(text, newline=""))
    head, *lines = [cells for cells in read if cells] or [[]]
    columns = [column or f"column {place}" for place, column in enumerate(head, 1)]
    ids = [cells[0] for cells in lines]
    is_keyed = len(set(ids)) == len(ids)
    rows: _Rows = {}
    for cells in lines:
        row = dict(zip_longest(columns, cells[: len(columns)], fillvalue=""))
        rest = cells[len(columns) :]
        if rest:
            row["more"] = ",".join(rest)
        # Without an id a row is what it holds: then it is new or gone, never changed.
        rows[cells[0] if is_keyed else ", ".join(cells)] = row
    return rows


def _of_yaml(name: str, data: bytes) -> _Rows:
    try:
        tree = parse_yaml(
            data, name, max_bytes=_MAX_BYTES, max_nodes=100_000, max_depth=16
        )
    except DeclarationError:
        return {}
    return {path: {"value": text} for path, text in _leaves("", to_data(tree))}


def _leaves(path: str, value: Data) -> Iterator[tuple[str, str]]:
    """Give path -> value for each leaf; an item of a list by what it is called."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = ((_called(item, place), item) for place, item in enumerate(value))
    else:
        yield path or _WHOLE, "" if value is None else str(value)
    for key, item in items:
        yield from _leaves(f"{path}.{key}" if path else str(key), item)


def _called(item: Data, place: int) -> str:
    if isinstance(item, dict) and item:
        return str(next(iter(item.values())))
    return str(place)


def _line(cells: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={cell}" for name, cell in cells.items() if cell)


def _size(data: bytes | None) -> str:
    return "" if data is None else f"{len(data):,} bytes"
