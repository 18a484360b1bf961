"""`audit checkpoint` and `audit rotate-key`: what the log publishes, by which key."""

from pathlib import Path
from typing import Annotated

import typer

from ringwall.cli.exits import Misuse
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import print_field, printable

__all__ = ["register"]

_CHECKPOINT = "ringwall audit checkpoint"


def register(app: typer.Typer) -> None:
    """Add the commands to `audit`."""
    app.command(
        "checkpoint",
        epilog=examples(
            "audit checkpoint --now -o log.checkpoint",
            'audit checkpoint --anchor-anew --reason "the other disk broke"',
        ),
    )(_checkpoint)
    app.command("rotate-key", epilog=examples("audit rotate-key"))(_rotate_key)


def _checkpoint(
    now: Annotated[
        bool, typer.Option("--now", help="Publish one of the whole log first.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write it there, in place of what is there.",
        ),
    ] = None,
    anchor_anew: Annotated[
        bool,
        typer.Option(
            "--anchor-anew",
            help="Begin the second place anew, on record, where its file is gone.",
        ),
    ] = False,
    anchor_end: Annotated[
        bool,
        typer.Option(
            "--anchor-end",
            help="Go on without a second place, on record; the settings name none.",
        ),
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Why the second place begins anew or ends.")
    ] = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Print the newest signed checkpoint, cosignatures and all.

    Keep one elsewhere: nobody can shorten or rewrite the log behind it unseen.
    """
    from ringwall.base.durable_file import replace_durably

    if anchor_anew + anchor_end != bool(reason):
        message = "`--reason` goes with one of `--anchor-anew` and `--anchor-end`"
        raise Misuse(_CHECKPOINT, message)
    institute = open_institute(folder)
    if anchor_anew:
        published = institute.begin_anchor(reason)
    elif anchor_end:
        published = institute.end_anchor(reason)
    else:
        published = institute.checkpoint(now=now)
    text = published.note.decode("utf-8")
    if output is not None:
        replace_durably(output, published.note)
        say(f"a checkpoint of {published.size} entries is in {output}")
        say(
            "next: keep it where nobody who can write to the record can; "
            f"`ringwall audit verify --from {output}` compares the record with it"
        )
        return
    value = {"size": published.size, "note": text}

    def table() -> None:
        # As it is, lines whole: whoever copies it needs every byte.
        for line in text.removesuffix("\n").split("\n"):
            typer.echo(printable(line))

    print_object(value, fmt, table, Sheet(list(value), [value]))


def _rotate_key(folder: InstituteOption = None, fmt: FormatOption = None) -> None:
    """Give the log a new key, announced and signed by the old one, which is erased.

    Gates that are open must be opened anew: they refuse to go on with an old key.
    """
    rotation = open_institute(folder).rotate_key()
    value = rotation._asdict()

    def table() -> None:
        print_field("entry", str(rotation.entry))
        print_field("vkey", rotation.vkey)
        print_field("", "give this line to whoever shall verify the record")

    print_object(value, fmt, table, Sheet(list(value), [value]))
    say(
        "next: open gates and services anew; erase copies of the old keys/log.key, too;"
    )
    say("give your witnesses the new vkey and send each an `audit witness request`")
