"""`audit export`: the record as a folder that any static web server can serve."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.audit_words import root_text
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, progress_bar, say
from ringwall.cli.terminal import counted, print_field

if TYPE_CHECKING:
    from ringwall.record.exporting import Export

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `audit`."""
    app.command(
        "export",
        epilog=examples(
            "audit export --tiles /srv/www/log",
            "audit export --tiles /srv/www/log --hashes-only",
        ),
    )(_export)


def _export(
    tiles: Annotated[
        Path,
        typer.Option(
            "--tiles",
            metavar="DIR",
            help="The folder to bring up to date; made if it is missing.",
        ),
    ],
    hashes_only: Annotated[
        bool,
        typer.Option(
            "--hashes-only",
            help="Without the entries: from hashes and checkpoint alone others can "
            "prove that the log holds an entry that they have, and only grew, but read "
            "none. Not in a folder that has entries.",
        ),
    ] = False,
    without_pruned: Annotated[
        bool,
        typer.Option(
            "--without-pruned",
            help="Leave out the bundles that can't be made since entries were pruned.",
        ),
    ] = False,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help="Compare every file with the record, not only write what is new.",
        ),
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Bring a folder of tiles up to the newest checkpoint, for anyone to verify.

    The format is tlog-tiles of C2SP. Entries name people by tokens only. Stopped at
    any point it goes on when run again. A file that is there is never written over:
    exit code 6 if it differs.
    """
    from ringwall.record.exporting import ExportScope, export_tiles

    ledger = open_institute(folder).ledger(writable=False)
    scope = ExportScope(hashes_only, without_pruned, whole)
    try:
        with progress_bar("exporting") as progress:
            done = export_tiles(ledger, tiles, scope, progress)
    finally:
        ledger.close()
    _tell(done, tiles, fmt)


def _tell(done: "Export", tiles: Path, fmt: FormatOption) -> None:
    value = {
        "folder": str(tiles),
        "size": done.checkpoint.size,
        "root": root_text(done.checkpoint.root),
        "before": done.before,
        "written": done.written,
        "removed": done.removed,
        "left_out": done.left_out,
    }

    def table() -> None:
        for name, said in value.items():
            print_field(name.replace("_", " "), str(said))

    print_object(value, fmt, table, Sheet(list(value), [value]))
    if done.left_out:
        bundles = counted(done.left_out, "bundle")
        is_not = "is" if done.left_out == 1 else "are"
        say(f"{bundles} of pruned entries {is_not} not in the folder")
    say(
        "next: serve the folder, and give the vkey to whoever shall verify it; run "
        "this again as the record grows"
    )
