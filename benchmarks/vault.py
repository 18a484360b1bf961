"""The vault against the plain file, each beside the other in interleaved rounds.

One thread reads and decrypts; sealing has a second one for the digest. The page cache
is warm. Of each ratio the median of the rounds is told, by the clock and by processor
time; a bar that is missed is told, and fails nothing. age and Tink stand beside it, if
they are installed.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from benchmarks.peers.sealed_files import Files, peers

ROUNDS: Final = 7
TENSORS: Final = 64
REPEATS: Final = 5
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a tmpfs, so that no disk is measured


class Took(NamedTuple):
    """Seconds that something took, by the clock and of a processor."""

    clock: float
    processor: float


Tasks = dict[str, Callable[[], Took]]


class Bar(NamedTuple):
    """What a figure has to reach.

    Attributes:
        name: of the row.
        over: the task above the line of the ratio.
        under: the task below it; empty for the milliseconds of `over` itself.
        bar: what is to be reached.
        is_most: whether the bar is the most there may be, not the least.
    """

    name: str
    over: str
    under: str
    bar: float
    is_most: bool = False


BARS: Final = (
    Bar("whole file, of plaintext into a fresh buffer", "plain", "sealed", 0.80),
    Bar("whole file, of safetensors.numpy.load_file", "load_file", "sealed", 1.0),
    Bar("header alone, ms", "header", "", 5.0, is_most=True),
    Bar("one 16 MiB tensor, times safe_open", "tensor", "safe_open", 1.3, is_most=True),
    Bar("seal, of a plain copy", "copy", "seal", 0.5),
)
GROWTH: Final = 64.0


def measure(task: Callable[[], object]) -> Took:
    """Do a task once."""
    clock, processor = time.perf_counter(), time.process_time()
    task()
    return Took(time.perf_counter() - clock, time.process_time() - processor)


def usual_of(task: Callable[[], object]) -> Callable[[], Took]:
    """Return what does a short task some times and returns the median."""

    def repeated() -> Took:
        took = [measure(task) for _ in range(REPEATS)]
        clocks, processors = zip(*took, strict=True)
        return Took(statistics.median(clocks), statistics.median(processors))

    return repeated


def groups_of(files: Files) -> list[Tasks]:
    """Return the tasks; those that are compared with each other stand in one group."""
    whole: Tasks = {
        "plain": partial(measure, files.read_plain),
        "sealed": partial(measure, files.read_sealed),
        "load_file": partial(measure, files.load),
    }
    part: Tasks = {
        "header": usual_of(files.read_header),
        "safe_open": usual_of(files.plain_tensor),
        "tensor": usual_of(files.sealed_tensor),
    }
    written: Tasks = {
        "copy": partial(measure, files.copy),
        "seal": partial(measure, files.seal),
    }
    dropped: Tasks = {"stream": partial(measure, files.stream)}
    beside = {name: partial(measure, deed) for name, deed in peers(files)}
    return [whole, part, written, dropped | beside]


def rounds_of(files: Files, rounds: int) -> dict[str, list[Took]]:
    """Return what each task took in each round.

    What comes first after memory was given back pays for having it again; on a
    virtual machine the host takes it within seconds. So the first task of a group is
    done once before it counts, and each round another one is the first.
    """
    groups = groups_of(files)
    took: dict[str, list[Took]] = {name: [] for group in groups for name in group}
    for number in range(rounds):
        for group in groups:
            names = [*group][number % len(group) :] + [*group][: number % len(group)]
            group[names[0]]()
            for name in names:
                took[name].append(group[name]())
    return took


def growth(folder: Path) -> float:
    """Return by how many MiB a process grows that seals and streams a file."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers.sealed_files", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


def figure(row: Bar, took: dict[str, list[Took]], place: int) -> float:
    """Return the median of a ratio by the clock (0) or the processor (1)."""
    over = [one[place] for one in took[row.over]]
    if not row.under:
        return 1000 * statistics.median(over)
    under = [one[place] for one in took[row.under]]
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def report(took: dict[str, list[Took]], grown: float, size: int) -> None:
    """Print the bars, then the seconds that each task took."""
    print(f"\n{'':<48}{'clock':>8}{'processor':>11}{'bar':>8}")
    for row in BARS:
        clock, processor = (figure(row, took, place) for place in (0, 1))
        is_met = clock <= row.bar if row.is_most else clock >= row.bar
        print(
            f"{row.name:<48}{clock:>8.2f}{processor:>11.2f}{row.bar:>8.2f}"
            f"  {'met' if is_met else 'MISSED'}"
        )
    is_met = grown <= GROWTH
    print(
        f"{'memory of sealing and streaming, MiB':<48}{grown:>8.1f}{'':>11}"
        f"{GROWTH:>8.0f}  {'met' if is_met else 'MISSED'}"
    )
    print(f"\n{'median of each task':<48}{'s':>8}{'processor':>11}{'MB/s':>8}")
    for name, each in took.items():
        clock, processor = (statistics.median(one[n] for one in each) for n in (0, 1))
        is_whole = name not in {"header", "safe_open", "tensor"}
        rate = f"{size / clock / 1e6:>8,.0f}" if is_whole else ""
        print(f"{name:<48}{clock:>8.4f}{processor:>11.4f}{rate}")


def main() -> None:
    """Make the files, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--tensors", type=int, default=TENSORS, help="of 16 MiB each")
    parser.add_argument("--folder", type=Path, default=MEMORY, help="to work in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(
        prefix="ringwall-bench-", dir=options.folder
    ) as scratch:
        files = Files(Path(scratch), options.tensors)
        assert np.array_equal(
            files.plain_tensor().view(np.uint16), files.sealed_tensor().view(np.uint16)
        )
        took = rounds_of(files, options.rounds)
        report(took, growth(Path(scratch)), files.size)


if __name__ == "__main__":
    main()
