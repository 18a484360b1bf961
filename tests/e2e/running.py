"""The command line as tests run it: in this process, or as a program of its own."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from typing_extensions import override

from ringwall.base.clock import SystemClock, format_instant
from ringwall.cli.main import call
from ringwall.record.pruning import LEAST_AGE

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAM: Final = str(Path(sys.executable).parent / "ringwall")
FILES: Final = [
    str(ROOT / "examples" / "institute" / f"{name}.yaml")
    for name in ("organisations", "people", "services", "sites", "assets")
]
READ: Final = [
    "check",
    *("--subject", "user:ada"),
    *("--action", "weights.read"),
    *("--asset", "weights:aurora-2"),
    *("--via", "point:trainer"),
]
"""A question that is permitted with `--authn hardware-fresh`."""
PERMITTED: Final = [*READ, "--authn", "hardware-fresh"]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command line came to."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - JSON is of any type
        """Return what it printed, which is JSON."""
        return json.loads(self.out)

    def error(self) -> Any:  # noqa: ANN401 - JSON is of any type
        """Return the error that it told as JSON."""
        (line,) = self.err.splitlines()
        return json.loads(line)["error"]

    def csv(self) -> list[dict[str, str]]:
        """Return what it printed, which is CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


class Ringwall:
    """Runs command lines in this process, and reads what they print."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: object) -> Done:
        self._capture.readouterr()
        code = call([str(word) for word in words])
        out, err = self._capture.readouterr()
        assert "Traceback" not in err
        return Done(code, out, err)

    def table(self, *words: object) -> Done:
        """Run a command line whose output is for people."""
        return self(*words, "--format", "table")


def a_year_passes(ringwall: Ringwall, patch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Let the log grow a year older; return the options that prune what is older."""
    before = SystemClock().now()
    shift = before - time.time_ns() // 1000 + LEAST_AGE
    patch.setattr(SystemClock, "now", lambda _: time.time_ns() // 1000 + shift)
    # Only an entry says that a year has passed; the answer may be another by then.
    assert ringwall(*PERMITTED).code in {0, 1}
    return ("--before", format_instant(before), "--reason", "ten years")


class Screen(io.StringIO):
    """A place to write to that says it is a terminal."""

    @override
    def isatty(self) -> bool:
        return True


def run_program(
    *words: object,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stdin: bytes = b"",
) -> Done:
    """Run the installed program with nothing but what is said in its environment."""
    done = subprocess.run(
        [PROGRAM, *map(str, words)],
        env=dict(environment or {}),
        cwd=folder,
        input=stdin,
        capture_output=True,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def run_on_terminal(
    words: Sequence[object], folder: Path, environment: Mapping[str, str]
) -> str:
    """Run the installed program on a terminal and return what appears there."""
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, *map(str, words)],
        env=dict(environment),
        cwd=folder,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            block = os.read(main, 65536)
        except OSError:
            break
        if not block:
            break
        shown += block
    os.close(main)
    process.wait()
    return shown.decode().replace("\r\n", "\n")


def set_stdin(patch: pytest.MonkeyPatch, data: bytes) -> None:
    """Put bytes on standard input."""
    patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
