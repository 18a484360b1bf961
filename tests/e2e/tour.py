"""The tour of the README: its commands run as written, its output kept true.

`python -m tests.e2e.tour` writes what the commands print now into the README.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.e2e.running import PROGRAM, ROOT

README: Final = ROOT / "README.md"
_BLOCK: Final = re.compile(r"^```console\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_MARK: Final = "=== end of a command ==="
# What differs from one run to the next.
_VARYING: Final = (
    (re.compile(r"dec-[0-9a-z]{20}"), "dec-ID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "INSTANT"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])"), "ROOT"),
    (re.compile(r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,}"), "+HASH+KEY"),
    # The days that an exception has left, beside the day on which it ends.
    (re.compile(r"^(\d{4}-\d\d-\d\d) +\d+  ", re.MULTILINE), r"\1  DAYS  "),
)


def replayed(readme: str, folder: Path) -> str:
    """Return the README with what its commands print when run from a checkout."""
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "ringwall").symlink_to(PROGRAM)
    outputs = iter(_outputs(commands_of(readme), folder))

    def filled(block: re.Match[str]) -> str:
        parts = [
            f"$ {command}\n{next(outputs)}" for command in _commands(block.group(1))
        ]
        return f"```console\n{''.join(parts)}```\n"

    return _BLOCK.sub(filled, readme)


def commands_of(readme: str) -> list[str]:
    """Return the commands of all console blocks."""
    return [command for block in _BLOCK.findall(readme) for command in _commands(block)]


def steady(text: str) -> str:
    """Return text with ids, instants, digests and keys made the same each time."""
    for pattern, name in _VARYING:
        text = pattern.sub(name, text)
    return text


def _commands(block: str) -> Iterator[str]:
    """Give each command of a block, with the lines that continue it."""
    lines = iter(block.splitlines())
    for line in lines:
        if not line.startswith("$ "):
            continue
        command = line[2:]
        while command.endswith("\\"):
            command += "\n" + next(lines)
        yield command


def _outputs(commands: list[str], folder: Path) -> list[str]:
    """Run all commands in one shell, as on a terminal of 80 columns."""
    lines = ["code=0"]
    for command in commands:
        lines += [f"(exit $code)\n{command}", "code=$?", f"echo '{_MARK}'"]
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "80", "RINGWALL_FORMAT": "table"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout.split(f"{_MARK}\n")[:-1]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        README.write_text(replayed(README.read_text("utf-8"), Path(name)), "utf-8")
