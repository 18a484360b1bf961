"""Rebuilding tables from the entries alone, and comparing them with what is stored.

The same code replays a log into a new file and gives the verifier its second
opinion. Must never read a projection to make one.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, select

from ringwall.ledger.projections import RowPut, project
from ringwall.ledger.rows import put_rows, write_leaves
from ringwall.ledger.schema import PROJECTIONS
from ringwall.model.events import Event

__all__ = ["Difference", "Rebuilder", "differences"]

_CHUNK: Final = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the entries say.

    Attributes:
        table: name of the projection.
        key: value of the row's primary key.
        code: `row-changed`, `row-missing` or `row-unfounded`.
        message: what differs, field by field.
    """

    table: str
    key: str
    code: str
    message: str


class Rebuilder:
    """Puts events into a scratch database, a chunk at a time.

    Args:
        connection: to an empty database of the ledger's shape.
        with_leaves: whether to store the leaves, too.
    """

    def __init__(self, connection: Connection, *, with_leaves: bool = False) -> None:
        self._connection = connection
        self._with_leaves = with_leaves
        self._puts: list[RowPut] = []
        self._leaves: list[tuple[int, bytes, bytes]] = []

    def add(self, index: int, event: Event, leaf: bytes, entry: bytes) -> None:
        """Take in the next event.

        Raises:
            KeyError, TypeError, ValueError: the event can't be projected.
        """
        self._puts.append(project(index, event))
        if self._with_leaves:
            self._leaves.append((index, leaf, entry))
        if len(self._puts) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what has been taken in."""
        if self._leaves:
            write_leaves(self._connection, self._leaves)
        put_rows(self._connection, self._puts)
        self._puts, self._leaves = [], []


def differences(
    stored: Connection, rebuilt: Connection, doubtful: Collection[int] = ()
) -> Iterator[Difference]:
    """Give each row in which the stored projections differ from the rebuilt ones.

    Args:
        stored: the ledger's database.
        rebuilt: a database the entries were replayed into.
        doubtful: indices of entries that are damaged themselves; rows that stem
            from them are left out, since nothing sound says what they should be.
    """
    for table in PROJECTIONS.values():
        yield from _table_differences(table, stored, rebuilt, doubtful)


def _table_differences(
    table: Table, stored: Connection, rebuilt: Connection, doubtful: Collection[int]
) -> Iterator[Difference]:
    key = next(iter(table.primary_key.columns)).name
    query = select(table).order_by(table.c[key])
    streams = (_stream(stored, query), _stream(rebuilt, query))
    left, right = next(streams[0], None), next(streams[1], None)
    while left is not None or right is not None:
        order = _order(left, right, key)
        here, there = left if order <= 0 else None, right if order >= 0 else None
        sound = not {row.idx for row in (here, there) if row is not None} & set(doubtful)
        if here != there and sound:
            yield _difference(table.name, key, here, there)
        if here is not None:
            left = next(streams[0], None)
        if there is not None:
            right = next(streams[1], None)


def _stream(connection: Connection, query: Any) -> Iterator[Row[Any]]:  # noqa: ANN401 - a select of any table
    return iter(connection.execution_options(yield_per=_CHUNK).execute(query))


def _order(left: Row[Any] | None, right: Row[Any] | None, key: str) -> int:
    """Return -1, 0 or 1 as the left key comes before, with or after the right."""
    if left is None or right is None:
        return 1 if left is None else -1
    one, other = left._mapping[key], right._mapping[key]  # noqa: SLF001 - SQLAlchemy's public name for it
    if type(one) is not type(other):
        return -1 if not isinstance(one, type(other)) else 0
    return int(one > other) - int(one < other)


def _difference(
    table: str, key: str, here: Row[Any] | None, there: Row[Any] | None
) -> Difference:
    row = here if here is not None else there
    name = str(row._mapping[key]) if row is not None else ""  # noqa: SLF001 - as above
    if here is None:
        return Difference(table, name, "row-missing", "the table lacks this row")
    if there is None:
        message = "no entry of the log gives this row"
        return Difference(table, name, "row-unfounded", message)
    parts = []
    for column, value in here._mapping.items():  # noqa: SLF001 - as above
        recorded = there._mapping[column]  # noqa: SLF001 - as above
        if value != recorded:
            parts += _field_differences(column, value, recorded)
    return Difference(table, name, "row-changed", "; ".join(parts))


def _field_differences(column: str, value: object, recorded: object) -> list[str]:
    """Say where two values differ, inside a JSON document if they are one."""
    here, there = _document(value), _document(recorded)
    if here is None or there is None:
        return [f"{column} is {_shown(value)}, the log says {_shown(recorded)}"]
    one, other = _flat(here), _flat(there)
    paths = [p for p in one.keys() | other.keys() if one.get(p) != other.get(p)]
    return [
        f"{path} is {_shown(one.get(path))}, the log says {_shown(other.get(path))}"
        for path in sorted(paths)
    ] or [f"{column} is written in another form than the log has it"]


def _document(value: object) -> dict[str, Any] | None:
    try:
        parsed = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


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


def _shown(value: object) -> str:
    return "absent" if value is None else f"`{str(value)[:80]}`"
