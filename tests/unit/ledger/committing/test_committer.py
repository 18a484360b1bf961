"""The committer: recorded first, answered second, and never on a stale basis."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection
from typing_extensions import override

from ringwall.base.errors import IntegrityError, RecordUnavailable, RingwallError
from ringwall.ledger.committing import pace
from ringwall.ledger.committing.appending import StaleBasis
from ringwall.ledger.committing.committer import Committer
from ringwall.ledger.store import Store
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event
from tests.fault.ledger_simulator import (
    KEY,
    ORIGIN,
    LedgerFile,
    decision,
    fact,
    sealed,
)
from tests.unit.ledger.committing.test_appending import ME, Published

SOON = 30.0


class UnreliableStore(Store):
    """A store that fails when told to, and waits at a door before each commit."""

    def __init__(self, path: Path, patience: float = SOON) -> None:
        super().__init__(path, writable=True, patience=patience)
        self.flush_error: Exception | None = None
        self.flushes_before_the_error = 0
        self.fold_error: Exception | None = None
        self.entered = threading.Semaphore(0)
        self.door = threading.Event()
        self.door.set()
        self.commits = 0

    @override
    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            yield connection
            self.entered.release()
            assert self.door.wait(SOON)
            if self.flush_error and self.commits >= self.flushes_before_the_error:
                raise self.flush_error
        self.commits += 1

    @property
    @override
    def is_grown(self) -> bool:
        return self.fold_error is not None or super().is_grown

    @override
    def fold(self, *, at_once: bool = False) -> None:
        if self.fold_error is not None:
            raise self.fold_error
        super().fold(at_once=at_once)


@pytest.fixture
def store(file: LedgerFile) -> Iterator[UnreliableStore]:
    """Give a store that can be made to fail."""
    store = UnreliableStore(file.path)
    yield store
    store.close()


@pytest.fixture
def committer(store: UnreliableStore) -> Iterator[Committer]:
    """Give its committer."""
    committer = Committer(store, KEY, ORIGIN)
    yield committer
    store.door.set()
    committer.close()


def append(
    committer: Committer, *events: Event, basis: int | None = None
) -> list[Receipt]:
    """Append events."""
    return committer.append([sealed(event) for event in events], basis)


class Caller(threading.Thread):
    """A caller in a thread of its own; keeps what came of it."""

    def __init__(self, committer: Committer, event: Event, basis: int | None) -> None:
        super().__init__()
        self._call = partial(append, committer, event, basis=basis)
        self.receipts: list[Receipt] = []
        self.error: Exception | None = None
        self.start()

    @override
    def run(self) -> None:
        try:
            self.receipts = self._call()
        except (RingwallError, StaleBasis) as error:
            self.error = error


def together(
    store: UnreliableStore,
    committer: Committer,
    submissions: Sequence[tuple[Event, int | None]],
) -> list[Caller]:
    """Submit events so that they come in one batch, in this order."""
    store.door.clear()
    first = Caller(committer, decision("dec-first"), None)
    assert store.entered.acquire(timeout=SOON)
    callers = []
    for count, (event, basis) in enumerate(submissions, start=1):
        callers.append(Caller(committer, event, basis))
        waiting(committer, count)
    store.door.set()
    for caller in [first, *callers]:
        caller.join(SOON)
        assert not caller.is_alive()
    return callers


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that another thread is about to do."""
    tick = threading.Event()
    for _ in range(int(SOON * 1000)):
        if is_so():
            return
        tick.wait(0.001)
    pytest.fail("it never came to be")


def waiting(committer: Committer, count: int) -> None:
    """Wait until so many are in the queue."""
    until(lambda: len(committer._gathering) == count)


def test_a_receipt_names_index_leaf_and_size(committer: Committer) -> None:
    entries = [sealed(decision(f"dec-{number}")) for number in (4, 5)]

    assert committer.append(entries) == [
        Receipt(10, entries[0].leaf, 12),
        Receipt(11, entries[1].leaf, 12),
    ]


def test_appending_nothing_gives_no_receipt(
    file: LedgerFile, committer: Committer
) -> None:
    assert committer.append([]) == []
    assert file.query("SELECT size FROM head") == [(10,)]


def test_nobody_is_answered_before_the_commit(
    store: UnreliableStore, committer: Committer
) -> None:
    store.door.clear()
    caller = Caller(committer, decision("dec-4"), 8)
    assert store.entered.acquire(timeout=SOON)
    assert (caller.receipts, store.commits) == ([], 0)
    store.door.set()
    caller.join(SOON)

    assert (len(caller.receipts), store.commits) == (1, 1)


