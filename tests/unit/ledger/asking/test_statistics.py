"""Statistics: the same as counting the events by hand."""

from collections import Counter
from pathlib import Path

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.covering import Seen
from ringwall.ledger.asking.statistics import Statistics, count_entries
from ringwall.ledger.store import Store
from ringwall.model.events import (
    Event,
    log_pruned,
    log_recovered,
    witness_added,
    witness_quorum,
)
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import format_vkey
from tests.fault.ledger_simulator import AT, ORIGIN, LedgerFile, creation
from tests.unit.ledger.asked_log import (
    RARE,
    SIZE,
    asked_events,
    asked_log,
    erase,
    token_of,
)

EVENTS = asked_events()
DECISIONS = [event for event in EVENTS if event["kind"] == "decision.made"]


def counted(file: LedgerFile) -> Statistics:
    """Return what is on record."""
    return count_entries(Store(file.path, writable=False), ORIGIN)


def rules_of(event: Event) -> set[str]:
    """Return the rules that a decision names."""
    return {*event["rules"], *(reason["rule"] for reason in event["reasons"])}


def test_entries_are_counted_by_kind(tmp_path: Path) -> None:
    found = counted(asked_log(tmp_path))

    assert found.head.size == SIZE
    assert found.kinds == Counter(event["kind"] for event in EVENTS)
    assert sum(found.kinds.values()) == SIZE


def test_decisions_are_counted_by_what_they_came_to(tmp_path: Path) -> None:
    found = counted(asked_log(tmp_path)).decided

    assert found.effects == Counter(event["effect"] for event in DECISIONS)
    codes = Counter(e["reasons"][0]["code"] for e in DECISIONS if e["reasons"])
    assert found.codes == codes
    assert found.rules == Counter(rule for e in DECISIONS for rule in rules_of(e))
    assert found.subjects == Counter(event["subject"] for event in DECISIONS)
    assert found.subject_count == 4
    assert list(found.subjects)[-1] == RARE["subject"]


def test_a_person_of_several_tokens_is_one_subject(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, EVENTS[:60])
    with file.opened() as ledger:
        # As another process would, which does not know the person yet.
        ledger._people._find = lambda _: None
        ledger._people.forget()
        ledger.append(EVENTS[60:120])

    found = counted(file).decided
    decisions = [e for e in EVENTS[:120] if e["kind"] == "decision.made"]

    assert found.subjects == Counter(event["subject"] for event in decisions)
    assert found.subject_count == 3


def test_an_empty_log_counts_nothing(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, [creation()])
    file.edit("DELETE FROM event")
    file.edit("DELETE FROM checkpoint")

    found = counted(file)

    assert found.kinds == {}
    assert found.decided.effects == {}
    assert found.decided.subject_count == 0
    assert (found.first, found.last, found.checkpoint) == ("", "", None)
    assert (found.quorum, found.witnesses) == (None, ())


def test_the_span_and_the_doubtful_entries_are_told(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    found = counted(file)

    instants = sorted(event["at"][:19] for event in EVENTS)
    assert (found.first[:19], found.last[:19]) == (instants[0], instants[-1])
    assert (found.unclean, found.unsure, found.writers) == (1, 10, 0)
    assert found.file_bytes == file.path.stat().st_size


def test_the_write_ahead_log_is_part_of_the_file(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, 5, "ten years")])
        wal = file.path.with_name(file.path.name + "-wal").stat().st_size
        found = counted(file)
        assert found.file_bytes == file.path.stat().st_size + wal
        assert found.writers == 1

    assert found.pruned == 5


def test_what_was_forgotten_is_counted(tmp_path: Path) -> None:
    file = asked_log(tmp_path)
    ada = token_of(file, "user:ada")
    erase(file, ada)

    found = counted(file)

    assert found.erased == 1
    assert ada in found.decided.subjects
    assert "user:ada" not in found.decided.subjects


def test_witnesses_and_the_quorum_are_told(tmp_path: Path) -> None:
    key = CosigningKey("w.example/w", bytes(32))
    vkey = format_vkey(key.verifier())
    quorum = witness_quorum(AT, 1, 60, mandatory=True)
    file = LedgerFile(tmp_path, (creation(), witness_added(AT, "north", vkey), quorum))

    found = counted(file)

    assert found.witnesses == (Seen("north", None, None),)
    assert found.quorum == quorum


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("UPDATE quorum SET need = 0", "table-differs"),
        ("UPDATE decision SET effect = x'ff' WHERE idx = 1", "table-differs"),
        ("UPDATE disclosure SET value = '\"user:eve\"'", "disclosure-changed"),
        ("UPDATE event SET kind = 'log.pruned' WHERE idx = 300", ""),
    ],
)
def test_what_more_than_a_count_rests_on_is_checked(
    tmp_path: Path, edit: str, code: str
) -> None:
    file = asked_log(tmp_path)
    with file.opened() as ledger:
        ledger.append([witness_quorum(AT, 1, 60, mandatory=True)])
    assert file.edit(edit)

    if not code:  # a count is only what the tables say
        assert counted(file).kinds["log.pruned"] == 1
        return
    with pytest.raises(IntegrityError) as caught:
        counted(file)
    assert caught.value.code == code


def test_ranges_of_doubtful_entries_are_counted_once(tmp_path: Path) -> None:
    events = [creation(), *[log_recovered(AT, 0, n, ["x"]) for n in (1, 2)]]
    file = LedgerFile(tmp_path, [*events, log_recovered(AT, 2, 2**53 - 1, ["x"])])

    # What one says of itself, and of what comes later, it can't know.
    assert counted(file).unsure == 3
