"""Exit codes and how an error is told: one line, the places, what to do next.

Stable interface. Must never print a traceback's locals or a secret.
"""

import json
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringwall.base.errors import RingwallError

__all__ = ["EXIT_HELP", "ExitCode", "tell_error", "tell_usage", "wants_json"]


class ExitCode(IntEnum):
    """What the shell learns."""

    OK = 0
    DENY = 1
    USAGE = 2
    INVALID = 3
    CASES_FAILED = 4
    UNPROVEN = 5
    INTEGRITY = 6
    PENDING = 7
    UNRECORDED = 8
    INTERNAL = 70


EXIT_HELP = (
    "Exit codes: 0 ok or permit · 1 deny · 2 usage · 3 policy, declaration or "
    "configuration invalid · 4 policy cases failed · 5 identity not proven · "
    "6 integrity check failed · 7 approval pending · 8 record not writable, nothing "
    "was served · 70 internal"
)
_MOST_FAULTS = 50


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether the command line asks for JSON, as far as one can tell early."""
    asked = os.environ.get("RINGWALL_FORMAT", "")
    for number, argument in enumerate(arguments):
        if argument == "--format" and number + 1 < len(arguments):
            asked = arguments[number + 1]
        elif argument.startswith("--format="):
            asked = argument.partition("=")[2]
    return asked in {"json", "ndjson"}


def tell_error(error: "RingwallError", *, as_json: bool) -> None:
    """Write an error to stderr."""
    shown = error.faults[:_MOST_FAULTS]
    if as_json:
        faults = [
            {
                "file": fault.file,
                "line": fault.line,
                "column": fault.column,
                "code": fault.code,
                "message": fault.message,
                "expected": fault.expected,
            }
            for fault in shown
        ]
        body = {"code": error.code, "message": error.message, "next": error.next_step}
        _write(json.dumps({"error": {**body, "faults": faults}}, ensure_ascii=False))
        return
    if len(error.faults) == 1:
        _write(f"ringwall: {error.faults[0]}")
    else:
        _write(f"ringwall: {error.code}: {error.message}")
        for fault in shown:
            _write(f"  {fault}")
        if len(error.faults) > len(shown):
            _write(f"  and {len(error.faults) - len(shown)} more")
    if error.next_step:
        _write(f"next: {error.next_step}")


def tell_usage(message: str, *, as_json: bool) -> None:
    """Write what is wrong with the command line to stderr."""
    hint = "run `ringwall --help` or `ringwall COMMAND --help`"
    if as_json:
        body = {"code": "usage", "message": message, "next": hint}
        _write(json.dumps({"error": {**body, "faults": []}}, ensure_ascii=False))
        return
    _write(f"ringwall: usage: {message}")
    _write(f"next: {hint}")


def _write(line: str) -> None:
    # A file name may hold anything; what reaches the terminal is printable.
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    print(clean, file=sys.stderr)  # noqa: T201 - this is the command line