def test_callers_that_come_together_share_one_commit(
    store: UnreliableStore, committer: Committer
) -> None:
    callers = together(
        store, committer, [(decision(f"dec-{number}"), 8) for number in range(20)]
    )

    assert store.commits == 2
    assert [caller.receipts[0].index for caller in callers] == [*range(11, 31)]
    assert {caller.receipts[0].size for caller in callers} == {31}


@pytest.mark.parametrize("basis", [-1, 0, 7, 9, 10, 2**70])
def test_a_decision_on_another_basis_is_not_appended(
    file: LedgerFile, committer: Committer, basis: int
) -> None:
    with pytest.raises(StaleBasis):
        append(committer, decision("dec-4"), basis=basis)
    assert file.query("SELECT size, basis FROM head") == [(10, 8)]
    assert append(committer, decision("dec-4"), basis=8)[0].index == 10


def test_a_fact_that_lands_makes_the_basis_stale(committer: Committer) -> None:
    append(committer, fact("org:ada"))

    with pytest.raises(StaleBasis):
        append(committer, decision("dec-4"), basis=8)
    assert append(committer, decision("dec-4"), basis=10)[0].index == 11


def test_a_fact_earlier_in_the_same_batch_makes_the_basis_stale(
    file: LedgerFile, store: UnreliableStore, committer: Committer
) -> None:
    before, revocation, stale, fresh, free = together(
        store,
        committer,
        [
            (decision("dec-before"), 8),
            (fact("org:ada", "SL0"), 8),
            (decision("dec-stale"), 8),
            (decision("dec-fresh"), 12),
            (decision("dec-free"), None),
        ],
    )

    assert store.commits == 2
    assert isinstance(stale.error, StaleBasis)
    assert [caller.error for caller in (before, revocation, fresh, free)] == [None] * 4
    assert [c.receipts[0].index for c in (before, revocation, fresh, free)] == [
        *range(11, 15)
    ]
    assert file.query("SELECT id FROM decision WHERE idx > 9 ORDER BY idx") == [
        ("dec-first",),
        ("dec-before",),
        ("dec-fresh",),
        ("dec-free",),
    ]


def test_another_process_that_writes_makes_the_basis_stale(
    file: LedgerFile, committer: Committer
) -> None:
    append(committer, decision("dec-4"), basis=8)
    with file.opened() as other:
        other.append([fact("org:ada", "SL0")])

    with pytest.raises(StaleBasis):
        append(committer, decision("dec-5"), basis=8)
    assert append(committer, decision("dec-5"), basis=11)[0].index == 12


def test_entries_that_rest_on_each_other_land_side_by_side(
    committer: Committer,
) -> None:
    receipts = append(committer, fact("user:x"), decision("dec-4"), basis=8)

    assert [receipt.index for receipt in receipts] == [10, 11]


@pytest.mark.parametrize(
    ("flush_error", "message"),
    [
        (sqlite3.OperationalError("disk I/O error"), "durable: disk I/O error"),
        (OSError(28, "no space"), "no space"),
        (MemoryError(), "the append failed: MemoryError"),
        (RecordUnavailable("ledger-replaced", "gone"), "gone"),
    ],
)
def test_one_failed_flush_stops_the_ledger_for_good(
    file: LedgerFile,
    store: UnreliableStore,
    committer: Committer,
    flush_error: Exception,
    message: str,
) -> None:
    store.flush_error = flush_error
    with pytest.raises(RecordUnavailable, match=message):
        append(committer, decision("dec-4"))
    store.flush_error = None
    for _ in range(2):
        with pytest.raises(RecordUnavailable, match=message) as caught:
            append(committer, decision("dec-5"))
        assert caught.value.code == "ledger-stopped"
    assert store.commits == 0
    assert file.query("SELECT size FROM head") == [(10,)]


def test_all_who_wait_for_a_failed_flush_are_told_each_with_an_error_of_its_own(
    store: UnreliableStore, committer: Committer
) -> None:
    store.door.clear()
    callers = [Caller(committer, decision("dec-first"), None)]
    assert store.entered.acquire(timeout=SOON)
    callers += [Caller(committer, decision(f"dec-{n}"), 8) for n in range(5)]
    waiting(committer, 5)
    store.flush_error = sqlite3.OperationalError("disk I/O error")
    store.door.set()
    for caller in callers:
        caller.join(SOON)

    codes = [getattr(caller.error, "code", None) for caller in callers]
    assert codes == ["record-unavailable"] + ["ledger-stopped"] * 5
    assert len({id(caller.error) for caller in callers}) == 6
    assert not any(caller.receipts for caller in callers)


