"""Rows of the tables together with the entries that they stand for.

Must never hand out a row that is not what its entry says.
"""

import json
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, Table, func, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.entries import entry_changed, is_leaf_of, open_entry
from ringwall.ledger.event_keys import MATTERS
from ringwall.ledger.schema import AMOUNT, LEAF
from ringwall.model.events import Event

__all__ = [
    "StoredRow",
    "check_amount",
    "check_fact",
    "check_matter",
    "founded",
    "last_of",
    "table_differs",
    "with_entry",
]

StoredRow = Row[*tuple[Any, ...]]
"""A row of a table, then leaf hash and bytes of its entry."""

_AMOUNT_KEYS: Final = tuple(column.name for column in AMOUNT.columns)[1:]


def with_entry(table: Table) -> Select[Any]:
    """Return the query for a table's rows with their entries, in their order."""
    query = select(*table.columns, LEAF.c.hash, LEAF.c.entry)
    found = table.c.idx == LEAF.c.idx
    return query.join_from(table, LEAF, found, isouter=True).order_by(table.c.idx)


def last_of(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row is a table's latest."""
    return table.c.idx == select(func.max(table.c.idx)).scalar_subquery()


def founded(table: str, row: StoredRow) -> Event:
    """Return the event behind a row of a projection, as it is stored.

    Raises:
        IntegrityError: `table-differs`, it does not say the row; or as `open_entry`.
    """
    if row.entry is None:
        raise table_differs(table, "a row points to an entry that is not there")
    event, puts = open_entry(row.idx, row.hash, row.entry)
    put = next((put for put in puts if put.table == table), None)
    if put is None:
        raise table_differs(table, f"a row is not of the kind of entry {row.idx}")
    if tuple(put.row.values()) != tuple(row)[: len(put.row)]:
        raise table_differs(table, f"a row is not what entry {row.idx} says")
    return event


def check_fact(row: StoredRow) -> None:
    """Check a row of the registry against its entry.

    INVARIANT: the signed tally vouches for `hash`, so bytes that match it are the
    ones once sealed, and need not be checked for form again.
    """
    if not is_leaf_of(row.hash, row.entry):
        raise entry_changed(row.idx)
    event = json.loads(row.entry)
    if event["id"] != row.id or _parsed(row.document) != event.get("document"):
        raise table_differs("registry", f"a row is not what entry {row.idx} says")


def check_amount(row: StoredRow) -> None:
    """Check a row of the amounts against its entry; INVARIANT as in `check_fact`."""
    if not is_leaf_of(row.hash, row.entry):
        raise entry_changed(row.idx)
    event = json.loads(row.entry)
    told = tuple(event[name] for name in _AMOUNT_KEYS)
    if told != tuple(row)[1 : len(told) + 1]:
        raise table_differs("amount", f"a row is not what entry {row.idx} says")


def check_matter(row: StoredRow) -> None:
    """Check a row of the matters against its entry; INVARIANT as in `check_fact`."""
    if not is_leaf_of(row.hash, row.entry):
        raise entry_changed(row.idx)
    event = json.loads(row.entry)
    kind = event["kind"]
    told = (event["at"], kind, event.get(MATTERS.get(kind)))
    if kind not in MATTERS or told != tuple(row)[1:4]:
        raise table_differs("matter", f"a row is not what entry {row.idx} says")


def table_differs(table: str, message: str) -> IntegrityError:
    """Return the error that a table is not what the log says."""
    return IntegrityError(
        "table-differs",
        f"table `{table}`: {message}",
        next_step="run `ringwall audit verify`",
    )


def _parsed(cell: object) -> object:
    """Return the JSON value in a cell of the registry; itself if it holds none."""
    try:
        return json.loads(cell) if isinstance(cell, str) else cell
    except (RecursionError, ValueError):
        return cell
