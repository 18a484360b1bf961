"""The slicer: block by block beside the appending, and nothing comes of what fails."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.ledger.committing.slicer import Slicer
from ringwall.ledger.slices import BLOCK, FIELDS, Sliced, sliced
from ringwall.ledger.slicing import read_block, store_sliced
from ringwall.ledger.store import Store
from tests.unit.ledger.sliced_log import SlicedLog

BLOCKS = 3
SIZE = BLOCKS * BLOCK + 50
LATE = 30.0


@pytest.fixture
def log(tmp_path: Path) -> SlicedLog:
    """Return a ledger without slices."""
    return SlicedLog(tmp_path, BLOCKS).bare()


@pytest.fixture
def store(log: SlicedLog) -> Iterator[Store]:
    """Return its file; no thread may be left."""
    store = Store(log.path, writable=True)
    yield store
    store.close()
    assert "ringwall-slicer" not in {one.name for one in threading.enumerate()}


def expected(store: Store, number: int) -> list[Sliced]:
    """Return the rows of a block."""
    with store.reading() as connection:
        return list(sliced(read_block(connection, number)))


def fetched(slicer: Slicer) -> list[Sliced]:
    """Return what is ready once anything is."""
    waiting = threading.Event()
    for _ in range(int(LATE / 0.01)):
        if rows := slicer.ready():
            return rows
        waiting.wait(0.01)
    raise AssertionError("nothing was sliced")


def test_blocks_are_sliced_one_after_the_other_the_newest_first(store: Store) -> None:
    slicer = Slicer(store)
    slicer.landed(SIZE)

    for number in reversed(range(BLOCKS)):
        assert fetched(slicer) == expected(store, number)
    assert slicer.finish() == []


def test_a_log_that_fills_no_block_is_left_alone(store: Store) -> None:
    slicer = Slicer(store)
    slicer.landed(BLOCK - 1)

    assert slicer.ready() == slicer.finish() == []


def test_who_appends_but_little_slices_one_block(store: Store) -> None:
    for number in reversed(range(BLOCKS)):
        slicer = Slicer(store)
        slicer.landed(SIZE)
        rows = slicer.finish()

        assert [row.table for row in rows] == [*["slice"] * len(FIELDS), "block"]
        assert rows == expected(store, number)
        with store.writing() as connection:
            store_sliced(connection, rows)

    slicer = Slicer(store)
    slicer.landed(SIZE)
    assert slicer.finish() == []


def test_the_next_block_waits_until_the_one_before_is_fetched(store: Store) -> None:
    slicer = Slicer(store)
    slicer.landed(SIZE)
    slicer.landed(SIZE + 1)

    # What is not fetched is given at the end, and it is one block.
    rows = slicer.finish()
    assert rows == expected(store, BLOCKS - 1)
    # Then it has ended.
    slicer.landed(SIZE + BLOCK)
    assert slicer.finish() == []


def test_a_log_that_grew_by_a_block_is_looked_at_again(
    log: SlicedLog, store: Store
) -> None:
    slicer = Slicer(store)
    slicer.landed(2 * BLOCK)
    with store.writing() as connection:
        for _ in range(2):
            store_sliced(connection, fetched(slicer))
    assert log.sliced() == [0, 1]
    log.edit("DELETE FROM block WHERE number = 1")

    slicer.landed(SIZE)
    assert fetched(slicer) == expected(store, 2)
    # The other was done here once; another process may do it again.
    assert slicer.finish() == []
    another = Slicer(store)
    another.landed(2 * BLOCK + 7)
    assert another.finish() == expected(store, 1)


@pytest.mark.parametrize(
    "edit",
    [
        "code = x'ff'",
        "code = CAST(x'ff' AS TEXT)",
        "at = x'ff'",
        "at = CAST(x'ff' AS TEXT)",
    ],
)
def test_a_block_with_a_damaged_cell_is_given_up(
    log: SlicedLog, store: Store, edit: str
) -> None:
    log.edit(f"UPDATE decision SET {edit} WHERE idx = ?", SIZE - 100)  # noqa: S608 - constants of this test
    slicer = Slicer(store)
    slicer.landed(SIZE)

    assert slicer.finish() == []


def test_a_file_that_cannot_be_read_stops_nothing(log: SlicedLog, store: Store) -> None:
    log.path.write_bytes(b"no database" * 1000)
    slicer = Slicer(store)
    slicer.landed(SIZE)

    assert slicer.finish() == []
