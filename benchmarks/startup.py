"""How long a person waits before `ringwall` says anything.

Compares `ringwall --help` and one completion with a Typer program that does
nothing, in the same run and in turns, so that a busy machine slows both alike.
The bar: at most 1.5 times the empty program. It reports and never fails.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

REPEATS = 15
BAR = 1.5

# The shape of what an installer writes for a console script.
SCRIPT = """\
#!{python}
import sys
from {module} import {function}
sys.exit({function}())
"""
EMPTY = """\
import typer

app = typer.Typer()


@app.callback()
def main() -> None:
    "Do nothing."


@app.command()
def nothing() -> None:
    "Do nothing."
"""

Case = tuple[list[str], Mapping[str, str]]


def elapsed(case: Case) -> float:
    """Return the seconds that one run takes, from start to exit."""
    command, extra = case
    environment = os.environ | extra
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr.decode()}")
    return seconds


def compare(ours: Case, empty: Case) -> tuple[float, float]:
    """Return the median seconds of both, measured in turns after one run each."""
    elapsed(ours)
    elapsed(empty)
    pairs = [(elapsed(ours), elapsed(empty)) for _ in range(REPEATS)]
    first, second = zip(*pairs, strict=True)
    return statistics.median(first), statistics.median(second)


def completion(name: str, typed: str) -> Mapping[str, str]:
    """Return what bash sets to have `typed` completed by the program `name`."""
    return {
        f"_{name.upper()}_COMPLETE": "complete_bash",
        "COMP_WORDS": f"{name} {typed}",
        "COMP_CWORD": "1",
    }


def write_program(folder: Path, name: str, module: str, function: str) -> str:
    """Write a console script into `folder` and return its path."""
    path = folder / name
    text = SCRIPT.format(python=sys.executable, module=module, function=function)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def main() -> None:
    """Measure, and print a table."""
    print(f"median of {REPEATS} runs each, in turns; bar: {BAR} times an empty program")
    print(f"{'':<12}{'ringwall':>12}{'empty':>12}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty_program.py").write_text(EMPTY, encoding="utf-8")
        ringwall = write_program(folder, "ringwall", "ringwall.cli.main", "run")
        empty = write_program(folder, "empty", "empty_program", "app")
        cases: dict[str, tuple[Case, Case]] = {
            "--help": (([ringwall, "--help"], {}), ([empty, "--help"], {})),
            "completion": (
                ([ringwall], completion("ringwall", "p")),
                ([empty], completion("empty", "n")),
            ),
        }
        for title, (ours, theirs) in cases.items():
            first, second = compare(ours, theirs)
            ratio = first / second
            verdict = "within the bar" if ratio <= BAR else "OVER THE BAR"
            print(
                f"{title:<12}{first * 1000:>9.0f} ms{second * 1000:>9.0f} ms"
                f"{ratio:>8.2f}  {verdict}"
            )


if __name__ == "__main__":
    main()
