"""`raid attachment`: files of reports, sealed as they came and scrubbed for the desk.

Must never show the name that a file had, nor write an original that nobody opened.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.exits import Misuse
from ringwall.cli.options import Format, examples
from ringwall.cli.output import chosen_format, print_rows, say
from ringwall.cli.raid_acts import (
    CodeArgument,
    ReportArgument,
    asks_of_report,
    made_by,
    receipt_told,
    tell_done,
    title,
)
from ringwall.cli.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringwall.raid.acting import Done

__all__ = ["register"]

_ROOM: Final = "raid attachment"
_KIND: Final = "raid.attachment"
_INTAKE: Final = "raid.intake"
_WRITE: Final = "raid.write"
_READ: Final = "raid.read"
_COLUMNS: Final = ("attachment", "day", "working", "bytes", "removed")
_FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="As the reporter sent it.")
]
_SealedOnlyOption = Annotated[
    bool, typer.Option(help="Keep no working copy: nobody at the desk reads the file.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="Files of reports: the original sealed, a working copy scrubbed.",
        no_args_is_help=True,
    )
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "add": (_add, "raid attachment add r-mfzwizltmr screenshot.png"),
        "send": (_send, "raid attachment send k3vq-...-7n2a letter.pdf"),
        "ls": (_list, "raid attachment ls r-mfzwizltmr"),
        "save": (_save, "raid attachment save att-mfzwizltmrqw2zlt -o copy.png"),
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="attachment")


def _add(
    desk: Desk,
    report: ReportArgument,
    file: _FileArgument,
    sealed_only: _SealedOnlyOption = False,
) -> None:
    """Add a file to a report, at the desk.

    What it tells of its maker is taken out of the copy that the desk works with. The
    original is sealed to the custodians of the reporter's box; its name is not kept.
    """
    data = _read(file)
    who, report = asks_of_report(desk, report, _WRITE)
    done = desk.raid.attachments.add(who, report, data, sealed_only=sealed_only)
    _tell(desk, done)


def _send(
    desk: Desk,
    code: CodeArgument,
    file: _FileArgument,
    sealed_only: _SealedOnlyOption = False,
) -> None:
    """Add a file to the report of which somebody has the receipt."""
    from ringwall.model.raid_events import INBOX

    data = _read(file)
    who = desk.who(_INTAKE, INBOX)
    receipt = receipt_told(code)
    _tell(desk, desk.raid.attachments.send(who, receipt, data, sealed_only=sealed_only))


def _list(desk: Desk, report: ReportArgument) -> None:
    """List the files of a report, and what was taken out of each."""
    who, report = asks_of_report(desk, report, _READ)
    found = desk.raid.attachments.listed(who, report)
    rows = [
        {
            "attachment": one.id,
            "day": one.day,
            "working": one.suffix.removeprefix(".") or "none",
            "bytes": one.bytes,
            "removed": title(", ".join(one.removed)),
        }
        for one in found
    ]
    print_rows(_COLUMNS, rows, desk.format)
    if chosen_format(desk.format) is Format.TABLE:
        say(counted(len(found), "file"))


def _save(
    desk: Desk,
    attachment: Annotated[
        str,
        typer.Argument(metavar="ATTACHMENT", help="Its id, e.g. att-mfzwizltmrqw2zlt."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over a file.")] = False,
) -> None:
    """Write the working copy of a file, held against the record.

    It is a stranger's all the same: open it where nothing can be run from it.
    """
    from ringwall.cli.files import Output
    from ringwall.raid.ids import parse_id

    if output is None:
        raise Misuse(desk.command, "missing --output: it does not go to a terminal")
    target = Output(output, 0o600, force)
    target.check()
    name = parse_id(_KIND, attachment)
    who = desk.who(_READ, desk.raid.acting.case_of(_KIND, name))
    data = desk.raid.attachments.working_copy(who, name)
    target.write(data)
    say(f"wrote {len(data):,} bytes to {output}")


def _read(file: Path) -> bytes:
    from ringwall.cli.files import read_input
    from ringwall.raid.shield.scrub.result import MAX_FILE_BYTES

    return read_input(file, MAX_FILE_BYTES)


def _tell(desk: Desk, done: "Done") -> None:
    said = done.events[0]["said"]
    removed = [str(one) for one in said.get("removed", ())]
    name = made_by(done, _KIND, "add")
    copy = "sealed alone"
    if "working" in said:
        copy = f"taken out: {', '.join(removed) or 'nothing'}"
    told = ("KEPT", f"{name}; {copy}")
    working = int("working" in said)
    tell_done(desk, done, told, attachment=name, working=working, removed=removed)
