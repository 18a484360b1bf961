"""Forgetting: words and old bytes go, hashes and whatever is in force stay."""

import json
from pathlib import Path

import pytest
from sqlalchemy import literal, select

from ringwall.base.errors import IntegrityError, UnknownItem
from ringwall.ledger.memory.disclosures import tokens_in
from ringwall.ledger.memory.forgetting import end_before, is_prunable, prunable_count
from ringwall.ledger.schema import LEAF
from ringwall.ledger.slices import BLOCK
from ringwall.model.events import Event, log_pruned, subject_erased
from tests.fault.ledger_simulator import (
    ABOUT_THE_LOG,
    AT,
    HISTORY,
    SPENT,
    LedgerFile,
    alarm,
    decision,
    fact,
)
from tests.recorded import newest_first
from tests.unit.ledger.sliced_log import SlicedLog

SECOND = 1_000_000
SAID = {**decision("dec-9", basis=8), "subject": "user:ada", "purpose": "nightly run"}
# A witness is removed after it was added, so only the removal is in force.
LASTING_KINDS = {"alarm.raised"} | {event["kind"] for event in ABOUT_THE_LOG} - {
    "log.recovered",
    "witness.added",
}
# A key is not rotated by an event alone.
MIXED: tuple[Event, ...] = (*SPENT, alarm("dec-4"), SAID, *ABOUT_THE_LOG[1:])


def bare(file: LedgerFile) -> list[int]:
    """Return the indices of the entries without bytes."""
    return [i for (i,) in file.query("SELECT idx FROM leaf WHERE entry IS NULL")]


def prune(file: LedgerFile, before: int) -> None:
    """Prune by an entry."""
    with file.opened() as ledger:
        ledger.append([log_pruned(AT, before, "old")])


def test_erased_tokens_are_no_longer_disclosed(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (*HISTORY, SAID))
    with file.opened() as ledger:
        [data] = [
            entry for (entry,) in file.query("SELECT entry FROM leaf WHERE idx=10")
        ]
        own, text = sorted(tokens_in(data), reverse=True)
        ledger.append([subject_erased(AT, [text], "asked for")])

        assert ledger.entry(10).event == {**SAID, "purpose": text}
        ledger.append([subject_erased(AT, [own], "asked for")])
        assert ledger.entry(10).event["subject"] == own
    assert file.query("SELECT * FROM disclosure") == []


def test_pruned_are_old_entries_that_are_not_in_force(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, MIXED)
    in_force = {0, 5, 6, 8, 10, 12}
    lasting = {i for i, event in enumerate(MIXED) if event["kind"] in LASTING_KINDS}
    already = bare(file)
    with file.opened() as ledger, ledger.store.reading() as connection:
        foreseen = prunable_count(connection, len(MIXED))
    prune(file, len(MIXED))

    assert set(bare(file)) == set(range(len(MIXED))) - in_force - lasting
    assert len(bare(file)) == foreseen + len(already)
    assert already == [1, 2, 3]


def test_nothing_from_the_index_on_is_pruned(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, MIXED)
    prune(file, 5)

    assert bare(file) == [1, 2, 3, 4]


def test_rows_of_pruned_entries_go_with_them(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, MIXED)
    prune(file, len(MIXED))
    gone = set(bare(file))

    for table in ("decision", "event", "policy"):
        left = {i for (i,) in file.query(f"SELECT idx FROM {table}")}  # noqa: S608 - our tables
        assert not left & gone
    assert file.query("SELECT idx FROM policy") == [(8,)]
    assert file.query("SELECT count(*) FROM amount") == [(2,)]


def test_what_only_a_pruned_entry_says_is_no_longer_disclosed(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (*HISTORY, SAID))
    prune(file, 11)

    assert b"nightly run" not in file.path.read_bytes()


def people(file: LedgerFile) -> list[str]:
    """Return the ids of people that are on record."""
    query = "SELECT value FROM disclosure WHERE owner = token ORDER BY value"
    return [json.loads(value) for (value,) in file.query(query)]


def said_of(person: str, name: str) -> Event:
    """Return a decision about a person, on the basis of `HISTORY`."""
    return {**SAID, "id": name, "subject": person, "basis": 8}


def test_whom_no_entry_names_any_more_is_struck(tmp_path: Path) -> None:
    told = [said_of("user:ada", "dec-10"), said_of("user:eve", "dec-11")]
    last = {**said_of("org:ada", "dec-12"), "resource": "user:eve"}
    file = LedgerFile(tmp_path, (*HISTORY, *told, last))
    assert people(file) == ["user:ada", "user:eve"]
    prune(file, 12)

    assert people(file) == ["user:eve"]
    assert b"user:ada" not in file.path.read_bytes()
    assert file.verify().is_sound


def test_whom_an_entry_in_force_names_stays(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (*HISTORY, fact("user:ada")))
    with file.opened() as ledger:
        ledger.append([{**said_of("user:ada", "dec-10"), "basis": 10}])
    prune(file, 12)

    assert bare(file)[-1] == 11
    assert people(file) == ["user:ada"]
    assert file.verify().is_sound


