"""A list is never shorter because somebody deleted rows of the desk's tables."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.raid_extent import check_extent
from ringwall.ledger.asking.raid_rows import RaidQuestion, RaidRows, Visible
from ringwall.ledger.asking.raid_waiting import MOST_STEPS, QueueTerms
from ringwall.ledger.raid_tables import MADE_BY, MAKING, card_table_name
from ringwall.ledger.store import Store
from ringwall.model.raid_events import RAID_ACTIONS
from ringwall.model.raid_states import MACHINES
from ringwall.raid.queue.order import ranks
from tests.fault.ledger_simulator import LedgerFile, creation
from tests.raid_records import AT, CASE, RAID, case_event

SEEN: Final = Visible(frozenset({"raid-desk"}), frozenset({CASE}))
TERMS: Final = QueueTerms(AT, (AT,) * MOST_STEPS, ranks(), SEEN)
CASES: Final = RaidQuestion("raid.case", visible=SEEN)
EVENTS: Final = (creation(), *RAID, case_event("case:c-bbbbbbbbbb"))


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    return LedgerFile(tmp_path, EVENTS)


@pytest.fixture
def store(file: LedgerFile) -> Iterator[Store]:
    opened = Store(file.path, writable=False)
    yield opened
    opened.close()


LISTS: Final[dict[str, Callable[[RaidRows], object]]] = {
    "find": lambda rows: rows.find(CASES),
    "count": lambda rows: rows.count(CASES),
    "tally": lambda rows: rows.tally(CASES, "state"),
    "queue": lambda rows: rows.queue.top(TERMS, 10),
}


@pytest.mark.parametrize("kind", MADE_BY)
def test_each_object_is_made_once_by_an_act_that_does_nothing_else(kind: str) -> None:
    act = MADE_BY[kind]
    moves = [(m.act, m.before) for m in MACHINES[kind] if m.act == act]
    others = [m.act for m in MACHINES[kind] if not m.before and m.act != act]

    assert {*moves} == {(act, "")}
    assert not others
    assert (kind, act) in RAID_ACTIONS


def test_tables_that_are_whole_are_read(store: Store) -> None:
    with store.reading() as connection:
        check_extent(connection, [*MADE_BY, "raid.link", "raid.desk"])
    for read in LISTS.values():
        assert read(RaidRows(store))


@pytest.mark.parametrize("name", LISTS)
def test_no_list_is_given_of_which_a_row_was_deleted(
    file: LedgerFile, store: Store, name: str
) -> None:
    file.edit("DELETE FROM raid_case WHERE id = ?", CASE)
    read = LISTS[name]

    with pytest.raises(IntegrityError) as caught:
        read(RaidRows(store))

    assert caught.value.code == "table-differs"
    assert "`raid_case`: it has 1 rows, and the journal tells of 2" in str(caught.value)
    assert "ringwall audit verify" in caught.value.next_step


@pytest.mark.parametrize("kind", MADE_BY)
def test_a_row_of_the_table_or_the_journal_is_missed(
    file: LedgerFile, store: Store, kind: str
) -> None:
    file.edit(f"DELETE FROM {card_table_name(kind)}")  # noqa: S608 - our own names
    with store.reading() as connection, pytest.raises(IntegrityError):
        check_extent(connection, [kind])


def test_a_row_that_the_journal_has_lost_is_missed(
    file: LedgerFile, store: Store
) -> None:
    file.edit("DELETE FROM raid WHERE kind = 'raid.case'")
    with store.reading() as connection, pytest.raises(IntegrityError):
        check_extent(connection, ["raid.case"])


def test_both_are_counted_in_indexes(store: Store) -> None:
    with store.reading() as connection:
        for kind, making in MAKING.items():
            table = card_table_name(kind)
            for query in (
                f"SELECT count(*) FROM {table}",  # noqa: S608 - our own names
                f"SELECT count(*) FROM raid WHERE {making}",  # noqa: S608 - our own names
            ):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
                assert "USING COVERING INDEX" in plan[0][-1]
