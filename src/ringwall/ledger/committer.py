"""The one committer of a process: group commit, recorded first, answered second.

Callers hand in entries and sleep; a single thread appends whole batches, each in
one durable transaction with its projections and signed head. After any failed
flush it refuses everything: what reached the disk is then unknown.
"""

import os
import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import Final

from sqlalchemy import Connection, update

from ringwall.base.errors import RecordUnavailable, RingwallError
from ringwall.ledger.entries import Entry
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.rows import write_batch
from ringwall.ledger.schema import HEAD
from ringwall.ledger.store import Store
from ringwall.model.decisions import Receipt
from ringwall.signing.keys import SigningKey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.frontier import Frontier

__all__ = ["Committer", "StaleBasis"]

_MAX_BATCH: Final = 1024
_GATHER_SHARE: Final = 0.4
_GATHER_LIMIT: Final = 0.002


class StaleBasis(Exception):
    """A fact or policy event has landed since the one a decision was made on."""


class _Submission:
    """Entries that land together, and what became of them."""

    __slots__ = ("basis", "done", "entries", "error", "receipts")

    def __init__(self, entries: Sequence[Entry], basis: int | None) -> None:
        self.entries = entries
        self.basis = basis
        self.receipts: list[Receipt] = []
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()


class Committer:
    """Appends to a store; shared by all threads of one process.

    Args:
        store: opened for writing.
        key: signs each head.
        origin: name of the log, as its checkpoints say.
    """

    def __init__(self, store: Store, key: SigningKey, origin: str) -> None:
        self._store = store
        self._key = key
        self._origin = origin
        self._verifier = key.verifier()
        self._frontier = Frontier()
        self._queue: SimpleQueue[_Submission | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self._process = os.getpid()
        self._poison: RingwallError | None = None
        self._closed = False
        self._last_flush = 0.0
        self._last_batch = 1

    def append(
        self, entries: Sequence[Entry], basis: int | None = None
    ) -> list[Receipt]:
        """Append entries side by side and return once they are durable.

        Args:
            entries: at least one.
            basis: index of the last fact or policy event they were made on; None
                for entries that rest on nothing.

        Raises:
            StaleBasis: another such event has landed; nothing was appended.
            RecordUnavailable: the record could not be made durable.
            IntegrityError: the stored head is not the one that was signed.
        """
        if self._poison is not None:
            raise self._refusal() from self._poison
        if os.getpid() != self._process:
            raise RecordUnavailable(
                "ledger-forked",
                "this process was forked from the one that opened the ledger",
                next_step="open the gate after the fork",
            )
        submission = _Submission(entries, basis)
        with self._guard:
            if self._closed:
                raise RecordUnavailable("ledger-closed", "the ledger has been closed")
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="ringwall-committer", daemon=True
                )
                self._thread.start()
            self._queue.put(submission)
        submission.done.acquire()
        if submission.error is not None:
            raise submission.error
        return submission.receipts

    def close(self) -> None:
        """Commit what has been handed in and stop."""
        with self._guard:
            self._closed = True
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
        if thread is not None and os.getpid() == self._process:
            thread.join()

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._gather()
            if batch:
                self._commit(batch)
                for submission in batch:
                    submission.done.release()

    def _gather(self) -> tuple[list[_Submission], bool]:
        """Wait for one submission, then a little for those on their heels.

        Without the little wait, callers in a closed loop fall into two halves
        that wait for each other's flush.
        """
        first = self._queue.get()
        if first is None:
            return [], False
        batch = [first]
        window = min(self._last_flush * _GATHER_SHARE, _GATHER_LIMIT)
        deadline = time.monotonic() + window
        while len(batch) < _MAX_BATCH:
            try:
                following = self._queue.get_nowait()
            except Empty:
                left = deadline - time.monotonic()
                if len(batch) >= self._last_batch or left <= 0:
                    break
                try:
                    following = self._queue.get(timeout=left)
                except Empty:
                    break
            if following is None:
                return batch, False
            batch.append(following)
        self._last_batch = len(batch)
        return batch, True

    def _commit(self, batch: list[_Submission]) -> None:
        if self._poison is not None:
            error: Exception = self._refusal()
            for submission in batch:
                submission.error = error
            return
        started = time.monotonic()
        try:
            with self._store.writing() as connection:
                frontier = self._append_all(connection, batch)
            self._frontier = frontier
        except RingwallError as error:
            self._fail(batch, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may be answered
            reason = RecordUnavailable("record-unavailable", f"append failed: {error}")
            self._fail(batch, reason)
        self._last_flush = time.monotonic() - started

    def _append_all(
        self, connection: Connection, batch: list[_Submission]
    ) -> Frontier:
        head = read_head(connection)
        frontier = self._frontier.copy()
        if (head.size, head.root) != (frontier.size, frontier.root()):
            # Another process has written, or this is the first batch.
            frontier = head.tree(self._verifier, self._origin)
        basis = head.basis
        accepted: list[Entry] = []
        size = frontier.size
        for submission in batch:
            if submission.basis is not None and submission.basis != basis:
                submission.error = StaleBasis()
                continue
            for entry in submission.entries:
                index = size + len(accepted)
                accepted.append(entry)
                submission.receipts.append(Receipt(index, entry.leaf, 0))
                if entry.moves_basis:
                    basis = index
        if accepted:
            write_batch(connection, frontier, accepted)
            self._write_head(connection, frontier, basis)
            for submission in batch:
                submission.receipts = [
                    Receipt(r.index, r.leaf, frontier.size) for r in submission.receipts
                ]
        return frontier

    def _write_head(
        self, connection: Connection, frontier: Frontier, basis: int
    ) -> None:
        checkpoint = Checkpoint(self._origin, frontier.size, frontier.root())
        head = Head.of(frontier, basis, sign_checkpoint(checkpoint, self._key))
        connection.execute(update(HEAD), head.row())

    def _fail(self, batch: list[_Submission], error: RingwallError) -> None:
        # A lock that was not had leaves the file as it was: no reason to stop.
        if error.code != "ledger-busy":
            self._poison = error
        for submission in batch:
            submission.receipts = []
            submission.error = error

    def _refusal(self) -> RecordUnavailable:
        return RecordUnavailable(
            "record-unavailable",
            f"the ledger stopped after an error: {self._poison}",
            next_step="mend the cause, then open the institute again",
        )
