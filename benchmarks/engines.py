"""The policy engine beside stock pycasbin and Cedar, on the same rows and questions.

Every figure is a median, from a process of its own on one core. Prints a table;
`--json FILE` writes all figures. Run it as `python -m benchmarks.engines`; Cedar needs
`pip install -e .[bench]`.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peers.measuring import (
    PEERS,
    measure_memory,
    measure_peer,
    measure_ringwall,
)
from benchmarks.peers.scenario import SIZES, Scenario

ENGINES = ("ringwall", *PEERS, "memory")
Found = dict[int, dict[str, dict[str, float]]]
Line = tuple[str, Callable[[dict[str, dict[str, float]]], float], str, dict[int, float]]


def _best_cedar(found: dict[str, dict[str, float]]) -> float:
    return max(found["cedar-rows"]["permits"], found["cedar-attributes"]["permits"])


# Name, figure, form, and the bar for each number of rows; `<` for at most.
LINES: tuple[Line, ...] = (
    (
        "ringwall: permits/s",
        lambda f: f["ringwall"]["permits"],
        ",.0f",
        {100: 1_500_000, 10_000: 1_500_000},
    ),
    ("  denies/s, level", lambda f: f["ringwall"]["unreached"], ",.0f", {}),
    ("  denies/s, no row", lambda f: f["ringwall"]["uncovered"], ",.0f", {}),
    ("casbin Enforcer: permits/s", lambda f: f["casbin"]["permits"], ",.1f", {}),
    ("  denies/s, no row", lambda f: f["casbin"]["uncovered"], ",.1f", {}),
    (
        "casbin FastEnforcer: permits/s",
        lambda f: f["casbin-fast"]["permits"],
        ",.0f",
        {},
    ),
    (
        "cedar, policy a row: permits/s",
        lambda f: f["cedar-rows"]["permits"],
        ",.1f",
        {},
    ),
    (
        "cedar, grants as data: permits/s",
        lambda f: f["cedar-attributes"]["permits"],
        ",.0f",
        {},
    ),
    (
        "ratio to casbin Enforcer",
        lambda f: f["ringwall"]["permits"] / f["casbin"]["permits"],
        ",.0f",
        {100: 200, 10_000: 10_000, 100_000: 50_000},
    ),
    (
        "ratio to cedar's better form",
        lambda f: f["ringwall"]["permits"] / _best_cedar(f),
        ",.1f",
        {100: 30, 10_000: 30, 100_000: 30},
    ),
    (
        "load and compile, ms",
        lambda f: f["ringwall"]["load"] * 1e3,
        ",.1f",
        {10_000: -100, 100_000: -1000},
    ),
    (
        "explain a deny (level), us",
        lambda f: f["ringwall"]["explain unreached"],
        ",.0f",
        {10_000: -200, 100_000: -1000},
    ),
    (
        "explain a deny (no row), us",
        lambda f: f["ringwall"]["explain uncovered"],
        ",.0f",
        {10_000: -200, 100_000: -1000},
    ),
    (
        "who can, one asset, ms",
        lambda f: f["ringwall"]["search"],
        ",.3f",
        {10_000: -2, 100_000: -20},
    ),
    ("memory, MiB", lambda f: f["memory"]["loaded"], ",.1f", {100_000: -60}),
    ("  with explanations", lambda f: f["memory"]["explained"], ",.1f", {}),
    ("memory (RSS), MiB", lambda f: f["ringwall"]["rss"], ",.0f", {}),
    ("  casbin Enforcer", lambda f: f["casbin"]["rss"], ",.0f", {}),
    ("  cedar, policy a row", lambda f: f["cedar-rows"]["rss"], ",.0f", {}),
    ("  cedar, grants as data", lambda f: f["cedar-attributes"]["rss"], ",.0f", {}),
    ("load of casbin Enforcer, ms", lambda f: f["casbin"]["load"] * 1e3, ",.0f", {}),
    ("  cedar, policy a row", lambda f: f["cedar-rows"]["load"] * 1e3, ",.0f", {}),
)


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rows", type=int, nargs="+", choices=list(SIZES), default=list(SIZES)
    )
    parser.add_argument("--json", type=Path, help="where the figures are written")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.engine:
        json.dump(measure(chosen.engine, chosen.rows[0]), sys.stdout)
        return
    found: Found = {}
    for rows in chosen.rows:
        found[rows] = {}
        for engine in ENGINES:
            print(f"{rows:>7,} rows: {engine}", file=sys.stderr, flush=True)
            found[rows][engine] = in_a_process(engine, rows)
    report(found)
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def in_a_process(engine: str, rows: int) -> dict[str, Any]:
    """Return what one engine measures in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.engines"]
    command += ["--engine", engine, "--rows", str(rows)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def measure(engine: str, rows: int) -> dict[str, Any]:
    """Return the figures of one engine on one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    scenario = Scenario(rows)
    if engine == "ringwall":
        return measure_ringwall(scenario)
    if engine == "memory":
        return measure_memory(scenario)
    return measure_peer(engine, scenario)


def report(found: Found) -> None:
    """Print all figures, and what became of each bar."""
    print(f"Python {sys.version.split()[0]}, one core of {os.cpu_count()}; medians\n")
    print(f"{'':<34}" + "".join(f"{f'{rows:,} rows':>22}" for rows in found))
    for name, figure, form, bars in LINES:
        cells = [cell(figure(found[rows]), form, bars.get(rows)) for rows in found]
        print(f"{name:<34}" + "".join(f"{text:>22}" for text in cells))
    first, last = found[min(found)], found[max(found)]
    slower = first["ringwall"]["permits"] / last["ringwall"]["permits"]
    bar = cell(slower, ".2f", -1.5)
    print(f"\n{min(found):,} rows are decided {bar} x as fast as {max(found):,}")


def cell(figure: float, form: str, bar: float | None) -> str:
    """Return a figure, marked where it misses its bar (a negative one: at most)."""
    if bar is None:
        return f"{figure:{form}}       "
    met = figure >= bar if bar > 0 else figure <= -bar
    return f"{figure:{form}} {'met   ' if met else 'MISSED'}"


if __name__ == "__main__":
    main()
