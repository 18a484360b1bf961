"""Connections: durable when they write, harmless and robust when they read."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ringwall.ledger.connections import reading_engine, scratch_engine, writing_engine
from ringwall.signing.keys import format_vkey
from tests.fault.ledger_simulator import (
    ORIGIN,
    VERIFIER,
    LedgerFile,
    decision,
)


@pytest.fixture
def reader(file: LedgerFile) -> Iterator[Connection]:
    """Give a connection that reads."""
    with reading_engine(file.path, 0).connect() as connection:
        yield connection


def setting(connection: Connection, name: str) -> object:
    """Return the value of a PRAGMA."""
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_a_writer_flushes_each_commit_and_never_folds_by_itself(
    file: LedgerFile,
) -> None:
    with writing_engine(file.path, 1).connect() as connection:
        assert setting(connection, "journal_mode") == "wal"
        assert setting(connection, "synchronous") == 2
        assert setting(connection, "wal_autocheckpoint") == 0
        assert setting(connection, "busy_timeout") == 1000


def test_a_writer_holds_the_write_lock_from_the_start(file: LedgerFile) -> None:
    engine = writing_engine(file.path, 0)
    with (
        engine.connect() as first,
        first.begin(),
        engine.connect() as second,
        pytest.raises(sqlite3.OperationalError),
    ):
        second.begin()


def test_what_is_no_database_is_not_opened_for_writing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database " * 100)

    with pytest.raises(DBAPIError, match="not a database"):
        writing_engine(path, 0).connect()


def test_a_reader_can_not_write(reader: Connection) -> None:
    with pytest.raises(DBAPIError, match="readonly"):
        reader.execute(text("DELETE FROM head"))


def test_a_reader_runs_nothing_that_the_schema_holds(reader: Connection) -> None:
    assert setting(reader, "trusted_schema") == 0
    assert setting(reader, "query_only") == 1


def test_a_name_with_signs_of_an_address_is_a_file_name(tmp_path: Path) -> None:
    folder = tmp_path / "a?mode=rwc#b%20c"
    folder.mkdir()

    assert LedgerFile(folder).verify().is_sound


def test_a_cell_of_more_than_a_mebibyte_is_not_read(file: LedgerFile) -> None:
    file.edit("UPDATE registry SET document = zeroblob(1100000)")

    with (
        reading_engine(file.path, 0).connect() as connection,
        pytest.raises(DBAPIError, match="too big"),
    ):
        connection.execute(text("SELECT document FROM registry"))


def test_text_of_any_bytes_can_be_read_and_told_apart(file: LedgerFile) -> None:
    file.edit("UPDATE decision SET point = CAST(X'61FF' AS TEXT) WHERE idx = 4")
    file.edit("UPDATE decision SET point = CAST(X'61FE' AS TEXT) WHERE idx = 7")

    with reading_engine(file.path, 0).connect() as connection:
        points = connection.execute(text("SELECT point FROM decision ORDER BY idx"))

        assert points.scalars().all() == ["a\udcff", "a\udcfe", "point:trainer"]


def test_the_message_of_a_failed_statement_holds_no_parameters() -> None:
    with scratch_engine().connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("INSERT INTO none VALUES (:x)"), {"x": "secret"})
    assert "secret" not in str(caught.value)


def test_a_scratch_database_is_in_no_file_that_has_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with scratch_engine().connect() as connection:
        connection.execute(text("CREATE TABLE x (y)"))

        assert list(tmp_path.iterdir()) == []


READ = """
import sys
from pathlib import Path
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.store import Store
from ringwall.ledger.verification.verify import verify_ledger
from ringwall.signing.keys import parse_vkey
path, origin, vkey = Path(sys.argv[1]), sys.argv[2], parse_vkey(sys.argv[3])
try:
    assert verify_ledger(Store(path, writable=False), vkey, origin).is_sound
    print(Ledger(path, vkey, origin).head().size)
    Store(path, writable=True)
except Exception as error:
    print(getattr(error, "code", error))
"""


@pytest.fixture
def read_elsewhere() -> Callable[[Path], list[str]]:
    """Return what reads a ledger in a folder mounted read-only."""
    probe = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("mounting is not allowed here")

    def read(path: Path) -> list[str]:
        folder = str(path.parent)
        script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
        program = [sys.executable, "-c", READ, str(path), ORIGIN, format_vkey(VERIFIER)]
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, folder, *program],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
        )
        return done.stdout.split()

    return read


def test_a_read_only_medium_is_read_and_not_written(
    file: LedgerFile, read_elsewhere: Callable[[Path], list[str]]
) -> None:
    assert read_elsewhere(file.path) == ["10", "ledger-read-only"]


def test_a_read_only_medium_with_an_unfolded_log_says_what_to_do(
    tmp_path: Path, file: LedgerFile, read_elsewhere: Callable[[Path], list[str]]
) -> None:
    medium = tmp_path / "medium"
    medium.mkdir()
    with file.opened() as ledger:
        ledger.append([decision("dec-4")])
        for name in ("ledger.db", "ledger.db-wal"):
            (medium / name).write_bytes((tmp_path / name).read_bytes())

    assert read_elsewhere(medium / "ledger.db") == ["ledger-unfolded"]
