"""A ledger of before the incident desk gets its tables; one that lost them does not."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.asking.raid_rows import RaidQuestion, RaidRows
from ringwall.ledger.older_shape import add_desk, is_older, lacks_desk
from ringwall.ledger.raid_tables import JOURNAL
from ringwall.ledger.schema import LEAF, RAID_CARDS
from ringwall.ledger.shape import known_shape, shape_of
from ringwall.ledger.store import Store
from tests.fault.ledger_simulator import LedgerFile, creation, decision
from tests.raid_records import RAID

DESK: Final = (JOURNAL, *RAID_CARDS)


@pytest.fixture
def older(tmp_path: Path) -> LedgerFile:
    """Return a ledger as it was before there was a desk."""
    file = LedgerFile(tmp_path, (creation(), decision("dec-0")))
    _drop(file)
    return file


def _drop(file: LedgerFile) -> None:
    for table in DESK:
        file.edit(f"DROP TABLE {table}")


def _told(file: LedgerFile) -> list[str]:
    return [one.code for one in file.verify().findings]


def _add(file: LedgerFile) -> bool:
    with closing(Store(file.path, writable=True)) as store:
        return add_desk(store)


def test_an_older_ledger_gets_the_tables_once_and_is_sound(older: LedgerFile) -> None:
    assert _add(older)
    assert not _add(older)

    with closing(Store(older.path, writable=False)) as store:
        with store.reading() as connection:
            assert shape_of(connection) == known_shape()
        assert RaidRows(store).find(RaidQuestion("raid.case")) == []
    assert _told(older) == []


def test_verifying_an_older_ledger_says_what_to_do(older: LedgerFile) -> None:
    report = older.verify()

    assert [one.code for one in report.findings] == ["schema-older"]
    assert "ringwall audit checkpoint --now" in report.next_step


def test_a_ledger_that_has_all_is_left_alone(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (creation(), *RAID))

    with closing(Store(file.path, writable=False)) as store:
        assert not add_desk(store), "not even opened for writing"
        with store.reading() as connection:
            assert not lacks_desk(connection)
            assert not is_older(connection)


@pytest.mark.parametrize("table", DESK)
def test_tables_that_a_desk_had_are_not_made_anew(tmp_path: Path, table: str) -> None:
    file = LedgerFile(tmp_path, (creation(), *RAID))
    file.edit(f"DROP TABLE {table}")

    assert not _add(file)

    assert "schema-differs" in _told(file)


def test_a_desk_that_lost_all_its_tables_is_no_older_ledger(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (creation(), *RAID))
    _drop(file)

    assert not _add(file)

    assert "schema-older" not in _told(file)
    assert "schema-differs" in _told(file)


def test_an_index_that_a_desk_lacks_is_made(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (creation(), *RAID))
    file.edit("DROP INDEX raid_case_making")
    assert "schema-differs" in _told(file)

    assert _add(file)

    assert "schema-differs" not in _told(file)


def test_what_is_no_ledger_is_no_older_one(older: LedgerFile) -> None:
    with closing(sqlite3.connect(older.path, isolation_level=None)) as connection:
        connection.execute(f"DROP TABLE {LEAF.name}")

    told = _told(older)

    assert "schema-older" not in told
    assert "schema-differs" in told


def test_an_older_ledger_that_is_not_to_be_written_stays_as_it_is(
    older: LedgerFile,
) -> None:
    with closing(Store(older.path, writable=False)) as store:
        with pytest.raises(RecordUnavailable):
            add_desk(store)
        with store.reading() as connection:
            assert is_older(connection)


def test_a_ledger_of_before_a_room_of_the_desk_gets_its_table(tmp_path: Path) -> None:
    others = [event for event in RAID if event["kind"] != "raid.drill"]
    file = LedgerFile(tmp_path, (creation(), *others))
    before = _told(file)
    file.edit("DROP TABLE raid_drill")
    assert "schema-older" in _told(file)

    assert _add(file)

    assert _told(file) == before
