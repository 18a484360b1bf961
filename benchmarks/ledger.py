"""How fast entries become durable, against a bare file that is flushed as often.

On a tmpfs where each flush takes 1 ms or 0.1 ms longer (`peers/flush_delay.c`): a
disk that is the same for all. Every figure is the median of interleaved rounds of this
one run; a bar that is missed is told, and fails nothing. Beside it stands what the
least that a ledger could do reaches on the same machine (`peers/least.py`).
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import decide
from benchmarks.peers import appending, least
from ringwall.ledger.store import sqlite_safety

ROUNDS: Final = 5
SECONDS: Final = 1.0
QUESTIONS: Final = 1000
SHIM: Final = Path(__file__).parent / "peers" / "flush_delay.c"
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a tmpfs is what is to be measured
FLUSHES: Final = (1000, 100)

Figures = dict[str, float]


class Bar(NamedTuple):
    """What a figure has to reach.

    Attributes:
        name: of the row.
        figure: which figure.
        of: the figure that it is a ratio to, empty for the figure itself.
        bar: what is to be reached; 0 for no bar.
        flush: microseconds that a flush takes longer.
        is_most: whether the bar is the most there may be, not the least.
        best: what `peers.least` reaches, empty where it has no such figure.
    """

    name: str
    figure: str
    of: str
    bar: float
    flush: int
    is_most: bool = False
    best: str = ""


BARS: Final = (
    Bar("one caller, 1 ms", "one", "bare 1", 0.90, 1000, best="least one"),
    Bar("one caller, 0.1 ms", "one", "bare 1", 0.75, 100, best="least one"),
    Bar(
        "64 asyncio callers, log alone",
        "coroutines",
        "bare 64",
        0.65,
        1000,
        best="least coroutines",
    ),
    Bar(
        "64 threads, log alone",
        "threads",
        "bare 64",
        0.55,
        1000,
        best="least threads",
    ),
    Bar("4 processes x 16 threads", "processes", "bare 16", 0.79, 1000),
    Bar("  entries a second", "processes", "", 12_000, 1000),
    Bar("full path, 64 callers: decisions a second", "full", "", 20_000, 1000),
    Bar("  p99, ms", "full p99", "", 5.0, 1000, is_most=True),
    Bar("pymerkle's SQLite tree, one caller, 1 ms", "peer", "bare 1", 0, 1000),
    Bar("pymerkle's SQLite tree, one caller, 0.1 ms", "peer", "bare 1", 0, 100),
)


def measure(flush: int, seconds: float, rounds: int) -> None:
    """Print a JSON line for each round; in a process with the slow flush."""
    with tempfile.TemporaryDirectory(prefix="ringwall-bench-", dir=MEMORY) as scratch:
        folder = Path(scratch)
        with asking(folder) if flush == FLUSHES[0] else nullcontext() as ask:
            for _ in range(rounds):
                figures = appended(folder, seconds, flush)
                if ask is not None:
                    figures["full"], figures["full p99"] = ask(seconds)
                print(json.dumps(figures), flush=True)


@contextmanager
def asking(folder: Path) -> Iterator[Callable[[float], tuple[float, float]]]:
    """Give what asks, for some seconds, a gate that has met those who ask."""
    institute = decide.build(folder / "institute")
    asked = decide.questions(permit=True)[:QUESTIONS]
    with institute.gatekeeper("point:trainer") as gate:
        for request in asked:
            gate.check_request(request)
        yield lambda seconds: appending.full_path(gate, asked, seconds)


def appended(folder: Path, seconds: float, flush: int) -> Figures:
    """Return the figures of one round without decisions."""

    def fresh(task: Callable[[Path, float], float | None]) -> float | None:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            return task(Path(place), seconds)

    def bare(at_once: int) -> float | None:
        return fresh(lambda place, time: appending.bare_file(place, time, at_once))

    def many(
        task: Callable[[Path, float, int], float],
    ) -> Callable[[Path, float], float]:
        return lambda place, time: task(place, time, appending.CALLERS)

    found = {"bare 1": bare(1), "one": fresh(appending.one_caller)}
    found["least one"] = fresh(least.one_caller)
    found["peer"] = fresh(appending.peer_tree)
    if flush == FLUSHES[0]:
        found |= {
            "bare 64": bare(appending.CALLERS),
            "coroutines": fresh(appending.coroutines),
            "least coroutines": fresh(many(least.coroutines)),
            "threads": fresh(appending.threads),
            "least threads": fresh(many(least.threads)),
            "bare 16": bare(16),
            "processes": fresh(appending.processes),
        }
    return {name: figure for name, figure in found.items() if figure is not None}


def medians(shim: Path, flush: int, options: argparse.Namespace) -> Figures:
    """Return the medians of the rounds that a process with the slow flush measures."""
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim),
        "RINGWALL_FLUSH_US": str(flush),
    }
    words = [f"--flush={flush}", f"--rounds={options.rounds}"]
    words.append(f"--seconds={options.seconds}")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ledger", *words],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rounds = defaultdict(list)
    for line in done.stdout.splitlines():
        for name, figure in json.loads(line).items():
            rounds[name].append(figure)
    return {name: statistics.median(figures) for name, figures in rounds.items()}


def report(found: dict[int, Figures]) -> None:
    """Print the table; what was not measured has no row."""
    print(f"\n{'':<44}{'measured':>12}{'least':>8}{'bar':>10}")
    for row in BARS:
        figures = found[row.flush]
        if row.figure not in figures:
            continue
        value = figures[row.figure] / (figures[row.of] if row.of else 1)
        text = f"{value:>12,.2f}" if value < 100 else f"{value:>12,.0f}"
        best = f"{figures[row.best] / figures[row.of]:.2f}" if row.best else ""
        text += f"{best:>8}"
        if not row.bar:
            print(f"{row.name:<44}{text}".rstrip())
            continue
        is_met = value <= row.bar if row.is_most else value >= row.bar
        bar = f"{row.bar:,.2f}" if row.bar < 100 else f"{row.bar:,.0f}"
        print(f"{row.name:<44}{text}{bar:>10}  {'met' if is_met else 'MISSED'}")
    for flush, figures in found.items():
        bare = figures["bare 1"]
        print(
            f"\nflush + {flush} us: a bare write and flush takes {1e6 / bare:,.0f} us"
        )
        print(
            "  " + ", ".join(f"{name}: {rate:,.0f}" for name, rate in figures.items())
        )


def main() -> None:
    """Build the slow flush, measure under it, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each round")
    parser.add_argument("--flush", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.flush:
        measure(options.flush, options.seconds, options.rounds)
        return
    compiler = shutil.which("cc")
    if compiler is None or not MEMORY.is_dir():
        print("skipped: a C compiler (`cc`) and a tmpfs at /dev/shm are needed")
        return
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    print(sqlite_safety())
    with tempfile.TemporaryDirectory(prefix="ringwall-shim-") as scratch:
        shim = Path(scratch) / "flush_delay.so"
        command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(shim), str(SHIM)]
        subprocess.run([*command, "-ldl"], check=True)
        found = {flush: medians(shim, flush, options) for flush in FLUSHES}
    if "peer" not in found[FLUSHES[0]]:
        print("skipped: pymerkle is not installed (extra `bench`)")
    report(found)


if __name__ == "__main__":
    main()
