"""How fast a site's posture is worked out from what is attested.

Bars: levels from 169 attestations <= 1 ms, a whole posture with open vectors <= 50 ms,
1,000 sites <= 1 s in all. Prints medians of several rounds; asserts nothing.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ringwall.shipped import shipped_path
from ringwall.threats.benchmark import Benchmark
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.drawing import draw_matrix
from ringwall.threats.folder import read_catalogue
from ringwall.threats.matrix import Chart, format_matrix
from ringwall.threats.posture import MeasureStatement, Surveyor, held_at

ROUNDS = 21
SITES = 1000
NOW = 1_795_262_400_000_000
DAY = 86_400_000_000


def statements(catalogue: Catalogue, *, apart: int = 0) -> list[MeasureStatement]:
    """Return a year's attestation of each measure, ending `apart` days apart."""
    return [
        MeasureStatement(
            measure,
            NOW - 30 * DAY,
            NOW + 20 * DAY + number * apart * DAY,
            "site:hub",
            "org:inspect",
            "",
        )
        for number, measure in enumerate(catalogue.measures)
    ]


def show(what: str, work: Callable[[], object], rounds: int = ROUNDS) -> None:
    """Print the median of what some work takes."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(f"{what:<34}{statistics.median(times) * 1000:10.3f} ms")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=shipped_path("threat_models"))
    folder = parser.parse_args().models
    show("read and check the threat models", lambda: read_catalogue(folder), 3)
    catalogue = read_catalogue(folder)
    told = statements(catalogue)
    # Each measure ends at an instant of its own: the most work that lapses can make.
    spread = statements(catalogue, apart=1)
    benchmark, surveyor = catalogue.benchmark, Surveyor(catalogue)
    chart, held = Chart(catalogue), held_at(told, NOW)

    def sites(days: int) -> None:
        for _ in range(SITES):
            surveyor.posture(told, NOW, days)

    show(f"levels from {len(told)} attestations", lambda: levels(benchmark, told))
    show("posture, nothing lapses", lambda: surveyor.posture(told, NOW, 10))
    show("posture, all lapse at once", lambda: surveyor.posture(told, NOW))
    show("posture, each lapses by itself", lambda: surveyor.posture(spread, NOW, 365))
    show("the chart of a catalogue", lambda: Chart(catalogue))
    show("matrix as text", lambda: format_matrix(chart.matrix(held)))
    show("matrix as SVG", lambda: draw_matrix(chart.matrix(held), "a", "b"))
    show(f"{SITES:,} sites, nothing lapses", lambda: sites(10), 3)
    show(f"{SITES:,} sites, all lapse at once", lambda: sites(90), 3)


def levels(benchmark: Benchmark, told: Sequence[MeasureStatement]) -> object:
    """Work out the levels that statements amount to."""
    return benchmark.levels(held_at(told, NOW))


if __name__ == "__main__":
    main()
