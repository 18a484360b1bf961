"""Rows with their entries: a row that is not what its entry says is not handed out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.founded import (
    StoredRow,
    check_amount,
    check_fact,
    check_matter,
    founded,
    last_of,
    table_differs,
    with_entry,
)
from ringwall.ledger.schema import (
    AMOUNT,
    DECISION,
    MATTER,
    POLICY,
    PROJECTIONS,
    REGISTRY,
)
from tests.fault.ledger_simulator import HISTORY, SPENT, LedgerFile, creation
from tests.matter_events import MATTERS


def rows(file: LedgerFile, table: str) -> list[StoredRow]:
    """Return the rows of a table with their entries."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        return list(connection.execute(with_entry(PROJECTIONS[table])).all())


def check_all(found: list[StoredRow], check: Callable[[StoredRow], object]) -> None:
    """Check each row."""
    for row in found:
        check(row)


@pytest.fixture
def spent(tmp_path: Path) -> LedgerFile:
    """Return a ledger in which something has left, closed."""
    return LedgerFile(tmp_path, SPENT)


def test_rows_come_with_their_events_in_the_order_of_the_log(spent: LedgerFile) -> None:
    found = [founded("decision", row) for row in rows(spent, "decision")]

    assert found == [event for event in SPENT if event["kind"] == "decision.made"]


def test_the_last_row_is_the_one_of_the_highest_index(spent: LedgerFile) -> None:
    query = with_entry(POLICY).where(last_of(POLICY))
    with spent.opened(writable=False) as ledger, ledger.store.reading() as connection:
        [row] = connection.execute(query).all()

    assert founded("policy", row) == HISTORY[8]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("UPDATE decision SET effect = 'permit' WHERE idx = 7", "table-differs"),
        ("UPDATE decision SET idx = 99 WHERE idx = 7", "table-differs"),
        ("UPDATE decision SET idx = 6 WHERE idx = 7", "table-differs"),
        ("UPDATE leaf SET entry = x'00' WHERE idx = 7", "entry-changed"),
    ],
)
def test_a_row_that_its_entry_does_not_say_is_told(
    spent: LedgerFile, edit: str, code: str
) -> None:
    spent.edit(edit)

    with pytest.raises(IntegrityError) as caught:
        check_all(rows(spent, "decision"), lambda row: founded("decision", row))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("UPDATE registry SET document = '{}'", "table-differs"),
        ("UPDATE registry SET document = '['", "table-differs"),
        ("UPDATE registry SET document = 5", "table-differs"),
        ("UPDATE registry SET id = 'org:eve' WHERE id = 'org:ada'", "table-differs"),
        ("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 5", "entry-changed"),
        ("UPDATE leaf SET entry = NULL WHERE idx = 5", "entry-changed"),
    ],
)
def test_a_fact_that_its_entry_does_not_say_is_told(
    spent: LedgerFile, edit: str, code: str
) -> None:
    for row in rows(spent, REGISTRY.name):
        check_fact(row)
    spent.edit(edit)

    with pytest.raises(IntegrityError) as caught:
        check_all(rows(spent, REGISTRY.name), check_fact)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("UPDATE amount SET bytes = 1 WHERE idx = 10", "table-differs"),
        ("UPDATE amount SET subject = 'org:eve' WHERE idx = 10", "table-differs"),
        ("UPDATE leaf SET entry = x'00' WHERE idx = 10", "entry-changed"),
    ],
)
def test_an_amount_that_its_entry_does_not_say_is_told(
    spent: LedgerFile, edit: str, code: str
) -> None:
    for row in rows(spent, AMOUNT.name):
        check_amount(row)
    spent.edit(edit)

    with pytest.raises(IntegrityError) as caught:
        check_all(rows(spent, AMOUNT.name), check_amount)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("UPDATE matter SET about = 'req-other' WHERE idx = 0", "table-differs"),
        ("UPDATE matter SET kind = 'grant.revoked' WHERE idx = 0", "table-differs"),
        (
            "UPDATE matter SET at = '2020-01-01T00:00:00Z' WHERE idx = 0",
            "table-differs",
        ),
        ("UPDATE leaf SET entry = x'00' WHERE idx = 0", "entry-changed"),
        ("UPDATE leaf SET entry = NULL WHERE idx = 0", "entry-changed"),
    ],
)
def test_a_matter_that_its_entry_does_not_say_is_told(
    tmp_path: Path, edit: str, code: str
) -> None:
    file = LedgerFile(tmp_path, [creation(), *MATTERS])
    for row in rows(file, MATTER.name):
        check_matter(row)
    file.edit(edit.replace("idx = 0", "idx = 1"))

    with pytest.raises(IntegrityError) as caught:
        check_all(rows(file, MATTER.name), check_matter)
    assert caught.value.code == code


def test_a_row_of_a_kind_that_is_no_matter_is_told(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation(), *MATTERS])
    file.edit("UPDATE matter SET idx = 0 WHERE idx = 1")

    with pytest.raises(IntegrityError) as caught:
        check_all(rows(file, MATTER.name), check_matter)
    assert caught.value.code == "table-differs"


def test_what_differs_names_its_table_and_what_to_do() -> None:
    error = table_differs(DECISION.name, "it is another one")

    assert (error.code, error.message) == (
        "table-differs",
        "table `decision`: it is another one",
    )
    assert "audit verify" in error.next_step
