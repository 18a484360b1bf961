"""Slices the blocks of decisions that a log fills, beside the appending.

Reads through a connection of its own, a little at a time, and hands the rows out to be
stored by whoever appends. Must never stand in the way of an append, nor stop one: what
it makes is a shorter way to what can be found without.
"""

import threading
from typing import Final

from ringwall.base.errors import RingwallError
from ringwall.ledger.slices import BLOCK, Sliced, sliced
from ringwall.ledger.slicing import missing_blocks, read_block
from ringwall.ledger.store import Store

__all__ = ["Slicer"]

# Between stretches of work, each of some milliseconds: as long as a small batch takes.
_PAUSE: Final = 0.002


class Slicer:
    """Slices what is missing once a process has begun to append.

    One block at a time: it begins the next when the one before has been fetched.

    Args:
        store: of the ledger.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._news = threading.Condition()
        # Of the thread that appends: a size that is durable.
        self._size = 0
        # Of the thread that slices: blocks to do, and those done or given up.
        self._missing: list[int] = []
        self._done: set[int] = set()
        # Both below only with the condition held.
        self._has_grown = False
        self._ready: list[Sliced] = []

    def landed(self, size: int) -> None:
        """Take in a size that is durable; return at once."""
        has_grown = size // BLOCK > self._size // BLOCK
        self._size = size
        if not has_grown:
            return
        with self._news:
            self._has_grown = True
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(
                    target=self._run, name="ringwall-slicer", daemon=True
                )
                self._thread.start()
            self._news.notify()

    def ready(self) -> list[Sliced]:
        """Return the rows of a block to be stored, each once."""
        if not self._ready:  # asked for each batch; what comes meanwhile comes later
            return []
        with self._news:
            ready, self._ready = self._ready, []
            self._news.notify()
        return ready

    def finish(self) -> list[Sliced]:
        """End, and return what is still to be stored.

        A block is finished, or begun if it is missing: so that blocks come to be
        sliced where each process appends but little.
        """
        with self._news:
            self._closing.set()
            thread, self._thread = self._thread, None
            self._news.notify()
        if thread is not None:
            thread.join()
        return self.ready()

    def _run(self) -> None:
        while self._is_awaited():
            try:
                self._slice_next()
            except (RingwallError, ValueError):
                # What there is is found without; of what is damaged others tell.
                self._missing = []

    def _is_awaited(self) -> bool:
        """Wait for something to do; return whether there is any."""
        with self._news:
            while self._ready or not (self._has_grown or self._missing):
                if self._closing.is_set():
                    return False
                self._news.wait()
            return True

    def _slice_next(self) -> None:
        with self._news:
            has_grown, self._has_grown = self._has_grown, False
        with self._store.reading() as connection:
            if has_grown:
                missing = missing_blocks(connection, self._size)
                # Those fetched, or given up, are not begun again.
                self._missing = [n for n in missing if n not in self._done]
            if not self._missing:
                return
            # The newest first: it is the one most asked for.
            number = self._missing.pop()
            self._done.add(number)
            columns = read_block(connection, number, self._breathe)
        rows: list[Sliced] = []
        for row in sliced(columns):
            rows.append(row)
            self._breathe()
        with self._news:
            self._ready = rows

    def _breathe(self) -> None:
        self._closing.wait(_PAUSE)
