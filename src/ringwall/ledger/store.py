"""The SQLite file of a ledger: connections, the writers' lock, transactions.

SQLite up to 3.51.2 can lose pages when one connection resets the write-ahead log
while another commits. Here that can't happen: every commit and every WAL
checkpoint is made under one file lock, automatic checkpoints are off, and readers
open the file read-only. Must never be used on a network file system.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from ringwall.base.errors import ConfigurationError, IntegrityError, RecordUnavailable
from ringwall.ledger.schema import METADATA, TRIGGERS

__all__ = ["Store", "scratch_engine"]

_LOCK_SECONDS: Final = 30.0
_LOCK_PAUSE: Final = 0.0005
_WAL_PAGES: Final = 4000
_NEXT_WRITABLE: Final = "make the institute folder writable and give it free space"


class Store:
    """One ledger file.

    Args:
        path: the database file, which exists.
        writable: False opens it for reading only.

    Raises:
        ConfigurationError: `ledger-missing`, there is no such file.
        RecordUnavailable: it can't be opened for writing.
        IntegrityError: `ledger-unreadable`, it is not a database.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        if not path.is_file():
            raise ConfigurationError(
                "ledger-missing",
                f"there is no ledger at `{path}`",
                next_step="restore it from a copy; a new one can't replace it",
            )
        self.path = path
        self._lock_path = path.with_suffix(".lock")
        self._reader = _engine(path, "ro", pooled=False)
        self._writer = _engine(path, "rw", pooled=True) if writable else None
        if writable and not _is_writable(path):
            raise _unwritable(f"`{path}` is read-only")
        self._pages = 0

    @classmethod
    def create(cls, path: Path) -> "Store":
        """Make a new, empty ledger file with its tables.

        Raises:
            FileExistsError: there is one already.
            RecordUnavailable: the folder can't be written.
        """
        path.touch(mode=0o600, exist_ok=False)
        store = cls(path, writable=True)
        with store.writing() as connection:
            METADATA.create_all(connection)
            for trigger in TRIGGERS:
                connection.exec_driver_sql(trigger)
        # SQLite swallows a failed flush of the folder, so make one that does not.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return store

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one write transaction of the file; commit when left in peace.

        Raises:
            RecordUnavailable: `ledger-read-only`, `ledger-busy` (another process
                holds the lock), or `ledger-write-failed`; nothing was written
                unless the flush of a commit itself failed.
        """
        if self._writer is None:
            raise _unwritable("the ledger was opened for reading only")
        try:
            with self._locked():
                with self._writer.connect() as connection:
                    with connection.begin():
                        yield connection
                    self._fold_log(connection, _WAL_PAGES)
        except (sqlite3.Error, DBAPIError, OSError) as error:
            raise _unwritable(str(error)) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the file throughout.

        Raises:
            IntegrityError: `ledger-unreadable`.
        """
        try:
            with self._reader.connect() as connection, connection.begin():
                yield connection
        except (sqlite3.DatabaseError, DBAPIError) as error:
            raise _unreadable(self.path, error) from error

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        if self._writer is not None:
            with self._locked(), self._writer.connect() as connection:
                self._fold_log(connection, 0)
            with self._locked():
                self._writer.dispose()
        self._reader.dispose()

    def _fold_log(self, connection: Connection, threshold: int) -> None:
        """Checkpoint the WAL once it has grown; the caller holds the lock."""
        wal = self.path.with_name(self.path.name + "-wal")
        if not wal.exists() or wal.stat().st_size <= threshold * 4096:
            return
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + _LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise RecordUnavailable(
                            "ledger-busy",
                            f"another process holds `{self._lock_path}`",
                            next_step="wait for it or end it, then ask again",
                        ) from None
                    time.sleep(_LOCK_PAUSE)
            yield
        finally:
            os.close(handle)


def scratch_engine(path: Path | None = None) -> Engine:
    """Return an engine on a new database of the same shape, for comparisons.

    Args:
        path: the file to make; None keeps it in memory.
    """
    if path is None:
        engine = create_engine(
            "sqlite://",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
        )
    else:
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    METADATA.create_all(engine)
    return engine


def _engine(path: Path, mode: str, *, pooled: bool) -> Engine:
    def connect() -> sqlite3.Connection:
        return _connect(path, mode)

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=StaticPool if pooled else NullPool
    )
    begin = "BEGIN IMMEDIATE" if mode == "rw" else "BEGIN"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path))}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=30
    )
    try:
        if mode == "rw":
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA wal_autocheckpoint=0")
        else:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA trusted_schema=OFF")
    except sqlite3.OperationalError:
        connection.close()
        wal = path.with_name(path.name + "-wal")
        if mode == "rw" or (wal.exists() and wal.stat().st_size):
            raise
        # A WAL database on read-only media can't make its index file; with no
        # log beside it nothing is pending, so the file alone is the whole state.
        return sqlite3.connect(
            f"{uri}&immutable=1",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
    return connection


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _unwritable(message: str) -> RecordUnavailable:
    return RecordUnavailable(
        "record-unavailable",
        f"the record could not be made durable: {message}",
        next_step=_NEXT_WRITABLE,
    )


def _unreadable(path: Path, error: Exception) -> IntegrityError:
    return IntegrityError(
        "ledger-unreadable",
        f"`{path}` can't be read as a ledger: {error}",
        next_step="restore it from a copy and run `ringwall audit verify`",
    )
