"""Statements of SQLAlchemy Core, compiled once and sent straight to the driver.

For the path of an append: building, caching and wrapping took longer than SQLite
needs for the work. Must never be given a statement that holds a value: values go
beside it, in the order of its parameters.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql import ClauseElement

__all__ = ["fetch", "send", "send_many"]


def send(connection: Connection, statement: ClauseElement, *values: object) -> None:
    """Execute a statement once."""
    text = _text(connection.dialect, statement)
    connection.connection.cursor().execute(text, values)


def send_many(
    connection: Connection, statement: ClauseElement, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Execute a statement once for each row of values; for none, do nothing."""
    if rows:
        text = _text(connection.dialect, statement)
        connection.connection.cursor().executemany(text, rows)


def fetch(
    connection: Connection, statement: ClauseElement, *values: object
) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a query, each value just as the driver gives it."""
    cursor = connection.connection.cursor()
    cursor.execute(_text(connection.dialect, statement), values)
    return cursor.fetchall()


# Bounded, since each engine brings a dialect of its own.
@lru_cache(maxsize=256)
def _text(dialect: Dialect, statement: ClauseElement) -> str:
    return str(statement.compile(dialect=dialect))
