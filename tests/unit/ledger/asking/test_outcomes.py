"""Outcomes: each different one once, however many decisions share it."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.outcomes import Outcome, outcomes_of, outcomes_told
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.slices import BLOCK
from ringwall.ledger.slicing import fill_slices
from tests.unit.ledger.asked_log import asked_log
from tests.unit.ledger.sliced_log import SIZE, decided, decision_rows

ROWS = decision_rows()
COUNTED = Counter(Outcome(row[7], row[8], row[4], row[9]) for row in ROWS)


def put(connection: Connection, *outcomes: tuple[object, ...]) -> None:
    """Put decisions of outcomes."""
    for index, (effect, code, action, rules) in enumerate(outcomes):
        row = (index, "d", "at", "s", action, "r", "p", effect, code, rules)
        connection.exec_driver_sql(
            "INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
        )


def test_each_outcome_is_counted_once(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    query = (
        "SELECT effect, code, action, rules, count(*) FROM decision GROUP BY 1, 2, 3, 4"
    )

    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        found = outcomes_of(connection)

    assert found == {Outcome(*row): count for *row, count in file.query(query)}
    assert len(found) > 20


def test_a_ledger_without_decisions_has_none() -> None:
    with scratch_database() as made:
        assert outcomes_of(made) == {}


def test_empty_texts_are_outcomes_too() -> None:
    with scratch_database() as made:
        put(made, ("", "", "", ""), ("", "", "", ""), ("", "", "", "x"))

        found = outcomes_of(made)

    assert found == {Outcome("", "", "", ""): 2, Outcome("", "", "", "x"): 1}


def test_what_blocks_tell_is_added_up_and_the_rest_counted() -> None:
    with scratch_database() as made:
        decided(made, ROWS)
        assert outcomes_of(made) == COUNTED
        fill_slices(made, SIZE)
        assert outcomes_of(made) == COUNTED
        # Neither a block that is not there nor one that does not tell is missed.
        made.exec_driver_sql("DELETE FROM block WHERE number = 0")
        made.exec_driver_sql("UPDATE block SET outcomes = '' WHERE number = 1")
        assert outcomes_of(made) == COUNTED
        # What blocks tell is taken from them alone.
        made.exec_driver_sql("DELETE FROM decision WHERE idx >= ?", (2 * BLOCK,))
        told = outcomes_told(made, 2)

        assert told is not None
        assert sum(told.counts) == len([r for r in ROWS if r[0] // BLOCK == 2])
        rest = [row for row in ROWS if row[0] < 3 * BLOCK]
        assert outcomes_of(made) == Counter(
            Outcome(row[7], row[8], row[4], row[9]) for row in rest
        )
        assert outcomes_told(made, 1) is None
        assert outcomes_told(made, 0) is None


@pytest.mark.parametrize("name", Outcome._fields)
@pytest.mark.parametrize("cell", ["x'ff'", "CAST(x'ff' AS TEXT)"])
def test_an_outcome_that_is_no_text_is_refused(
    tmp_path: Path, name: str, cell: str
) -> None:
    file = asked_log(tmp_path)
    file.edit(f"UPDATE decision SET {name} = {cell} WHERE idx = 123")  # noqa: S608 - constants of this test

    with (
        file.opened(writable=False) as ledger,
        ledger.store.reading() as connection,
        pytest.raises(IntegrityError) as caught,
    ):
        outcomes_of(connection)

    assert caught.value.code == "table-differs"


@pytest.mark.parametrize(
    "cell", ["7", "x'ff'", "'[7]'", "'no json'", "'{}'", f"'{'[' * 100_000}'"]
)
def test_a_block_that_tells_something_else_is_refused(cell: str) -> None:
    with scratch_database() as made:
        # As many as it says, whatever they are.
        made.exec_driver_sql(
            f"INSERT INTO block VALUES (3, 'at', 'at', {cell}, x'00010007')"  # noqa: S608 - constants of this test
        )

        with pytest.raises(IntegrityError, match="table `block`") as caught:
            outcomes_of(made)

    assert caught.value.code == "table-differs"
