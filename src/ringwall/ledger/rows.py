"""Writing leaves and projected rows, a whole batch a statement.

Must never write a projection other than through `project`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert

from ringwall.ledger.basis import Basis
from ringwall.ledger.entries import Entry
from ringwall.ledger.in_force import move_basis
from ringwall.ledger.memory.forgetting import forget
from ringwall.ledger.projections import RowPut, TableRows, latest_rows
from ringwall.ledger.schema import (
    DECISION,
    DISCLOSURE,
    EVENT,
    LEAF,
    PROJECTIONS,
    RAID,
    RAID_CARDS,
    REGISTRY,
    WITNESS,
)
from ringwall.ledger.statements import send_many
from ringwall.ledger.tile_rows import write_tiles
from ringwall.tlog.frontier import Frontier

__all__ = ["put_rows", "write_batch", "write_leaves"]

_INSERT = {name: insert(table) for name, table in PROJECTIONS.items()}
_INSERT_LEAF = insert(LEAF)
_DISCLOSE = insert(DISCLOSURE).prefix_with("OR IGNORE")
# Most of a log, and but few in force: a row for each, the index in front.
_LISTED = frozenset({DECISION.name, EVENT.name, RAID.name})
# The others are keyed by index: nothing to replace.
_STRIKE = {
    REGISTRY.name: (delete(REGISTRY).where(REGISTRY.c.id == bindparam("id")), "id"),
    WITNESS.name: (delete(WITNESS).where(WITNESS.c.name == bindparam("name")), "name"),
    **{
        name: (delete(table).where(table.c.id == bindparam("id")), "id")
        for name, table in RAID_CARDS.items()
    },
}


def write_batch(
    connection: Connection, frontier: Frontier, basis: Basis, entries: Sequence[Entry]
) -> None:
    """Insert leaves behind the frontier, put their projections, move the basis.

    Frontier and basis are changed in place.

    Raises:
        IntegrityError: `table-differs`, a row to be replaced has lost its entry.
    """
    first = frontier.size
    leaves: list[tuple[int, bytes, bytes]] = []
    listed: dict[str, list[tuple[Any, ...]]] = {}
    lasting: list[RowPut] = []
    for index, entry in enumerate(entries, first):
        leaves.append((index, entry.leaf, entry.data))
        for put in entry.puts:
            if put.table in _LISTED and not (entry.moves_basis and put.standing()):
                values = (index, *tuple(put.row.values())[1:])
                listed.setdefault(put.table, []).append(values)
            else:
                lasting.append(put.moved(index))
    frontier.extend([entry.leaf for entry in entries])
    write_leaves(connection, leaves)
    write_tiles(connection, first, frontier.size)
    if lasting:
        tables = latest_rows(lasting)
        move_basis(connection, basis, tables, lambda index: entries[index - first].leaf)
        _put(connection, tables)
    for name, rows in listed.items():
        send_many(connection, _INSERT[name], rows)
    disclosed = {d.token: d for entry in entries for d in entry.disclosures}
    send_many(connection, _DISCLOSE, list(disclosed.values()))
    forget(connection, entries)


def write_leaves(
    connection: Connection, leaves: Sequence[tuple[int, bytes, bytes | None]]
) -> None:
    """Insert (index, leaf hash, entry) rows."""
    send_many(connection, _INSERT_LEAF, leaves)


def put_rows(connection: Connection, puts: Iterable[RowPut]) -> None:
    """Put projected rows, each in place of the one with its key."""
    _put(connection, latest_rows(puts))


def _put(connection: Connection, tables: TableRows) -> None:
    for name, rows in tables.items():
        if name in _STRIKE:
            statement, key = _STRIKE[name]
            send_many(connection, statement, [(row[key],) for row in rows])
        send_many(connection, _INSERT[name], [tuple(row.values()) for row in rows])
