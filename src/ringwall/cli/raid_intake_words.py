"""What is shown of reports that were taken in.

Must never show a word of a stranger but through `plain_text`, nor a code twice.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ringwall.cli.desks import Desk
from ringwall.cli.options import Format
from ringwall.cli.output import (
    Sheet,
    chosen_format,
    print_object,
    progress_bar,
    say,
)
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.intake.alike.finding import Candidate
    from ringwall.raid.intake.desk import Handed
    from ringwall.raid.shield.identity import Identity
    from ringwall.raid.shield.tells import Warned

__all__ = [
    "INTAKE",
    "candidate_words",
    "make_ready",
    "read_identity",
    "show_handed",
    "show_warned",
    "tell_boxless",
    "tell_open",
]

INTAKE: Final = "raid.intake"
_MOST: Final = 5
_MOST_IDENTITY: Final = 64 * 1024
_HANDED: Final = ("report", "receipt", "tlp", "copy_of", "decision")


def make_ready(desk: Desk) -> None:
    """Have at hand what reports are compared with; a bar shows it where it takes long.

    Args:
        desk: opened.
    """
    with progress_bar("reading what is on record") as progress:
        desk.raid.intake.catch_up(progress)


def tell_boxless(desk: Desk) -> None:
    """Say so where reports get no box, since nobody holds what would be in it.

    Args:
        desk: at which reports were just taken in.
    """
    if not desk.raid.intake.is_shielding:
        say("warning: no custodians, so no report gets a box (docs/raid-shield.md)")


def read_identity(path: Path | None) -> "Identity":
    """Return who a reporter is, as a file says; nobody without one.

    Args:
        path: of JSON with `name`, `reach` and `about`, all of them optional.

    Raises:
        RequestError: `input-unreadable`, or as `identity_of`.
    """
    import json

    from ringwall.cli.files import read_input
    from ringwall.raid.shield.identity import NOBODY, identity_of

    if path is None:
        return NOBODY
    try:
        found = json.loads(read_input(path, _MOST_IDENTITY))
    except (ValueError, RecursionError):
        found = None
    # What it is if it is no object is refused without a word of it.
    return identity_of(found if isinstance(found, dict) else {"": found})


def show_warned(warned: "Warned") -> None:
    """Say what in a report may tell who wrote it; nothing of it is repeated.

    Args:
        warned: what was found before the report is taken in.
    """
    for tell in warned.tells:
        say(f"warning: `{tell.field}` may tell who the reporter is: {tell.what}")
    if warned.unlooked:
        say(f"warning: not all that may was looked for: {warned.unlooked}")
        say("next: `ringwall raid rules adopt --reason TEXT`, with desk/tells.csv")


def show_handed(handed: "Handed", fmt: Format | None) -> None:
    """Print what a reporter and a clerk need to know of a report just taken in.

    Args:
        handed: the report.
        fmt: how to print.
    """
    taken = handed.taken
    row: dict[str, Any] = {
        "report": taken.report,
        "receipt": handed.receipt,
        "tlp": handed.tlp,
        "copy_of": taken.alike,
        "decision": taken.decision,
        "candidates": [
            {
                "report": one.report,
                "reasons": list(one.reasons),
                "overlap": one.overlap,
            }
            for one in taken.candidates
        ],
    }

    def table() -> None:
        print_field("report", taken.report, style="bold")
        print_field("receipt", handed.receipt, style="bold")
        print_field("tlp", handed.tlp.upper())
        if taken.alike:
            print_field("copy of", taken.alike)
        if taken.candidates:
            print_text()
            print_text("May tell of the same:", style="bold")
            for one in taken.candidates[:_MOST]:
                print_text(candidate_words(one), indent=2)
            if len(taken.candidates) > _MOST:
                print_text(f"and {len(taken.candidates) - _MOST} more", indent=2)

    print_object(row, fmt, table, Sheet(_HANDED, [row]))
    if chosen_format(fmt) is Format.TABLE:
        say(
            "give the receipt to the reporter: it is shown once; how far the report is:"
        )
        say("`ringwall raid intake status CODE --subject PERSON`")
        if taken.candidates:
            near = counted(len(taken.candidates), "report")
            say(f"{near} may tell of the same: look at both before you open a case")
            say(f"next: `ringwall raid candidates {taken.report}`")
        tell_open(taken.report)


def tell_open(report: str) -> None:
    """Say how a case is opened for a report, as it can be typed.

    Args:
        report: its id.
    """
    say(f"next: `ringwall raid open {report} --credibility F6`")
    say("      F6: neither source nor content can be judged; A1 to E5 say more")


def candidate_words(candidate: "Candidate") -> str:
    """Return one line on a report that may tell of the same.

    Args:
        candidate: the report.
    """
    return f"{candidate.report}  {', '.join(candidate.reasons)}"
