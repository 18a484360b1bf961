"""kill -9 at random points, with 64 writers at work, again and again on one log.

Must never count a kill of a process that had not begun to write.
"""

import os
import shutil
import time
from functools import partial
from itertools import count
from pathlib import Path

from ringwall.ledger.ledger import Ledger
from tests.fault.campaign.logs import Log, asked, plain_log
from tests.fault.campaign.survivors import Survivors
from tests.fault.campaign.tally import Work
from tests.fault.children import Say, WaitingChild, in_threads

__all__ = ["kill_writers"]

WRITERS = 64
FAULT = f"kill -9 with {WRITERS} writers"
# After this many kills the log begins anew: each round reads all of it twice.
_RENEWED = 25
_LONGEST = 0.12
# Once in so many rounds it goes on for seconds, in which a writer's row moves on.
_PATIENT = 40


def kill_writers(work: Work) -> None:
    """Kill a process with 64 threads that append; look at what is left; go on."""
    survivors = _begun(work)
    for number in range(work.rounds):
        is_long = number % _PATIENT == _PATIENT - 1
        if number and number % _RENEWED == 0:
            shutil.rmtree(survivors.log.path.parent)
            survivors = _begun(work)
        acknowledged = _kill_once(survivors, _seconds(work, is_long=is_long))
        reappeared = survivors.reappeared
        wrong = survivors.wrong_after()
        outcome = "recovered, with unacknowledged entries named"
        if survivors.reappeared == reappeared:
            outcome = "recovered, all that is stored was acknowledged"
        work.tally.judge(FAULT, outcome, wrong and f"round {number}: {wrong}")
        work.tally.sums["entries acknowledged before a kill"] += acknowledged
        work.tell(FAULT, number + 1, work.rounds)
        if wrong or is_long:
            survivors = _begun(work)


def _begun(work: Work) -> Survivors:
    log = plain_log(work.folder(), 16)
    return Survivors(log, log.anchored(work.folder() / "anchor"))


def _seconds(work: Work, *, is_long: bool) -> float:
    """Return how long to let the writers go on."""
    # Some rounds end within one append.
    seconds = work.chance.random() ** 2 * _LONGEST
    return seconds + 1 + 2 * work.chance.random() if is_long else seconds


def _kill_once(survivors: Survivors, seconds: float) -> int:
    """Kill a writer some time on; return how many entries it had acknowledged."""
    child = WaitingChild(partial(_write, survivors.log, survivors.anchor))
    lines = child.lines()
    next(lines)
    # The first word only says that it has begun.
    time.sleep(seconds)
    child.kill()
    said = [tuple(receipt) for line in lines for receipt in line]
    code = child.ended()
    assert code < 0, f"the child ended by itself: {code}"
    survivors.acknowledge(said)
    return len(said)


def _write(log: Log, anchor: Path | None, say: Say, _: object) -> None:
    """Append in 64 threads, one entry and now and then three, and say the receipts."""
    ledger = Ledger(log.path, log.key.verifier(), log.origin, log.key, anchor)
    name = os.getpid()

    def append(thread: int) -> None:
        for number in count():
            entries = [
                asked(name * 1_000_000 + thread * 10_000 + number * 3 + n)
                for n in range(3 if number % 5 == 4 else 1)
            ]
            say([(r.index, r.leaf.hex()) for r in ledger.append(entries)])

    say([])
    in_threads(WRITERS, append)
