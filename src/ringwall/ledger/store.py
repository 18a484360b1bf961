"""The SQLite file of a ledger: connections, the writers' lock, transactions.

SQLite up to 3.51.2 can lose pages when one connection resets the write-ahead log
while another commits. Here that can't happen: every commit and every WAL
checkpoint is made under one file lock, automatic checkpoints are off, and readers
open the file read-only. Must never be used on a network file system.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from ringwall.base.durable_file import flush_folder
from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
    RingwallError,
)
from ringwall.ledger.committing.in_place import FilesInPlace
from ringwall.ledger.committing.wal_length import WalLength
from ringwall.ledger.connections import reading_engine, writing_engine
from ringwall.ledger.file_lock import FileLock
from ringwall.ledger.open_files import OpenFiles
from ringwall.ledger.schema import create_schema

__all__ = ["Store", "sqlite_safety"]

_LOCK_SECONDS: Final = 30.0
_FOLD_BYTES: Final = 16 * 1024 * 1024
_RACE_MENDED: Final = (3, 51, 3)
# A reader, too, needs room: for the index of the write-ahead log.
_NO_ROOM: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_SHMMAP,
        sqlite3.SQLITE_IOERR_SHMOPEN,
        sqlite3.SQLITE_IOERR_SHMSIZE,
    }
)
_NEXT_WRITABLE: Final = "make the institute folder writable and give it free space"


class Store:
    """One ledger file.

    Args:
        path: the database file, which exists.
        writable: False opens it for reading only.
        patience: seconds to wait for whoever has locked the file.

    Raises:
        ConfigurationError: `ledger-missing`, there is no such file.
        RecordUnavailable: `ledger-read-only`, it can't be opened for writing.
    """

    def __init__(
        self, path: Path, *, writable: bool, patience: float = _LOCK_SECONDS
    ) -> None:
        if not path.is_file():
            raise ConfigurationError(
                "ledger-missing",
                f"there is no ledger at `{path}`",
                next_step="restore it from a copy; a new one can't replace it",
            )
        if writable and not _is_writable(path):
            raise _read_only(f"`{path}` can't be written")
        self.path = path
        self._open_files = OpenFiles(path)
        self._wal = path.with_name(path.name + "-wal")
        self._lock = FileLock(path.with_name(path.name + "-lock"), patience)
        self._patience = patience
        self._reader = reading_engine(path, patience)
        self._writer = writing_engine(path, patience)
        self._is_writable = writable
        self._connection: Connection | None = None
        self._process = os.getpid()
        self._driver: sqlite3.Connection | None = None
        self._files = FilesInPlace((path, self._wal))
        self._length = WalLength(self._wal)
        self._fold_at = _FOLD_BYTES
        self._turns = 0

    @classmethod
    def create(cls, path: Path) -> "Store":
        """Make a new, empty ledger file with its tables, and open it for writing.

        Raises:
            FileExistsError: there is one already.
            RecordUnavailable: the folder can't be written.
        """
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise
        except OSError as error:
            raise _not_written(error) from error
        store = cls(path, writable=True)
        with store.writing() as connection:
            create_schema(connection)
        return store

    def writing(self) -> AbstractContextManager[Connection]:
        """Give the one write transaction of the file; commit when left in peace.

        Raises:
            RecordUnavailable: `ledger-read-only`; `ledger-busy`, somebody else
                holds the lock; `ledger-replaced`, the file is no longer the one
                that was opened; `ledger-shortened`, its write-ahead log has
                lost what was in it; `record-unavailable`, the write failed. Only
                after the last two may something have been written.
        """
        if not self._is_writable:
            raise _read_only("the ledger was opened for reading only")
        return _Writing(self)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the file throughout.

        Raises:
            IntegrityError: `ledger-unreadable`.
            RecordUnavailable: `ledger-busy`, somebody else has locked it.
        """
        try:
            with self._reader.connect() as connection, connection.begin():
                yield connection
        except (sqlite3.Error, DBAPIError, UnicodeDecodeError) as error:
            # The last for a name in a damaged schema, quoted in SQLite's message.
            raise _not_read(self.path, error) from error

    @property
    def turns(self) -> int:
        """Goes up by one with each write transaction, by two if it opens the file.

        Whoever counts misses none that others made through the same connection.
        """
        return self._turns

    @property
    def is_grown(self) -> bool:
        """Whether the write-ahead log has grown to where it is to be folded."""
        return self._files.size >= self._fold_at

    def fold(self, *, at_once: bool = False) -> None:
        """Move the write-ahead log into the file once it has grown to 16 MiB.

        With `at_once` whatever its size.

        While somebody reads an older state, part of it stays, and the next attempt
        waits until it has grown as much again.

        Raises:
            RecordUnavailable: as `writing`; what has been committed stays so.
        """
        if self._connection is None or not (at_once or self.is_grown):
            return
        try:
            with self._lock.held():
                # What is no longer there must not be put into the ledger.
                self._check_length(self._connection)
                is_partial = _checkpoint(self._connection, self._patience)
                self._length.note_folded()
        except (sqlite3.Error, OSError) as error:
            raise _not_written(error) from error
        self._fold_at = _FOLD_BYTES + (self._files.size if is_partial else 0)
        self._files.emptied()

    def close(self) -> None:
        """Let go of the file; in a process forked from the opener, do nothing.

        SQLite folds the write-ahead log when the last connection of all goes, and
        makes sure of that by a lock on the whole file.
        """
        if self._connection is not None and os.getpid() == self._process:
            self._connection.close()
            self._connection = self._driver = None
            self._length.forget()
            self._lock.forget()

    def begin(self) -> Connection:
        """Take the lock and begin the transaction of `writing`.

        Raises:
            RecordUnavailable: as `writing`; the lock is not held then.
        """
        try:
            self._lock.take()
            try:
                connection, driver = self._kept_connection()
                self._check_length(connection)
                driver.execute("BEGIN IMMEDIATE")
                self._turns += 1
            except BaseException as error:
                self._lock.give()
                if isinstance(error, (sqlite3.Error, DBAPIError)) and _is_lock(error):
                    # A lock that was not had, before anything was done.
                    raise _busy(error) from error
                raise
        except (sqlite3.Error, DBAPIError, OSError) as error:
            raise _not_written(error) from error
        return connection

    def end(self, *, commit: bool) -> None:
        """Commit or roll back what `begin` began, and give the lock back.

        Raises:
            RecordUnavailable: as `writing`.
        """
        connection, driver = self._kept_connection()
        try:
            try:
                if commit:
                    self._check_in_place()
                    driver.execute("COMMIT")
                    if not self._length.note():
                        raise _shortened(self.path)
            finally:
                if driver.in_transaction:
                    driver.rollback()
                if connection.in_transaction():
                    connection.rollback()  # SQLAlchemy's, which is about nothing now
                self._lock.give()
        except (sqlite3.Error, DBAPIError, OSError) as error:
            raise _not_written(error) from error

    def _kept_connection(self) -> tuple[Connection, sqlite3.Connection]:
        if self._connection is None or self._driver is None:
            self._connection = self._writer.connect()
            self._driver = cast(
                "sqlite3.Connection", self._connection.connection.driver_connection
            )
            self._files.forget()
            self._length.forget()
            # What was seen through another connection has to be seen again.
            self._turns += 1
        return self._connection, self._driver

    def _check_length(self, connection: Connection) -> None:
        """Refuse to go on in a write-ahead log that others will find shortened."""
        if not self._length.is_whole(lambda: _is_folded(connection)):
            raise _shortened(self.path)

    def _check_in_place(self) -> None:
        """Refuse to write into files that nobody else will find again."""
        was_known = self._files.is_known
        if not self._files.are_there():
            raise _replaced(self.path)
        if not self._length.is_kept():
            raise _shortened(self.path)
        if not was_known:
            # SQLite swallows a failed flush of the folder that names its new
            # write-ahead log, so make one that does not.
            try:
                flush_folder(self.path.parent)
            except BaseException:
                self._files.forget()
                raise


