"""What one transaction of the committer does: follow the log, extend it, sign it.

Must never write on a state that it has not compared with what it saw before.
"""

from contextlib import suppress
from time import monotonic
from typing import Final, Protocol

from sqlalchemy import Connection, insert

from ringwall.base.errors import RingwallError
from ringwall.ledger.committing.gathering import Submission
from ringwall.ledger.committing.seen import SeenObjects
from ringwall.ledger.committing.slicer import Slicer
from ringwall.ledger.committing.tip import Tip
from ringwall.ledger.committing.writers import (
    Writer,
    enter_writer,
    move_writer,
    new_writer,
    strike_writer,
)
from ringwall.ledger.entries import Entry
from ringwall.ledger.head import Head
from ringwall.ledger.publication.epochs import KeyRotated
from ringwall.ledger.schema import CHECKPOINT
from ringwall.ledger.shape import check_shape
from ringwall.ledger.slicing import store_sliced
from ringwall.ledger.statements import execute, send_many
from ringwall.ledger.store import Store
from ringwall.signing.keys import SigningKey

__all__ = ["Appender", "Publishing", "StaleBasis"]

# Entries after which the row of the process is moved on: it costs a lone caller a
# page for each entry. Of the entries from there on, most will have been acknowledged.
_SIGN_IN_EACH: Final = 64
# An answer is worth nothing to a thread that has not had its turn since: the row never
# goes beyond what the log was so many seconds ago.
_ANSWERED_SECONDS: Final = 1.0
_PRUNED: Final = "log.pruned"
_KEEP: Final = insert(CHECKPOINT).prefix_with("OR IGNORE")


class StaleBasis(Exception):
    """What entries were made on has moved: the basis, or an object that was seen."""


class Publishing(Protocol):
    """What makes checkpoints of durable heads; see `publisher`."""

    @property
    def failure(self) -> RingwallError | None:
        """Why nothing may be appended any more, None while all is well."""
        ...

    def landed(self, head: Head) -> None:
        """Hear of a head that is durable; returns at once."""
        ...

    def ready(self) -> list[tuple[int, bytes]]:
        """Return size and note of what has been published since the last call."""
        ...

    def finish(self, head: Head) -> list[tuple[int, bytes]]:
        """Publish the last head, end, and return what is still to be kept."""
        ...


