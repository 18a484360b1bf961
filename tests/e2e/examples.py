"""Runs an example as its README says, and compares what it prints."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_MOST_LINES: Final = 60


def check_example(name: str, own: tuple[str, ...]) -> None:
    """Run an example; its output and the size of the integrator's part are promised.

    Args:
        name: its folder.
        own: the files that an integrator writes.
    """
    folder = ROOT / "examples" / name
    readme = (folder / "README.md").read_text("utf-8")
    shown = re.search(
        rf"```console\n\$ python -m examples\.{name}\n(.*?)```", readme, re.DOTALL
    )
    assert shown is not None

    result = subprocess.run(
        [sys.executable, "-W", "error", "-m", f"examples.{name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == shown[1]
    lines = [(folder / file).read_text("utf-8").splitlines() for file in own]
    assert sum(map(len, lines)) < _MOST_LINES
