"""Makes the public checkpoints of a log, beside the appending and never in its way.

A checkpoint is signed for a size that is durable, put in a second place if there is
one, and only then given out to be stored: so the second place is never ahead of the
log. Must never sign a size that has not been told durable.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from ringwall.base.errors import RecordUnavailable, RingwallError
from ringwall.ledger.head import Head
from ringwall.ledger.publication.anchor import Anchor
from ringwall.signing.keys import SigningKey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint

__all__ = ["PUBLISH_ENTRIES", "PUBLISH_SECONDS", "Publisher"]

PUBLISH_SECONDS: Final = 1.0
"""An entry is in a checkpoint after so long at the latest."""

PUBLISH_ENTRIES: Final = 256
"""So many entries are published without waiting: as many as a tile holds."""


class Publisher:
    """Publishes the heads that one committer makes durable.

    Args:
        key: signs the checkpoints.
        origin: name of the log.
        anchor: the second place; None if there is none.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        key: SigningKey,
        origin: str,
        anchor: Anchor | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._origin = origin
        self._anchor = anchor
        self._clock = clock
        self._wake: Callable[[], None] | None = None
        self._thread: threading.Thread | None = None
        self._news = threading.Condition()
        # All below only with the condition held.
        self._head: Head | None = None
        self._since = 0.0
        self._published: int | None = None
        self._ready: list[tuple[int, bytes]] = []
        self._failure: RingwallError | None = None
        self._is_finishing = False

    @property
    def failure(self) -> RingwallError | None:
        """Why no more may be appended, None while all is well."""
        return self._failure

    def call(self, wake: Callable[[], None]) -> None:
        """Say what to call when something is ready, or has failed.

        Args:
            wake: returns at once; called in a thread of the publisher's own.
        """
        self._wake = wake

    def landed(self, head: Head) -> None:
        """Take in a head that is durable; return at once."""
        with self._news:
            was_waiting = self._is_pending()
            if not was_waiting:
                self._since = self._clock()
            self._head = head
            if self._published is None:
                # What was there before this process is in some checkpoint already,
                # or in the next: only what lands here has to be counted.
                self._published = head.size - 1
            if self._thread is None and not self._is_finishing:
                self._thread = threading.Thread(
                    target=self._run, name="ringwall-publisher", daemon=True
                )
                self._thread.start()
            if not was_waiting or self._unpublished() >= PUBLISH_ENTRIES:
                self._news.notify()

    def ready(self) -> list[tuple[int, bytes]]:
        """Return size and note of each checkpoint to be stored, each once.

        They have been in the second place since before they are given out.
        """
        if not self._ready:  # asked for each batch; what comes meanwhile comes later
            return []
        with self._news:
            ready, self._ready = self._ready, []
        return ready

    def finish(self, head: Head) -> list[tuple[int, bytes]]:
        """Publish what is not published, end, and return what is to be stored.

        Where it fails, `failure` tells why.

        Args:
            head: the last one that is durable.
        """
        with self._news:
            self._is_finishing = True
            thread, self._thread = self._thread, None
            self._news.notify()
        if thread is not None:
            thread.join()
        with self._news:
            is_new = self._published is not None and head.size > self._published
        if is_new and self._failure is None:
            self._publish(head)
        return self.ready()

    def _run(self) -> None:
        while True:
            with self._news:
                while not self._is_finishing and not self._is_due():
                    self._news.wait(self._patience())
                head = self._head
                if self._is_finishing or head is None:
                    return
            self._publish(head)
            if self._wake is not None:
                self._wake()
            if self._failure is not None:
                return

    def _publish(self, head: Head) -> None:
        try:
            note = self._anchored(head)
        except RingwallError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - whatever it is, the ledger must stop
            failure = _failed(error)
        else:
            self._keep(head.size, note)
            return
        with self._news:
            self._failure = failure

    def _anchored(self, head: Head) -> bytes | None:
        """Return the note; None if a later one is in the second place already."""
        checkpoint = Checkpoint(self._origin, head.size, head.root)
        note = sign_checkpoint(checkpoint, self._key)
        if self._anchor is None or self._anchor.advance(checkpoint, note):
            return note
        return None

    def _keep(self, size: int, note: bytes | None) -> None:
        with self._news:
            self._published = size
            if note is not None:
                self._ready.append((size, note))
            self._since = self._clock()

    def _is_pending(self) -> bool:
        return self._unpublished() > 0

    def _unpublished(self) -> int:
        if self._head is None or self._published is None:
            return 0
        return self._head.size - self._published

    def _is_due(self) -> bool:
        if not self._is_pending():
            return False
        return self._unpublished() >= PUBLISH_ENTRIES or self._left() <= 0

    def _left(self) -> float:
        return self._since + PUBLISH_SECONDS - self._clock()

    def _patience(self) -> float | None:
        """Return how many seconds to wait for news; None for as long as it takes."""
        return max(0.0, self._left()) if self._is_pending() else None


def _failed(error: Exception) -> RecordUnavailable:
    failure = RecordUnavailable(
        "checkpoint-failed",
        f"a checkpoint could not be made: {type(error).__name__}",
        next_step="open the institute again; if it stays so, report it",
    )
    failure.__cause__ = error
    return failure