class Appender:
    """Appends batches within the store's transactions; used by one thread at a time.

    Args:
        store: opened for writing.
        key: signs each head.
        origin: name of the log.
        publisher: None to publish nothing.
        writer: the row of this process; None for a new one.
    """

    def __init__(
        self,
        store: Store,
        key: SigningKey,
        origin: str,
        publisher: Publishing | None,
        writer: Writer | None,
    ) -> None:
        self._store = store
        self._key = key
        self._origin = origin
        self._publisher = publisher
        self._writer = new_writer() if writer is None else writer
        self._tip: Tip | None = None
        self._seen: tuple[int, int] = (-1, -1)
        self._shape_version = -1
        self._is_entered = False
        self._signed_in = 0
        self._mark = (0, 0.0)
        self._has_grown = False
        self._is_to_fold = False
        self._notes: list[tuple[int, bytes]] = []
        self._slicer = Slicer(store)
        self._sliced = self._slicer.ready()

    def append_all(self, connection: Connection, batch: list[Submission]) -> Tip:
        """Write what a batch holds, and say in it what became of each submission.

        Raises:
            IntegrityError: the stored log is not the one that was signed, or not
                the one seen before.
        """
        tip = self._followed(connection)
        size = tip.head.size
        seen = SeenObjects(connection)
        entries = _accept(batch, size, tip.basis.last, seen)
        self._has_grown = bool(entries)
        self._is_to_fold = any(_is_to_be_folded(entry) for entry in entries)
        if entries:
            tip = tip.extended(
                connection,
                entries,
                self._key,
                self._origin,
                is_signed=self._is_to_be_signed(),
            )
            self._sign_in(connection, size)
        elif self._notes:
            tip = tip.sealed(connection, self._key, self._origin)
        self._keep_notes(connection)
        for submission in batch:
            submission.size = tip.head.size
        return tip

    def landed(self, tip: Tip) -> None:
        """Take it that the transaction is durable.

        Raises:
            RecordUnavailable: what is to be folded into the file could not be.
        """
        self._tip, self._notes, self._sliced = tip, [], []
        if self._has_grown:
            self._is_entered = True
            self._slicer.landed(tip.head.size)
            if self._publisher is not None:
                self._publisher.landed(tip.head)
        if self._is_to_fold:
            self._store.fold(at_once=True)

    def leave(self, *, is_clean: bool) -> None:
        """End the publisher, keep its last notes and strike the row of the process.

        Args:
            is_clean: False to leave the row: the end of the log is not known.

        Raises:
            RecordUnavailable, IntegrityError: it could not be done; the row stays.
        """
        self._sliced += self._slicer.finish()
        if self._tip is not None and self._publisher is not None:
            self._notes += self._publisher.finish(self._tip.head)
            if self._publisher.failure is not None:
                raise self._publisher.failure
        if is_clean and (self._is_entered or self._notes):
            with self._store.writing() as connection:
                # Under another key by now nothing is appended, but what this
                # process has appended stands.
                with suppress(KeyRotated):
                    tip = self._followed(connection)
                    tip.sealed(connection, self._key, self._origin)
                self._keep_notes(connection)
                strike_writer(connection, self._writer)
            self._is_entered = False

    def gather_notes(self) -> bool:
        """Fetch what is ready beside the log; return whether there is any to keep."""
        self._sliced += self._slicer.ready()
        if self._publisher is not None:
            self._notes += self._publisher.ready()
        return bool(self._notes or self._sliced)

    def _followed(self, connection: Connection) -> Tip:
        """Return the end of the log as it is now.

        INVARIANT: SQLite moves its data version on with each commit of another
        connection, and the store counts those of its own; while neither has moved,
        the file holds the head and the shape that were seen last.
        """
        turn = self._store.turns
        [(version,)] = execute(connection, "PRAGMA data_version")
        if self._tip is None or self._seen != (version, turn - 1):
            self._check_shape(connection)
            if self._tip is None:
                self._tip = Tip.read(connection, self._key, self._origin)
            else:
                self._tip = self._tip.followed(connection, self._key, self._origin)
        self._seen = version, turn
        return self._tip

    def _is_to_be_signed(self) -> bool:
        """Whether the head of this transaction is to be signed, not only tagged.

        So often that no more is left to the tag than checkpoints leave: a signature
        takes a lone caller half as long as all the rest of an append.
        """
        return self._publisher is None or bool(self._notes) or not self._is_entered

    def _check_shape(self, connection: Connection) -> None:
        [(version,)] = execute(connection, "PRAGMA schema_version")
        if version != self._shape_version:
            check_shape(connection)
            self._shape_version = version

    def _sign_in(self, connection: Connection, size: int) -> None:
        """Keep the row of the process at a size that callers know of by now."""
        now = monotonic()
        if not self._is_entered:
            enter_writer(connection, self._writer, size)
            self._signed_in, self._mark = size, (size, now)
            return
        marked, since = self._mark
        if now - since < _ANSWERED_SECONDS:
            return
        if marked - self._signed_in >= _SIGN_IN_EACH:
            move_writer(connection, self._writer, marked)
            self._signed_in = marked
        self._mark = size, now

    def _keep_notes(self, connection: Connection) -> None:
        send_many(connection, _KEEP, self._notes)
        store_sliced(connection, self._sliced)


def _is_to_be_folded(entry: Entry) -> bool:
    """Whether an entry must not hang on the write-ahead log any longer than it has to.

    What others rest on must not: somebody may tidy that file away. Nor must what takes
    something out of the tables: until then it is still in the old pages.
    """
    return entry.moves_basis or entry.event["kind"] == _PRUNED


def _accept(
    batch: list[Submission], size: int, basis: int, seen: SeenObjects
) -> list[Entry]:
    """Return the entries to append, in order; mark what rests on something stale."""
    accepted: list[Entry] = []
    is_seen = any(submission.seen for submission in batch)
    for submission in batch:
        is_stale = submission.basis is not None and submission.basis != basis
        if is_stale or not seen.are_as(submission.seen):
            submission.error = StaleBasis()
            continue
        submission.first = size + len(accepted)
        if is_seen:
            seen.take(submission.first, submission.entries)
        for entry in submission.entries:
            if entry.moves_basis:
                basis = size + len(accepted)
            accepted.append(entry)
    return accepted
