"""Four processes with 16 threads each, one of them killed and one stopped for a while.

Every other time somebody tidies away the lock file meanwhile, so that the stopped
process comes back to a lock that nobody else looks at. Must never end without all that
it stopped having gone on.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from ringwall.ledger.ledger import Ledger
from tests.fault.campaign.logs import Log, asked, plain_log
from tests.fault.campaign.survivors import Survivors
from tests.fault.campaign.tally import Work
from tests.fault.children import Say, WaitingChild, in_threads

__all__ = ["stop_and_kill"]

PROCESSES = 4
THREADS = 16
FAULT = (
    f"{PROCESSES} processes x {THREADS} threads, one killed, one stopped and resumed"
)
_PAUSE = 0.1
_ROUNDS = 25
"""So many rounds of killing one process go for one of these."""


def stop_and_kill(work: Work) -> None:
    """Kill one process and stop another, and hold all receipts against the log."""
    rounds = max(2, work.rounds // _ROUNDS)
    for number in range(rounds):
        fault = FAULT + (", the lock file removed" if number % 2 else "")
        log = plain_log(work.folder(), 8)
        survivors = Survivors(log, log.anchored(work.folder() / "anchor"))
        wrong = _round(work, survivors, removed=bool(number % 2))
        outcome = "no gap, no double, no fork, nothing lost"
        work.tally.judge(fault, outcome, wrong and f"round {number}: {wrong}")
        work.tell(FAULT, number + 1, rounds)


def _round(work: Work, survivors: Survivors, *, removed: bool) -> str:
    """Return what is wrong after one round, empty if nothing is."""
    log = survivors.log
    children = [
        WaitingChild(partial(_write, log, survivors.anchor)) for _ in range(PROCESSES)
    ]
    said: list[list[Any]] = [[] for _ in children]
    readers = [
        threading.Thread(target=lambda n=n: said[n].extend(children[n].lines()))
        for n in range(PROCESSES)
    ]
    for reader in readers:
        reader.start()
    codes = _disturb(work, log, children, removed=removed)
    for reader in readers:
        reader.join()
    if any(codes):
        return f"a process that was left alone ended with {codes}"
    receipts = [tuple(one) for part in said for line in part for one in line]
    if len({index for index, _ in receipts}) != len(receipts):
        return "two were told the same index"
    work.tally.sums["entries acknowledged"] += len(receipts)
    survivors.acknowledge(receipts)
    size = log.size()
    if log.query("SELECT min(idx), max(idx) FROM leaf") != [(0, size - 1)]:
        return "there is a gap"
    return survivors.wrong_after()


def _disturb(
    work: Work, log: Log, children: list[WaitingChild], *, removed: bool
) -> list[int]:
    """Stop one, kill one, let all go on to their end; return the others' codes."""
    stopped, killed, *others = work.chance.sample(children, PROCESSES)
    time.sleep(_PAUSE * (1 + work.chance.random()))
    stopped.send(signal.SIGSTOP)
    try:
        if removed:
            log.path.with_name("ledger.db-lock").unlink(missing_ok=True)
        time.sleep(_PAUSE * (1 + work.chance.random()))
        killed.kill()
        time.sleep(_PAUSE)
    finally:
        stopped.send(signal.SIGCONT)
    time.sleep(_PAUSE)
    for child in (stopped, *others):
        child.go_on()
    killed.ended()
    return [child.ended() for child in (stopped, *others)]


def _write(log: Log, anchor: Path | None, say: Say, wait: Callable[[], None]) -> None:
    """Append in 16 threads until told to end; say the receipts."""
    ledger = Ledger(log.path, log.key.verifier(), log.origin, log.key, anchor)
    name = os.getpid()
    is_over = threading.Event()

    def end() -> None:
        wait()
        is_over.set()

    def append(thread: int) -> None:
        for number in count():
            if is_over.is_set():
                return
            events = [asked(name * 1_000_000 + thread * 10_000 + number)]
            say([(r.index, r.leaf.hex()) for r in ledger.append(events)])

    threading.Thread(target=end, daemon=True).start()
    in_threads(THREADS, append)
    ledger.close()
