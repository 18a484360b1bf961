"""The one committer of a process: group commit, recorded first, answered second.

Callers hand in entries and wait; whole batches are appended, each in one durable
transaction with its projections and signed head. After any failed flush it refuses
everything: what reached the disk is then unknown.
"""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final

from ringwall.base.errors import RecordUnavailable, RingwallError
from ringwall.ledger.committing.appending import Appender, Publishing
from ringwall.ledger.committing.gathering import (
    AwaitedSubmission,
    BlockingSubmission,
    Gathering,
    Submission,
    answer_all,
)
from ringwall.ledger.committing.pace import Pace
from ringwall.ledger.committing.stopping import retold, stopped
from ringwall.ledger.committing.writers import Writer
from ringwall.ledger.entries import Entry
from ringwall.ledger.store import Store
from ringwall.model.decisions import Receipt
from ringwall.signing.keys import SigningKey

__all__ = ["Committer"]

_MAX_BATCH: Final = 1024
_LONG_WAIT: Final = 0.25
# Seconds after which a checkpoint gets a transaction of its own.
_OWN_TRANSACTION: Final = 0.1


class Committer:
    """Appends to a store; shared by all threads and event loops of one process.

    Args:
        store: opened for writing.
        key: signs each head.
        origin: name of the log, as its checkpoints say.
        publisher: is told of each durable head; None to publish nothing.
        writer: the row that says who has the log open; None for one of its own.
    """

    def __init__(
        self,
        store: Store,
        key: SigningKey,
        origin: str,
        publisher: Publishing | None = None,
        writer: Writer | None = None,
    ) -> None:
        self._store = store
        self._appender = Appender(store, key, origin, publisher, writer)
        self._publisher = publisher
        self._gathering = Gathering()
        self._pace = Pace()
        # Held by whoever commits: the thread, or a caller who is alone.
        self._turn = threading.Lock()
        self._durable: list[Submission] = []
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._process = os.getpid()
        self._poison: RingwallError | None = None

    def append(
        self,
        entries: Sequence[Entry],
        basis: int | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> list[Receipt]:
        """Append entries side by side and return once they are durable.

        Args:
            entries: what to append; for none there is no receipt.
            basis: index of the last fact or policy event they were made on; None
                for entries that rest on nothing.
            seen: id -> index of the latest event of each object of the incident
                desk that they rest on, -1 for one that has none; None for none.

        Raises:
            StaleBasis: another such event has landed, or one of an object that was
                seen; nothing was appended.
            RecordUnavailable: the record could not be made durable.
            IntegrityError: the stored log is not the one that was signed, or not
                the one seen before.
        """
        submission = BlockingSubmission(entries, basis, seen or {})
        if not self._is_committed_here(submission):
            self._put(submission)
            submission.wait()
        return submission.receipts()

    async def append_async(
        self, entries: Sequence[Entry], basis: int | None = None
    ) -> list[Receipt]:
        """As `append`, for a coroutine: its event loop goes on meanwhile.

        Whoever is cancelled while waiting does not know whether the entries landed.
        """
        submission = AwaitedSubmission(entries, basis)
        self._put(submission)
        await submission.future
        return submission.receipts()

    def wake(self) -> None:
        """Store what the publisher has ready, though nothing may be appended."""
        if os.getpid() == self._process and not self._gathering.is_closed:
            self._start()
            self._gathering.ring()

    def close(self) -> None:
        """Commit what has been handed in and stop; in a fork, do nothing."""
        if os.getpid() != self._process:
            return
        with self._starting:
            was_closed = self._gathering.is_closed
            self._gathering.close()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        if not was_closed:
            with self._turn:
                self._leave()

    def _put(self, submission: Submission) -> None:
        self._check_process()
        self._start()
        if not self._gathering.put(submission):
            raise RecordUnavailable("ledger-closed", "the ledger has been closed")

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            raise RecordUnavailable(
                "ledger-forked",
                "this process was forked from the one that opened the ledger",
                next_step="open the gate after the fork",
            )

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                self._start_thread()

    def _start_thread(self) -> None:
        if self._thread is None and not self._gathering.is_closed:
            self._thread = threading.Thread(
                target=self._run, name="ringwall-committer", daemon=True
            )
            self._thread.start()

    def _is_committed_here(self, submission: Submission) -> bool:
        """Commit in the caller's own thread if nobody else is about.

        To hand over to another thread and back costs a lone caller as much as the
        rest of an append on a fast disk.
        """
        self._check_process()
        if self._pace.expected > 1 or not self._turn.acquire(blocking=False):
            return False
        try:
            if self._durable or len(self._gathering) or self._gathering.is_closed:
                return False
            self._commit([submission])
            self._answer()
        finally:
            self._turn.release()
        if self._store.is_grown:
            self.wake()
        return True

    def _run(self) -> None:
        while not (self._gathering.is_closed and not len(self._gathering)):
            with self._turn:
                self._tell()
            self._gathering.wait_for(1)
            if not len(self._gathering):
                # Rung for what can go with the next who comes, if somebody does.
                self._gathering.calm()
                self._gathering.wait_for(1, _OWN_TRANSACTION)
            elif not self._durable:
                self._pace.linger(self._gathering)
            with self._turn:
                self._commit(self._taken())
        with self._turn:
            self._tell(at_once=True)

    def _tell(self, *, at_once: bool = False) -> None:
        """Answer those whose entries are durable, unless the next flush is better.

        In halves they are answered when the next batch is about to be flushed, so
        that they have the interpreter to themselves while it is.
        """
        is_next = len(self._gathering) and self._pace.is_in_halves
        if at_once or not is_next or self._store.is_grown:
            self._answer()
            self._fold()

    def _answer(self, in_flight: int = 0) -> None:
        durable, self._durable = self._durable, []
        if durable:
            self._pace.answered(len(durable) + in_flight + len(self._gathering))
            answer_all(durable)

    def _taken(self) -> list[Submission]:
        waiting = len(self._gathering)
        count = self._pace.share(waiting, is_answered=not self._durable)
        return self._gathering.take(min(count, _MAX_BATCH))

    def _commit(self, batch: list[Submission]) -> None:
        """Append a batch; those of the batch before are answered by then."""
        try:
            self._check_standing()
            if self._appender.gather_notes() or batch:
                self._write(batch)
        except BaseException as error:
            self._stop(error)
            for submission in batch:
                submission.error = self._refusal(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._answer()
            self._durable = batch

    def _write(self, batch: list[Submission]) -> None:
        started = time.monotonic()
        with self._store.writing() as connection:
            if time.monotonic() - started > self._pace.flush * _LONG_WAIT:
                # Others had the lock; who has come meanwhile shares the flush.
                batch += self._gathering.take(_MAX_BATCH - len(batch))
            tip = self._appender.append_all(connection, batch)
            self._answer(in_flight=len(batch))
            started = time.monotonic()
        self._pace.flush = time.monotonic() - started
        self._appender.landed(tip)

    def _check_standing(self) -> None:
        if self._poison is None and self._publisher is not None:
            self._poison = self._publisher.failure
        if self._poison is not None:
            raise stopped(self._poison)

    def _refusal(self, error: BaseException) -> Exception:
        """Return an error for one caller: an object can't be raised in two threads."""
        is_old = isinstance(error, RecordUnavailable) and error.code == "ledger-stopped"
        if is_old and self._poison is not None:
            return stopped(self._poison)
        return retold(error)

    def _fold(self) -> None:
        """Do the store's housekeeping; nobody waits."""
        if self._poison is None:
            try:
                self._store.fold()
            except Exception as error:  # noqa: BLE001 - a dead committer would answer nobody
                self._stop(error)

    def _stop(self, error: BaseException) -> None:
        # A lock that was not had leaves the file as it was: no reason to stop.
        told = retold(error)
        if self._poison is None and told.code != "ledger-busy":
            self._poison = told

    def _leave(self) -> None:
        """Publish what is not published and strike the writer's row.

        If that fails, the row tells the next one who opens the log that this one
        ended uncleanly. All who appended have been answered before.
        """
        # A key that another process replaced stops this one before it writes.
        is_clean = self._poison is None or self._poison.code == "key-rotated"
        try:
            self._appender.leave(is_clean=is_clean)
        except Exception as error:  # noqa: BLE001 - the row that stays is the report
            self._stop(error)
