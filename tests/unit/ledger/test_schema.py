"""The tables: what a ledger database has in it and what it refuses."""

import sqlite3

import pytest
from sqlalchemy import insert, select

from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.schema import (
    BEHIND,
    DECISION,
    HEAD,
    LEAF,
    METADATA,
    PROJECTIONS,
)
from tests.fault.ledger_simulator import LedgerFile


def test_projections_are_all_tables_but_the_log_and_what_is_kept_beside() -> None:
    beside = {"checkpoint", "tile", "writer", "disclosure"}

    known = {*PROJECTIONS, *BEHIND, "leaf", "head", *beside}
    assert known == set(METADATA.tables)


def test_an_append_of_a_decision_moves_no_index() -> None:
    assert not DECISION.indexes


@pytest.mark.parametrize(
    "statement", ["UPDATE leaf SET hash = hash", "DELETE FROM leaf WHERE idx = 9"]
)
def test_a_slip_of_the_hand_does_not_change_the_log(
    file: LedgerFile, statement: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="the log is append-only"):
        file.query(statement)
    assert file.verify().is_sound


@pytest.mark.parametrize("value", ["text", 7, 1.5, b"bytes"])
def test_a_cell_for_bytes_gives_what_is_in_it(value: object) -> None:
    with scratch_database() as connection:
        row = {"idx": 0, "hash": value, "entry": value}
        connection.execute(insert(LEAF), row)

        assert connection.execute(select(LEAF)).all() == [(0, value, value)]


def test_only_what_can_be_taken_away_may_be_empty() -> None:
    nullable = [
        column
        for table in METADATA.tables.values()
        for column in table.columns
        if column.nullable
    ]

    registry, witness = PROJECTIONS["registry"], PROJECTIONS["witness"]
    assert nullable == [LEAF.c.entry, registry.c.document, witness.c.vkey]
    assert not HEAD.c.seal.nullable
