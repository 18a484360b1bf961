"""Slicing: what is read from the tables is what the rows say, and is stored once."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.slices import BLOCK, columns_of, sliced
from ringwall.ledger.slicing import (
    fill_slices,
    missing_blocks,
    read_block,
    store_sliced,
    strike_from,
)
from tests.unit.ledger.sliced_log import SIZE, decided, decision_rows

ROWS = decision_rows()


@pytest.fixture
def made() -> Iterator[Connection]:
    """Return a database with decisions in it."""
    with scratch_database() as connection:
        decided(connection, ROWS)
        yield connection


def kept(connection: Connection) -> list[tuple[Any, ...]]:
    """Return all rows of blocks and slices."""
    blocks = connection.exec_driver_sql("SELECT 'block', * FROM block ORDER BY 2")
    slices = connection.exec_driver_sql("SELECT 'slice', * FROM slice ORDER BY 2, 3")
    return [tuple(row) for row in (*blocks, *slices)]


def expected(*numbers: int) -> list[tuple[Any, ...]]:
    """Return the rows that decisions of some blocks give."""
    rows = [
        (table, *row)
        for number in numbers
        for table, row in sliced(columns_of(number, rows_in(number)))
    ]
    return sorted(rows)


def rows_in(number: int) -> list[tuple[Any, ...]]:
    return [row for row in ROWS if row[0] // BLOCK == number]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_is_read_is_what_the_rows_say(made: Connection, number: int) -> None:
    breaths: list[int] = []

    columns = read_block(made, number, lambda: breaths.append(1))

    assert len(breaths) == 4
    assert list(sliced(columns)) == list(sliced(columns_of(number, rows_in(number))))


def test_a_block_without_decisions_is_read_as_one(made: Connection) -> None:
    assert read_block(made, 9) == columns_of(9, [])._replace(
        places=[], ids=[], subjects=[], resources=[], outcomes=[]
    )


def test_only_blocks_that_are_full_are_sliced(made: Connection) -> None:
    assert missing_blocks(made, SIZE) == [0, 1, 2]

    fill_slices(made, SIZE)

    assert missing_blocks(made, SIZE) == []
    assert kept(made) == expected(0, 1, 2)


def test_an_empty_log_has_nothing_to_slice() -> None:
    with scratch_database() as connection:
        fill_slices(connection, 0)
        assert (missing_blocks(connection, 0), kept(connection)) == ([], [])


def test_blocks_in_which_something_was_pruned_are_left_alone(made: Connection) -> None:
    rows = [list(sliced(columns_of(number, rows_in(number)))) for number in range(3)]
    fill_slices(made, SIZE)
    made.exec_driver_sql("INSERT INTO pruning VALUES (?, ?)", (SIZE, BLOCK + 1))

    strike_from(made, BLOCK + 1)
    assert kept(made) == expected(2)
    # What another process read before the pruning comes too late.
    for number in range(3):
        store_sliced(made, rows[number])

    assert kept(made) == expected(2)
    assert missing_blocks(made, SIZE) == []


@pytest.mark.parametrize("before", ["'x'", "x'ff'"])
def test_a_pruning_that_is_no_number_keeps_slices_from_being_stored(
    made: Connection, before: str
) -> None:
    made.exec_driver_sql(f"INSERT INTO pruning VALUES (7, {before})")  # noqa: S608 - constants of this test

    fill_slices(made, SIZE)

    assert missing_blocks(made, SIZE) == [0, 1, 2]
    assert kept(made) == []


def test_a_block_up_to_which_was_pruned_is_whole(made: Connection) -> None:
    made.exec_driver_sql("INSERT INTO pruning VALUES (?, ?)", (SIZE, BLOCK))

    strike_from(made, BLOCK)
    fill_slices(made, SIZE)

    assert kept(made) == expected(1, 2)


def test_the_first_who_sliced_a_block_stays(made: Connection) -> None:
    fill_slices(made, SIZE)
    made.exec_driver_sql("UPDATE slice SET data = x'07' WHERE block = 1")

    store_sliced(made, list(sliced(columns_of(1, rows_in(1)))))

    assert made.exec_driver_sql(
        "SELECT DISTINCT data FROM slice WHERE block = 1"
    ).all() == [(b"\x07",)]


@pytest.mark.parametrize(
    "column", ["id", "subject", "resource", "effect", "rules", "at"]
)
@pytest.mark.parametrize("cell", ["x'ff'", "CAST(x'ff' AS TEXT)"])
def test_a_block_with_a_damaged_cell_is_not_sliced(
    made: Connection, column: str, cell: str
) -> None:
    made.exec_driver_sql(f"UPDATE decision SET {column} = {cell} WHERE idx = 4200")  # noqa: S608 - constants of this test

    with pytest.raises(
        Exception, match=r"JSON cannot|decode|surrogates|UTF-8|is no text"
    ):
        list(sliced(read_block(made, 1)))


def test_a_pruning_before_the_beginning_makes_no_blocks(made: Connection) -> None:
    made.execute(text("INSERT INTO pruning VALUES (5, -9000000000000000)"))

    assert missing_blocks(made, SIZE) == [*range(SIZE // BLOCK)]
