"""`audit`: what is on record, and whether it still is what it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.exits import ExitCode
from ringwall.cli.options import FormatOption, InstituteOption, open_institute
from ringwall.cli.output import console, print_object, print_rows, progress_bar

if TYPE_CHECKING:
    from ringwall.ledger.ledger import Recorded
    from ringwall.ledger.verify import Report

__all__ = ["app"]

app = typer.Typer(help="Read and verify the record.", no_args_is_help=True)


@app.command("ls")
def list_entries(
    kind: Annotated[
        str, typer.Option(help="Only events of this kind, e.g. decision.made.")
    ] = "",
    subject: Annotated[str, typer.Option(help="Only decisions of this subject.")] = "",
    asset: Annotated[str, typer.Option(help="Only decisions on this asset.")] = "",
    effect: Annotated[str, typer.Option(help="Only permit or only deny.")] = "",
    since: Annotated[
        str, typer.Option(metavar="INSTANT", help="Only from this RFC 3339 instant on.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List entries, the newest first."""
    from itertools import islice

    from ringwall.base.clock import parse_instant

    if effect not in ("", "permit", "deny"):
        raise typer.BadParameter("`--effect` is permit or deny")
    try:
        start = parse_instant(since) if since else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    wanted = {"kind": kind, "subject": subject, "resource": asset, "effect": effect}
    asked = {name: value for name, value in wanted.items() if value}

    def fits(recorded: "Recorded") -> bool:
        event = recorded.event
        recent = start is None or parse_instant(event["at"]) >= start
        return recent and all(event.get(k) == v for k, v in asked.items())

    ledger = open_institute(folder).ledger(writable=False)
    try:
        rows = [
            _row(recorded)
            for recorded in islice(filter(fits, ledger.backwards()), limit)
        ]
    finally:
        ledger.close()
    print_rows(["entry", "at", "kind", "what"], rows, fmt)


def _row(recorded: "Recorded") -> dict[str, Any]:
    event = recorded.event
    match event["kind"]:
        case "decision.made":
            code = event["reasons"][0]["code"] if event["reasons"] else ""
            what = (
                f"{event['effect']} {event['subject']} {event['action']} "
                f"{event['resource']} {code}".strip()
            )
        case "fact.declared" | "fact.removed":
            what = event["id"]
        case "policy.activated":
            what = f"bundle {event['digest'][:16]}"
        case _:
            what = event["name"]
    return {
        "entry": recorded.index,
        "at": event["at"],
        "kind": event["kind"],
        "what": what,
        "id": event.get("id", ""),
    }


@app.command("show")
def show_entry(
    entry: Annotated[
        str,
        typer.Argument(metavar="ENTRY", help="Index of an entry, or a decision's id."),
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Print one entry whole, with its leaf hash."""
    import json

    ledger = open_institute(folder).ledger(writable=False)
    try:
        is_index = entry.isascii() and entry.isdigit() and len(entry) < 16
        recorded = ledger.entry(int(entry)) if is_index else ledger.decision(entry)
    finally:
        ledger.close()
    value = {
        "entry": recorded.index,
        "leaf": recorded.leaf.hex(),
        "event": recorded.event,
    }

    def table() -> None:
        out = console()
        out.print(f"entry  {recorded.index}\nleaf   {recorded.leaf.hex()}")
        text = json.dumps(recorded.event, indent=2, ensure_ascii=False)
        out.print(text, soft_wrap=True)

    print_object(value, fmt, table)


@app.command("verify")
def verify(
    vkey: Annotated[
        str,
        typer.Option(
            metavar="VKEY",
            help="The log's public key as you were given it; default: keys/log.vkey.",
        ),
    ] = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Recompute every leaf, the root, the signed head and every table; exit 6 on any difference."""
    institute = open_institute(folder)
    with progress_bar("verifying") as progress:
        report = institute.verify(vkey or None, progress)
    value = {
        "sound": report.is_sound,
        "size": report.size,
        "root": report.root.hex(),
        "signer": report.signer,
        "signed_size": report.checkpoint.size if report.checkpoint else None,
        "findings": [
            {"code": f.code, "place": f.place, "message": f.message}
            for f in report.findings
        ],
    }
    print_object(value, fmt, lambda: _show_report(report))
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.INTEGRITY)


def _show_report(report: "Report") -> None:
    from rich.text import Text

    out = console()
    if report.is_sound:
        out.print(Text("SOUND", style="bold green"))
    else:
        count = len(report.findings)
        out.print(Text(f"NOT SOUND: {count} finding{'s'[: count > 1]}", "bold red"))
    signed = report.checkpoint.size if report.checkpoint else "no valid signature"
    out.print(f"entries  {report.size}, signed {signed}")
    out.print(f"root     {report.root.hex()}")
    out.print(f"signer   {report.signer}")
    for finding in report.findings:
        line = Text(f"{finding.code:<18}", style="bold")
        line.append(f"{finding.place}: {finding.message}", style="not bold")
        out.print(line, soft_wrap=True)
    if report.is_sound:
        out.print("every entry, the signed head and every table agree")


@app.command("replay")
def replay(
    target: Annotated[
        Path, typer.Argument(metavar="NEW.db", help="The file to make.")
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Rebuild the ledger from its entries into a new file; exit 6 if the two differ."""
    institute = open_institute(folder)
    with progress_bar("replaying") as progress:
        size, found = institute.replay(target, progress)
    rows = [
        {"code": d.code, "table": d.table, "row": d.key, "message": d.message}
        for d in found
    ]
    value = {"equal": not found, "size": size, "file": str(target), "differences": rows}

    def table() -> None:
        out = console()
        verdict = "equal, row by row" if not found else f"{len(found)} rows differ"
        out.print(f"{size} entries replayed into {target}: {verdict}", soft_wrap=True)
        for row in rows:
            place = f"table {row['table']} row {row['row']}"
            out.print(f"{row['code']:<16}{place}: {row['message']}", soft_wrap=True)

    print_object(value, fmt, table)
    raise typer.Exit(ExitCode.INTEGRITY if found else ExitCode.OK)
