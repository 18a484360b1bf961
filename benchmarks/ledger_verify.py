"""How long it takes to verify a long log, and how much memory: each in its own process.

python -m benchmarks.ledger_verify [ENTRIES]
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert

from benchmarks.peers import least
from ringwall.ledger.basis import Basis
from ringwall.ledger.entries import seal_entry
from ringwall.ledger.head import sign_head
from ringwall.ledger.memory.disclosures import Pseudonyms
from ringwall.ledger.rows import write_batch
from ringwall.ledger.schema import CHECKPOINT, HEAD
from ringwall.ledger.slicing import fill_slices
from ringwall.ledger.store import Store
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.verify import verify_ledger
from ringwall.model.events import Event, institute_created
from ringwall.signing.keys import SigningKey, format_vkey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.frontier import Frontier

__all__ = ["VerifyTimes", "measure_verify", "write_log"]

ORIGIN = "log.example"
KEY = SigningKey(ORIGIN, bytes(range(32)))
BARS = {True: "3 s, 128 MiB", False: "20 s"}
"""Whether only the log is verified -> what it may take at a million entries."""
_AT = 1_800_000_000_000_000
_BATCH = 256
_PEOPLE = 2000


class VerifyTimes(NamedTuple):
    """What a verification of one log took.

    Attributes:
        entries: how many there are.
        seconds: CPU time of one core.
        mebibytes: most memory that the process held.
    """

    entries: int
    seconds: float
    mebibytes: float


def write_log(path: Path, entries: int, *, purposes: bool = False) -> None:
    """Write a log of decisions of some 512 bytes, a checkpoint each 256 entries.

    Args:
        path: of the new ledger.
        entries: how many.
        purposes: whether each has a text of its own to disclose.
    """
    store = Store.create(path)
    people = Pseudonyms(lambda _: None)
    frontier, basis = Frontier(), Basis()
    first = institute_created(_AT, "Hub", "two", ORIGIN, format_vkey(KEY.verifier()))
    with store.writing() as connection:
        for start in range(0, entries, _BATCH):
            end = min(start + _BATCH, entries)
            events = [
                _decision(n, purposes=purposes) if n else first
                for n in range(start, end)
            ]
            batch = [seal_entry(event, people) for event in events]
            write_batch(connection, frontier, basis, batch)
            checkpoint = Checkpoint(ORIGIN, end, frontier.root())
            note = sign_checkpoint(checkpoint, KEY)
            connection.execute(insert(CHECKPOINT), {"size": end, "note": note})
        fill_slices(connection, entries)
        head = sign_head(frontier, basis, KEY, ORIGIN)
        connection.execute(insert(HEAD), head.row())
    store.fold(at_once=True)
    store.close()


def measure_verify(path: Path, *, log_only: bool) -> VerifyTimes:
    """Verify a log that `write_log` wrote, in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.ledger_verify", str(path)]
    depth = ["log"] if log_only else ["all"]
    done = subprocess.run([*words, *depth], check=True, capture_output=True, text=True)
    return VerifyTimes(**json.loads(done.stdout))


def _decision(number: int, *, purposes: bool) -> Event:
    denied = number % 4 == 0
    reason = {
        "stage": "access",
        "code": "level-insufficient",
        "message": "the level is too low",
        "rule": "acc-031",
    }
    event: dict[str, Any] = {
        "v": 1,
        "kind": "decision.made",
        "at": f"2027-01-15T{number // 3600 % 24:02}:{number // 60 % 60:02}:00Z",
        "id": f"dec-{number:024}",
        "subject": f"user:person-{number % _PEOPLE}",
        "action": "weights.read",
        "resource": f"weights:aurora-{number % 20}",
        "point": "point:trainer",
        "authentication": "hardware-key",
        "purpose": f"purpose of run {number}" if purposes else "",
        "ignored": [],
        "effect": "deny" if denied else "permit",
        "explicit": not denied,
        "rules": [] if denied else ["acc-031", "flo-003"],
        "reasons": [reason] if denied else [],
        "basis": 0,
        "policy": "1" * 64,
    }
    return event


def _verify(path: Path, depth: str) -> VerifyTimes:
    store = Store(path, writable=False)
    options = Options(log_only=depth == "log")
    start = time.process_time()
    report = verify_ledger(store, KEY.verifier(), ORIGIN, options)
    seconds = time.process_time() - start
    if not report.is_sound:
        raise SystemExit(f"{report.findings[0]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return VerifyTimes(report.size, seconds, peak)


def _main(words: Sequence[str]) -> None:
    if len(words) == 2:
        print(json.dumps(_verify(Path(words[0]), words[1])._asdict()))
        return
    entries = int(words[0]) if words else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        write_log(path, entries)
        print(f"the least there could be, hashing alone: {least.walk(path):.2f} s")
        for log_only in (True, False):
            took = measure_verify(path, log_only=log_only)
            depth = "log" if log_only else "log and tables"
            bar = BARS[log_only]
            print(
                f"{depth}: {took.entries:,} entries in {took.seconds:.2f} s, "
                f"{took.mebibytes:.0f} MiB (bar at 1,000,000: {bar})"
            )


if __name__ == "__main__":
    _main(sys.argv[1:])
