"""Each kind of event of a matter or the desk is recorded, found, replayed and kept.

One of each on a small log, with a person inside who is erased in the end.
"""

import json
from pathlib import Path
from typing import Final

import pytest

from ringwall.base.clock import FixedClock, format_instant
from ringwall.base.errors import ConfigurationError
from ringwall.ledger.asking.listing import Listed, listed_entries
from ringwall.ledger.asking.questions import Question
from ringwall.ledger.replay import replay_ledger
from ringwall.ledger.spending import Spending
from ringwall.ledger.store import Store
from ringwall.model.events import EVENT_KINDS, KEPT_KINDS, Event
from ringwall.model.matter_events import MATTER_KINDS, PASSING_KINDS
from ringwall.model.raid_events import RAID_KINDS
from ringwall.record.erasing import erase_person
from ringwall.record.exporting import export_tiles
from ringwall.record.pruning import LEAST_AGE, prune_log
from tests.fault.ledger_simulator import (
    AT,
    LedgerFile,
    creation,
    decision,
    fact,
    policy,
    removal,
)
from tests.matter_events import MATTERS, NEW_ALARMS, PASSING, REQUEST
from tests.raid_records import WHOLE, lawful

CLOCK: Final = FixedClock(AT + 10**10)
LAWFUL: Final = lawful(WHOLE)
PERMITS: Final = [event for event in LAWFUL if event["kind"] == "decision.made"]
ACTS: Final = [event for event in LAWFUL if event["kind"] != "decision.made"]
NEED: Final = MATTERS[-1]
NEW: Final[tuple[Event, ...]] = (*MATTERS, *PASSING, *NEW_ALARMS, *ACTS)
BEFORE: Final[tuple[Event, ...]] = (
    creation(),
    {**policy("1" * 64), "request": REQUEST},
    fact("user:ada"),
    fact("user:grace"),
    removal("user:ada"),
    decision("dec-1", basis=4),
    # What is done at the incident desk, each act under a permit of its own.
    {**lawful([NEED])[0], "id": NEED["decision"]},
    *PERMITS,
)
KINDS: Final = sorted(MATTER_KINDS | PASSING_KINDS | RAID_KINDS)


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with one event of each kind of a matter, closed."""
    return LedgerFile(tmp_path, (*BEFORE, *NEW))


def listed(file: LedgerFile, kind: str) -> list[Listed]:
    """Return the entries of a kind, as `audit ls --kind` finds them."""
    store = Store(file.path, writable=False)
    try:
        return list(listed_entries(store, Question(kind=kind)))
    finally:
        store.close()


def test_there_is_one_of_each_kind() -> None:
    assert {event["kind"] for event in NEW} == {*KINDS, "alarm.raised"}
    assert {event["kind"] for event in NEW} <= EVENT_KINDS


def test_each_is_on_record_as_it_was_built(file: LedgerFile) -> None:
    with file.opened(writable=False) as ledger:
        events = [
            ledger.entry(len(BEFORE) + number).event for number in range(len(NEW))
        ]

    assert events == list(NEW)
    assert file.codes() == set()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_by_its_name_and_with_its_person(
    file: LedgerFile, kind: str
) -> None:
    found = listed(file, kind)

    wanted = [event for event in NEW if event["kind"] == kind]
    assert [one.event for one in reversed(found)] == wanted


def test_those_that_decisions_rest_on_are_handed_on_in_order(file: LedgerFile) -> None:
    heard: list[tuple[int, Event]] = []
    with file.opened(writable=False) as ledger:
        basis = ledger.registry_since(
            -1, Spending(lambda *one: heard.append(one))
        ).basis

    assert [event for _, event in heard] == list(MATTERS)
    assert [index for index, _ in heard] == sorted(index for index, _ in heard)
    assert basis == len(BEFORE) + len(MATTERS) - 1


def test_all_are_replayed_as_they_were(file: LedgerFile, tmp_path: Path) -> None:
    store = Store(file.path, writable=False)
    try:
        size, differences = replay_ledger(store, tmp_path / "again.db")
    finally:
        store.close()

    assert (size, differences) == (len(BEFORE) + len(NEW), ())


def test_all_are_exported(file: LedgerFile, tmp_path: Path) -> None:
    with file.opened() as ledger:
        export_tiles(ledger, tmp_path / "tiles")

    entries = b"".join(
        path.read_bytes()
        for path in sorted((tmp_path / "tiles" / "tile" / "entries").rglob("*"))
        if path.is_file()
    )
    for kind in KINDS:
        assert b'"kind":"' + kind.encode() + b'"' in entries
    assert b"user:ada" not in entries


def test_pruning_keeps_what_decisions_rest_on(file: LedgerFile) -> None:
    year = AT + 10**9 + LEAST_AGE
    last = decision("dec-last", basis=len(BEFORE) + len(MATTERS) - 1)
    with file.opened() as ledger:
        ledger.append([{**last, "at": format_instant(year)}])
        prune_log(ledger, AT + 10**9, "ten years", FixedClock(year))
    bare = {
        index
        for (index,) in file.query("SELECT idx FROM leaf WHERE entry IS NULL")
        if index >= len(BEFORE)
    }

    kept = set(range(len(BEFORE), len(BEFORE) + len(MATTERS)))
    told = {i for i, one in enumerate(NEW, len(BEFORE)) if one["kind"] in KEPT_KINDS}
    everything = set(range(len(BEFORE), len(BEFORE) + len(NEW)))
    assert bare == everything - kept - told
    assert file.codes() == set()
    rows = file.query("SELECT idx FROM matter ORDER BY idx")
    assert [index for (index,) in rows] == sorted(kept)
    for kind in MATTER_KINDS:
        assert len(listed(file, kind)) == 1


def test_an_erased_person_is_named_by_no_kind(file: LedgerFile) -> None:
    with file.opened() as ledger:
        erase_person(ledger, "user:ada", "request 12", CLOCK)

    assert file.codes() == set()
    for kind in KINDS:
        for one in listed(file, kind):
            text = json.dumps(one.event)
            assert "user:ada" not in text
    assert b'user:ada"' not in file.path.read_bytes()


def test_a_row_that_says_otherwise_than_its_entry_is_found(file: LedgerFile) -> None:
    file.edit("UPDATE matter SET about = 'req-other' WHERE kind = 'request.opened'")

    assert file.codes() & {"row-changed", "table-differs", "row-unfounded"}


def test_somebody_on_record_is_not_erased(file: LedgerFile) -> None:
    with file.opened() as ledger, pytest.raises(ConfigurationError):
        erase_person(ledger, "user:grace", "request 12", CLOCK)
