"""What a ledger file may hold is known; a planted trigger is refused before a write."""

import sqlite3

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.shape import check_shape, known_shape, shape_of, shape_version
from tests.fault.ledger_simulator import LedgerFile, decision, fact

SWALLOW = (
    "CREATE TRIGGER planted AFTER INSERT ON decision "
    "BEGIN DELETE FROM decision WHERE idx = new.idx; END"
)


def plant(file: LedgerFile, statement: str) -> None:
    connection = sqlite3.connect(file.path, isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_a_new_ledger_has_the_known_shape(file: LedgerFile) -> None:
    with file.opened() as ledger, ledger.store.reading() as connection:
        assert shape_of(connection) == known_shape()
        check_shape(connection)
        assert shape_version(connection) > 0


def test_a_trigger_that_was_planted_is_refused_before_anything_is_written(
    file: LedgerFile,
) -> None:
    plant(file, SWALLOW)

    with file.opened() as ledger, pytest.raises(IntegrityError) as caught:
        ledger.append([decision("dec-0")])

    assert caught.value.code == "schema-differs"
    assert "`planted`" in caught.value.message
    assert file.query("SELECT count(*) FROM leaf") == file.query(
        "SELECT size FROM head"
    )


def test_a_trigger_that_is_planted_under_an_open_ledger_is_refused_too(
    file: LedgerFile,
) -> None:
    with file.opened() as ledger:
        ledger.append([decision("dec-0")])
        plant(file, SWALLOW)
        with pytest.raises(IntegrityError) as caught:
            ledger.append([decision("dec-1")])

    assert caught.value.code == "schema-differs"


def test_what_decisions_rest_on_is_in_the_file_itself_once_it_is_acknowledged(
    file: LedgerFile,
) -> None:
    wal = file.path.with_name(file.path.name + "-wal")
    with file.opened() as ledger:
        ledger.append([decision("dec-0")])
        before = wal.stat().st_size
        ledger.append([fact("user:new")])

        assert before > 0
        assert wal.stat().st_size == 0


def test_an_index_that_is_said_to_be_of_another_table_is_refused(
    file: LedgerFile,
) -> None:
    file.script("UPDATE sqlite_master SET tbl_name = 'EVENT' WHERE name = 'event_kind'")

    assert "schema-differs" in file.codes()
