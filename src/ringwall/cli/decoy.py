"""`decoy`: assets that nobody has a reason to ask for, for the few who know them."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.terminal import print_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringwall.model.decisions import Receipt
    from ringwall.registry.decoys import DecoyDesk

__all__ = ["app"]

app = typer.Typer(
    help="Place, lift and list decoys: any question on one raises an alarm.",
    no_args_is_help=True,
)
_AssetArgument = Annotated[
    str, typer.Argument(metavar="ASSET", help="E.g. weights:aurora-9.")
]


_ByOption = Annotated[
    str,
    typer.Option(metavar="PERSON", help="Who does it: a security officer or the CISO."),
]


@app.command("add", epilog=examples("decoy add weights:aurora-9 --by user:hedy"))
def _add(
    asset: _AssetArgument,
    by: _ByOption,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Make a decoy of an asset on record.

    Declare it first like any other, and place it where people look. On record stands
    a mark that only the key in keys/decoys.key tells, and by whom; the first decoy
    makes that key.
    """
    with _desk(folder, writable=True) as desk:
        receipt = desk.place(asset, by)
    _print(asset, "placed", "a decoy already", receipt, fmt)


@app.command("lift", epilog=examples("decoy lift weights:aurora-9 --by user:hedy"))
def _lift(
    by: _ByOption,
    asset: Annotated[
        str, typer.Argument(metavar="[ASSET]", help="E.g. weights:aurora-9.")
    ] = "",
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            envvar="RINGWALL_DECOY_LIFT_ALL",
            help="All of them, whether or not their key is there.",
        ),
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Let a decoy be one no longer; the asset stays on record.

    Each one that is lifted is a finding of the watch.

    With --all, after the key was lost or stolen: then remove its file, and the next
    decoy makes another.
    """
    if bool(asset) is everything:
        raise Misuse("ringwall decoy lift", "give an asset or --all")
    with _desk(folder, writable=True) as desk:
        if everything:
            value = {"lifted": desk.lift_all(by)}
            sheet = Sheet(list(value), [value])
            print_object(
                value, fmt, lambda: print_text(f"lifted: {value['lifted']}"), sheet
            )
            return
        receipt = desk.lift(asset, by)
    _print(asset, "lifted", "no decoy", receipt, fmt)


@app.command("ls", epilog=examples("decoy ls"))
def _ls(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """List the decoys; needs their key."""
    with _desk(folder, writable=False) as desk:
        rows: list[dict[str, Any]] = [
            {"asset": decoy.asset, "on_record": decoy.is_on_record}
            for decoy in desk.known()
        ]
    if not rows and chosen_format(fmt) is Format.TABLE:
        print_text("no decoys")
        return
    print_rows(["asset", "on_record"], rows, fmt)
    if any(not row["on_record"] for row in rows):
        say("who looks for assets does not find what is not on record: lift it")


@contextmanager
def _desk(folder: Path | None, *, writable: bool) -> "Iterator[DecoyDesk]":
    from ringwall.registry.decoys import DecoyDesk

    institute = open_institute(folder)
    ledger = institute.ledger(writable=writable)
    desk = DecoyDesk(ledger, institute.folder, institute.clock)
    try:
        yield desk
    finally:
        desk.close()


def _print(
    asset: str, done: str, idle: str, receipt: "Receipt | None", fmt: FormatOption
) -> None:
    entry = None if receipt is None else receipt.index
    value = {"asset": asset, "outcome": idle if receipt is None else done}
    value_and_entry: dict[str, Any] = {**value, "entry": entry}

    def table() -> None:
        told = "" if entry is None else f", entry {entry}"
        print_text(f"{asset}: {value['outcome']}{told}")

    sheet = Sheet(list(value_and_entry), [value_and_entry])
    print_object(value_and_entry, fmt, table, sheet)
