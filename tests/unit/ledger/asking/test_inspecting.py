"""One entry: what it says, what is disclosed of it, and what covers it."""

from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError, UnknownItem
from ringwall.ledger.asking.inspecting import Inspected, inspect_entry
from ringwall.model.events import log_pruned
from tests.fault.ledger_simulator import AT, LedgerFile
from tests.unit.ledger.asked_log import (
    RARE,
    SIZE,
    asked_events,
    asked_log,
    erase,
    token_of,
)

EVENTS = asked_events()


@pytest.fixture
def log(tmp_path: Path) -> LedgerFile:
    """Return the log."""
    return asked_log(tmp_path)


def inspected(file: LedgerFile, name: str) -> Inspected:
    """Return one entry and what is known of it."""
    with file.opened(writable=False) as ledger:
        return inspect_entry(ledger, name)


def test_an_entry_is_found_by_index_id_and_as_the_last(log: LedgerFile) -> None:
    by_index = inspected(log, "123")

    assert by_index.listed.event == EVENTS[123]
    assert by_index == inspected(log, EVENTS[123]["id"])
    assert inspected(log, "last").listed.index == SIZE - 1
    assert inspected(log, "last").listed.event == EVENTS[-1]


def test_what_a_token_stands_for_is_said_beside_it(log: LedgerFile) -> None:
    token = token_of(log, RARE["subject"])

    found = inspected(log, "123")

    assert found.disclosed == {token: RARE["subject"]}
    assert found.listed.withheld == {}
    assert inspected(log, "0").disclosed == {}


def test_what_was_erased_is_said_to_be(log: LedgerFile) -> None:
    token = token_of(log, RARE["subject"])
    erase(log, token)

    found = inspected(log, "123")

    assert found.disclosed == {}
    assert found.listed.withheld == {token: "erased"}
    assert found.listed.event == {**EVENTS[123], "subject": token}


def test_what_covers_it_is_told(log: LedgerFile) -> None:
    sizes = [size for (size,) in log.query("SELECT size FROM checkpoint")]

    above = [size for size in sizes if size > 123]
    assert inspected(log, "123").coverage.size == min(above, default=None)


def test_an_entry_that_may_not_have_been_acknowledged_says_so(log: LedgerFile) -> None:
    assert not inspected(log, "250").listed.is_acknowledged
    assert inspected(log, "260").listed.is_acknowledged


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (str(SIZE), "unknown-entry"),
        ("9" * 15, "unknown-entry"),
        ("9" * 30, "unknown-decision"),
        ("dec-none", "unknown-decision"),
        ("", "unknown-decision"),
    ],
)
def test_what_is_not_there_is_refused(log: LedgerFile, name: str, code: str) -> None:
    with pytest.raises(UnknownItem) as caught:
        inspected(log, name)

    assert caught.value.code == code


def test_an_entry_that_has_been_pruned_is_refused(log: LedgerFile) -> None:
    with log.opened() as ledger:
        ledger.append([log_pruned(AT, 200, "ten years")])

    with pytest.raises(UnknownItem) as caught:
        inspected(log, "123")

    assert caught.value.code == "entry-pruned"


def test_an_entry_that_was_changed_is_refused(log: LedgerFile) -> None:
    log.edit("UPDATE leaf SET hash = zeroblob(32) WHERE idx = 123")

    with pytest.raises(IntegrityError) as caught:
        inspected(log, "123")

    assert caught.value.code == "entry-changed"
