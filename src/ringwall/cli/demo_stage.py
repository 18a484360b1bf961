"""Showing command lines at work: each is printed, run as printed, and judged.

Must never go on after a command that came out otherwise than the play says.
"""

import io
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import typer

from ringwall.base.errors import RingwallError
from ringwall.cli.exits import ExitCode
from ringwall.cli.terminal import paint, print_text, printable, screen_width

__all__ = ["Stage", "untrue"]

_Call = Callable[[list[str]], int]
# How a line on stderr begins that is an error; there are hints as well.
_ERRORS = ("ringwall: ", '{"error"')


class Stage:
    """Where command lines are shown.

    Args:
        call: runs one command line in this process and returns its exit code.
    """

    def __init__(self, call: _Call) -> None:
        self._call = call

    def title(self, text: str) -> None:
        """Print the heading of a step."""
        line = f"--- {text} "
        print_text()
        typer.echo(paint(line.ljust(screen_width(), "-"), "bold"))

    def command(self, words: Sequence[str]) -> None:
        """Print a command line as a shell takes it."""
        for line in _shell_lines(words, screen_width()):
            typer.echo(paint(printable(line), "cyan"))

    def run(
        self,
        words: Sequence[str],
        *,
        shown: Sequence[str] = (),
        expected: ExitCode = ExitCode.OK,
        first: int = 0,
        last: int = 0,
    ) -> None:
        """Show a command line and what it prints.

        Args:
            words: what follows `ringwall`.
            shown: the same as a person would type it, where that differs.
            expected: the exit code it must have.
            first: if not 0, only so many lines of its beginning are shown.
            last: then also so many of its end.

        Raises:
            RingwallError: `demo-untrue`, another exit code and no error told.
            typer.Exit: the command told of an error, which is passed on.
        """
        self.command(["ringwall", *(shown or words)])
        if first:
            lines = self._held([*words, "--format", "table"], expected).splitlines()
            cut = len(lines) - first - last
            if cut > 0:
                lines[first : first + cut] = [f"  ... {cut} more ..."]
            typer.echo("\n".join(lines))
            return
        sys.stdout.flush()
        told = io.StringIO()
        with redirect_stderr(told):
            code = self._call([*words, "--format", "table"])
        _judge(words, code, expected, told.getvalue())

    def ask(self, words: Sequence[str], expected: ExitCode) -> str:
        """Run a command line unseen and return the JSON it prints; raises as `run`."""
        return self._held([*words, "--format", "json"], expected)

    def piped(
        self, words: Sequence[str], into: str, expected: ExitCode = ExitCode.OK
    ) -> tuple[bytes, str]:
        """Show a command line whose output goes to another program.

        Args:
            words: what follows `ringwall`.
            into: the program; its part is for who shows it.
            expected: the exit code that the command must have.

        Returns:
            What it wrote to stdout, kept in memory alone, and to stderr; raises as
            `run`.
        """
        *lines, last = _shell_lines(["ringwall", *words], screen_width())
        for line in (*lines, f"{last} | {into}"):
            typer.echo(paint(printable(line), "cyan"))
        told = io.StringIO()
        handle = os.memfd_create("ringwall-demo", os.MFD_CLOEXEC)
        with open(handle, "r+b") as memory, io.TextIOWrapper(memory) as text:
            with redirect_stdout(text), redirect_stderr(told):
                code = self._call([*words, "--format", "table"])
            text.flush()
            _judge(words, code, expected, told.getvalue())
            memory.seek(0)
            return memory.read(), told.getvalue()

    def _held(self, words: Sequence[str], expected: ExitCode) -> str:
        held, told = io.StringIO(), io.StringIO()
        with redirect_stdout(held), redirect_stderr(told):
            code = self._call(list(words))
        _judge(words, code, expected, told.getvalue())
        return held.getvalue()

    @staticmethod
    @contextmanager
    def own_environment() -> Iterator[None]:
        """Keep the user's `RINGWALL_...` variables from having a say, for a while."""
        before = dict(os.environ)
        for name in before:
            if name.startswith("RINGWALL_"):
                del os.environ[name]
        os.environ["COLUMNS"] = str(screen_width())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def untrue(message: str) -> RingwallError:
    """Return the error of a play that does not go as it says."""
    return RingwallError(
        "demo-untrue",
        message,
        next_step="report it; the demo must never say what is not so",
    )


def _judge(words: Sequence[str], code: int, expected: ExitCode, told: str) -> None:
    if code == expected:
        return
    if any(line.startswith(_ERRORS) for line in told.splitlines()):
        sys.stdout.flush()
        sys.stderr.write(told)
        raise typer.Exit(code or ExitCode.INTERNAL)
    raise untrue(f"`{' '.join(words)}` gave exit code {code}, not {int(expected)}")


def _shell_lines(words: Sequence[str], width: int) -> list[str]:
    """Return a command line, broken before an option where it is too long."""
    lines, line = [], "$"
    for number, word in enumerate(words):
        # Patterns are for the shell to expand, so they stay as they are.
        quoted = word if "*" in word else shlex.quote(word)
        value = words[number + 1] if number + 1 < len(words) else ""
        room = len(quoted) + (len(value) + 1 if word.startswith("--") else 0)
        if word.startswith("--") and len(line) + room + 3 > width:
            lines.append(f"{line} \\")
            line = "   "
        line += f" {quoted}"
    return [*lines, line]
