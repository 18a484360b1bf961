"""`request ls` and `request show`: what was asked for, and how it stands."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import chosen_format, print_rows
from ringwall.cli.request_desk import grants_desk
from ringwall.cli.request_words import (
    LISTED,
    SHEET,
    listed_row,
    print_told,
    row_of,
    say_next,
)
from ringwall.cli.signing import ToSignOption, write_to_sign

if TYPE_CHECKING:
    from ringwall.grants.desk import GrantsDesk

__all__ = ["register"]

_SHOW = "ringwall request show"


def register(app: typer.Typer) -> None:
    """Add the commands to the group `request`."""
    app.command(
        "ls",
        epilog=examples(
            "request ls --state open", "request ls --subject user:dennis --format csv"
        ),
    )(_list)
    app.command(
        "show",
        epilog=examples(
            "request show req-mfzwizltmrqw2zlt",
            "request show req-mfzwizltmrqw2zlt --as user:grace --seat custodian \\\n"
            "      --to-sign approval.json",
        ),
    )(_show)


def _list(
    state: Annotated[
        Literal[
            "open",
            "waiting",
            "granted",
            "spent",
            "expired",
            "revoked",
            "refused",
            "void",
        ]
        | None,
        typer.Option(help="Only those that stand so.", show_default=False),
    ] = None,
    subject: Annotated[str, typer.Option(help="Only those of this person.")] = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List requests, the newest first, each as it stands now."""
    with grants_desk(open_institute(folder), writable=False) as desk:
        row = listed_row if chosen_format(fmt) is Format.TABLE else row_of
        rows = [
            row(told)
            for told in desk.ls()
            if state in (None, told.standing.state.value)
            and subject in ("", told.request.subject)
        ]
    print_rows(LISTED, rows, fmt, title="requests for grants", sheet=SHEET)


def _show(
    name: Annotated[str, typer.Argument(metavar="ID", help="E.g. req-mfzwizl...")],
    to_sign: ToSignOption = None,
    approver: Annotated[
        str,
        typer.Option(
            "--as",
            envvar="RINGWALL_REQUEST_SHOW_AS",
            metavar="PERSON",
            help="With --to-sign: who approves.",
        ),
    ] = "",
    seat: Annotated[
        str, typer.Option(metavar="ROLE", help="With --to-sign: in which role.")
    ] = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Show one request: what it asks for, who has approved, and what it lacks.

    With --to-sign, --as and --seat it also writes the approval that this person would
    sign with `ssh-keygen -Y sign`.
    """
    if (to_sign is None) != (not approver) or bool(approver) != bool(seat):
        raise Misuse(_SHOW, "--to-sign, --as and --seat go together")
    with grants_desk(open_institute(folder), writable=False) as desk:
        told = desk.show(name)
        print_told(told, fmt)
        if to_sign is None:
            say_next(told)
        else:
            _write(desk, to_sign, told.request.id, approver, seat)


def _write(desk: "GrantsDesk", path: Path, name: str, approver: str, seat: str) -> None:
    from ringwall.matters.statements import statement_of

    said = desk.approval_of(name, approver, seat)
    then = (
        f"request approve {name} --as {approver} --seat {seat} "
        f"--statement {quote(str(path))} --signature {quote(f'{path}.sig')}"
    )
    write_to_sign(path, statement_of("request.approved", said), then)
