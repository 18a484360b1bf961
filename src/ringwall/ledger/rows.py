"""Writing leaves and projected rows, a whole batch a statement.

Values go to the driver as they are: the statement objects of SQLAlchemy are
compiled once, since converting each parameter took longer than the insert.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Table, bindparam, delete, insert

from ringwall.ledger.entries import Entry
from ringwall.ledger.projections import RowPut, latest_rows, project
from ringwall.ledger.schema import DECISION, LEAF, PROJECTIONS
from ringwall.tlog.frontier import Frontier

__all__ = ["put_rows", "write_batch", "write_leaves"]


def write_batch(
    connection: Connection, frontier: Frontier, entries: Sequence[Entry]
) -> None:
    """Insert leaves behind the frontier, grow it, and put their projections."""
    first = frontier.size
    for entry in entries:
        frontier.append(entry.leaf)
    numbered = list(enumerate(entries, first))
    write_leaves(connection, ((i, entry.leaf, entry.data) for i, entry in numbered))
    put_rows(connection, (project(i, entry.event) for i, entry in numbered))


def write_leaves(
    connection: Connection, leaves: Iterable[tuple[int, bytes, bytes]]
) -> None:
    """Insert (index, leaf hash, entry) rows."""
    connection.exec_driver_sql(_insert(connection.dialect, LEAF), list(leaves))


def put_rows(connection: Connection, puts: Iterable[RowPut]) -> None:
    """Put projected rows, each in place of the one with its key."""
    for name, rows in latest_rows(puts).items():
        table = PROJECTIONS[name]
        if table is not DECISION:  # a decision is made once and never replaced
            key = _KEYS[name]
            old = delete(table).where(table.c[key] == bindparam("old_key"))
            connection.execute(old, [{"old_key": row[key]} for row in rows])
        values = [tuple(row.values()) for row in rows]
        connection.exec_driver_sql(_insert(connection.dialect, table), values)


@cache
def _insert(dialect: Dialect, table: Table) -> str:
    return str(insert(table).compile(dialect=dialect))


def _key_of(table: Table) -> Any:  # noqa: ANN401 - a column name, typed Any by SQLAlchemy
    return next(iter(table.primary_key.columns)).name


_KEYS: Final = {name: _key_of(table) for name, table in PROJECTIONS.items()}
