from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.raid_acts import RaidActs, Span
from ringwall.ledger.asking.raid_questions import Visible
from ringwall.ledger.raid_tables import JOURNAL
from ringwall.ledger.schema import PROJECTIONS
from ringwall.ledger.store import Store
from ringwall.model.raid_events import CARDS

SECOND = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return tables with acts on a case of the desk and on one of others."""
    made = Store.create(tmp_path / "ledger.db")
    acts = [
        (1, "2026-11-21T12:00:00Z", "raid.case", "case:c-a", "open"),
        (2, "2026-11-21T12:00:01Z", "raid.case", "case:c-a", "triage"),
        (3, "2026-11-21T12:00:02Z", "raid.case", "case:c-b", "open"),
        (4, "2026-11-21T12:00:03Z", "raid.report", "report:r-a", "receive"),
    ]
    with made.writing() as connection:
        for index, at, kind, name, act in acts:
            case = name if kind == "raid.case" else ""
            row = {"idx": index, "at": at, "kind": kind, "id": name, "act": act}
            row |= {"case_id": case, "decision": f"dec-{index}"}
            connection.execute(PROJECTIONS[JOURNAL].insert(), [row])
        for index, name, team in (
            (1, "case:c-a", "raid-desk"),
            (3, "case:c-b", "other"),
        ):
            row = {
                key: "" if of is str else 0 for key, of in CARDS["raid.case"].items()
            }
            row |= {"idx": index, "id": name, "at": "", "case_id": name, "team": team}
            connection.execute(PROJECTIONS["raid_case"].insert(), [row])
    yield made
    made.close()


def _entries(store: Store, kind: str, acts: set[str], span: Span) -> list[int]:
    return [one.entry for one in RaidActs(store).times(kind, acts, span)]


def test_acts_of_a_kind_come_in_the_order_of_the_log(store: Store) -> None:
    assert _entries(store, "raid.case", {"open", "triage"}, Span()) == [1, 2, 3]
    assert _entries(store, "raid.case", {"open"}, Span()) == [1, 3]
    [one] = RaidActs(store).times("raid.report", {"receive"}, Span())
    assert (one.id, one.case, one.act) == ("report:r-a", "", "receive")


def test_a_span_holds_its_first_instant_and_not_its_last(store: Store) -> None:
    [first] = RaidActs(store).times("raid.case", {"triage"}, Span())
    at = first.at

    assert _entries(store, "raid.case", {"triage"}, Span(since=at)) == [2]
    assert _entries(store, "raid.case", {"triage"}, Span(until=at)) == []
    assert _entries(store, "raid.case", {"triage"}, Span(at, at + SECOND)) == [2]


def test_acts_on_cases_that_are_not_open_to_somebody_are_left_out(
    store: Store,
) -> None:
    mine = Visible(frozenset({"raid-desk"}), frozenset())
    both = Visible(frozenset({"raid-desk"}), frozenset({"case:c-b"}))

    assert _entries(store, "raid.case", {"open"}, Span(visible=mine)) == [1]
    assert _entries(store, "raid.case", {"open"}, Span(visible=both)) == [1, 3]
    assert _entries(store, "raid.report", {"receive"}, Span(visible=mine)) == [4]


def test_an_act_at_no_instant_is_not_what_was_recorded(store: Store) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE raid SET at = 'noon' WHERE idx = 1")

    with pytest.raises(IntegrityError) as caught:
        RaidActs(store).times("raid.case", {"open"}, Span())
    assert caught.value.code == "table-differs"
