"""`vault verify`: the tag of every chunk, going on where it was interrupted."""

from typing import Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.options import examples
from ringwall.cli.output import Sheet, print_object, progress_bar, say
from ringwall.cli.terminal import counted, print_field
from ringwall.cli.vault_desk import at_desk

__all__ = ["register"]

_READ: Final = "weights.read"


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "verify",
        epilog=examples(
            "vault verify weights:aurora-2 --subject user:ada --via point:trainer \\\n"
            "      --authn hardware-fresh",
        ),
    )(at_desk("verify", _verify))


def _verify(
    desk: Desk,
    asset: Annotated[
        str, typer.Argument(metavar="ASSET", help="E.g. weights:aurora-2.")
    ],
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE]",
            help="Name within the asset; default: the only one, or model.safetensors.",
        ),
    ] = "",
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh", help="Begin with the first chunk, whatever was looked at before."
        ),
    ] = False,
) -> None:
    """Check every chunk of a container against its tag; nothing is handed out.

    It is the action weights.read. What was interrupted goes on where it ended. Exit
    code 6 names the first chunk that is damaged, and the alarm is on record.
    """
    who = desk.who(_READ, asset)
    try:
        with progress_bar("verifying") as progress:
            done = desk.vault.verify(
                asset, file, resume=not fresh, progress=progress, **who
            )
    except KeyboardInterrupt:
        without = ", without --fresh," if fresh else ""
        say(f"interrupted: the same command{without} goes on where this one ended")
        raise
    record = desk.gate.ground.matters.containers.get(done.container)
    name = "" if record is None else record.file
    value: dict[str, Any] = {
        "container": done.container,
        "asset": asset,
        "file": name,
        "sound": True,
        "first": done.first,
        "chunks": done.total,
        "run": done.run,
    }

    def table() -> None:
        chunks = counted(done.total, "chunk")
        print_field("SOUND", f"{done.container}  {name}", style="green")
        print_field("chunks", f"{chunks} right")
        if done.first:
            print_field("", f"the first {done.first:,} of them were looked at before")
        print_field("run", done.run)

    print_object(value, desk.format, table, Sheet(list(value), [value]))
