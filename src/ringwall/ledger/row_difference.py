"""What differs between a stored row and the one that the log gives, in words.

Must never print what is stored other than escaped and cut short.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table

from ringwall.base.canonical import load_canonical
from ringwall.ledger.printable import shown

__all__ = ["Difference", "row_difference"]

_ONE_SIDED: Final = {
    "row-unfounded": "no entry of the log gives this row",
    "row-missing": "the table lacks this row",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the entries say.

    Attributes:
        table: name of the table.
        key: value of the row's primary key, printable.
        code: `row-changed`, `row-missing` or `row-unfounded`.
        message: what differs, field by field.
    """

    table: str
    key: str
    code: str
    message: str


def row_difference(
    table: Table, here: Sequence[Any] | None, there: Sequence[Any] | None
) -> Difference:
    """Return how a stored row differs from the one that the log gives.

    Args:
        table: whose columns the values are of, those of the key first.
        here: the stored row, None if there is none.
        there: the row that the log gives, None if it gives none.

    Raises:
        ValueError: neither is there.
    """
    row = there if here is None else here
    if row is None:
        raise ValueError("two rows that are not there do not differ")
    key = "/".join(map(shown, row[: len(table.primary_key)]))
    if here is None or there is None:
        code = "row-unfounded" if there is None else "row-missing"
        return Difference(table.name, key, code, _ONE_SIDED[code])
    parts: list[str] = []
    for column, value, recorded in zip(table.columns, here, there, strict=True):
        if value != recorded:
            parts += _field_differences(column.name, value, recorded)
    return Difference(table.name, key, "row-changed", "; ".join(parts))


def _field_differences(column: str, value: object, recorded: object) -> list[str]:
    """Say where two values differ, inside a JSON document if they are one."""
    one, other = _flat(_document(value)), _flat(_document(recorded))
    paths = [p for p in one.keys() | other.keys() if one.get(p) != other.get(p)]
    if not (one and other and paths):
        return [_said(column, value, recorded)]
    return [_said(path, one.get(path), other.get(path)) for path in sorted(paths)]


def _document(value: object) -> dict[str, Any]:
    """Return the document that a cell holds, empty if it is none."""
    try:
        return load_canonical(value.encode()) if isinstance(value, str) else {}
    except ValueError:
        return {}


def _flat(value: object, path: str = "") -> dict[str, object]:
    """Return path -> leaf value of a JSON value."""
    items: list[tuple[str, object]]
    if isinstance(value, dict):
        items = [(f"{path}.{k}" if path else str(k), v) for k, v in value.items()]
    elif isinstance(value, list):
        items = [(f"{path}[{i}]", v) for i, v in enumerate(value)]
    else:
        return {path: value}
    return {p: leaf for sub, v in items for p, leaf in _flat(v, sub).items()}


def _said(where: str, value: object, recorded: object) -> str:
    return f"{shown(where)} is {_quoted(value)}, the log says {_quoted(recorded)}"


def _quoted(value: object) -> str:
    return "absent" if value is None else f"`{shown(value)}`"