class _Writing(AbstractContextManager[Connection]):
    """The write transaction as a context; a generator's would take twice as long."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    @override
    def __enter__(self) -> Connection:
        return self._store.begin()

    @override
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.end(commit=kind is None)
        if isinstance(error, (sqlite3.Error, DBAPIError, OSError)):
            raise _not_written(error) from error


def sqlite_safety() -> str:
    """Return which SQLite runs, and why it can't lose what it has committed."""
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= _RACE_MENDED:
        return f"SQLite {version}: its race between commit and WAL reset is mended"
    return (
        f"SQLite {version}: it has a race between commit and WAL reset, which can't "
        "come about here: one lock covers every commit and every WAL checkpoint"
    )


def _checkpoint(connection: Connection, patience: float) -> bool:
    """Fold the write-ahead log; return whether a reader kept part of it."""
    cursor = connection.connection.cursor()
    # Not with the usual patience: it would wait for readers, lock in hand.
    cursor.execute("PRAGMA busy_timeout=0")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    [(is_partial, _, _)] = cursor.fetchall()
    cursor.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
    return bool(is_partial)


def _is_folded(connection: Connection) -> bool:
    """Return whether there is nothing in the write-ahead log.

    To be asked where the file is empty: if there should be something in it, nothing of
    that can reach the ledger.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        [(_, frames, _)] = cursor.fetchall()
    except sqlite3.OperationalError:
        return False
    return bool(frames == 0)


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _cause(error: Exception) -> BaseException:
    """Return the driver's own error, which holds no statement."""
    return error.orig or error if isinstance(error, DBAPIError) else error


def _is_lock(error: Exception) -> bool:
    code = getattr(_cause(error), "sqlite_errorcode", 0)
    return code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _read_only(message: str) -> RecordUnavailable:
    return RecordUnavailable("ledger-read-only", message, next_step=_NEXT_WRITABLE)


def _replaced(path: Path) -> RecordUnavailable:
    return RecordUnavailable(
        "ledger-replaced",
        f"`{path}` or its write-ahead log is no longer the file that was opened",
        next_step="put the files back or open the institute again",
    )


def _shortened(path: Path) -> RecordUnavailable:
    return RecordUnavailable(
        "ledger-shortened",
        f"the write-ahead log of `{path}` has lost what was in it",
        next_step="end all that use the institute, keep the files and run "
        "`ringwall audit verify`",
    )


def _busy(error: Exception) -> RecordUnavailable:
    return RecordUnavailable(
        "ledger-busy",
        f"another program has locked the ledger: {_cause(error)}",
        next_step="wait for it or end it, then ask again",
    )


def _not_written(error: Exception) -> RecordUnavailable:
    return RecordUnavailable(
        "record-unavailable",
        f"the record could not be made durable: {_cause(error)}",
        next_step=_NEXT_WRITABLE,
    )


def _not_read(path: Path, error: Exception) -> RingwallError:
    if _is_lock(error):
        return _busy(error)
    if getattr(_cause(error), "sqlite_errorcode", 0) in _NO_ROOM:
        return _not_written(error)
    return IntegrityError(
        "ledger-unreadable",
        f"`{path}` can't be read as a ledger: {_cause(error)}",
        next_step="restore it from a copy and run `ringwall audit verify`",
    )
