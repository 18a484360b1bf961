"""What a log says of itself, gathered from its entries."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.findings import MAX_FINDINGS, Findings
from ringwall.ledger.verification.log_events import LogEvents
from ringwall.model.events import (
    Event,
    key_rotated,
    log_pruned,
    witness_added,
    witness_quorum,
    witness_removed,
)
from ringwall.model.matter_events import decoy_placed
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import SigningKey, format_vkey
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    OTHER_KEY,
    VERIFIER,
    creation,
    decision,
    growth,
    sealed,
)
from tests.unit.ledger.written_log import WrittenLog

if TYPE_CHECKING:
    from ringwall.ledger.entries import Entry

WITNESS = CosigningKey("witness.example/a", bytes(range(3, 35))).verifier()
THIRD = SigningKey("log.example", bytes(range(5, 37)))


def rows(events: list[Event]) -> list[tuple[int, bytes, bytes]]:
    entries: list[Entry] = [sealed(event) for event in events]
    return [(i, entry.leaf, entry.data) for i, entry in enumerate(entries)]


def gathered(*events: Event, skimmed: bool = False) -> LogEvents:
    found = LogEvents()
    history = [creation(), *events]
    if skimmed:
        findings = Findings()
        found.skim(rows(history), findings)
        assert findings.listed() == ()
    else:
        for index, event in enumerate(history):
            found.take(index, event)
    return found


@pytest.mark.parametrize("skimmed", [True, False])
def test_keys_witnesses_and_quorum_are_gathered_either_way(skimmed: bool) -> None:
    found = gathered(
        decision("dec-1"),
        key_rotated(AT, format_vkey(OTHER_KEY.verifier())),
        witness_added(AT, "a", format_vkey(WITNESS)),
        witness_quorum(AT, 2, 60, mandatory=True),
        skimmed=skimmed,
    )

    assert found.rotations == [(2, format_vkey(OTHER_KEY.verifier()))]
    assert found.in_force == {"a": WITNESS}
    assert (found.need, found.mandatory) == (2, True)
    findings = Findings()
    epochs = found.epochs(VERIFIER, findings).epochs
    assert [epoch.verifier for epoch in epochs] == [VERIFIER, OTHER_KEY.verifier()]
    assert findings.listed() == ()


def test_a_witness_that_was_removed_is_known_but_not_in_force() -> None:
    found = gathered(
        witness_added(AT, "a", format_vkey(WITNESS)),
        witness_removed(AT, "a"),
        witness_removed(AT, "b"),
    )

    assert found.in_force == {}
    assert found.witnesses == {WITNESS.public: WITNESS}


def test_a_witness_whose_key_is_none_cosigns_nothing() -> None:
    assert gathered(witness_added(AT, "a", "no key")).witnesses == {}


def test_pruning_covers_what_lies_before_it() -> None:
    found = gathered(*map(decision, ("d1", "d2", "d3")), log_pruned(AT, 3, "old"))

    assert found.uncovered([(0, 2), (2, 3)]) == []
    assert found.uncovered([(0, 2), (2, 4), (6, 7)]) == [(3, 4), (6, 7)]


def test_pruning_never_covers_what_comes_after_it() -> None:
    found = gathered(log_pruned(AT, 1000, "old"), log_pruned(AT, 0, "old"))

    assert found.uncovered([(0, 1), (1, 3)]) == [(1, 3)]


def test_a_key_that_the_log_never_had_is_a_wrong_key() -> None:
    found = gathered(key_rotated(AT, format_vkey(OTHER_KEY.verifier())))
    findings = Findings()

    epochs = found.epochs(THIRD.verifier(), findings)

    assert [f.code for f in findings.listed()] == ["wrong-key"]
    assert epochs.epochs[0].verifier == THIRD.verifier()


@pytest.mark.parametrize("vkey", ["no key", format_vkey(VERIFIER)])
def test_keys_that_can_not_be_are_told(vkey: str) -> None:
    findings = Findings()

    gathered(key_rotated(AT, vkey)).epochs(VERIFIER, findings)

    assert [f.code for f in findings.listed()] == ["epochs-malformed"]


def test_a_log_whose_first_key_is_none_is_told() -> None:
    found = LogEvents()
    found.take(0, {**creation(), "vkey": "no key"})
    found.take(1, key_rotated(AT, format_vkey(OTHER_KEY.verifier())))
    findings = Findings()
    found.epochs(VERIFIER, findings)

    assert [f.code for f in findings.listed()] == ["epochs-malformed"]


def test_an_entry_about_the_log_that_can_not_be_read_is_told() -> None:
    data = b'{"kind":"log.pruned","v":1}'
    findings = Findings()
    LogEvents().skim([(7, leaf_hash(data), data)], findings)

    assert [(f.code, f.place) for f in findings.listed()] == [
        ("entry-unreadable", "entry 7")
    ]


@pytest.mark.parametrize("log_only", [True, False])
@pytest.mark.parametrize("name", ["name", "origin", "vkey"])
def test_an_institute_that_becomes_another_is_told(
    tmp_path: Path, name: str, log_only: bool
) -> None:
    grown = {**growth(), name: "another"}
    report = WrittenLog(tmp_path, [creation(), growth(), grown]).verify(
        Options(log_only=log_only)
    )

    [finding] = report.findings
    assert (finding.code, finding.place) == ("institute-changed", "entry 2")
    assert finding.message == f"it grew, and its {name} became another"
    assert report.first_bad == 2


@pytest.mark.parametrize("log_only", [True, False])
def test_an_institute_that_only_grows_is_the_same(
    tmp_path: Path, log_only: bool
) -> None:
    log = WrittenLog(tmp_path, [creation(), growth()])

    assert log.verify(Options(log_only=log_only)).is_sound


@pytest.mark.parametrize("log_only", [True, False])
def test_an_institute_that_is_created_twice_is_told(
    tmp_path: Path, log_only: bool
) -> None:
    report = WrittenLog(tmp_path, [creation(), creation()]).verify(
        Options(log_only=log_only)
    )

    [finding] = report.findings
    assert (finding.code, finding.place) == ("institute-changed", "entry 1")
    assert finding.message == "an institute is created once, by entry 0"


def test_what_an_institute_was_is_not_judged_by_an_entry_that_is_damaged() -> None:
    found, findings = LogEvents(), Findings()
    found.take(1, {**growth(), "name": "another"})
    found.judge_institute(findings)

    assert findings.listed() == ()


def test_of_very_many_changes_of_an_institute_the_first_are_told() -> None:
    found, findings = gathered(), Findings()
    for index in range(1, MAX_FINDINGS + 2):
        found.take(index, creation())
    found.judge_institute(findings)

    assert len(findings.listed()) == MAX_FINDINGS


def test_either_key_of_a_log_verifies_it_at_either_depth(tmp_path: Path) -> None:
    events = [
        creation(),
        decision("d1"),
        key_rotated(AT, format_vkey(OTHER_KEY.verifier())),
        decision("d2"),
    ]
    log = WrittenLog(tmp_path, events, (2, 3, 4), (KEY, OTHER_KEY))

    for verifier in (VERIFIER, OTHER_KEY.verifier()):
        for log_only in (True, False):
            report = log.verify_with(verifier, Options(log_only=log_only))
            assert (report.findings, report.signed_size) == ((), 4)
    report = log.verify_with(THIRD.verifier(), Options())
    assert {finding.code for finding in report.findings} == {"wrong-key"}


def test_pruning_that_nobody_signed_excuses_nothing() -> None:
    found = LogEvents()
    found.signed = 3
    for index, event in enumerate([log_pruned(AT, 1, "old")] * 3, 1):
        found.take(index, event)
    assert found.pruned_before == 1
    found.take(3, log_pruned(AT, 3, "old"))
    assert found.pruned_before == 1


def test_an_instant_that_can_not_be_read_tells_of_no_time() -> None:
    placed = {**decoy_placed(AT - 10**9, "0" * 64, "user:hedy"), "at": "some day"}

    assert gathered(placed).dated_back == []
    assert gathered(decoy_placed(AT - 10**9, "0" * 64, "user:hedy")).dated_back == [1]
