"""Pruning: what is old and not in force loses its bytes, by an event of its own."""

from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock, format_instant
from ringwall.base.errors import ActRefused, ConfigurationError, RecordUnavailable
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.matter_events import finding_recorded, proof_refused, report_filed
from ringwall.record.pruning import LEAST_AGE, Pruning, prune_log
from tests.fault.ledger_simulator import AT, HISTORY, LedgerFile, alarm, decision
from tests.unit.ledger.asking.test_passing import FOUND, REFUSED

LATER = AT + 10**7
TODAY = LATER + LEAST_AGE
CLOCK = FixedClock(TODAY + 10**9)
LAST = {**decision("dec-9", basis=8), "at": format_instant(TODAY)}
REPORT = {
    "source": "decoy",
    "subject": "org:ada",
    "resource": "weights:aurora-2",
    "decision": "dec-4",
    "told": "a decoy was asked for",
}


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    """Return a ledger with a short history in it, and an entry of a year later."""
    return LedgerFile(tmp_path, (*HISTORY, LAST))


def bare(file: LedgerFile) -> list[int]:
    """Return the indices of the entries without bytes."""
    query = "SELECT idx FROM leaf WHERE entry IS NULL ORDER BY idx"
    return [index for (index,) in file.query(query)]


def test_old_entries_lose_their_bytes_and_keep_their_hashes(file: LedgerFile) -> None:
    before = file.query("SELECT idx, hash FROM leaf ORDER BY idx")
    with file.opened() as ledger:
        assert prune_log(ledger, LATER, "ten years", CLOCK) == Pruning(10, 6, 11)

    assert file.query("SELECT idx, hash FROM leaf ORDER BY idx")[:-1] == before
    assert bare(file) == [1, 2, 3, 4, 7, 9]


def test_to_look_first_changes_nothing(file: LedgerFile) -> None:
    before = file.path.read_bytes()
    with file.opened(writable=False) as ledger:
        assert prune_log(ledger, LATER, "ten years", None) == Pruning(10, 6)

    assert file.path.read_bytes() == before


def test_what_is_younger_stays(file: LedgerFile) -> None:
    with file.opened() as ledger:
        assert prune_log(ledger, AT, "ten years", CLOCK) == Pruning(0, 0)
        assert prune_log(ledger, AT + 10**6, "ten years", CLOCK) == Pruning(4, 3, 11)


def test_nothing_is_pruned_twice(file: LedgerFile) -> None:
    with file.opened() as ledger:
        prune_log(ledger, LATER, "ten years", CLOCK)
        assert prune_log(ledger, LATER, "ten years", CLOCK) == Pruning(10, 0)


def test_what_is_younger_than_a_year_by_the_log_itself_is_not_pruned(
    file: LedgerFile,
) -> None:
    before = file.path.read_bytes()
    # A clock that was set ahead makes nothing older.
    for clock in (CLOCK, FixedClock(TODAY + 10 * LEAST_AGE), None):
        with file.opened() as ledger, pytest.raises(ActRefused) as caught:
            prune_log(ledger, LATER + 1, "ten years", clock)

        assert (caught.value.code, caught.value.exit_code) == ("prune-too-young", 1)
        assert format_instant(LATER) in caught.value.next_step
    assert file.path.read_bytes() == before


def test_a_log_whose_newest_entry_is_ahead_of_the_clock_makes_nothing_older(
    file: LedgerFile,
) -> None:
    with file.opened() as ledger, pytest.raises(ActRefused) as caught:
        prune_log(ledger, LATER, "ten years", FixedClock(TODAY - 1))

    assert caught.value.code == "prune-too-young"


def test_what_told_on_somebody_is_never_pruned(tmp_path: Path) -> None:
    kept = (
        alarm("dec-4"),
        proof_refused(AT, REFUSED),
        finding_recorded(AT, FOUND),
        report_filed(AT, "rep-1", REPORT),
    )
    late = {**LAST, "basis": 8}
    file = LedgerFile(tmp_path, (*HISTORY, *kept, late))
    with file.opened() as ledger:
        assert prune_log(ledger, LATER, "ten years", CLOCK) == Pruning(14, 6, 15)

    assert bare(file) == [1, 2, 3, 4, 7, 9]
    kinds = [kind for (kind,) in file.query("SELECT kind FROM event ORDER BY idx")]
    assert [one for one in kinds if one in {k["kind"] for k in kept}] == [
        "alarm.raised",
        "proof.refused",
        "finding.recorded",
        "report.filed",
    ]
    assert file.verify().is_sound


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
