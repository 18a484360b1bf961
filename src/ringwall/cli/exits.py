"""Exit codes and how an error is told: one line, the places, what to do next.

Stable interface. Must never print a traceback's locals or a secret.
"""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from enum import IntEnum
from typing import TYPE_CHECKING

from typer.exceptions import TyperException

from ringwall.cli.terminal import folded, printable

if TYPE_CHECKING:
    from ringwall.base.errors import RingwallError

__all__ = ["EXIT_HELP", "ExitCode", "Misuse", "tell_error", "tell_usage", "wants_json"]


class Misuse(TyperException):
    """A command line that Typer takes and the command does not.

    Args:
        command: whose help says more, e.g. `ringwall check`.
        message: one line.
    """

    def __init__(self, command: str, message: str) -> None:
        super().__init__(message)
        self.command = command


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
    INTERRUPTED = 130
    NOT_READ = 141


EXIT_HELP = """\
Exit codes

   0  ok, or permit
   1  deny, or an act refused by a rule; or a finding as grave as
      `watch --fail-on` names
   2  usage: the command line or request is wrong, or names what is not there,
      be it on record or a file to be read
   3  a policy, declaration or setting is invalid
   4  policy cases failed
   5  identity not proven: a deny, or a proof that was refused
   6  an integrity check failed
   7  deny for want of approvals alone, and a request for it is open
   8  the record is not writable, so nothing was served
  70  ringwall or the system failed; take it for a deny

Ctrl-C gives 130, a closed pipe 141, as usual.
"""
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
        _write_json({**body, "faults": faults})
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


def tell_usage(message: str, command: str, *, as_json: bool) -> None:
    """Write what is wrong with the command line to stderr.

    Args:
        message: one line.
        command: whose help says more, e.g. `ringwall check`.
        as_json: whether as JSON.
    """
    hint = f"run `{command} --help`"
    if as_json:
        _write_json({"code": "usage", "message": message, "next": hint, "faults": []})
        return
    _write(f"ringwall: usage: {message}")
    _write(f"next: {hint}")


def _write_json(error: dict[str, object]) -> None:
    _write(json.dumps({"error": error}), whole=True)


def _write(line: str, *, whole: bool = False) -> None:
    # With nobody to read it, the exit code has to say it all.
    with suppress(OSError):
        sys.stdout.flush()
    with suppress(OSError):
        sys.stderr.write((printable(line) if whole else folded(line)) + "\n")
