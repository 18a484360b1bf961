"""SQLite connections: how a ledger file is opened for writing, reading, comparing.

A reader takes a hostile file as it comes: nothing in its schema is run, a cell of
whatever type or encoding is a value, and none may be larger than 1 MiB.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from ringwall.base.errors import ConfigurationError

__all__ = ["reading_engine", "scratch_engine", "writing_engine"]

_SETTINGS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=0",
    # What has been erased must not linger in a page that is free.
    "secure_delete=ON",
)
_LONGEST_CELL: Final = 1024 * 1024
# Kept compiled: a statement that inserts many rows is one for each number of rows.
_STATEMENTS: Final = 512
_READ_ONLY_FOLDER: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})


def writing_engine(path: Path, patience: float) -> Engine:
    """Return an engine whose connections write, each commit flushed.

    Args:
        path: the ledger file, which exists.
        patience: seconds to wait for a program that has locked the database.
    """

    def connect() -> sqlite3.Connection:
        connection = _opened(_uri(path, "mode=rw"), patience)
        try:
            for setting in _SETTINGS:
                connection.execute(f"PRAGMA {setting}")
        except BaseException:
            connection.close()
            raise
        return connection

    return _engine(connect, "BEGIN IMMEDIATE")


def reading_engine(path: Path, patience: float) -> Engine:
    """Return an engine that opens the file anew for each reading.

    On a read-only medium too, unless the write-ahead log beside it holds something
    (`ledger-unfolded`, a ConfigurationError when connecting).

    Args:
        path: the ledger file, which exists.
        patience: seconds to wait for a program that has locked the database.
    """

    def connect() -> sqlite3.Connection:
        try:
            return _reader(_uri(path, "mode=ro"), patience)
        except sqlite3.OperationalError as error:
            in_folder = error.sqlite_errorcode & 0xFF in _READ_ONLY_FOLDER
            if not in_folder or os.access(path.parent, os.W_OK):
                raise
            _check_folded(path)
            # A WAL database can't make its index file here; but nothing is
            # pending, so the file alone is the whole state.
            return _reader(_uri(path, "mode=ro&immutable=1"), patience)

    return _engine(connect, "BEGIN")


def scratch_engine(path: Path | None = None) -> Engine:
    """Return an engine on an empty database for what is rebuilt.

    Args:
        path: an empty file; None for a nameless one that goes with its connection.
    """

    def connect() -> sqlite3.Connection:
        connection = _opened("" if path is None else _uri(path, "mode=rw"))
        if path is None:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
        return connection

    return _engine(connect, "BEGIN")


def _reader(uri: str, patience: float) -> sqlite3.Connection:
    connection = _opened(uri, patience)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
        connection.text_factory = _text
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA query_only=ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _text(data: bytes) -> str:
    # One text for each sequence of bytes, so that no damage looks like the original.
    return data.decode("utf-8", "surrogateescape")


def _check_folded(path: Path) -> None:
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        raise ConfigurationError(
            "ledger-unfolded",
            f"`{wal}` holds entries that can't be read in a read-only folder",
            next_step="copy it and the ledger to a folder that can be written",
        )


def _opened(uri: str, patience: float = 0.0) -> sqlite3.Connection:
    return sqlite3.connect(
        uri,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=patience,
        cached_statements=_STATEMENTS,
    )


def _uri(path: Path, options: str) -> str:
    return f"file:{quote(str(path))}?{options}"


def _engine(connect: Callable[[], sqlite3.Connection], begin: str) -> Engine:
    # Parameters are events: they have no place in the message of an error.
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        # The store begins transactions of its own, without SQLAlchemy's ado.
        if driver is not None and not driver.in_transaction:
            driver.execute(begin)

    return engine
