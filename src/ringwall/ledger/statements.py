"""Statements of SQLAlchemy Core, compiled once and sent straight to the driver.

For the path of an append: building, caching and wrapping took longer than SQLite
needs for the work. Must never be given a statement that holds a value: values go
beside it, in the order of its parameters.
"""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.dml import Insert

__all__ = ["execute", "fetch", "send", "send_many"]

# Rows that one statement inserts at most. For each number of rows there is another
# statement, which the driver keeps compiled.
_AT_ONCE: Final = 64
_VALUES: Final = " VALUES "
# Where a connection keeps its driver's: to ask for it takes as long as a statement.
_DRIVER: Final = "_ringwall_driver"


def execute(connection: Connection, text: str) -> Sequence[tuple[Any, ...]]:
    """Execute a statement given in the driver's own words; return its rows."""
    return _driver(connection).execute(text).fetchall()


def send(connection: Connection, statement: ClauseElement, *values: object) -> None:
    """Execute a statement once."""
    _driver(connection).execute(_text(connection.dialect, statement), values)


def send_many(
    connection: Connection, statement: ClauseElement, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Execute a statement once for each row of values; for none, do nothing.

    Rows to insert go many in one statement: the driver gives up the interpreter
    lock for each statement that it runs, and may have to wait for it each time.
    """
    if not rows:
        return
    driver, dialect = _driver(connection), connection.dialect
    if not isinstance(statement, Insert):
        driver.executemany(_text(dialect, statement), rows)
        return
    if len(rows) == 1:
        driver.execute(_text(dialect, statement), rows[0])
        return
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        text = _text_of_many(dialect, statement, len(some))
        driver.execute(text, tuple(chain.from_iterable(some)))


def fetch(
    connection: Connection, statement: ClauseElement, *values: object
) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a query, each value just as the driver gives it."""
    text = _text(connection.dialect, statement)
    return _driver(connection).execute(text, values).fetchall()


def _driver(connection: Connection) -> sqlite3.Connection:
    known: dict[str, sqlite3.Connection] = connection.__dict__
    try:
        return known[_DRIVER]
    except KeyError:
        driver: Any = connection.connection.driver_connection
        known[_DRIVER] = driver
        return known[_DRIVER]


# Bounded, since each engine brings a dialect of its own.
@lru_cache(maxsize=256)
def _text(dialect: Dialect, statement: ClauseElement) -> str:
    compiled = statement.compile(dialect=dialect)
    held = [value for value in compiled.params.values() if value is not None]
    if held:
        # SQLAlchemy would bind it beside the values given here, or in their place.
        raise ValueError(f"a statement holds a value: {compiled}")
    return str(compiled)


@lru_cache(maxsize=1024)
def _text_of_many(dialect: Dialect, statement: ClauseElement, count: int) -> str:
    head, values, row = _text(dialect, statement).partition(_VALUES)
    return head + values + ", ".join([row] * count)
