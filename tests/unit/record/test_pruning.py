"""Pruning: what is old and not in force loses its bytes, by an event of its own."""

from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.record.pruning import Pruning, prune_log
from tests.fault.ledger_simulator import AT, LedgerFile

CLOCK = FixedClock(AT + 10**9)
LATER = AT + 10**7


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with a short history in it, closed."""
    return LedgerFile(tmp_path)


def test_old_entries_lose_their_bytes_and_keep_their_hashes(file: LedgerFile) -> None:
    before = file.query("SELECT idx, hash FROM leaf ORDER BY idx")
    with file.opened() as ledger:
        assert prune_log(ledger, LATER, "ten years", CLOCK) == Pruning(10, 6, 10)

    assert file.query("SELECT idx, hash FROM leaf ORDER BY idx")[:-1] == before
    bare = file.query("SELECT idx FROM leaf WHERE entry IS NULL ORDER BY idx")
    assert [index for (index,) in bare] == [1, 2, 3, 4, 7, 9]


def test_to_look_first_changes_nothing(file: LedgerFile) -> None:
    before = file.path.read_bytes()
    with file.opened(writable=False) as ledger:
        assert prune_log(ledger, LATER, "ten years", None) == Pruning(10, 6)

    assert file.path.read_bytes() == before


def test_what_is_younger_stays(file: LedgerFile) -> None:
    with file.opened() as ledger:
        assert prune_log(ledger, AT, "ten years", CLOCK) == Pruning(0, 0)
        assert prune_log(ledger, AT + 10**6, "ten years", CLOCK) == Pruning(4, 3, 10)


def test_nothing_is_pruned_twice(file: LedgerFile) -> None:
    with file.opened() as ledger:
        prune_log(ledger, LATER, "ten years", CLOCK)
        assert prune_log(ledger, LATER, "ten years", CLOCK) == Pruning(10, 0)


def test_pruning_needs_a_reason(file: LedgerFile) -> None:
    with file.opened() as ledger, pytest.raises(ConfigurationError) as caught:
        prune_log(ledger, LATER, " ", CLOCK)
    assert caught.value.code == "reason-missing"


def test_facts_that_never_rest_are_told(
    file: LedgerFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(*_: object) -> None:
        raise StaleBasis

    with file.opened() as ledger:
        monkeypatch.setattr(Ledger, "append", stale)
        with pytest.raises(RecordUnavailable) as caught:
            prune_log(ledger, LATER, "ten years", CLOCK)
    assert caught.value.code == "facts-unsettled"
