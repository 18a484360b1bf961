"""The rows of those who append: put, moved on, struck, each for itself."""

import os

from sqlalchemy import select

from ringwall.base.clock import parse_instant
from ringwall.ledger.committing.writers import (
    Writer,
    enter_writer,
    move_writer,
    new_writer,
    strike_writer,
)
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.schema import WRITER

FIRST = Writer("first", 11, "2027-01-15T08:00:00Z")
SECOND = Writer("second", 12, "2027-01-15T09:00:00Z")


def test_each_process_has_a_row_of_its_own() -> None:
    with scratch_database() as connection:
        enter_writer(connection, FIRST, 3)
        enter_writer(connection, SECOND, 5)
        move_writer(connection, FIRST, 9)

        rows = connection.execute(select(WRITER).order_by(WRITER.c.id)).all()
        assert rows == [(*FIRST, 9), (*SECOND, 5)]
        strike_writer(connection, FIRST)
        assert connection.execute(select(WRITER.c.id)).all() == [("second",)]


def test_a_new_row_is_of_this_process_and_of_no_other() -> None:
    first, second = new_writer(), new_writer()

    assert first.pid == os.getpid()
    assert first.id != second.id
    assert parse_instant(first.since) <= parse_instant(second.since)
