"""What one transaction does: it follows the log, keeps notes, and signs in and out."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from ringwall.base.errors import IntegrityError, RecordUnavailable, RingwallError
from ringwall.ledger.committing import appending
from ringwall.ledger.committing.appending import Appender, StaleBasis
from ringwall.ledger.committing.gathering import Submission
from ringwall.ledger.committing.writers import Writer
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.slices import FIELDS
from ringwall.ledger.store import Store
from ringwall.model.events import Event, log_pruned
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    LedgerFile,
    decision,
    fact,
    sealed,
)
from tests.raid_records import CASE, case_event
from tests.unit.ledger.sliced_log import SlicedLog

ME = Writer("me", 7, "2027-01-15T08:00:00Z")


class Published:
    """A publisher that keeps what it hears and gives out what it is told to."""

    def __init__(self) -> None:
        self.heads: list[int] = []
        self.notes: list[tuple[int, bytes]] = []
        self.last: list[tuple[int, bytes]] = []
        self.ended_at = -1
        self.failure: RingwallError | None = None

    def landed(self, head: Head) -> None:
        self.heads.append(head.size)

    def ready(self) -> list[tuple[int, bytes]]:
        notes, self.notes = self.notes, []
        return notes

    def finish(self, head: Head) -> list[tuple[int, bytes]]:
        self.ended_at = head.size
        return self.last


class Recorder(Store):
    """A store that keeps when it was told to fold at once."""

    folded = 0

    @override
    def fold(self, *, at_once: bool = False) -> None:
        self.folded += at_once
        super().fold(at_once=at_once)


@pytest.fixture
def store(file: LedgerFile) -> Iterator[Recorder]:
    store = Recorder(file.path, writable=True)
    yield store
    store.close()


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
def appender(store: Recorder, published: Published) -> Appender:
    return Appender(store, KEY, ORIGIN, published, ME)


def append(
    store: Store, appender: Appender, *events: Event, basis: int | None = None
) -> Submission:
    """Append events as one submission in one transaction."""
    submission = Submission([sealed(event) for event in events], basis)
    appender.gather_notes()
    with store.writing() as connection:
        tip = appender.append_all(connection, [submission])
    appender.landed(tip)
    return submission


def append_and_fail(store: Store, appender: Appender, *events: Event) -> None:
    """Append events in a transaction that comes to nothing."""
    submission = Submission([sealed(event) for event in events], None)
    with store.writing() as connection:
        appender.append_all(connection, [submission])
        raise KeyError


def test_of_two_who_saw_the_same_in_one_batch_the_first_comes_first(
    store: Recorder, appender: Appender
) -> None:
    event, seen = sealed(case_event()), {CASE: -1}
    blind = Submission([sealed(decision("dec-4"))], None)
    first, second = Submission([event], None, seen), Submission([event], None, seen)
    third = Submission([event], None, {CASE: 11})
    with store.writing() as connection:
        tip = appender.append_all(connection, [blind, first, second, third])
    appender.landed(tip)

    assert [one.first for one in (blind, first, third)] == [10, 11, 12]
    assert isinstance(second.error, StaleBasis)
    assert tip.head.size == 13


def test_each_durable_head_is_told_and_what_adds_nothing_is_not(
    store: Recorder, appender: Appender, published: Published
) -> None:
    append(store, appender, decision("dec-4"))
    append(store, appender)
    append(store, appender, decision("dec-5"), decision("dec-6"))

    assert published.heads == [11, 13]


def test_a_stale_submission_gets_its_error_and_no_index(
    file: LedgerFile, store: Recorder, appender: Appender
) -> None:
    submission = append(store, appender, decision("dec-4"), basis=3)

    assert isinstance(submission.error, appending.StaleBasis)
    assert file.query("SELECT size FROM head") == [(10,)]
    assert file.query("SELECT * FROM writer") == []


def test_what_others_rest_on_is_folded_at_once(
    store: Recorder, appender: Appender
) -> None:
    append(store, appender, decision("dec-4"))
    assert store.folded == 0
    append(store, appender, fact("org:eve"))
    assert store.folded == 1
    append(store, appender, log_pruned(AT, 2, "room"))

    assert store.folded == 2


def test_notes_that_are_ready_are_kept_with_the_next_entries(
    file: LedgerFile, store: Recorder, appender: Appender, published: Published
) -> None:
    published.notes = [(9, b"nine"), (8, b"eight")]
    assert appender.gather_notes()
    append(store, appender, decision("dec-4"))

    assert not appender.gather_notes()
    kept = file.query("SELECT size, note FROM checkpoint WHERE size < 10 ORDER BY size")
    assert kept[-2:] == [(8, b"eight"), (9, b"nine")]


def test_notes_are_not_lost_with_a_transaction_that_fails(
    file: LedgerFile, store: Recorder, appender: Appender, published: Published
) -> None:
    published.notes = [(9, b"nine")]
    appender.gather_notes()
    with pytest.raises(KeyError):
        append_and_fail(store, appender)
    append(store, appender)

    assert file.query("SELECT note FROM checkpoint WHERE size = 9") == [(b"nine",)]


def test_the_row_of_the_process_comes_with_its_first_entries_and_moves_on(
    file: LedgerFile,
    store: Recorder,
    appender: Appender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [5.0]
    monkeypatch.setattr(appending, "monotonic", lambda: now[0])

    def size_after(seconds: float, *events: Event) -> list[tuple[int]]:
        now[0] += seconds
        append(store, appender, *events)
        return file.query("SELECT size FROM writer")

    assert size_after(0.0) == []
    assert size_after(0.0, decision("dec-4")) == [(10,)]
    assert file.query("SELECT * FROM writer") == [(*ME, 10)]
    many = [decision(f"dec-{n}") for n in range(100, 163)]
    assert size_after(0.5, *many) == [(10,)]
    # After a second it is noted how far the log is; not before another one do all
    # who were answered until then count as having heard of it.
    assert size_after(0.6, decision("dec-5")) == [(10,)]
    assert size_after(0.9, decision("dec-6")) == [(10,)]
    assert size_after(0.2, decision("dec-7")) == [(74,)]
    # A few entries are not worth a page.
    assert size_after(1.1, decision("dec-8")) == [(74,)]
    assert size_after(1.1, decision("dec-9")) == [(74,)]


def test_who_leaves_publishes_and_takes_the_row_away(
    file: LedgerFile, store: Recorder, appender: Appender, published: Published
) -> None:
    append(store, appender, decision("dec-4"))
    published.last = [(11, b"eleven")]
    appender.leave(is_clean=True)

    assert published.ended_at == 11
    assert file.query("SELECT * FROM writer") == []
    assert file.query("SELECT note FROM checkpoint WHERE size = 11") == [(b"eleven",)]


def test_who_never_appended_leaves_without_a_trace(
    file: LedgerFile, store: Recorder, appender: Appender, published: Published
) -> None:
    before = file.query("SELECT * FROM checkpoint")
    appender.leave(is_clean=True)

    assert published.ended_at == -1
    assert store.turns == 0
    assert file.query("SELECT * FROM checkpoint") == before


def test_after_an_error_the_row_stays(
    file: LedgerFile, store: Recorder, appender: Appender, published: Published
) -> None:
    append(store, appender, decision("dec-4"))
    appender.leave(is_clean=False)

    assert published.ended_at == 11
    assert file.query("SELECT id FROM writer") == [("me",)]


def test_a_last_checkpoint_that_fails_leaves_the_row(
    file: LedgerFile, store: Recorder, appender: Appender, published: Published
) -> None:
    append(store, appender, decision("dec-4"))
    published.failure = RecordUnavailable("checkpoint-failed", "no second place")
    with pytest.raises(RecordUnavailable, match="no second place"):
        appender.leave(is_clean=True)

    assert file.query("SELECT id FROM writer") == [("me",)]


def test_without_a_publisher_there_is_a_row_all_the_same(
    file: LedgerFile, store: Recorder
) -> None:
    appender = Appender(store, KEY, ORIGIN, None, None)
    append(store, appender, decision("dec-4"))
    assert not appender.gather_notes()
    assert len(file.query("SELECT id FROM writer")) == 1
    appender.leave(is_clean=True)

    assert file.query("SELECT id FROM writer") == []


def test_what_another_appended_is_followed(
    file: LedgerFile, store: Recorder, appender: Appender
) -> None:
    append(store, appender, decision("dec-4"))
    with file.opened() as other:
        other.append([decision("dec-5")])

    assert append(store, appender, decision("dec-6")).first == 12


def test_what_the_same_process_appended_beside_is_followed(
    store: Recorder, appender: Appender
) -> None:
    append(store, appender, decision("dec-4"))
    append(store, Appender(store, KEY, ORIGIN, None, None), decision("dec-5"))

    assert append(store, appender, decision("dec-6")).first == 12


def test_a_transaction_of_the_same_process_that_failed_changes_nothing(
    store: Recorder, appender: Appender
) -> None:
    append(store, appender, decision("dec-4"))
    with pytest.raises(KeyError):
        append_and_fail(store, appender, decision("dec-lost"))

    assert append(store, appender, decision("dec-5")).first == 11


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("UPDATE head SET size = 10", "head-differs"),
        (
            "CREATE TRIGGER t AFTER INSERT ON leaf BEGIN DELETE FROM decision; END",
            "schema-differs",
        ),
    ],
)
def test_what_was_done_behind_our_back_is_found_before_anything_is_written(
    file: LedgerFile, store: Recorder, appender: Appender, script: str, code: str
) -> None:
    append(store, appender, decision("dec-4"))
    file.script(script)

    with pytest.raises(IntegrityError) as caught:
        append(store, appender, decision("dec-5"))
    assert caught.value.code == code
    assert file.query("SELECT count(*) FROM leaf") == [(11,)]


def test_a_log_that_was_put_back_while_the_file_was_closed_is_found(
    file: LedgerFile, store: Recorder, appender: Appender, tmp_path: Path
) -> None:
    put_back = file.saved(tmp_path / "older.db")
    append(store, appender, decision("dec-4"))
    store.close()
    put_back()

    with pytest.raises(IntegrityError) as caught:
        append(store, appender, decision("dec-5"))
    assert caught.value.code == "log-rolled-back"


def unsigned(file: LedgerFile) -> int:
    """Return how many entries only the tag of the head vouches for."""
    with file.opened(writable=False) as ledger, ledger.store.reading() as connection:
        head = read_head(connection)
    assert head.check_seal(KEY.verifier(), ORIGIN) == head.sealed()
    return head.size - head.sealed().size


def test_of_a_run_of_entries_the_first_is_signed_and_then_each_that_brings_a_note(
    file: LedgerFile, store: Recorder, appender: Appender, published: Published
) -> None:
    append(store, appender, decision("dec-4"))
    assert unsigned(file) == 0
    append(store, appender, decision("dec-5"))
    append(store, appender, decision("dec-6"), decision("dec-7"))
    assert unsigned(file) == 3
    published.notes = [(11, b"eleven")]
    append(store, appender, decision("dec-8"))
    assert unsigned(file) == 0
    append(store, appender, decision("dec-9"))
    assert unsigned(file) == 1
    append(store, appender, fact("org:eve"))
    assert unsigned(file) == 0


def test_notes_that_come_when_nothing_is_appended_bring_the_signature(
    file: LedgerFile, store: Recorder, appender: Appender, published: Published
) -> None:
    append(store, appender, decision("dec-4"))
    append(store, appender, decision("dec-5"))
    assert unsigned(file) == 1
    published.notes = [(12, b"twelve")]
    append(store, appender)

    assert unsigned(file) == 0
    assert append(store, appender, decision("dec-6")).first == 12


def test_who_leaves_signs_for_the_whole_log(
    file: LedgerFile, store: Recorder, appender: Appender
) -> None:
    append(store, appender, decision("dec-4"))
    append(store, appender, decision("dec-5"))
    appender.leave(is_clean=True)

    assert unsigned(file) == 0


def test_without_a_publisher_each_head_is_signed(
    file: LedgerFile, store: Recorder
) -> None:
    appender = Appender(store, KEY, ORIGIN, None, None)
    append(store, appender, decision("dec-4"))
    append(store, appender, decision("dec-5"))

    assert unsigned(file) == 0


def test_blocks_that_the_log_fills_are_sliced_by_whoever_appends(
    tmp_path: Path,
) -> None:
    log = SlicedLog(tmp_path, 2).bare()

    for known in ([1], [0, 1], [0, 1]):
        with log.opened() as ledger:
            ledger.append([decision("dec-new")])
        assert log.sliced() == known
    assert log.query("SELECT count(*) FROM slice") == [(2 * len(FIELDS),)]
    assert log.verify().findings == ()


def test_slices_go_with_the_next_entries(tmp_path: Path) -> None:
    log = SlicedLog(tmp_path).bare()
    store = Recorder(log.path, writable=True)
    appender = Appender(store, KEY, ORIGIN, None, None)
    append(store, appender, decision("dec-a"))
    waiting = threading.Event()
    for _ in range(3000):
        if appender.gather_notes():
            break
        waiting.wait(0.01)
    assert log.sliced() == []

    append(store, appender, decision("dec-b"))

    assert log.sliced() == [0]
    assert not appender.gather_notes()
    appender.leave(is_clean=True)
    store.close()


def test_slices_of_a_transaction_that_failed_are_kept_for_the_next(
    tmp_path: Path,
) -> None:
    log = SlicedLog(tmp_path).bare()
    store = Recorder(log.path, writable=True)
    appender = Appender(store, KEY, ORIGIN, None, None)
    append(store, appender, decision("dec-a"))
    rows = appender._slicer.finish()
    appender._sliced = rows
    with pytest.raises(KeyError):
        append_and_fail(store, appender, decision("dec-b"))
    assert log.sliced() == []

    append(store, appender, decision("dec-b"))

    assert rows
    assert log.sliced() == [0]
    store.close()
