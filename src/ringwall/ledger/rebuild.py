"""Rebuilding tables from the entries alone, and comparing them with what is stored.

The same code replays a log into a new file and gives the verifier its second
opinion. Must never read a projection to make one.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, insert, select
from sqlalchemy.exc import DBAPIError

from ringwall.base.canonical import load_canonical
from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.basis import Basis
from ringwall.ledger.connections import scratch_engine
from ringwall.ledger.head import Head
from ringwall.ledger.printable import shown
from ringwall.ledger.projections import RowPut, project
from ringwall.ledger.rows import put_rows, write_leaves
from ringwall.ledger.schema import HEAD, PROJECTIONS, create_schema
from ringwall.model.events import Event

__all__ = ["Difference", "Rebuilder", "differences", "scratch_database"]

_CHUNK: Final = 2000
_ONE_SIDED: Final = {
    "row-unfounded": "no entry of the log gives this row",
    "row-missing": "the table lacks this row",
}
_Row = Row[*tuple[Any, ...]]
_Key = tuple[int, int | float | bytes]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the entries say.

    Attributes:
        table: name of the projection.
        key: value of the row's primary key, printable.
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
        self._in_force: dict[tuple[str, str | int], tuple[int, bytes]] = {}

    def add(self, index: int, event: Event, leaf: bytes, entry: bytes) -> None:
        """Take in the next event.

        Raises:
            ValueError: the event can't be projected.
            RecordUnavailable: as `flush`.
        """
        put = project(index, event)
        if put is not None:
            self._puts.append(put)
            if put.table == "policy":
                self._in_force["policy", 0] = index, leaf
            elif put.table != "decision":
                self._in_force[put.table, put.key] = index, leaf
        if self._with_leaves:
            self._leaves.append((index, leaf, entry))
        if max(len(self._puts), len(self._leaves)) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what has been taken in.

        Raises:
            RecordUnavailable: `rebuild-failed`, the scratch database is full.
        """
        with _writing_scratch():
            write_leaves(self._connection, self._leaves)
            put_rows(self._connection, self._puts)
        self._puts, self._leaves = [], []

    def write_head(self, head: Head) -> None:
        """Write the head row; raises as `flush`."""
        with _writing_scratch():
            self._connection.execute(insert(HEAD), head.row())

    def basis(self) -> Basis:
        """Return the events in force after those taken in, added up afresh."""
        basis = Basis()
        basis.put_in_force(self._in_force.values())
        return basis


@contextmanager
def scratch_database(path: Path | None = None) -> Iterator[Connection]:
    """Give a transaction in a new database of a ledger's shape; commit it at the end.

    Args:
        path: an empty file; None for a nameless one that is gone afterwards.

    Raises:
        RecordUnavailable: `rebuild-failed`, it can't be written.
    """
    engine = scratch_engine(path)
    try:
        with _writing_scratch():
            connection = engine.connect()
        with connection:
            with _writing_scratch():
                create_schema(connection)
            yield connection
            with _writing_scratch():
                connection.commit()
    finally:
        engine.dispose()


@contextmanager
def _writing_scratch() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        raise RecordUnavailable(
            "rebuild-failed",
            f"the rebuilt tables can't be written: {getattr(error, 'orig', error)}",
            next_step="free some space and try again",
        ) from error


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
    left_out = frozenset(doubtful)
    for table in PROJECTIONS.values():
        for here, there in _pairs(table, stored, rebuilt):
            indices = {row.idx for row in (here, there) if row is not None}
            if here != there and not indices & left_out:
                yield _difference(table, here, there)


def _pairs(
    table: Table, stored: Connection, rebuilt: Connection
) -> Iterator[tuple[_Row | None, _Row | None]]:
    """Give the rows with the same key side by side, None where there is none."""
    lefts, rights = _stream(stored, table), _stream(rebuilt, table)
    left, right = next(lefts, None), next(rights, None)
    while left is not None or right is not None:
        order = _order(table, left, right)
        yield left if order <= 0 else None, right if order >= 0 else None
        if order <= 0:
            left = next(lefts, None)
        if order >= 0:
            right = next(rights, None)


def _stream(connection: Connection, table: Table) -> Iterator[_Row]:
    query = select(table).order_by(*table.primary_key.columns)
    return iter(connection.execute(query, execution_options={"yield_per": _CHUNK}))


def _order(table: Table, left: _Row | None, right: _Row | None) -> int:
    """Return -1, 0 or 1 as the left key comes before, with or after the right."""
    if left is None or right is None:
        return 1 if left is None else -1
    one, other = _sort_key(_key_of(table, left)), _sort_key(_key_of(table, right))
    return int(one > other) - int(one < other)


def _key_of(table: Table, row: _Row) -> object:
    return row[list(table.columns).index(next(iter(table.primary_key.columns)))]


def _sort_key(value: object) -> _Key:
    """Return what sorts as SQLite does: NULL, numbers, text, bytes."""
    match value:
        case None:
            return 0, 0
        case int() | float():
            return 1, value
        case bytes():
            return 3, value
        case _:
            return 2, str(value).encode("utf-8", "surrogateescape")


def _difference(table: Table, here: _Row | None, there: _Row | None) -> Difference:
    if here is None or there is None:
        row, code = (here, "row-unfounded") if there is None else (there, "row-missing")
        key = "" if row is None else shown(_key_of(table, row))
        return Difference(table.name, key, code, _ONE_SIDED[code])
    parts: list[str] = []
    for column, value, recorded in zip(table.columns, here, there, strict=True):
        if value != recorded:
            parts += _field_differences(column.name, value, recorded)
    key = shown(_key_of(table, here))
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
