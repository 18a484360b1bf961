"""Outcomes: each different one once, however many decisions share it."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.outcomes import ANY_OUTCOME, Outcome, outcomes_of
from ringwall.ledger.rebuild import scratch_database
from tests.unit.ledger.asked_log import asked_log


def put(connection: Connection, *outcomes: tuple[object, ...]) -> None:
    """Put decisions of outcomes."""
    for index, (effect, code, action, rules) in enumerate(outcomes):
        row = (index, "d", "at", "s", action, "r", "p", effect, code, rules)
        connection.exec_driver_sql(
            "INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
        )


def test_each_outcome_is_listed_once(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    query = "SELECT DISTINCT effect, code, action, rules FROM decision"

    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        found = outcomes_of(connection, ANY_OUTCOME)

    assert found == sorted(Outcome(*row) for row in file.query(query))
    assert len(found) > 20


@pytest.mark.parametrize(
    "wanted",
    [
        Outcome("deny", "", "", ""),
        Outcome("", "not-screened", "", ""),
        Outcome("", "", "weights.copy", ""),
        Outcome("permit", "not-screened", "", ""),
    ],
)
def test_those_of_another_kind_are_left_out(tmp_path: Path, wanted: Outcome) -> None:
    with asked_log(tmp_path).opened() as ledger, ledger.store.reading() as connection:
        every = outcomes_of(connection, ANY_OUTCOME)
        found = outcomes_of(connection, wanted)

    def fits(outcome: Outcome) -> bool:
        return all(w in {"", o} for w, o in zip(wanted, outcome, strict=True))

    assert found == [outcome for outcome in every if fits(outcome)]


def test_a_ledger_without_decisions_has_none() -> None:
    with scratch_database() as made:
        assert outcomes_of(made, ANY_OUTCOME) == []


def test_empty_texts_are_outcomes_too() -> None:
    with scratch_database() as made:
        put(made, ("", "", "", ""), ("", "", "", ""), ("", "", "", "x"))

        found = outcomes_of(made, ANY_OUTCOME)

    assert found == [Outcome("", "", "", ""), Outcome("", "", "", "x")]


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
        outcomes_of(connection, ANY_OUTCOME)

    assert caught.value.code == "table-differs"
