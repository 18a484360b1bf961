"""`audit verify` and `audit replay`: whether the record still is what it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ringwall.cli.exits import ExitCode
from ringwall.cli.files import read_input
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    key_of,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, progress_bar
from ringwall.cli.terminal import print_text
from ringwall.cli.verified import Verified, show_verified, value_of

if TYPE_CHECKING:
    from ringwall.institute import Institute
    from ringwall.ledger.verification.checking import Options
    from ringwall.ledger.verification.report import Report
    from ringwall.tlog.trust_policy import TrustPolicy

__all__ = ["register"]

_MAX_NOTE: Final = 64 * 1024
_MAX_POLICY: Final = 256 * 1024


def register(app: typer.Typer) -> None:
    """Add the verbs to the application."""
    app.command(
        "verify",
        epilog=examples(
            "audit verify --vkey 'example.org/log+1a2b3c4d+AY...'",
            "audit verify --log-only --format json",
        ),
    )(_verify)
    app.command("replay", epilog=examples("audit replay rebuilt.db"))(_replay)


def _verify(
    vkey: Annotated[
        str | None,
        typer.Option(
            metavar="VKEY",
            help="A key of the log as you were given it; default: keys/log.vkey.",
            show_default=False,
        ),
    ] = None,
    kept: Annotated[
        Path | None,
        typer.Option(
            "--from",
            envvar="RINGWALL_AUDIT_VERIFY_FROM",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="A signed checkpoint that you kept: the log extends it.",
        ),
    ] = None,
    anchor: Annotated[
        Path | None,
        typer.Option(
            "--anchor",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="The second place; default: that of the settings.",
        ),
    ] = None,
    witness_policy: Annotated[
        Path | None,
        typer.Option(
            "--witness-policy",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Whose cosignatures it takes (C2SP tlog-policy); default: on record.",
        ),
    ] = None,
    log_only: Annotated[
        bool, typer.Option("--log-only", help="Leave out tables and disclosures.")
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Recompute every leaf, the root and every table; check what is signed for them.

    Says what it compared and with what, and warns of witnesses that are overdue. Exit
    code 6 on any difference. Anyone may run it; nothing is written.
    """
    from ringwall.ledger.verification.checking import Options

    if vkey is not None:
        key_of(vkey)
    institute = open_institute(folder)
    options = Options(
        kept=_note(kept),
        anchor=_note(anchor),
        policy=_policy(witness_policy),
        log_only=log_only,
    )
    report = _report(institute, vkey, options)
    second = anchor or institute.settings.anchor
    files = {"--from": kept, "--anchor": second, "--witness-policy": witness_policy}
    named = {place: str(path) for place, path in files.items() if path is not None}
    done = Verified(report, is_key_given=vkey is not None, files=named)
    value = value_of(done)
    codes = {
        name: [found["code"] for found in value[name]]
        for name in ("warnings", "findings")
    }
    row = {**value, **codes}
    print_object(value, fmt, lambda: show_verified(done), Sheet(list(row), [row]))
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.INTEGRITY)


def _report(institute: "Institute", vkey: str | None, options: "Options") -> "Report":
    from dataclasses import replace

    with progress_bar("verifying") as progress:
        return institute.verify(vkey, replace(options, progress=progress))


def _note(path: Path | None) -> bytes | None:
    """Return what is in a file that should hold a signed note."""
    return None if path is None else read_input(path, _MAX_NOTE)


def _policy(path: Path | None) -> "TrustPolicy | None":
    from ringwall.tlog.trust_policy_file import parse_trust_policy

    return None if path is None else parse_trust_policy(read_input(path, _MAX_POLICY))


def _replay(
    target: Annotated[Path, typer.Argument(metavar="NEW.db", help="The file to make.")],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Rebuild the ledger from its entries into a new file.

    Exit code 6 if the two differ in any row.
    """
    institute = open_institute(folder)
    with progress_bar("replaying") as progress:
        size, found = institute.replay(target, progress)
    rows = [
        {"code": d.code, "table": d.table, "row": d.key, "message": d.message}
        for d in found
    ]
    value = {"equal": not found, "size": size, "file": str(target)}
    summary = {**value, "differences": [row["code"] for row in rows]}

    def table() -> None:
        verdict = "equal, row by row" if not found else f"{len(found)} rows differ"
        print_text(f"{size} entries replayed into {target}: {verdict}")
        for row in rows:
            print_text()
            print_text(f"{row['code']} in table {row['table']} row {row['row']}")
            print_text(row["message"], indent=2)

    print_object(
        {**value, "differences": rows}, fmt, table, Sheet(list(summary), [summary])
    )
    raise typer.Exit(ExitCode.INTEGRITY if found else ExitCode.OK)
