"""What was seen of objects: as it was, or somebody else came first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from ringwall.ledger.committing.seen import SeenObjects
from ringwall.ledger.ledger import Ledger, StaleBasis
from tests.fault.ledger_simulator import LedgerFile, creation, decision, sealed
from tests.raid_records import CASE, NEEDS, REPORT, case_event, report_event

OTHER = "case:c-bbbbbbbbbb"
NEW = {CASE: -1, OTHER: -1}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Return a ledger in which a case was opened, then assessed, by entry 3."""
    assessed = case_event(act="assess", before="new")
    events = (creation(), case_event(), decision("dec-1", basis=0), assessed)
    with LedgerFile(tmp_path, events).opened() as opened:
        yield opened


@pytest.fixture
def connection(ledger: Ledger) -> Iterator[Connection]:
    with ledger.store.reading() as opened:
        yield opened


def test_an_object_is_as_it_was_while_its_latest_event_is(
    connection: Connection,
) -> None:
    seen = SeenObjects(connection)

    assert seen.are_as({})
    assert seen.are_as({CASE: 3, OTHER: -1})
    for moved in (1, 2, 4, -1):
        assert not seen.are_as({CASE: moved})
    assert not seen.are_as({CASE: 3, OTHER: 0})


def test_what_is_about_to_land_counts_as_landed(connection: Connection) -> None:
    seen = SeenObjects(connection)
    entries = [sealed(case_event(OTHER)), sealed(report_event()), sealed(NEEDS[0])]
    seen.take(4, entries)

    assert seen.are_as({CASE: 3, OTHER: 4, REPORT: 5})
    assert not seen.are_as({OTHER: -1})


def test_a_permit_is_as_it_was_until_something_is_done_under_it(
    connection: Connection,
) -> None:
    seen = SeenObjects(connection)
    event = case_event(OTHER)
    used = case_event()["decision"]
    fresh = {"dec-9": -1}

    assert seen.are_as({used: 3} | fresh)
    assert not seen.are_as({used: -1})
    seen.take(4, [sealed({**event, "decision": "dec-9"})])
    assert not seen.are_as(fresh)
    assert seen.are_as({"dec-9": 4, OTHER: 4})


def test_two_acts_never_land_under_one_permit(ledger: Ledger) -> None:
    event = {**case_event(OTHER), "decision": "dec-9"}
    ledger.append([event], seen={"dec-9": -1})

    with pytest.raises(StaleBasis):
        ledger.append([{**NEEDS[0], "decision": "dec-9"}], seen={"dec-9": -1})
    assert ledger.head().size == 5


def test_nothing_is_appended_on_an_object_that_has_moved(ledger: Ledger) -> None:
    [receipt] = ledger.append([case_event(OTHER)], seen=NEW | {CASE: 3})
    with pytest.raises(StaleBasis):
        ledger.append([case_event(OTHER)], seen=NEW)

    assert receipt.index == 4
    assert ledger.head().size == 5
    [again] = ledger.append([report_event()], 0, {OTHER: 4, REPORT: -1})
    assert again.index == 5
    with pytest.raises(StaleBasis):
        ledger.append([report_event()], 1, {OTHER: 4})


def test_need_to_know_moves_no_object_but_the_basis(ledger: Ledger) -> None:
    ledger.append(NEEDS[:1], 0, {CASE: 3})

    ledger.append([case_event(OTHER)], 4, {CASE: 3})
    with pytest.raises(StaleBasis):
        ledger.append([report_event()], 0, {CASE: 3})
