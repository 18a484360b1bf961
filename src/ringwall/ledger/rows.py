"""Writing leaves and projected rows, a whole batch a statement.

Must never write a projection other than through `project`.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, insert

from ringwall.ledger.basis import Basis
from ringwall.ledger.entries import Entry
from ringwall.ledger.in_force import move_basis
from ringwall.ledger.projections import RowPut, TableRows, latest_rows
from ringwall.ledger.schema import LEAF, PROJECTIONS, REGISTRY
from ringwall.ledger.statements import send_many
from ringwall.tlog.frontier import Frontier

__all__ = ["put_rows", "write_batch", "write_leaves"]

_INSERT = {name: insert(table) for name, table in PROJECTIONS.items()}
_INSERT_LEAF = insert(LEAF)
_STRIKE_FACT = delete(REGISTRY).where(REGISTRY.c.id == bindparam("id"))


def write_batch(
    connection: Connection, frontier: Frontier, basis: Basis, entries: Sequence[Entry]
) -> None:
    """Insert leaves behind the frontier, put their projections, move the basis.

    Frontier and basis are changed in place.

    Raises:
        IntegrityError: `table-differs`, a row to be replaced has lost its entry.
    """
    first = frontier.size
    for entry in entries:
        frontier.append(entry.leaf)
    numbered = list(enumerate(entries, first))
    write_leaves(connection, [(i, entry.leaf, entry.data) for i, entry in numbered])
    tables = latest_rows(
        entry.put.moved(i) for i, entry in numbered if entry.put is not None
    )
    move_basis(connection, basis, tables, lambda index: entries[index - first].leaf)
    _put(connection, tables)


def write_leaves(
    connection: Connection, leaves: Sequence[tuple[int, bytes, bytes]]
) -> None:
    """Insert (index, leaf hash, entry) rows."""
    send_many(connection, _INSERT_LEAF, leaves)


def put_rows(connection: Connection, puts: Iterable[RowPut]) -> None:
    """Put projected rows, each in place of the one with its key."""
    _put(connection, latest_rows(puts))


def _put(connection: Connection, tables: TableRows) -> None:
    for name, rows in tables.items():
        # The others are keyed by index: nothing to replace.
        if name == REGISTRY.name:
            send_many(connection, _STRIKE_FACT, [(row["id"],) for row in rows])
        send_many(connection, _INSERT[name], [tuple(row.values()) for row in rows])