def test_all_of_one_failed_batch_are_told_each_with_an_error_of_its_own(
    store: UnreliableStore, committer: Committer
) -> None:
    store.flush_error = sqlite3.OperationalError("disk I/O error")
    store.flushes_before_the_error = 1

    callers = together(store, committer, [(decision(f"dec-{n}"), 8) for n in range(5)])

    codes = {getattr(caller.error, "code", None) for caller in callers}
    assert codes == {"record-unavailable"}
    assert len({id(caller.error) for caller in callers}) == 5
    assert not any(caller.receipts for caller in callers)


def test_a_stale_caller_in_a_failed_batch_is_told_of_the_failure(
    store: UnreliableStore, committer: Committer
) -> None:
    store.flush_error = sqlite3.OperationalError("disk I/O error")

    with pytest.raises(RecordUnavailable):
        append(committer, decision("dec-4"), basis=3)


def test_a_log_that_is_not_the_one_signed_is_not_written_to(
    file: LedgerFile, committer: Committer
) -> None:
    file.edit("UPDATE head SET size = 9")

    with pytest.raises(IntegrityError) as caught:
        append(committer, decision("dec-4"))
    assert caught.value.code == "head-differs"
    with pytest.raises(RecordUnavailable) as stopped:
        append(committer, decision("dec-4"))
    assert stopped.value.code == "ledger-stopped"
    assert isinstance(stopped.value.__cause__, IntegrityError)


def test_a_lock_that_was_not_had_stops_nothing(file: LedgerFile) -> None:
    holder = Store(file.path, writable=True)
    committer = Committer(UnreliableStore(file.path, patience=0.01), KEY, ORIGIN)
    with holder.writing(), pytest.raises(RecordUnavailable) as caught:
        append(committer, decision("dec-4"))
    assert caught.value.code == "ledger-busy"

    assert append(committer, decision("dec-4"))[0].index == 10
    committer.close()


@pytest.mark.parametrize(
    "fold_error", [RecordUnavailable("record-unavailable", "disk full"), MemoryError()]
)
def test_housekeeping_that_fails_spoils_no_answer_but_stops_the_ledger(
    store: UnreliableStore, committer: Committer, fold_error: Exception
) -> None:
    store.fold_error = fold_error
    assert append(committer, decision("dec-4"))[0].index == 10
    # The next one may be in the queue before the housekeeping is over.
    until(lambda: committer._poison is not None)

    with pytest.raises(RecordUnavailable, match="stopped after an error") as caught:
        append(committer, decision("dec-5"))
    assert caught.value.code == "ledger-stopped"


def test_housekeeping_that_finds_the_lock_taken_is_left_for_later(
    store: UnreliableStore, committer: Committer
) -> None:
    store.fold_error = RecordUnavailable("ledger-busy", "busy")
    for index in (10, 11, 12):
        assert append(committer, decision("dec-4"))[0].index == index


def test_a_closed_ledger_refuses(committer: Committer) -> None:
    append(committer, decision("dec-4"))
    committer.close()
    committer.close()

    with pytest.raises(RecordUnavailable) as caught:
        append(committer, decision("dec-5"))
    assert caught.value.code == "ledger-closed"


def test_closing_commits_what_has_been_handed_in(
    store: UnreliableStore, committer: Committer
) -> None:
    store.door.clear()
    callers = [Caller(committer, decision("dec-first"), None)]
    assert store.entered.acquire(timeout=SOON)
    callers += [Caller(committer, decision(f"dec-{n}"), 8) for n in range(5)]
    waiting(committer, 5)
    closer = threading.Thread(target=committer.close)
    closer.start()
    until(lambda: committer._gathering.is_closed)
    with pytest.raises(RecordUnavailable):
        append(committer, decision("dec-late"))
    store.door.set()
    closer.join(SOON)

    for caller in callers:
        caller.join(SOON)
    assert sorted(caller.receipts[0].index for caller in callers) == [*range(10, 16)]


