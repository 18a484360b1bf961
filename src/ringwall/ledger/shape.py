"""The shape of a ledger file: what tables, indexes and triggers it may hold.

A trigger that somebody planted could swallow a record after it was written. Must
be checked before a writer believes its own inserts.
"""

from functools import cache

from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError
from ringwall.ledger.printable import shown
from ringwall.ledger.rebuild import scratch_database

__all__ = ["Shape", "check_shape", "known_shape", "shape_of", "shape_version"]

Shape = dict[tuple[str, str], str]
"""(kind, name) -> of which table, and its definition."""


def shape_of(connection: Connection) -> Shape:
    """Return all that is in a database."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master"
    rows = connection.exec_driver_sql(query)
    return {(shown(kind), shown(name)): f"{of}: {sql}" for kind, name, of, sql in rows}


@cache
def known_shape() -> Shape:
    """Return the shape that a new ledger has; not to be changed."""
    with scratch_database() as made:
        return shape_of(made)


def shape_version(connection: Connection) -> int:
    """Return the number that SQLite moves on with each change of the shape."""
    version: int = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    return version


def check_shape(connection: Connection) -> None:
    """Check that a database holds nothing that a ledger does not.

    Raises:
        IntegrityError: `schema-differs`.
    """
    known = known_shape()
    for (kind, name), definition in shape_of(connection).items():
        if known.get((kind, name)) != definition:
            raise IntegrityError(
                "schema-differs",
                f"{kind} `{name}` was not made by ringwall",
                next_step="run `ringwall audit verify`",
            )
