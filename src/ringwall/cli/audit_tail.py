"""`audit tail`: the last entries, and those that land while one watches.

Must never go on when nobody reads any more, nor wait with an entry in hand.
"""

import select
import sys
import textwrap
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.audit_words import COLUMNS, LISTED, row_of
from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import chosen_format, print_rows
from ringwall.cli.terminal import printable, screen_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringwall.ledger.ledger import Ledger

__all__ = ["register"]

_COMMAND: Final = "ringwall audit tail"
_MILLISECONDS: Final = 250
_INDENT: Final = " " * 10


def register(app: typer.Typer) -> None:
    """Add the command to `audit`."""
    lines = ("audit tail -n 20", "audit tail --follow --format ndjson")
    app.command("tail", epilog=examples(*lines))(_tail)


def _tail(
    follow: Annotated[
        bool,
        typer.Option("--follow", "-f", help="Go on with what lands, until Ctrl-C."),
    ] = False,
    lines: Annotated[
        int,
        typer.Option(
            "--lines", "-n", min=0, max=10_000, help="How many to begin with."
        ),
    ] = 10,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Print the last entries, the newest last; NDJSON when piped."""
    if fmt is Format.JSON and follow:
        raise Misuse(_COMMAND, "one JSON document would never end: --format ndjson")
    shape = chosen_format(fmt)
    if shape is Format.JSON and fmt is None:
        shape = Format.NDJSON
    ledger = open_institute(folder).ledger(writable=False)
    try:
        rows = _rows(ledger, lines, follow=follow)
        if shape is Format.TABLE and follow:
            _print_lines(rows)
        else:
            print_rows(COLUMNS, rows, shape, sheet=LISTED)
    finally:
        ledger.close()


def _rows(ledger: "Ledger", lines: int, *, follow: bool) -> "Iterator[dict[str, Any]]":
    """Give the rows of the last entries, then those of what lands."""
    from itertools import islice

    from ringwall.ledger.asking.following import Follower
    from ringwall.ledger.asking.listing import listed_entries
    from ringwall.ledger.asking.questions import Question

    size = ledger.head().size
    entries = listed_entries(ledger.store, Question(), after=size)
    for listed in reversed(list(islice(entries, lines))):
        yield row_of(listed)
    follower = Follower(ledger, size)
    while follow:
        for listed in follower.news():
            yield row_of(listed)
        sys.stdout.flush()
        _wait()


def _wait() -> None:
    """Wait a moment; less if nobody reads any more.

    Raises:
        BrokenPipeError: so it is.
    """
    gone = select.poll()
    gone.register(sys.stdout, 0)
    if gone.poll(_MILLISECONDS):
        raise BrokenPipeError


def _print_lines(rows: "Iterable[dict[str, Any]]") -> None:
    for row in rows:
        words = "  ".join(str(row[name]) for name in COLUMNS)
        # As wide as the window is by now.
        lines = textwrap.wrap(
            printable(words),
            screen_width(),
            subsequent_indent=_INDENT,
            break_on_hyphens=False,
        )
        sys.stdout.write("\n".join(lines) + "\n")
