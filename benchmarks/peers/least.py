"""The least that a ledger could do: what each of its figures can be here at best.

Leaf hash and bytes into one table of SQLite, a whole batch a transaction; no tree, no
signature, no projection, no lock between processes. What a machine does not reach with
this it does not reach with a ledger in the same interpreter.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from ringwall.tlog.hashing import leaf_hash
from ringwall.tlog.tiles import TILE_WIDTH

__all__ = ["coroutines", "one_caller", "threads", "walk"]

_TABLE: Final = "CREATE TABLE leaf (idx INTEGER PRIMARY KEY, hash BLOB, entry BLOB)"
_PUT: Final = "INSERT INTO leaf VALUES (?, ?, ?)"
_ENTRY: Final = bytes(512)
_GATHER: Final = 0.0004
_LOOK: Final = 0.00002

Answer = Callable[[], None]


class _Leaves:
    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(
            folder / "least.db", isolation_level=None, check_same_thread=False
        )
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute(_TABLE)
        self._size = 0

    def put(self, count: int) -> None:
        rows = [
            (index, leaf_hash(_ENTRY), _ENTRY)
            for index in range(self._size, self._size + count)
        ]
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(_PUT, rows)
        self._database.execute("COMMIT")
        self._size += count

    def close(self) -> None:
        self._database.close()


class _Batches:
    """Puts what callers hand in, all that waits at once; they come back together."""

    def __init__(self, leaves: _Leaves, answer: Callable[[list[Answer]], None]) -> None:
        self._leaves = leaves
        self._answer = answer
        self._news = threading.Condition()
        self._waiting: list[Answer] = []
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def hand_in(self, answer: Answer) -> None:
        with self._news:
            self._waiting.append(answer)
            if len(self._waiting) == 1:
                self._news.notify()

    def end(self) -> None:
        with self._news:
            self._is_over = True
            self._news.notify()
        self._thread.join()

    def _run(self) -> None:
        before = 1
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._is_over)
                if not self._waiting:
                    return
            deadline = time.perf_counter() + _GATHER
            while len(self._waiting) < before and time.perf_counter() < deadline:
                time.sleep(_LOOK)
            with self._news:
                batch, self._waiting = self._waiting, []
            before = len(batch)
            self._leaves.put(before)
            self._answer(batch)


def one_caller(folder: Path, seconds: float) -> float:
    """Put one entry after the other, in the caller's own thread."""
    leaves, count = _Leaves(folder), 0
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        leaves.put(1)
        count += 1
    taken = time.perf_counter() - started
    leaves.close()
    return count / taken


def threads(folder: Path, seconds: float, callers: int) -> float:
    """Put entries from many threads."""
    leaves = _Leaves(folder)
    batches = _Batches(leaves, _answer_each)
    counts = [0] * callers
    started = time.perf_counter()

    def run(number: int) -> None:
        done = threading.Lock()
        done.acquire()
        while time.perf_counter() - started < seconds:
            batches.hand_in(done.release)
            done.acquire()
            counts[number] += 1

    running = [threading.Thread(target=run, args=(n,)) for n in range(callers)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    taken = time.perf_counter() - started
    batches.end()
    leaves.close()
    return sum(counts) / taken


def coroutines(folder: Path, seconds: float, callers: int) -> float:
    """Put entries from many tasks of one event loop."""
    return asyncio.run(_awaited(_Leaves(folder), seconds, callers))


async def _awaited(leaves: _Leaves, seconds: float, callers: int) -> float:
    loop = asyncio.get_running_loop()

    def answer(batch: list[Answer]) -> None:
        loop.call_soon_threadsafe(_answer_each, batch)

    batches = _Batches(leaves, answer)
    started = time.perf_counter()

    async def run() -> int:
        count = 0
        while time.perf_counter() - started < seconds:
            future: asyncio.Future[None] = loop.create_future()
            batches.hand_in(partial(future.set_result, None))
            await future
            count += 1
        return count

    counts = await asyncio.gather(*(run() for _ in range(callers)))
    taken = time.perf_counter() - started
    batches.end()
    leaves.close()
    return sum(counts) / taken


def walk(path: Path) -> float:
    """Hash each entry of a ledger and the tree over them; return the CPU seconds.

    Raises:
        RuntimeError: a leaf hash is not that of its entry.
    """
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    started = time.process_time()
    roots: list[bytes] = []
    leaves: list[bytes] = []
    for leaf, entry in database.execute("SELECT hash, entry FROM leaf ORDER BY idx"):
        if leaf_hash(entry) != leaf:
            raise RuntimeError("an entry was changed")
        leaves.append(leaf)
        if len(leaves) == TILE_WIDTH:
            roots.append(_top(leaves))
            leaves = []
    _top(roots)
    seconds = time.process_time() - started
    database.close()
    return seconds


def _top(row: list[bytes]) -> bytes:
    """Return a hash over hashes, as many of them as a tree of that width takes."""
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return row[0] if row else b""


def _answer_each(batch: list[Answer]) -> None:
    for answer in batch:
        answer()
