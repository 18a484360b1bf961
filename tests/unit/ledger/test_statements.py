"""Compiled statements say the same as those that SQLAlchemy sends."""

import pytest
from sqlalchemy import bindparam, insert, literal_column, select
from sqlalchemy.sql import ClauseElement

from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.schema import LEAF
from ringwall.ledger.statements import fetch, send, send_many

ROWS = [(number, bytes([number]) * 32, b"entry") for number in range(5)]
AFTER = select(LEAF.c.idx).where(LEAF.c.idx > bindparam("idx")).order_by(LEAF.c.idx)


def test_rows_that_were_sent_are_fetched() -> None:
    with scratch_database() as connection:
        send(connection, insert(LEAF), *ROWS[0])
        send_many(connection, insert(LEAF), ROWS[1:])

        assert fetch(connection, select(LEAF).order_by(LEAF.c.idx)) == ROWS
        assert fetch(connection, AFTER, 2) == [(3,), (4,)]
        assert connection.execute(AFTER, {"idx": 2}).all() == [(3,), (4,)]


def test_sending_no_rows_does_nothing() -> None:
    with scratch_database() as connection:
        send_many(connection, insert(LEAF), [])

        assert fetch(connection, select(LEAF)) == []


@pytest.mark.parametrize(
    "statement",
    [
        select(LEAF.c.idx).where(LEAF.c.idx > 4),
        select(LEAF.c.idx).limit(literal_column("1")),
        insert(LEAF).values(idx=4),
    ],
)
def test_a_statement_that_holds_a_value_is_refused(statement: ClauseElement) -> None:
    with (
        scratch_database() as connection,
        pytest.raises(ValueError, match="a statement holds a value"),
    ):
        fetch(connection, statement)
