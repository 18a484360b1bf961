"""What is measured of appending: a bare file, our ledger from many sides, a peer.

Each function does one round in a folder of its own and returns how many entries a
second became durable. The flush is as slow as the process was started for.
"""

import asyncio
import importlib
import os
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.ledger.entries import Entry
from ringwall.ledger.ledger import Ledger
from ringwall.model.events import Event, institute_created
from ringwall.model.requests import AccessRequest
from ringwall.signing.keys import SigningKey, format_vkey

__all__ = [
    "CALLERS",
    "bare_file",
    "coroutines",
    "full_path",
    "one_caller",
    "peer_tree",
    "processes",
    "threads",
]

CALLERS: Final = 64
PROCESSES: Final = 4
SIZE: Final = 512
_ORIGIN: Final = "log.example/bench"
_KEY: Final = SigningKey(_ORIGIN, bytes(range(32)))


def bare_file(folder: Path, seconds: float, at_once: int) -> float:
    """Write entries to a file and flush it after so many."""
    file = os.open(folder / "bare", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    entry, count = bytes(SIZE), 0
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        for _ in range(at_once):
            os.write(file, entry)
        os.fdatasync(file)
        count += at_once
    taken = time.perf_counter() - started
    os.close(file)
    return count / taken


def one_caller(folder: Path, seconds: float) -> float:
    """Append one entry after the other."""
    count = 0
    with closing(_ledger(folder)) as ledger:
        entries = _entry(ledger)
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            ledger.append_entries(entries)
            count += 1
        return count / (time.perf_counter() - started)


def coroutines(folder: Path, seconds: float) -> float:
    """Append from 64 tasks of one event loop."""
    with closing(_ledger(folder)) as ledger:
        entries = _entry(ledger)

        async def append() -> None:
            await ledger.append_entries_async(entries)

        return asyncio.run(_asked(append, seconds, []))


def threads(folder: Path, seconds: float) -> float:
    """Append from 64 threads."""
    with closing(_ledger(folder)) as ledger:
        return _appended(ledger, CALLERS, time.perf_counter(), seconds) / seconds


def processes(folder: Path, seconds: float) -> float:
    """Append from 4 processes with 16 threads each.

    Raises:
        RuntimeError: the log is not what the processes say they appended.
    """
    _ledger(folder).close()
    started = time.perf_counter() + 1.0  # all of them are there by then
    told, telling = os.pipe()
    children = [
        _forked(lambda: _append_apart(folder, started, seconds, telling))
        for _ in range(PROCESSES)
    ]
    os.close(telling)
    with os.fdopen(told) as pipe:
        counts = [int(line) for line in pipe]
    for child in children:
        os.waitpid(child, 0)
    with closing(_opened(folder)) as ledger:
        if ledger.head().size != sum(counts) + 1 or len(counts) != PROCESSES:
            raise RuntimeError("entries are missing")
    return sum(counts) / seconds


def full_path(
    gate: Gatekeeper, asked: list[AccessRequest], seconds: float
) -> tuple[float, float]:
    """Have 64 tasks ask for permits; return decisions a second and p99 in ms."""
    latencies: list[float] = []
    turn = iter(range(1 << 60))

    async def ask() -> None:
        answer = await gate.acheck_request(asked[next(turn) % len(asked)])
        if answer.receipt is None or not answer.permitted:
            raise RuntimeError("a permit was not recorded")

    rate = asyncio.run(_asked(ask, seconds, latencies))
    latencies.sort()
    return rate, latencies[int(len(latencies) * 0.99)] * 1000


def peer_tree(folder: Path, seconds: float) -> float | None:
    """Append one by one to pymerkle's SQLite tree as shipped; None without it."""
    try:
        pymerkle: Any = importlib.import_module("pymerkle")
    except ImportError:
        return None
    tree, entry, count = pymerkle.SqliteTree(str(folder / "peer.db")), bytes(SIZE), 0
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        tree.append_entry(entry)
        count += 1
    taken = time.perf_counter() - started
    tree.con.close()
    return count / taken


async def _asked(
    ask: Callable[[], Any], seconds: float, latencies: list[float]
) -> float:
    started, count = time.perf_counter(), 0

    async def run() -> None:
        nonlocal count
        while (begun := time.perf_counter()) - started < seconds:
            await ask()
            latencies.append(time.perf_counter() - begun)
            count += 1

    await asyncio.gather(*(run() for _ in range(CALLERS)))
    return count / (time.perf_counter() - started)


def _appended(ledger: Ledger, callers: int, started: float, seconds: float) -> int:
    counts, entries = [0] * callers, _entry(ledger)
    time.sleep(max(0.0, started - time.perf_counter()))

    def run(number: int) -> None:
        while time.perf_counter() - started < seconds:
            ledger.append_entries(entries)
            counts[number] += 1

    running = [threading.Thread(target=run, args=(n,)) for n in range(callers)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sum(counts)


def _append_apart(folder: Path, started: float, seconds: float, telling: int) -> None:
    with closing(_opened(folder)) as ledger:
        count = _appended(ledger, CALLERS // PROCESSES, started, seconds)
    os.write(telling, b"%d\n" % count)


def _forked(task: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            task()
        finally:
            os._exit(0)
    return child


def _ledger(folder: Path) -> Ledger:
    first = institute_created(0, "Bench", "two", _ORIGIN, format_vkey(_KEY.verifier()))
    Ledger.create(folder / "ledger.db", _KEY, _ORIGIN, [first]).close()
    return _opened(folder)


def _opened(folder: Path) -> Ledger:
    return Ledger(folder / "ledger.db", _KEY.verifier(), _ORIGIN, _KEY)


def _entry(ledger: Ledger) -> list[Entry]:
    """Return a decision of 512 bytes, sealed."""
    event: Event = {
        "v": 1,
        "kind": "decision.made",
        "at": "2027-01-15T08:00:01.000000Z",
        "id": "dec-00000000000000000000",
        "subject": "service:trainer",
        "action": "weights.read",
        "resource": "weights:aurora-2",
        "point": "point:trainer",
        "effect": "permit",
        "rules": ["acc-031"],
        "reasons": [],
        "basis": 0,
        "policy": "",
    }
    (bare,) = ledger.sealed([event])
    return ledger.sealed([{**event, "policy": "0" * (SIZE - len(bare.data))}])
