"""`raid intake`: reports of people, files, other databases and the system itself.

Must never show a word of a stranger but through `plain_text`, nor say of a code more
than where its report stands.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format, examples
from ringwall.cli.output import (
    Sheet,
    chosen_format,
    print_object,
    print_rows,
    progress_bar,
    say,
)
from ringwall.cli.raid_acts import CodeArgument, receipt_told
from ringwall.cli.raid_intake_import import import_files
from ringwall.cli.raid_intake_new import new
from ringwall.cli.raid_intake_show import show_report
from ringwall.cli.raid_intake_words import (
    INTAKE,
    make_ready,
    read_identity,
    show_handed,
    show_warned,
    tell_boxless,
)
from ringwall.cli.terminal import counted, print_field

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["register"]

_ROOM: Final = "raid intake"
_STDIN: Final = Path("-")
_NO_LIMIT: Final = "no day that the rules here set"
_STATUS: Final = ("state", "received", "acknowledged_by", "feedback_by", "told")
_LOG: Final = ("report", "source", "decision")


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="Take in reports: answers, files, records of others, and what the system "
        "files itself.",
        no_args_is_help=True,
    )
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "new": (new, "raid intake new --subject user:ruth --ssh-key ~/.ssh/id_ed25519"),
        "file": (_file, "raid intake file report.json"),
        "import": (import_files, "raid intake import ATLAS.yaml avid/ --dry-run"),
        "log": (_log, "raid intake log"),
        "status": (_status, "raid intake status k3vq-...-7n2a"),
        "show": (show_report, "raid intake show r-mfzwizltmr"),
        "original": (_original, "raid intake original r-mfzwizltmr -o original.json"),
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="intake")


def _file(
    desk: Desk,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A report in JSON; `-` reads stdin.")
    ],
    identity: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Who the reporter is, sealed first: JSON with `name`, `reach` (a "
            "list) and `about`.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Take in a report in JSON; `ringwall schema raid-report` says what is in it.

    One that does not fit is refused, each fault with its path; nothing is kept of it
    but that it was refused, and why. What in it may tell who wrote it is said first.
    """
    from ringwall.cli.files import read_input
    from ringwall.model.raid_events import INBOX
    from ringwall.raid.intake.report_reader import MAX_REPORT_BYTES

    if file == _STDIN:
        data = sys.stdin.buffer.read(MAX_REPORT_BYTES + 1)
    else:
        data = read_input(file, MAX_REPORT_BYTES)
    sender = read_identity(identity)
    # Nobody can answer here: it is said, and the report is taken in.
    show_warned(desk.raid.intake.warn_file(data, sender))
    make_ready(desk)
    who = desk.who(INTAKE, INBOX)
    handed = desk.raid.intake.hand_in_file(who, data, str(file), sender)
    show_handed(handed, desk.format)
    tell_boxless(desk)


def _status(
    desk: Desk,
    code: CodeArgument,
) -> None:
    """Tell where the report stands of which somebody has the receipt.

    It says nothing of a case. A wrong code gets the same answer as none at all.
    """
    from ringwall.model.raid_events import INBOX

    who = desk.who(INTAKE, INBOX)
    status = desk.raid.intake.status(who, receipt_told(code))
    row = status._asdict()

    def table() -> None:
        print_field("state", status.state, style="bold")
        print_field("", status.told)
        print_field("received", status.received)
        print_field("receipt", f"acknowledged by {status.acknowledged_by or _NO_LIMIT}")
        print_field("feedback", f"by {status.feedback_by or _NO_LIMIT}")

    print_object(row, desk.format, table, Sheet(_STATUS, [row]))


def _log(desk: Desk) -> None:
    """Take in what decoys and the watch have filed in the log, each report once."""
    from ringwall.model.raid_events import INBOX

    make_ready(desk)
    with progress_bar("taking in") as progress:
        taken = desk.raid.intake.take_filed(desk.who(INTAKE, INBOX), progress)
    rows = [
        {"report": one.report, "source": one.source, "decision": one.decision}
        for one in taken
    ]
    print_rows(_LOG, rows, desk.format)
    if chosen_format(desk.format) is Format.TABLE:
        say(f"{counted(len(taken), 'report')} taken in")
    if taken:
        tell_boxless(desk)


def _original(
    desk: Desk,
    report: Annotated[
        str, typer.Argument(metavar="REPORT", help="Its id, e.g. r-mfzwizltmr.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over a file.")] = False,
) -> None:
    """Write the bytes that a report came as, held against the log's digest.

    They are a stranger's: don't open them in a program that runs what is in them.
    """
    from ringwall.cli.files import Output
    from ringwall.raid.ids import parse_id

    if output is None:
        raise Misuse(desk.command, "missing --output: it does not go to a terminal")
    target = Output(output, 0o600, force)
    target.check()
    name = parse_id("raid.report", report)
    data = desk.raid.intake.original(desk.who("raid.read", name), name)
    target.write(data)
    say(f"wrote {len(data):,} bytes to {output}")
