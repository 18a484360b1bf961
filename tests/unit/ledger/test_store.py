"""The store: one durable transaction at a time, and no writing where nobody looks."""

import os
import resource
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
    RingwallError,
)
from ringwall.ledger.committing.in_place import FilesInPlace
from ringwall.ledger.committing.wal_length import WalLength
from ringwall.ledger.store import Store, sqlite_safety
from tests.fault.ledger_simulator import LedgerFile

TOUCH = text("UPDATE head SET basis = basis + 1")
BASIS = text("SELECT basis FROM head")


def basis(store: Store) -> int:
    """Return what a reader sees."""
    with store.reading() as connection:
        return int(connection.execute(BASIS).scalar_one())


def _touch_and_fail(connection: Connection) -> None:
    connection.execute(TOUCH)
    raise KeyError


def code(error: pytest.ExceptionInfo[RingwallError]) -> str:
    """Return the code of what was raised."""
    return error.value.code


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    for writable in (False, True):
        with pytest.raises(ConfigurationError) as caught:
            Store(tmp_path / "ledger.db", writable=writable)
        assert code(caught) == "ledger-missing"
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_private_and_replaces_none(tmp_path: Path) -> None:
    Store.create(tmp_path / "ledger.db").close()

    assert (tmp_path / "ledger.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Store.create(tmp_path / "ledger.db")


def test_a_new_file_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(RecordUnavailable) as caught:
        Store.create(tmp_path / "none" / "ledger.db")
    assert code(caught) == "record-unavailable"


def test_what_was_written_is_read_after_the_commit_only(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    with store.writing() as connection:
        connection.execute(TOUCH)
        assert basis(store) == 8
    assert basis(store) == 9
    store.close()


def test_an_error_rolls_back_and_the_store_goes_on(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    with pytest.raises(KeyError), store.writing() as connection:
        _touch_and_fail(connection)
    with store.writing() as connection:
        assert connection.execute(BASIS).scalar() == 8
    store.close()


def test_a_reader_sees_one_state_throughout(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    with store.reading() as reader:
        reader.execute(BASIS)
        with store.writing() as connection:
            connection.execute(TOUCH)
        assert reader.execute(BASIS).scalar() == 8
    store.close()


def test_a_store_for_reading_does_not_write(file: LedgerFile) -> None:
    store = Store(file.path, writable=False)

    with pytest.raises(RecordUnavailable) as caught, store.writing():
        pytest.fail("it wrote")
    assert code(caught) == "ledger-read-only"
    store.close()


def test_a_file_that_can_not_be_written_is_not_opened_for_it(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(RecordUnavailable) as caught:
        Store(file.path, writable=True)
    assert code(caught) == "ledger-read-only"


def test_a_failed_statement_is_told_in_one_line_without_its_values(
    file: LedgerFile,
) -> None:
    store = Store(file.path, writable=True)
    with pytest.raises(RecordUnavailable) as caught, store.writing() as connection:
        connection.execute(
            text("INSERT INTO policy VALUES (:i, 'secret', '', '')"), {"i": 1}
        )
    assert code(caught) == "record-unavailable"
    assert caught.value.message == (
        "the record could not be made durable: UNIQUE constraint failed: policy.idx"
    )
    store.close()


def test_the_writers_lock_in_other_hands_is_waited_for_and_then_told(
    file: LedgerFile,
) -> None:
    holder = Store(file.path, writable=True)
    store = Store(file.path, writable=True, patience=0.01)
    with (
        holder.writing(),
        pytest.raises(RecordUnavailable) as caught,
        store.writing(),
    ):
        pytest.fail("two write")
    assert code(caught) == "ledger-busy"
    with store.writing() as connection:
        connection.execute(TOUCH)
    holder.close()
    store.close()


def test_a_foreign_program_that_writes_is_waited_for_and_then_told(
    file: LedgerFile,
) -> None:
    store = Store(file.path, writable=True, patience=0.01)
    with closing(sqlite3.connect(file.path, isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(RecordUnavailable) as caught, store.writing():
                pytest.fail("two write")
            assert code(caught) == "ledger-busy"
    with store.writing() as connection:
        connection.execute(TOUCH)
    store.close()


def test_a_foreign_program_that_locks_readers_out_is_told(file: LedgerFile) -> None:
    with closing(sqlite3.connect(file.path, isolation_level=None)) as foreign:
        foreign.execute("PRAGMA locking_mode=EXCLUSIVE")
        foreign.execute("BEGIN IMMEDIATE")
        store = Store(file.path, writable=False, patience=0.01)
        with pytest.raises(RecordUnavailable) as caught:
            basis(store)
    assert code(caught) == "ledger-busy"


@pytest.mark.parametrize("content", [b"", b"x", b"not a database " * 1000])
def test_what_is_no_database_can_not_be_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)

    with pytest.raises(IntegrityError) as caught:
        basis(Store(path, writable=False))
    assert code(caught) == "ledger-unreadable"
    assert "SELECT" not in caught.value.message


def test_what_is_no_database_can_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database " * 1000)
    store = Store(path, writable=True)

    with pytest.raises(RecordUnavailable) as caught, store.writing():
        pytest.fail("it wrote")
    assert code(caught) == "record-unavailable"


@pytest.mark.parametrize("name", ["ledger.db", "ledger.db-wal"])
@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_into_files_that_are_no_longer_there(
    file: LedgerFile, name: str, replaced: bool
) -> None:
    store = Store(file.path, writable=True)
    with store.writing() as connection:
        connection.execute(TOUCH)
    place = file.path.with_name(name)
    aside = place.rename(place.with_name("aside"))
    if replaced:
        shutil.copy(aside, place)

    with pytest.raises(RecordUnavailable) as caught, store.writing() as connection:
        connection.execute(TOUCH)
    assert code(caught) == "ledger-replaced"
    store.close()


def test_the_folder_that_names_the_new_log_is_flushed_before_the_first_commit(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    store = Store(file.path, writable=True)
    with pytest.raises(RecordUnavailable, match="output error"), store.writing() as c:
        c.execute(TOUCH)
    monkeypatch.undo()

    assert basis(store) == 8
    with store.writing() as connection:
        connection.execute(TOUCH)
    store.close()


def test_a_file_system_without_write_ahead_log_is_not_written_to(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringwall.ledger import connections

    file.script("PRAGMA journal_mode=DELETE")
    monkeypatch.setattr(connections, "_SETTINGS", ())
    store = Store(file.path, writable=True)

    with pytest.raises(RecordUnavailable) as caught, store.writing() as connection:
        connection.execute(TOUCH)
    assert code(caught) == "ledger-replaced"
    assert basis(store) == 8


def grown(store: Store) -> None:
    """Write enough for the write-ahead log to pass 16 MiB."""
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS big (x)"))
        connection.execute(text("INSERT INTO big VALUES (zeroblob(17000000))"))
    for _ in range(20):
        with store.writing():
            pass  # Its size is seen at one of the next commits.


def test_a_grown_log_is_folded_into_the_file(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    wal = file.path.with_name("ledger.db-wal")
    store.fold()
    grown(store)
    assert wal.stat().st_size > 16 * 1024 * 1024

    store.fold()

    assert wal.stat().st_size == 0
    assert file.path.stat().st_size > 16 * 1024 * 1024
    store.close()


def test_a_small_log_is_left_alone(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    with store.writing() as connection:
        connection.execute(TOUCH)
    store.fold()

    assert file.path.with_name("ledger.db-wal").stat().st_size > 0
    store.close()


def test_a_reader_does_not_hold_up_folding_nor_is_it_tried_at_each_commit(
    file: LedgerFile,
) -> None:
    store = Store(file.path, writable=True, patience=3600)
    wal = file.path.with_name("ledger.db-wal")
    with store.reading() as reader:
        reader.execute(BASIS)
        grown(store)
        # With the store's own patience this would take an hour.
        store.fold()
        left = wal.stat().st_size
        assert reader.execute(BASIS).scalar() == 8
    assert left > 16 * 1024 * 1024
    with store.writing():
        pass
    store.fold()
    assert wal.stat().st_size == left
    grown(store)
    store.fold()
    assert wal.stat().st_size == 0
    store.close()


def test_folding_waits_for_the_lock(file: LedgerFile) -> None:
    holder = Store(file.path, writable=True)
    store = Store(file.path, writable=True, patience=0.01)
    grown(store)
    with holder.writing(), pytest.raises(RecordUnavailable) as caught:
        store.fold()
    assert code(caught) == "ledger-busy"
    holder.close()
    store.close()


def test_folding_that_fails_is_told(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    grown(store)
    connection = store._connection
    assert isinstance(connection, Connection)
    connection.connection.cursor().execute("BEGIN")
    connection.connection.cursor().execute("DELETE FROM big")

    with pytest.raises(RecordUnavailable) as caught:
        store.fold()
    assert code(caught) == "record-unavailable"
    connection.connection.cursor().execute("ROLLBACK")
    store.close()


def test_closing_twice_is_closing_once(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    with store.writing() as connection:
        connection.execute(TOUCH)
    store.close()
    store.close()

    assert not file.path.with_name("ledger.db-wal").exists()


def test_a_forked_process_leaves_the_connection_alone(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    with store.writing() as connection:
        connection.execute(TOUCH)
    child = os.fork()
    if child == 0:  # pragma: no cover - a process of its own, ended hard
        store.close()
        os._exit(0 if store._connection is not None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with store.writing() as connection:
        connection.execute(TOUCH)
    assert basis(store) == 10
    store.close()


def test_writers_of_one_process_take_turns(file: LedgerFile) -> None:
    stores = [Store(file.path, writable=True) for _ in range(4)]

    def work(store: Store) -> None:
        for _ in range(10):
            with store.writing() as connection:
                connection.execute(TOUCH)
        store.close()

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert basis(Store(file.path, writable=False)) == 48


@pytest.mark.parametrize(
    ("version", "word"),
    [((3, 40, 1), "one lock"), ((3, 51, 2), "one lock"), ((3, 51, 3), "mended")],
)
def test_the_sqlite_that_runs_is_told_and_why_it_is_safe(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], word: str
) -> None:
    text_of_it = ".".join(map(str, version))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    monkeypatch.setattr(sqlite3, "sqlite_version", text_of_it)

    assert f"SQLite {text_of_it}:" in sqlite_safety()
    assert word in sqlite_safety()


def test_transactions_are_counted_whoever_makes_them(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    with store.writing(), pytest.raises(RecordUnavailable):
        Store(file.path, writable=True, patience=0).begin()
    with pytest.raises(KeyError), store.writing() as connection:
        _touch_and_fail(connection)

    assert store.turns == 3  # one for the connection
    store.close()


def test_a_transaction_of_sqlalchemys_own_ends_with_it(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    for _ in range(2):
        with store.writing() as connection:
            connection.execute(TOUCH)
        assert not connection.in_transaction()
    assert basis(store) == 10
    store.close()


def test_a_commit_that_fails_gives_the_lock_back(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: FilesInPlace) -> bool:
        raise PermissionError

    store = Store(file.path, writable=True)
    monkeypatch.setattr(FilesInPlace, "are_there", fail)
    with pytest.raises(RecordUnavailable) as caught, store.writing() as connection:
        connection.execute(TOUCH)
    assert code(caught) == "record-unavailable"
    monkeypatch.undo()

    with store.writing() as connection:
        assert connection.execute(BASIS).scalar() == 8
    store.close()


def test_a_reader_without_room_for_its_index_is_told_so_and_not_of_damage(
    file: LedgerFile,
) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    store = Store(file.path, writable=False)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, limits[1]))
    try:
        with pytest.raises(RecordUnavailable) as caught:
            basis(store)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert code(caught) == "record-unavailable"
    assert basis(store) == 8


def wal_of(file: LedgerFile) -> Path:
    """Return the write-ahead log."""
    return file.path.with_name(file.path.name + "-wal")


def touch(store: Store) -> None:
    """Write something."""
    with store.writing() as connection:
        connection.execute(TOUCH)


@pytest.mark.parametrize("size", [0, 31, 32, 5000])
def test_a_write_ahead_log_that_was_cut_is_not_written_to(
    file: LedgerFile, size: int
) -> None:
    store = Store(file.path, writable=True)
    touch(store)
    touch(store)
    os.truncate(wal_of(file), size)

    for attempt in (touch, lambda store: store.fold(at_once=True)):
        with pytest.raises(RecordUnavailable) as caught:
            attempt(store)
        assert code(caught) == "ledger-shortened"
    assert wal_of(file).stat().st_size == size
    store.close()


@pytest.mark.parametrize("size", [0, 5000])
def test_a_write_ahead_log_that_is_cut_within_a_transaction_takes_no_commit(
    file: LedgerFile, size: int
) -> None:
    store = Store(file.path, writable=True)
    touch(store)
    touch(store)
    store.begin().execute(TOUCH)
    os.truncate(wal_of(file), size)
    with pytest.raises(RecordUnavailable) as caught:
        store.end(commit=True)

    assert code(caught) == "ledger-shortened"
    assert wal_of(file).stat().st_size == size
    store.close()


def test_a_commit_into_a_write_ahead_log_without_its_beginning_does_not_count(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(file.path, writable=True)
    touch(store)

    # Cut in the moment between the look and the commit.
    def cut(_: WalLength) -> bool:
        os.truncate(wal_of(file), 0)
        return True

    monkeypatch.setattr(WalLength, "is_kept", cut)
    with pytest.raises(RecordUnavailable) as caught:
        touch(store)

    assert code(caught) == "ledger-shortened"
    store.close()


def test_what_others_fold_is_not_missed(file: LedgerFile) -> None:
    here, there = Store(file.path, writable=True), Store(file.path, writable=True)
    for number in range(3):
        touch(here)
        touch(here)
        there.fold(at_once=True)
        for _ in range(number):
            touch(there)
        touch(here)
        here.fold(at_once=True)
        there.fold(at_once=True)

    assert basis(here) == 8 + 12
    for store in (here, there):
        store.close()


def test_what_another_program_folds_is_not_missed(file: LedgerFile) -> None:
    store = Store(file.path, writable=True)
    touch(store)
    file.query("PRAGMA wal_checkpoint(TRUNCATE)")
    assert wal_of(file).stat().st_size == 0

    touch(store)
    assert basis(store) == 10
    store.close()
