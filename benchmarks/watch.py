"""How long the watch takes over a long log, and how soon it tells what has just landed.

Each measured in a process of its own: python -m benchmarks.watch [ENTRIES]
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

from benchmarks.ledger_verify import KEY, ORIGIN, write_log
from ringwall.base.clock import format_instant
from ringwall.ledger.ledger import Ledger
from ringwall.shipped import shipped_path
from ringwall.watch.desk import WatchDesk
from ringwall.watch.reader import parse_rules

__all__ = ["WatchTimes", "measure_watch"]

BAR = "30 s, 200 MiB"
"""What it may take at a million entries."""
FOLLOW_BAR = "1 s"
"""How late a finding may be told."""
_AT = 1_830_000_000_000_000
_MINUTE = 60_000_000
_ROUNDS = 20
_POLL = 0.25


class WatchTimes(NamedTuple):
    """What a watch over one log took.

    Attributes:
        rules: how many there are.
        findings: how many there are.
        seconds: CPU time of one core, from the first entry to the last.
        mebibytes: most memory that the process held.
        latest: seconds from the return of an append to the finding, the longest of
            some, waiting between looks as `ringwall watch --follow` does.
    """

    rules: int
    findings: int
    seconds: float
    mebibytes: float
    latest: float


def measure_watch(path: Path) -> WatchTimes:
    """Watch a log that `write_log` wrote, in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.watch", str(path), "watch"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return WatchTimes(**json.loads(done.stdout))


def _watch(path: Path) -> WatchTimes:
    file = shipped_path("watch") / "rules.yaml"
    rules = parse_rules(file.read_bytes(), str(file))
    ledger = Ledger(path, KEY.verifier(), ORIGIN, KEY)
    desk = WatchDesk(ledger, rules)
    start = time.process_time()
    findings = len(desk.news())
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    latest = max(_follow(ledger, desk, number) for number in range(_ROUNDS))
    ledger.close()
    return WatchTimes(len(rules), findings, seconds, peak, latest)


def _follow(ledger: Ledger, desk: WatchDesk, number: int) -> float:
    """Return how long after its event a finding was there."""
    event: dict[str, Any] = {
        "v": 1,
        "kind": "proof.refused",
        "at": format_instant(_AT + number * 60 * _MINUTE),
        "what": "session",
        "code": "token-forged",
        "subject": f"user:person-{number}",
        "point": "point:trainer",
        "about": "",
    }
    ledger.append([event] * 5)
    start = time.perf_counter()
    # The worst there is: what lands, lands just after a look.
    time.sleep(_POLL)
    found = desk.news()
    if [told.finding.rule for told in found] != ["proofs-of-one"]:
        raise SystemExit(f"not what was to be found: {found}")
    return time.perf_counter() - start


def _main(words: Sequence[str]) -> None:
    if len(words) == 2:
        print(json.dumps(_watch(Path(words[0]))._asdict()))
        return
    entries = int(words[0]) if words else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        write_log(path, entries)
        took = measure_watch(path)
    print(
        f"{entries:,} entries by {took.rules} rules: {took.findings:,} findings in "
        f"{took.seconds:.1f} s ({entries / took.seconds:,.0f}/s), "
        f"{took.mebibytes:.0f} MiB (bar at 1,000,000: {BAR})"
    )
    print(
        f"following: a finding {took.latest:.2f} s after its event at the latest "
        f"(bar: {FOLLOW_BAR})"
    )


if __name__ == "__main__":
    _main(sys.argv[1:])
