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

from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError, RecordUnavailable, RingwallError
from ringwall.ledger.entries import Entry
from ringwall.ledger.shape import check_shape, shape_version
from ringwall.ledger.store import Store
from ringwall.ledger.tip import Tip
from ringwall.model.decisions import Receipt
from ringwall.signing.keys import SigningKey

__all__ = ["Committer", "StaleBasis"]

_MAX_BATCH: Final = 1024
_GATHER_SHARE: Final = 0.4
_GATHER_LIMIT: Final = 0.002


class StaleBasis(Exception):
    """A fact or policy event has landed since the one a decision was made on."""


class _Submission:
    """Entries that land together, and what became of them.

    Attributes:
        entries: land side by side or not at all.
        basis: index of the event they were made on, None for none.
        first: index of the first of them, once it has been given.
        size: size of the tree that their commit produced.
        error: why they were not appended.
        done: locked until there is an answer.
    """

    __slots__ = ("basis", "done", "entries", "error", "first", "size")

    def __init__(self, entries: Sequence[Entry], basis: int | None) -> None:
        self.entries = entries
        self.basis = basis
        self.first = 0
        self.size = 0
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def receipts(self) -> list[Receipt]:
        """Return one receipt for each entry."""
        return [
            Receipt(index, entry.leaf, self.size)
            for index, entry in enumerate(self.entries, self.first)
        ]


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
        self._tip: Tip | None = None
        self._shape_version = -1
        self._has_moved_basis = False
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
            entries: what to append; for none there is no receipt.
            basis: index of the last fact or policy event they were made on; None
                for entries that rest on nothing.

        Raises:
            StaleBasis: another such event has landed; nothing was appended.
            RecordUnavailable: the record could not be made durable.
            IntegrityError: the stored log is not the one that was signed, or not
                the one seen before.
        """
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
        return submission.receipts()

    def close(self) -> None:
        """Commit what has been handed in and stop; in a fork, do nothing."""
        if os.getpid() != self._process:
            return
        with self._guard:
            self._closed = True
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._gather()
            if batch:
                self._commit(batch)
                for submission in batch:
                    submission.done.release()
                self._fold()

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
            self._refuse(batch, self._poison)
            return
        started = time.monotonic()
        try:
            with self._store.writing() as connection:
                tip = self._append_all(connection, batch)
            self._tip = tip
            if self._has_moved_basis:
                # What others rest on must not hang on a file beside the ledger,
                # which somebody may tidy away.
                self._fold(at_once=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may be answered
            self._stop(error)
            for submission in batch:
                submission.error = _again(error)
        self._last_flush = time.monotonic() - started

    def _append_all(self, connection: Connection, batch: list[_Submission]) -> Tip:
        version = shape_version(connection)
        if version != self._shape_version:
            check_shape(connection)
            self._shape_version = version
        if self._tip is None:
            tip = Tip.read(connection, self._key, self._origin)
        else:
            tip = self._tip.followed(connection, self._key, self._origin)
        entries = _accept(batch, tip.head.size, tip.basis.last)
        self._has_moved_basis = any(entry.moves_basis for entry in entries)
        if entries:
            tip = tip.extended(connection, entries, self._key, self._origin)
        for submission in batch:
            submission.size = tip.head.size
        return tip

    def _fold(self, *, at_once: bool = False) -> None:
        """Do the store's housekeeping; nobody waits, unless it is due at once."""
        if self._poison is None:
            try:
                self._store.fold(at_once=at_once)
            except Exception as error:  # noqa: BLE001 - a dead committer would answer nobody
                self._stop(error)

    def _stop(self, error: Exception) -> None:
        # A lock that was not had leaves the file as it was: no reason to stop.
        told = _again(error)
        if told.code != "ledger-busy":
            self._poison = told

    def _refuse(self, batch: list[_Submission], poison: RingwallError) -> None:
        for submission in batch:
            submission.error = RecordUnavailable(
                "ledger-stopped",
                f"the ledger stopped after an error: {poison}",
                next_step="mend the cause, then open the institute again",
            )
            submission.error.__cause__ = _again(poison)


def _accept(batch: list[_Submission], size: int, basis: int) -> list[Entry]:
    """Return the entries to append, in order; mark what rests on a stale basis."""
    accepted: list[Entry] = []
    for submission in batch:
        if submission.basis is not None and submission.basis != basis:
            submission.error = StaleBasis()
            continue
        submission.first = size + len(accepted)
        for index, entry in enumerate(submission.entries, submission.first):
            if entry.moves_basis:
                basis = index
        accepted.extend(submission.entries)
    return accepted


def _again(error: Exception) -> RingwallError:
    """Return an error to tell a caller: one object can't be raised in many threads."""
    if isinstance(error, IntegrityError):
        anew: RingwallError = IntegrityError(error.code, error.message)
    elif isinstance(error, RecordUnavailable):
        anew = RecordUnavailable(error.code, error.message)
    else:
        message = f"the append failed: {type(error).__name__}"
        anew = RecordUnavailable("record-unavailable", message)
    anew.next_step = getattr(error, "next_step", "")
    anew.__cause__ = error
    return anew
