"""Reading blocks of decisions to slice them, and storing what comes of it.

Of a block there are rows only if the log fills it and nothing in it has been pruned.
Must never replace a row: whoever was first has made the same.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, TextClause, text

from ringwall.ledger.schema import BEHIND
from ringwall.ledger.slices import BLOCK, Columns, Sliced, sliced, words_of
from ringwall.ledger.statements import fetch, send

__all__ = ["fill_slices", "missing_blocks", "read_block", "store_sliced", "strike_from"]

# Rows that one query reads: it takes a millisecond, and those after it another.
_AT_ONCE: Final = 1024
# Columns that such a query lists: place, id, subject, resource, and of the outcome.
_LISTS: Final = 8


def missing_blocks(connection: Connection, size: int) -> list[int]:
    """Return the numbers of the blocks that have no row and could, ascending.

    Args:
        connection: to the ledger's database.
        size: of the log, not as the tables tell it: they may tell any.
    """
    [(pruned,)] = fetch(connection, _PRUNED)
    known = {number for (number,) in fetch(connection, _NUMBERS)}
    first = max(0, -(-pruned // BLOCK))
    return [number for number in range(first, size // BLOCK) if number not in known]


def read_block(
    connection: Connection, number: int, breathe: Callable[[], None] = lambda: None
) -> Columns:
    """Return the decisions of a block.

    Each query gives one row however many it reads: the driver hands the interpreter
    on at each row, and whoever commits meanwhile would stumble over that.

    Args:
        connection: to the ledger's database.
        number: of the block.
        breathe: called between stretches of work.

    Raises:
        ValueError: a cell is not what one of a decision can be.
        sqlite3.Error: likewise, or the file can't be read.
    """
    columns: list[list[Any]] = [[] for _ in range(_LISTS)]
    instants: list[Any] = []
    low = number * BLOCK
    for start in range(low, low + BLOCK, _AT_ONCE):
        [row] = fetch(connection, _READ, low, start, start + _AT_ONCE)
        for column, listed in zip(columns, row, strict=False):
            column.extend(json.loads(listed))
        instants += [at for at in row[len(columns) :] if at is not None]
        breathe()
    _check_texts(instants)
    places, ids, subjects, resources, *told = columns
    outcomes = words_of(zip(*told, strict=True))
    first, last = min(instants, default=""), max(instants, default="")
    return Columns(number, places, ids, subjects, resources, outcomes, first, last)


def store_sliced(connection: Connection, rows: list[Sliced]) -> None:
    """Store rows of blocks, unless their block has been pruned meanwhile."""
    for table, row in rows:
        number = row[_NUMBER_AT[table]]
        send(connection, _STORE[table], *row, number * BLOCK)


def strike_from(connection: Connection, before: int) -> None:
    """Take away what is kept of the blocks that begin before an index."""
    end = -(-before // BLOCK)
    for statement in _STRIKES:
        send(connection, statement, end)


def fill_slices(connection: Connection, size: int) -> None:
    """Slice each block that has not been, in a transaction that writes.

    Args:
        connection: to the ledger's database.
        size: of the log.

    Raises:
        ValueError, sqlite3.Error: as `read_block`.
    """
    for number in missing_blocks(connection, size):
        store_sliced(connection, list(sliced(read_block(connection, number))))


def _check_texts(cells: list[Any]) -> None:
    # What can't be stored must not get as far as the transaction of the entries.
    try:
        "".join(cells).encode()
    except TypeError:
        raise ValueError("an instant of a decision is no text") from None


def _store(table: str) -> TextClause:
    columns = list(BEHIND[table].columns.keys())
    names = ", ".join(columns)
    values = ", ".join(f":{name}" for name in columns)
    return text(
        f"INSERT OR IGNORE INTO {table} ({names}) SELECT {values} "  # noqa: S608 - our own names
        "WHERE NOT EXISTS (SELECT 1 FROM pruning WHERE before > :low)"
    )


_PRUNED: Final = text("SELECT CAST(coalesce(max(before), 0) AS INTEGER) FROM pruning")
_NUMBERS: Final = text("SELECT number FROM block")
_READ: Final = text(
    "SELECT json_group_array(idx - :low), json_group_array(id), "
    "json_group_array(subject), json_group_array(resource), "
    "json_group_array(effect), json_group_array(code), "
    "json_group_array(action), json_group_array(rules), "
    "min(at), max(at) FROM decision NOT INDEXED WHERE idx >= :start AND idx < :end"
)
_NUMBER_AT: Final = {"block": 0, "slice": 1}
_STORE: Final = {table: _store(table) for table in BEHIND}
_STRIKES: Final = (
    text("DELETE FROM block WHERE number < :block_end"),
    text("DELETE FROM slice WHERE block < :slice_end"),
)
