"""Nothing in the checkout names the machine or the registry it was written with."""

import re
from pathlib import Path

from tests.architecture.sources import ROOT, own_files

TRACES = (
    # Somebody's home, or a folder outside any project.
    re.compile(r"(?<![\w.:/-])/(?:home|Users|root|work|workspace|mnt)/[\w.-]+"),
    re.compile(r"\b[A-Z]:\\Users\\"),
    # Where packages are fetched from: the reader's own settings say that.
    re.compile(r"files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org"),
    re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host"),
)
# This file has to name what it looks for.
_HERE = Path(__file__).resolve()


def test_no_file_names_a_developers_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {trace.group()}"
        for path in own_files()
        if path != _HERE
        for number, line in enumerate(_lines(path), start=1)
        for pattern in TRACES
        if (trace := pattern.search(line))
    ]

    assert found == []


def test_the_constraints_hold_names_and_versions_alone() -> None:
    pin = re.compile(r"[a-z0-9.-]+==[A-Za-z0-9.+!]+(?: ; [a-z_]+ .+)?")
    lines = _lines(ROOT / "constraints.txt")

    assert lines
    assert [line for line in lines if not pin.fullmatch(line)] == []


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines()
