"""`raid mailbox`: a reporter and the desk write to each other, by the receipt.

Must never show a word of a stranger but through `title`, nor ask a reporter for more
than their receipt.
"""

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.options import Format, examples
from ringwall.cli.output import chosen_format, print_rows, say
from ringwall.cli.raid_acts import (
    CodeArgument,
    ReportArgument,
    asks_of_report,
    receipt_told,
    tell_done,
    title,
)
from ringwall.cli.terminal import counted, print_field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ringwall.raid.shield.mailbox import Letter

__all__ = ["register"]

_ROOM: Final = "raid mailbox"
_INTAKE: Final = "raid.intake"
_COLUMNS: Final = ("side", "day", "text")
_STDIN: Final = "-"
_TextOption = Annotated[
    str, typer.Option(metavar="TEXT", help="What to say; `-` reads it from stdin.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group."""
    group = typer.Typer(
        help="Letters between a reporter and the desk.", no_args_is_help=True
    )
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "write": (_write, "raid mailbox write k3vq-...-7n2a --text 'it came again'"),
        "read": (_read, "raid mailbox read -"),
        "post": (
            _post,
            "raid mailbox post r-mfzwizltmr --text 'which version was it?'",
        ),
        "show": (_show, "raid mailbox show r-mfzwizltmr"),
    }
    for verb, (act, example) in verbs.items():
        group.command(verb, epilog=examples(example))(at_desk(_ROOM, verb, act))
    app.add_typer(group, name="mailbox")


def _write(desk: Desk, code: CodeArgument, text: _TextOption = "") -> None:
    """Write to the desk for whoever has the receipt."""
    from ringwall.model.raid_events import INBOX

    # The receipt is the first line where both are read.
    receipt, words = receipt_told(code), _told(text)
    done = desk.raid.mailbox.write(desk.who(_INTAKE, INBOX), receipt, words)
    tell_done(desk, done, ("SENT", "to the desk"))


def _read(desk: Desk, code: CodeArgument) -> None:
    """Read what was written on both sides, for whoever has the receipt."""
    from ringwall.model.raid_events import INBOX

    who = desk.who(_INTAKE, INBOX)
    _print(desk, desk.raid.mailbox.read(who, receipt_told(code)))


def _post(desk: Desk, report: ReportArgument, text: _TextOption = "") -> None:
    """Write to the reporter of a report, who reads all of it."""
    who, report = asks_of_report(desk, report, "raid.write")
    done = desk.raid.mailbox.post(who, report, _told(text))
    tell_done(desk, done, ("SENT", f"to the reporter of {report}"), report=report)


def _show(desk: Desk, report: ReportArgument) -> None:
    """Read what was written on both sides, at the desk."""
    who, report = asks_of_report(desk, report, "raid.read")
    _print(desk, desk.raid.mailbox.show(who, report))


def _told(text: str) -> str:
    return sys.stdin.read() if text == _STDIN else text


def _print(desk: Desk, letters: "Sequence[Letter]") -> None:
    if chosen_format(desk.format) is not Format.TABLE:
        print_rows(_COLUMNS, [one._asdict() for one in letters], desk.format)
        return
    for one in letters:
        print_field(one.side, f"{one.day}: {title(one.text)}", style="bold")
    say(counted(len(letters), "letter"))