def test_who_was_pruned_and_comes_back_is_on_record_again(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (*HISTORY, said_of("user:ada", "dec-10")))
    with file.opened() as running, file.opened() as other:
        # It knows the token that another process strikes now.
        running.append([said_of("user:ada", "dec-11")])
        other.append([log_pruned(AT, 12, "old")])
        assert people(file) == []
        running.append([said_of("user:ada", "dec-12")])

    assert people(file) == ["user:ada"]
    assert file.verify().is_sound
    assert len(file.query("SELECT DISTINCT subject FROM decision")) == 1


def test_whom_an_entry_of_the_same_batch_names_stays(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (*HISTORY, said_of("user:ada", "dec-10")))
    with file.opened() as ledger:
        pruning = log_pruned(AT, 11, "old")
        ledger.append([pruning, said_of("user:ada", "dec-11")])

    assert bare(file)[-1] == 10
    assert people(file) == ["user:ada"]
    assert file.verify().is_sound


def test_people_are_sought_in_a_long_log_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringwall.ledger.memory.forgetting._CHUNK", 3)
    names = ["user:ada", "user:bob", "user:eve", "user:bob", "user:ada"]
    told = [said_of(name, f"dec-{n}") for n, name in enumerate(names)]
    file = LedgerFile(tmp_path, (*HISTORY, *told, *map(sparse, range(9))))
    prune(file, 13)

    assert people(file) == ["user:ada", "user:bob"]
    assert file.verify().is_sound


def sparse(number: int) -> Event:
    """Return a decision that names no person."""
    return decision(f"dec-sparse-{number}", basis=8)


def test_what_is_in_force_is_read_as_before(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, (*HISTORY, fact("user:ada")))
    with file.opened() as ledger:
        before = ledger.registry_since(-1)
    prune(file, 11)

    with file.opened() as ledger:
        assert ledger.registry_since(-1) == before
        ledger.append([decision("dec-10")])


def test_a_pruned_entry_is_said_to_be_pruned(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path)
    prune(file, 8)

    with file.opened(writable=False) as ledger:
        with pytest.raises(UnknownItem) as caught:
            ledger.entry(4)
        assert caught.value.code == "entry-pruned"
        assert [one.index for one in newest_first(ledger)] == [10, 9, 8, 6, 5, 0]


def test_an_entry_without_bytes_that_nothing_pruned_is_damage(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path)
    file.edit("UPDATE leaf SET entry = NULL WHERE idx = 4")

    with file.opened(writable=False) as ledger:
        with pytest.raises(IntegrityError) as caught:
            ledger.entry(4)
        assert caught.value.code == "entry-changed"
        with pytest.raises(IntegrityError):
            list(newest_first(ledger))


def test_a_long_log_is_pruned_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringwall.ledger.memory.forgetting._CHUNK", 3)
    file = LedgerFile(tmp_path)
    prune(file, 8)

    assert bare(file) == [1, 2, 3, 4, 7]


def test_the_end_is_the_first_entry_that_is_not_older(tmp_path: Path) -> None:
    late = {**decision("dec-5"), "at": "2027-01-15T08:01:00.500000Z"}
    back = {**decision("dec-6"), "at": "2027-01-15T08:00:30Z"}
    file = LedgerFile(tmp_path, (*HISTORY, late, back))
    with file.opened() as ledger, ledger.store.reading() as connection:
        ends = [end_before(connection, AT + s * SECOND) for s in (0, 1, 2, 60, 61, -5)]
        half = AT + 60 * SECOND + SECOND // 2
        close = [end_before(connection, half + more) for more in (-1, 0, 1)]

    assert ends == [0, 4, 10, 10, 12, 0]
    assert close == [10, 10, 12]


def test_a_whole_second_is_pruned_before_its_fractions(tmp_path: Path) -> None:
    whole = {**decision("dec-5"), "at": "2027-01-15T08:01:00Z"}
    later = {**decision("dec-6"), "at": "2027-01-15T08:01:00.000001Z"}
    file = LedgerFile(tmp_path, (*HISTORY, whole, later))
    at = AT + 60 * SECOND
    with file.opened() as ledger, ledger.store.reading() as connection:
        ends = [end_before(connection, at + more) for more in (0, 1, 2)]

    assert ends == [10, 11, 12]


def test_the_condition_alone_says_what_may_go(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path)
    with file.opened() as ledger, ledger.store.reading() as connection:
        found = connection.execute(select(LEAF.c.idx).where(is_prunable(literal(6))))

        assert sorted(found.scalars()) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("before", "left"), [(0, [0, 1]), (1, [1]), (BLOCK, [1]), (BLOCK + 1, [])]
)
def test_what_was_sliced_of_pruned_blocks_goes_with_them(
    tmp_path: Path, before: int, left: list[int]
) -> None:
    log = SlicedLog(tmp_path, 2)
    prune(log, before)
    # Nor is it made again.
    with log.opened() as ledger:
        ledger.append([decision("dec-new")])

    assert log.sliced() == left
    query = "SELECT DISTINCT block FROM slice ORDER BY block"
    assert [number for (number,) in log.query(query)] == left
    assert log.verify().findings == ()


def test_what_is_to_be_pruned_ends_where_the_log_does(tmp_path: Path) -> None:
    file = LedgerFile(tmp_path, HISTORY)
    prune(file, 2**53 - 1)

    assert bare(file)
    assert file.query("SELECT count(*) FROM leaf") == [(11,)]
