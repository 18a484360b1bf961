"""`raid rules`: are the desk's rules sound, what would change, propose them.

Must never put a rule in force that somebody could not see before.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import ExitCode
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.raid_clock_show import to_second
from ringwall.cli.terminal import counted, print_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringwall.raid.rule_changes import Change
    from ringwall.raid.rulebook import Rulebook

__all__ = ["FromOption", "register"]

_ROOM: Final = "raid rules"
_READ: Final = "raid.read"
_DIRECT: Final = "raid.direct"
_COLUMNS: Final = ("file", "row", "column", "before", "after")
_WARNINGS: Final = ("part", "warning")

FromOption = Annotated[
    Path | None,
    typer.Option(
        "--source",
        metavar="DIR",
        help="Folder with `triage`, `clocks`, `routes` and `desk`; default: `raid` of "
        "the institute.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="The rules of the desk: triage, clocks, routes and capacity.",
        no_args_is_help=True,
    )
    group.command(
        "lint",
        epilog=examples("raid rules lint", "raid rules lint --source draft/raid"),
    )(_lint)
    group.command("diff", epilog=examples("raid rules diff --format csv"))(
        at_desk(_ROOM, "diff", _diff)
    )
    group.command(
        "adopt",
        epilog=examples("raid rules adopt --reason 'holidays of 2031'"),
    )(at_desk(_ROOM, "adopt", _adopt))
    app.add_typer(group, name="rules")


def _lint(
    source: FromOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> int:
    """Check rules before they are adopted: each fault is named, with its line.

    Asks nobody and changes nothing. Warns of rules of clocks that nobody has verified
    for half a year. Exit code 3 if they have a fault.
    """
    from ringwall.raid.rule_files import RAID_FOLDER
    from ringwall.raid.rulebook import read_rulebook

    institute = None if source is not None else open_institute(folder)
    place = source or (institute.folder / RAID_FOLDER if institute else Path())
    book = read_rulebook(place)
    warnings = _warnings(book, institute.clock.now() if institute else _now())
    value: dict[str, Any] = {
        "folder": str(place),
        "digest": book.digest,
        "triage_rows": len(book.triage.main),
        "clock_rules": len(book.clocks.rules),
        "routes": len(book.routes.routes),
        "warnings": warnings,
    }

    def table() -> None:
        print_field("SOUND", f"{place}", style="green")
        print_field("digest", book.digest)
        for name in ("triage_rows", "clock_rules", "routes"):
            print_field("", f"{value[name]:,} {name.replace('_', ' ')}")
        if warnings:
            print_rows(_WARNINGS, warnings, Format.TABLE, title="warnings")

    print_object(value, fmt, table, Sheet(_WARNINGS, warnings))
    return int(ExitCode.OK)


def _warnings(book: "Rulebook", now: int) -> list[dict[str, str]]:
    """Return what is doubtful about rules that can be used."""
    from datetime import UTC, datetime

    from ringwall.raid.clocks.lint import stale_rules

    today = datetime.fromtimestamp(now / 1_000_000, UTC).date()
    found = [
        {"part": "clocks", "warning": told} for told in stale_rules(book.clocks, today)
    ]
    contacts = book.routes.contacts.values()
    unverified = sum(not contact.verified_on for contact in contacts)
    if unverified:
        told = f"{unverified} of {len(contacts)} contacts were never verified"
        found.append({"part": "routes", "warning": told})
    return found


def _now() -> int:
    from ringwall.base.clock import SystemClock

    return SystemClock().now()


def _diff(desk: Desk, source: FromOption = None) -> None:
    """Show row by row what differs from the rules in force."""
    from ringwall.model.raid_events import DESK

    found = desk.raid.rules.diff(desk.who(_READ, DESK), source)
    rows = [change._asdict() for change in found.changes]
    if chosen_format(desk.format) is Format.TABLE:
        rows = _shown(found.changes)
    print_rows(_COLUMNS, rows, desk.format)
    if not rows:
        say("these rules are the ones in force")
        return
    changed = counted(len(rows), "cell")
    say(f"changed against {found.in_force or 'rules that are lost'}: {changed}")
    say("next: `ringwall raid rules adopt --reason TEXT`, by the director")


def _shown(changes: "Sequence[Change]") -> list[dict[str, Any]]:
    from ringwall.raid.intake.plain_text import shown

    return [
        {name: shown(str(cell), 200) for name, cell in change._asdict().items()}
        for change in changes
    ]


def _adopt(
    desk: Desk,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why they are changed; recorded.")
    ] = "",
    source: FromOption = None,
) -> None:
    """Propose to put rules in force; once another person seconds it they are.

    A copy is kept under their digest: just that is adopted, whatever lies in the
    folder by then. What was triaged before stays as it is until it is triaged again.
    A lost copy of the rules in force is kept anew by the same command.
    """
    from ringwall.model.raid_events import DESK

    done = desk.raid.rules.adopt(desk.who(_DIRECT, DESK), reason, source)
    value = {
        "digest": done.digest,
        "before": done.before,
        "changed": len(done.changes),
        "kept": str(done.kept),
        "proposal": done.proposal,
        "until": done.until,
        "decision": done.done.decision,
    }

    def table() -> None:
        word, about = ("PROPOSED", done.proposal) if done.proposal else ("KEPT", "anew")
        print_field(word, about, style="green")
        print_field("digest", done.digest)
        if done.proposal:
            print_field("changed", counted(len(done.changes), "cell"))
            print_field("until", to_second(done.until))
        print_field("kept", str(done.kept))
        print_field("record", done.done.decision)

    print_object(value, desk.format, table, Sheet(list(value), [value]))
    if done.proposal:
        say(f"next: `ringwall raid second {done.proposal}`, by a lead who is another")
    else:
        say("these rules are in force already: nothing changed but their lost copy")