def test_a_forked_process_is_refused_and_its_parent_goes_on(
    committer: Committer,
) -> None:
    append(committer, decision("dec-4"))
    child = os.fork()
    if child == 0:  # pragma: no cover - a process of its own, ended hard
        code = ""
        try:
            committer.close()
            append(committer, decision("dec-5"))
        except RecordUnavailable as error:
            code = error.code
        os._exit(0 if code == "ledger-forked" else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert append(committer, decision("dec-6"))[0].index == 11


def test_in_a_process_that_is_not_the_opener_nothing_is_done(
    committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(committer, decision("dec-4"))
    monkeypatch.setattr(os, "getpid", lambda: -1)
    committer.close()
    with pytest.raises(RecordUnavailable) as caught:
        append(committer, decision("dec-5"))
    assert caught.value.code == "ledger-forked"
    monkeypatch.undo()

    assert append(committer, decision("dec-5"))[0].index == 11


def test_many_threads_get_indices_without_gap_or_double(
    file: LedgerFile, committer: Committer
) -> None:
    indices: list[int] = []

    def work(worker: int) -> None:
        for number in range(25):
            name = f"dec-{worker}-{number}"
            receipts = append(committer, decision(name, basis=8), basis=8)
            indices.append(receipts[0].index)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(indices) == [*range(10, 410)]
    assert file.verify().is_sound


def test_more_than_a_batch_holds_goes_into_the_next(
    store: UnreliableStore, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ringwall.ledger.committing import committer as module

    monkeypatch.setattr(module, "_MAX_BATCH", 4)
    callers = together(store, committer, [(decision(f"d-{n}"), 8) for n in range(9)])

    assert store.commits == 4
    assert [caller.receipts[0].size for caller in callers] == [15] * 4 + [19] * 4 + [20]


def test_one_who_is_on_the_heels_of_another_is_waited_for(
    store: UnreliableStore, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As after a batch of two whose flush took long: one comes, another is near.
    monkeypatch.setattr(pace, "_LONGEST", SOON)
    committer._pace.flush, committer._pace.expected = SOON, 2
    first = Caller(committer, decision("dec-4"), 8)
    until(lambda: len(committer._gathering) == 1 and committer._thread is not None)
    second = Caller(committer, decision("dec-5"), 8)
    for caller in (first, second):
        caller.join(SOON)

    assert store.commits == 1
    assert {caller.receipts[0].size for caller in (first, second)} == {12}


def test_nobody_is_waited_for_longer_than_a_share_of_a_flush(
    store: UnreliableStore, committer: Committer
) -> None:
    committer._pace.flush, committer._pace.expected = 0.001, 2

    assert append(committer, decision("dec-4"))[0].size == 11
    assert store.commits == 1


class DoorStore(Store):
    """A store whose commits wait at a door, and that knows which thread commits."""

    def __init__(self, file: LedgerFile) -> None:
        super().__init__(file.path, writable=True)
        self.at_door = threading.Semaphore(0)
        self.door = threading.Event()
        self.door.set()
        self.threads: list[int] = []
        self.error: BaseException | None = None

    @override
    def end(self, *, commit: bool) -> None:
        self.at_door.release()
        assert self.door.wait(SOON)
        self.threads.append(threading.get_ident())
        if commit and self.error is not None:
            super().end(commit=False)
            raise self.error
        super().end(commit=commit)


@pytest.fixture
def shared_store(file: LedgerFile) -> Iterator[DoorStore]:
    store = DoorStore(file)
    yield store
    store.close()


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
def shared(shared_store: DoorStore, published: Published) -> Iterator[Committer]:
    committer = Committer(shared_store, KEY, ORIGIN, published, ME)
    yield committer
    shared_store.door.set()
    committer.close()


def test_coroutines_that_come_together_share_one_commit(
    shared_store: DoorStore, shared: Committer
) -> None:
    async def run() -> list[int]:
        entries = [sealed(decision(f"dec-{number}")) for number in range(20)]
        shared_store.door.clear()
        asked = [
            asyncio.ensure_future(shared.append_async([entry], 8)) for entry in entries
        ]
        await asyncio.sleep(0)
        shared_store.door.set()
        return [(await one)[0].index for one in asked]

    assert asyncio.run(run()) == [*range(10, 30)]
    assert len(shared_store.threads) <= 2


def test_a_coroutine_is_told_of_a_stale_basis(shared: Committer) -> None:
    with pytest.raises(StaleBasis):
        asyncio.run(shared.append_async([sealed(decision("dec-4"))], 3))
    receipts = asyncio.run(shared.append_async([sealed(fact("org:eve"))], 8))
    assert receipts[0].index == 10


def test_a_coroutine_is_told_of_a_failed_flush(
    shared_store: DoorStore, shared: Committer
) -> None:
    shared_store.error = OSError(5, "Input/output error")
    for code in ("record-unavailable", "ledger-stopped"):
        with pytest.raises(RecordUnavailable) as caught:
            asyncio.run(shared.append_async([sealed(decision("dec-4"))]))
        assert caught.value.code == code


def test_a_coroutine_is_refused_by_a_closed_ledger(shared: Committer) -> None:
    shared.close()

    with pytest.raises(RecordUnavailable) as caught:
        asyncio.run(shared.append_async([sealed(decision("dec-4"))]))
    assert caught.value.code == "ledger-closed"


def test_a_caller_who_is_alone_commits_in_his_own_thread(
    shared_store: DoorStore, shared: Committer
) -> None:
    for number in range(3):
        shared.append([sealed(decision(f"dec-{number}"))])

    assert shared_store.threads == [threading.get_ident()] * 3


def test_who_came_while_one_was_alone_is_served_by_the_thread(
    shared_store: DoorStore, shared: Committer
) -> None:
    shared_store.door.clear()
    entry = sealed(decision("dec-4"))
    callers = []
    for _ in range(3):
        callers.append(threading.Thread(target=shared.append, args=([entry],)))
        callers[-1].start()
        if len(callers) == 1:
            assert shared_store.at_door.acquire(timeout=SOON)
    shared_store.door.set()
    for caller in callers:
        caller.join(SOON)
        assert not caller.is_alive()

    assert len(set(shared_store.threads)) == 2


def test_an_interrupt_in_the_middle_of_a_commit_stops_the_ledger(
    file: LedgerFile, shared_store: DoorStore, shared: Committer
) -> None:
    shared_store.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        shared.append([sealed(decision("dec-4"))])
    shared_store.error = None

    with pytest.raises(RecordUnavailable) as caught:
        shared.append([sealed(decision("dec-5"))])
    assert caught.value.code == "ledger-stopped"
    assert file.query("SELECT size FROM head") == [(10,)]


def test_a_checkpoint_gets_a_transaction_of_its_own_if_nobody_comes(
    file: LedgerFile, shared_store: DoorStore, shared: Committer, published: Published
) -> None:
    shared.append([sealed(decision("dec-4"))])
    published.notes = [(11, b"eleven")]
    shared_store.at_door = threading.Semaphore(0)
    shared.wake()

    assert shared_store.at_door.acquire(timeout=SOON)
    shared.close()
    kept = file.query("SELECT note FROM checkpoint WHERE size = 11")
    assert kept == [(b"eleven",)]


def test_a_woken_committer_that_finds_nothing_writes_nothing(
    shared_store: DoorStore, shared: Committer
) -> None:
    shared.wake()
    shared.close()
    shared.wake()

    assert shared_store.turns == 0


def test_a_checkpoint_that_failed_stops_the_ledger(
    file: LedgerFile, shared: Committer, published: Published
) -> None:
    shared.append([sealed(decision("dec-4"))])
    published.failure = RecordUnavailable("anchor-unwritable", "no second place")
    for _ in range(2):
        with pytest.raises(RecordUnavailable, match="no second place") as caught:
            shared.append([sealed(decision("dec-5"))])
        assert caught.value.code == "ledger-stopped"
    shared.close()

    assert file.query("SELECT size FROM head") == [(11,)]
    assert file.query("SELECT id FROM writer") == [("me",)]


def test_the_row_of_a_process_goes_when_it_closes(
    file: LedgerFile, shared: Committer
) -> None:
    shared.append([sealed(decision("dec-4"))])
    assert file.query("SELECT id, size FROM writer") == [("me", 10)]
    shared.close()

    assert file.query("SELECT id FROM writer") == []


def test_a_row_that_can_not_be_struck_stays_and_nobody_is_troubled(
    file: LedgerFile, shared_store: DoorStore, shared: Committer
) -> None:
    shared.append([sealed(decision("dec-4"))])
    shared_store.error = OSError(28, "No space left on device")
    shared.close()

    assert file.query("SELECT id FROM writer") == [("me",)]


def test_a_log_that_has_grown_is_folded_for_a_caller_who_is_alone(
    shared: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = threading.Event()
    monkeypatch.setattr(DoorStore, "is_grown", True)
    monkeypatch.setattr(DoorStore, "fold", lambda *_, **__: folded.set())
    shared.append([sealed(decision("dec-4"))])

    assert folded.wait(SOON)


def test_slow_callers_in_halves_all_get_their_answers(
    shared_store: DoorStore, shared: Committer
) -> None:
    async def run() -> list[int]:
        async def caller(number: int) -> list[int]:
            entry = sealed(decision(f"dec-{number}"))
            return [(await shared.append_async([entry]))[0].index for _ in range(9)]

        found = await asyncio.gather(*map(caller, range(16)))
        return [index for indices in found for index in indices]

    shared._pace._halves_left = 12

    assert sorted(asyncio.run(run())) == [*range(10, 10 + 9 * 16)]
    assert len(shared_store.threads) > 9
    assert not shared._durable
