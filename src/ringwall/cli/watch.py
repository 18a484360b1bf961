"""`watch`: what the watch rules find on the record, once or as it lands.

Must never go on when nobody reads any more, nor end well where a finding is as grave
as was asked for.
"""

import select
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.exits import ExitCode, Misuse
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import chosen_format, print_rows, say
from ringwall.cli.terminal import counted, printable, screen_width

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.watch.desk import Since, Told, WatchDesk

__all__ = ["register"]

_COMMAND: Final = "ringwall watch"
_COLUMNS: Final = ("severity", "at", "found")
_TO_THE_SECOND: Final = len("2027-01-31T00:00:00")
_LISTED: Final = (
    "severity",
    "rule",
    "subject",
    "first",
    "last",
    "count",
    "entries",
    "told",
    "recorded",
)
_MILLISECONDS: Final = 250
_INDENT: Final = " " * 8
_DIGITS: Final = 16
_CHECKED: Final = (
    "each entry named matches its row; whether any is missing, `ringwall audit verify` "
    "says"
)


class _Severity(StrEnum):
    """How grave a finding is, the least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def register(app: typer.Typer) -> None:
    """Add the command."""
    lines = ("watch --record --fail-on high", "watch --follow --format ndjson")
    app.command("watch", epilog=examples(*lines))(_watch)


def _watch(
    since: Annotated[
        str,
        typer.Option(
            metavar="ENTRY|INSTANT",
            help="Only findings that an entry from here on belongs to.",
        ),
    ] = "",
    follow: Annotated[
        bool,
        typer.Option("--follow", "-f", help="Go on with what lands, until Ctrl-C."),
    ] = False,
    record: Annotated[
        bool,
        typer.Option(
            "--record",
            help="Put findings on record that are not there yet, grave ones with a "
            "report to RAID.",
        ),
    ] = False,
    fail_on: Annotated[
        _Severity | None,
        typer.Option(
            help="Exit with 1 on a finding as grave or graver; --follow ends there.",
            show_default=False,
        ),
    ] = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Look through the record by the rules of watch/rules.yaml; print what is found.

    A rule may count far back, so the whole record is looked through each time.
    """
    if fmt is Format.JSON and follow:
        raise Misuse(_COMMAND, "one JSON document would never end: --format ndjson")
    from ringwall.watch.desk import WatchDesk
    from ringwall.watch.reader import read_rules

    wanted = _since(since)
    institute = open_institute(folder)
    rules = read_rules(institute.folder)
    ledger = institute.ledger(writable=record)
    try:
        run = _Run(WatchDesk(ledger, rules, wanted), institute, fail_on)
        _print(run.rows(follow=follow, record=record), fmt, follow=follow)
    finally:
        ledger.close()
    if not follow:
        say(f"{counted(len(rules), 'rule')}, {counted(run.count, 'finding')}")
        if record:
            say(f"{counted(run.recorded, 'finding')} newly on record")
        say(_CHECKED)
    raise typer.Exit(ExitCode.DENY if run.has_failed else ExitCode.OK)


class _Run:
    """Gives findings as rows; knows afterwards whether one was too grave.

    Args:
        desk: finds.
        institute: whose clock says when a finding is recorded.
        limit: from which severity on it has failed; None for never.
    """

    def __init__(
        self, desk: "WatchDesk", institute: "Institute", limit: _Severity | None
    ) -> None:
        self._desk = desk
        self._institute = institute
        order = list(_Severity)
        self._grave = set() if limit is None else {*order[order.index(limit) :]}
        self.count = 0
        self.has_failed = False

    @property
    def recorded(self) -> int:
        """How many findings it has put on record."""
        return self._desk.recorded

    def rows(self, *, follow: bool, record: bool) -> Iterator[dict[str, Any]]:
        """Give a row for each finding, the oldest first."""
        while True:
            for told in self._news(record=record):
                self.count += 1
                self.has_failed |= told.finding.severity in self._grave
                yield _row_of(told)
            if not follow or self.has_failed:
                return
            sys.stdout.flush()
            _wait()

    def _news(self, *, record: bool) -> "Sequence[Told]":
        if record:
            return self._desk.recorded_news(self._institute.clock)
        return self._desk.news()


def _print(
    rows: Iterable[Mapping[str, Any]], fmt: Format | None, *, follow: bool
) -> None:
    shape = chosen_format(fmt)
    if shape is Format.JSON and follow:
        shape = Format.NDJSON
    if shape is Format.TABLE and follow:
        _print_lines(rows)
    else:
        if shape is Format.TABLE:
            rows = map(_told_row, rows)
        print_rows(_COLUMNS, rows, shape, sheet=_LISTED)


def _told_row(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a finding as people read it: to the second, and in one sentence."""
    at = row["last"][:_TO_THE_SECOND].replace("T", " ")
    return {"severity": row["severity"], "at": at, "found": row["what"]}


def _print_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        words = "  ".join(_told_row(row).values())
        # As wide as the window is by now.
        lines = textwrap.wrap(
            printable(words),
            screen_width(),
            subsequent_indent=_INDENT,
            break_on_hyphens=False,
        )
        sys.stdout.write("\n".join(lines) + "\n")


def _row_of(told: "Told") -> dict[str, Any]:
    from ringwall.base.clock import format_instant

    finding = told.finding
    first, last = finding.entries[0], finding.entries[-1]
    place = f"entry {first}" if first == last else f"entries {first} to {last}"
    whom = f"{finding.subject}: " if finding.subject else ""
    return {
        "severity": finding.severity,
        "rule": finding.rule,
        "subject": finding.subject,
        "first": format_instant(finding.first),
        "last": format_instant(finding.last),
        "count": finding.count,
        "entries": list(finding.entries),
        "told": finding.told,
        "recorded": told.is_recorded,
        "what": f"{whom}{finding.told} ({finding.rule}, {place})",
    }


def _since(text: str) -> "Since":
    """Return from where on findings are wanted.

    Raises:
        Misuse: it is neither the index of an entry nor an instant.
    """
    from ringwall.base.clock import parse_instant
    from ringwall.watch.desk import Since

    if not text:
        return Since()
    if text.isascii() and text.isdigit() and len(text) < _DIGITS:
        return Since(int(text))
    try:
        return Since(at=parse_instant(text))
    except ValueError as error:
        raise Misuse(_COMMAND, f"{error}, nor the index of an entry") from None


def _wait() -> None:
    """Wait a moment; less if nobody reads any more.

    Raises:
        BrokenPipeError: so it is.
    """
    gone = select.poll()
    gone.register(sys.stdout, 0)
    if gone.poll(_MILLISECONDS):
        raise BrokenPipeError
