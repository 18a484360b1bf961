"""strace at work on one child: which calls it makes, and what is done to the k-th.

Must never be attached to a process that the campaign has not started.
"""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

__all__ = ["Call", "Traced", "calls_in", "traced", "why_not_traced"]

_CALL = re.compile(r"^(?:\d+ +)?([a-z_0-9]+)\((.*)")
_OPENED = re.compile(r'^openat\(AT_FDCWD, "([^"]*)".*= (\d+)$')
# It says so for each process; from then on each of its calls is seen.
_ATTACHED = b"attached"
_SECONDS = 30.0

Traced = Path
"""The file with one line for each call."""


class Call(NamedTuple):
    """A system call that was made.

    Attributes:
        name: of the call.
        number: the first of this name is 1.
        path: of the file that it is about, empty if it names none by a handle.
        arguments: as strace prints them, texts cut short.
    """

    name: str
    number: int
    path: str
    arguments: str


def why_not_traced() -> str:
    """Return why nothing can be traced here, empty if it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    asleep = subprocess.Popen(["sleep", "30"])
    try:
        with traced(asleep.pid, Path(os.devnull)):
            return ""
    except OSError as error:
        return str(error)
    finally:
        asleep.kill()
        asleep.wait()


@contextmanager
def traced(pid: int, to: Path, *inject: str) -> Iterator[None]:
    """Trace one thread of a process from here on until it ends.

    Args:
        pid: the process, whose first thread is meant.
        to: takes the calls.
        inject: what to do to which of its calls, in the words of strace.

    Raises:
        OSError: strace may not attach here.
    """
    words = [word for one in inject for word in ("-e", f"inject={one}")]
    # Else it would not say that it is attached.
    command = ["strace", *words, "-o", str(to), "-p", str(pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    try:
        line = tracer.stderr.readline()
        if _ATTACHED not in line:
            raise OSError(f"strace: {line.decode('utf-8', 'replace').strip()}")
        yield
    finally:
        tracer.terminate()
        tracer.wait(_SECONDS)
        tracer.stderr.close()


def calls_in(to: Traced) -> list[Call]:
    """Return the calls that were made, in their order."""
    seen: Counter[str] = Counter()
    paths: dict[str, str] = {}
    calls: list[Call] = []
    for line in to.read_text("utf-8", "replace").split("\n"):
        if not (found := _CALL.match(line)):
            continue
        name, arguments = found[1], found[2]
        seen[name] += 1
        if opened := _OPENED.match(line):
            paths[opened[2]] = opened[1]
        path = paths.get(arguments.partition(",")[0].partition(")")[0], "")
        calls.append(Call(name, seen[name], path, arguments))
    return calls
