"""`audit verify` and `audit replay`: whether the record still is what it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.exits import ExitCode
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, progress_bar
from ringwall.cli.terminal import print_field, print_text

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
        str,
        typer.Option(
            metavar="VKEY",
            help="A key of the log as you were given it; default: keys/log.vkey.",
        ),
    ] = "",
    kept: Annotated[
        Path | None,
        typer.Option(
            "--from",
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
    policy: Annotated[
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

    Exit code 6 on any difference. Anyone may run it; nothing is written.
    """
    from ringwall.base.errors import ConfigurationError
    from ringwall.ledger.verification.checking import Options

    institute = open_institute(folder)
    options = Options(
        kept=_note(kept),
        anchor=_note(anchor),
        policy=_policy(policy),
        log_only=log_only,
    )
    try:
        report = _report(institute, vkey, options)
    except ConfigurationError as error:
        if error.code == "key-malformed" and vkey:
            error.next_step = "give the whole line that `ringwall init` printed"
        raise
    value = _value(report)
    row = {**value, "findings": [finding["code"] for finding in value["findings"]]}
    print_object(
        value,
        fmt,
        lambda: _show_report(report, given=bool(vkey)),
        Sheet(list(row), [row]),
    )
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.INTEGRITY)


def _report(institute: "Institute", vkey: str, options: "Options") -> "Report":
    from dataclasses import replace

    with progress_bar("verifying") as progress:
        return institute.verify(vkey or None, replace(options, progress=progress))


def _note(path: Path | None) -> bytes | None:
    """Return what is in a file that should hold a signed note."""
    from ringwall.registry.institute_folder import read_whole

    return None if path is None else read_whole(path, _MAX_NOTE)


def _policy(path: Path | None) -> "TrustPolicy | None":
    from ringwall.registry.institute_folder import read_whole
    from ringwall.tlog.trust_policy_file import parse_trust_policy

    return None if path is None else parse_trust_policy(read_whole(path, _MAX_POLICY))


def _value(report: "Report") -> dict[str, Any]:
    """Return the report for programs."""
    newest, witnessed = report.newest, report.witnessed
    return {
        "sound": report.is_sound,
        "size": report.size,
        "root": report.root.hex(),
        "signer": report.signer,
        "signed_size": report.signed_size,
        "checkpoint_size": newest.checkpoint.size if newest else None,
        "cosigners": [{"name": name, "at": at} for name, at in _cosigners(report)],
        "witnessed_size": witnessed.checkpoint.size if witnessed else None,
        "first_bad": report.first_bad,
        "left_out": list(report.left_out),
        "forks": [
            {"place": fork.place, "note": _text(fork.note), "own": _text(fork.own)}
            for fork in report.forks
        ],
        "findings": [
            {"code": f.code, "place": f.place, "message": f.message}
            for f in report.findings
        ],
    }


def _cosigners(report: "Report") -> list[tuple[str, str]]:
    """Return name and time of each cosignature under the last checkpoint."""
    from ringwall.base.clock import format_instant

    def told(instant: int) -> str:
        try:
            return format_instant(instant)
        except ValueError:
            return "beyond the year 9999"

    found = report.newest.cosignatures if report.newest else ()
    return [(line.name, told(line.at)) for line in found]


def _text(note: bytes) -> str:
    return note.decode("utf-8", "replace")


def _show_report(report: "Report", *, given: bool) -> None:
    count = len(report.findings)
    if report.is_sound:
        sound = "every entry, the signed head and every table agree"
        if report.left_out:
            sound = "all that was looked at agrees"
        print_field("SOUND", sound, style="green")
    else:
        found = f"{count} finding{'s'[: count > 1]}, listed below"
        print_field("UNSOUND", found, style="red")
    signed = report.signed_size
    told = "no valid signature" if signed is None else signed
    print_field("entries", f"{report.size}, signed {told}")
    print_field("root", report.root.hex())
    print_field("signer", report.signer)
    own = "keys/log.vkey of this folder; give your own copy with --vkey"
    print_field("key", "as given" if given else own)
    _show_checkpoint(report)
    if report.first_bad is not None:
        print_field("bad from", f"entry {report.first_bad}")
    for words in report.left_out:
        print_field("left out", words)
    for finding in report.findings:
        print_text()
        print_text(f"{finding.code} in {finding.place}")
        print_text(finding.message, indent=2)
    for fork in report.forks:
        _show_note(f"signed, from {fork.place}:", fork.note)
        _show_note("signed, of this log:", fork.own)


def _show_checkpoint(report: "Report") -> None:
    """Print the last checkpoint that the log agrees with, and who cosigned it."""
    newest, witnessed = report.newest, report.witnessed
    words = "none"
    if newest is not None:
        names = ", ".join(f"{name} at {at}" for name, at in _cosigners(report))
        words = f"{newest.checkpoint.size} entries, cosigned by {names or 'nobody'}"
    print_field("last", f"consistent checkpoint: {words}")
    if witnessed is not None:
        print_field("quorum", f"up to entry {witnessed.checkpoint.size - 1}")


def _show_note(title: str, note: bytes) -> None:
    print_text()
    print_text(title)
    for line in _text(note).splitlines():
        print_text(line, indent=2)


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
