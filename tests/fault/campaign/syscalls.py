"""Something at every system call of one append: a kill, an error, a full disk.

One thread appends one entry to a log with a second place and closes it. Must never
count a call at which nothing happened because it was not made.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ringwall.base.errors import RingwallError
from ringwall.ledger.ledger import Ledger
from tests.fault.campaign.logs import asked, plain_log
from tests.fault.campaign.survivors import Survivors
from tests.fault.campaign.tally import Work
from tests.fault.campaign.tracing import Call, calls_in, traced, why_not_traced
from tests.fault.children import Say, WaitingChild

__all__ = ["fail_calls", "kill_at_calls"]

_FLUSHES = ("fsync", "fdatasync")
_WRITES = {"pwrite64", "write", "ftruncate", "fallocate", "openat", "rename"}
_RECEIPT = "receipt"
_FULL = ("ENOSPC", "EDQUOT")
_STOPPED = 8
_FOLDER = (
    "what is appended all the same is not hurt: SQLite passes over a failed flush of "
    "the folder, which the store has flushed itself before"
)


class _Shot(NamedTuple):
    """One thing done to one call.

    Attributes:
        fault: what it is called in the report.
        call: the system call.
        what: in the words of strace.
        is_vital: whether an append must be refused if the call fails.
    """

    fault: str
    call: Call
    what: str
    is_vital: bool = False

    def words(self) -> str:
        """Return it in the words of strace."""
        return f"{self.call.name}:{self.what}:when={self.call.number}"


def kill_at_calls(work: Work) -> None:
    """SIGKILL at every system call of one append, of every kind."""
    fault = "SIGKILL at a system call of an append"
    if why := why_not_traced():
        work.tally.skip(fault, why)
        return
    calls = _calls(work)
    work.tally.notes[fault] = _listed(calls)
    shots = [_Shot(fault, call, "signal=SIGKILL") for call in calls[:: work.step]]
    for done, shot in enumerate(shots, 1):
        _shoot(work, shot)
        work.tell(fault, done, len(shots))


def fail_calls(work: Work) -> None:
    """EIO at every flush, a full disk at every write; then a kill, and open again."""
    if why := why_not_traced():
        work.tally.skip("EIO at a flush of an append", why)
        work.tally.skip("a full disk at a write of an append", why)
        return
    shots = list(_failures(_calls(work), work.step))
    work.tally.notes["EIO at a flush before the receipt"] = _FOLDER
    for done, shot in enumerate(shots, 1):
        _shoot(work, shot)
        work.tell("errors at calls of an append", done, len(shots))


def _failures(calls: list[Call], step: int) -> Iterator[_Shot]:
    """Give the errors to try; every flush, and each so many of the other calls."""
    receipt = next(n for n, call in enumerate(calls) if _RECEIPT in call.arguments)
    flushed: set[str] = set()
    for place, call in enumerate(calls):
        if call.name in _FLUSHES:
            # SQLite does not mind if it can't flush the folder, so the store has
            # flushed it before; to flush it again need not succeed.
            vital = place < receipt and call.path not in flushed
            when = "before" if place < receipt else "after"
            fault = f"EIO at a flush {when} the receipt"
            yield _Shot(fault, call, "error=EIO", vital)
            flushed.add(call.path)
    writes = [call for call in calls if call.name in _WRITES]
    for call in writes[::step]:
        if _RECEIPT not in call.arguments:
            for error in _FULL:
                yield _Shot(f"{error} at a write of an append", call, f"error={error}")


def _calls(work: Work) -> list[Call]:
    """Return the calls that an append makes at which it can be stopped."""
    trace = work.folder() / "trace"
    survivors = _begun(work)
    child = WaitingChild(partial(_append, survivors))
    lines = child.lines()
    next(lines)
    with traced(child.pid, trace):
        child.go_on()
        list(lines)
        assert child.ended() == 0
    return [call for call in calls_in(trace) if call.name != "exit_group"]


def _listed(calls: list[Call]) -> str:
    counts = sorted(Counter(call.name for call in calls).items())
    return ", ".join(f"{times} {name}" for name, times in counts)


def _begun(work: Work) -> Survivors:
    log = plain_log(work.folder(), 8)
    return Survivors(log, log.anchored(work.folder() / "anchor"))


def _shoot(work: Work, shot: _Shot) -> None:
    """Do one thing to one call, and look at what is left."""
    survivors = _begun(work)
    child = WaitingChild(partial(_append, survivors))
    lines = child.lines()
    next(lines)
    with traced(child.pid, Path(os.devnull), shot.words()):
        child.go_on()
        said = list(lines)
        code = child.ended()
    receipts = [receipt for kind, receipt in said if kind == "receipt"]
    errors = [error for kind, error in said if kind == "error"]
    survivors.acknowledge([tuple(receipt) for receipt in receipts])
    reappeared = survivors.reappeared
    wrong = _answers_wrong(errors) or survivors.wrong_after()
    if shot.is_vital and (receipts or not errors):
        wrong = wrong or f"acknowledged, though `{shot.call.path}` was not flushed"
    outcome = _outcome(code, errors, survivors.reappeared > reappeared)
    work.tally.judge(shot.fault, outcome, wrong and f"{shot.words()}: {wrong}")


def _answers_wrong(errors: list[list[object]]) -> str:
    """Return what is wrong with how a child was refused, empty if nothing is."""
    if not errors:
        return ""
    if any(exit_code != _STOPPED for _, exit_code in errors):
        return f"refused, but not with exit code {_STOPPED}: {errors}"
    if any(code != "ledger-stopped" for code, _ in errors[1:]):
        return f"not poisoned after the first error: {errors}"
    return ""


def _outcome(code: int, errors: list[list[object]], reappeared: bool) -> str:
    if code == -signal.SIGKILL and not errors:
        outcome = "killed"
    elif errors:
        outcome = f"refused ({errors[0][0]}), then stopped"
    else:
        outcome = "appended all the same"
    named = ", the refused entry stored and named" if reappeared else ""
    return f"{outcome}; opened again{named}"


def _append(survivors: Survivors, say: Say, wait: Callable[[], None]) -> None:
    """Open a log, wait to be looked at, append an entry and close; again if refused."""
    log = survivors.log
    key = log.key
    ledger = Ledger(log.path, key.verifier(), log.origin, key, survivors.anchor)
    entries = ledger.sealed([asked(1)])
    say(["ready", 0])
    wait()
    for _ in range(3):
        try:
            [receipt] = ledger.append_entries(entries)
        except RingwallError as error:
            say(["error", [error.code, error.exit_code]])
        else:
            say(["receipt", [receipt.index, receipt.leaf.hex()]])
            ledger.close()
            return
    # Nothing tidies up after a poisoned ledger here: killed, as if at its worst.
    os.kill(os.getpid(), signal.SIGKILL)
