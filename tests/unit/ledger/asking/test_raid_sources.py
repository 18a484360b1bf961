from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import format_instant
from ringwall.ledger.asking.raid_questions import Statement, Visible
from ringwall.ledger.asking.raid_sources import (
    COLUMNS,
    first_of_each,
    ordered,
    owed_and_reports,
    sources_of,
)
from ringwall.ledger.asking.raid_waiting import QueueTerms
from ringwall.ledger.schema import PROJECTIONS
from ringwall.ledger.store import Store
from ringwall.model.raid_events import CARDS
from ringwall.raid.queue.order import DAY, ranks
from tests.example import NOON

TERMS = QueueTerms(
    NOON + 7 * DAY, tuple(NOON - step * 14 * DAY for step in range(1, 12)), ranks()
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return tables with six cases in work, of two combinations of keys."""
    made = Store.create(tmp_path / "ledger.db")
    with made.writing() as connection:
        for index in range(6):
            name = f"case:c-{index}"
            row = {
                key: "" if of is str else 0 for key, of in CARDS["raid.case"].items()
            }
            row |= {"idx": index, "id": name, "at": "", "case_id": name, "state": "new"}
            row |= {"team": "raid-desk", "opened": format_instant(NOON - index * DAY)}
            row |= {"priority": index % 2}
            connection.execute(PROJECTIONS["raid_case"].insert(), [row])
    yield made
    made.close()


def _found(store: Store, source: Statement, tail: Statement) -> list[Sequence[Any]]:
    sql = " ".join(("SELECT * FROM (", source.sql, ")", tail.sql))
    with store.reading() as connection:
        values = (*source.values, *tail.values)
        return list(connection.exec_driver_sql(sql, values).all())


def test_each_source_gives_the_columns_of_an_item(store: Store) -> None:
    with store.reading() as connection:
        sources = [
            *sources_of(connection, TERMS),
            *owed_and_reports(connection, TERMS),
            first_of_each(connection, TERMS, 1),
        ]
        for source in sources:
            found = connection.exec_driver_sql(source.sql, tuple(source.values))
            assert tuple(found.keys()) == COLUMNS


def test_of_each_combination_the_longest_waiting_come_first(store: Store) -> None:
    with store.reading() as connection:
        source = first_of_each(connection, TERMS, 2)

    found = _found(store, source, Statement("", ()))

    assert sorted(row[0] for row in found) == [f"case:c-{n}" for n in (2, 3, 4, 5)]


def test_the_order_goes_by_the_keys_and_ends_at_its_limit(store: Store) -> None:
    with store.reading() as connection:
        [cases, *_] = sources_of(connection, TERMS)

    found = _found(store, cases, ordered(TERMS, 4))

    assert [row[0] for row in found] == [f"case:c-{n}" for n in (5, 3, 1, 4)]


def test_no_source_gives_a_case_that_is_not_open_to_somebody(store: Store) -> None:
    nobody = Visible(frozenset({"others"}), frozenset({"case:c-3"}))
    terms = QueueTerms(TERMS.horizon, TERMS.lifted, TERMS.ranks, nobody)
    with store.reading() as connection:
        sources = [
            *sources_of(connection, terms),
            *owed_and_reports(connection, terms),
            first_of_each(connection, terms, 5),
        ]

    found = [row[0] for one in sources for row in _found(store, one, Statement("", ()))]

    assert set(found) == {"case:c-3"}
