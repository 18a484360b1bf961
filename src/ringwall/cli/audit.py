"""`audit`: what is on record, and whether it still is what it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.exits import ExitCode, Misuse
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import (
    Sheet,
    json_text,
    print_object,
    print_rows,
    progress_bar,
)
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringwall.ledger.ledger import Recorded
    from ringwall.ledger.verify import Report
    from ringwall.model.events import Event

__all__ = ["app"]

app = typer.Typer(help="Read and verify the record.", no_args_is_help=True)

_LISTED = (
    "entry",
    "at",
    "kind",
    "id",
    "effect",
    "subject",
    "action",
    "resource",
    "code",
)
_SHOWN = 16


@app.command(
    "ls",
    epilog=examples(
        "audit ls --effect deny --limit 10",
        "audit ls --subject user:ada --since 2026-11-01T00:00:00Z --format csv",
    ),
)
def _list_entries(
    kind: Annotated[
        str, typer.Option(help="Only events of this kind, e.g. decision.made.")
    ] = "",
    subject: Annotated[str, typer.Option(help="Only decisions of this subject.")] = "",
    asset: Annotated[str, typer.Option(help="Only decisions on this asset.")] = "",
    effect: Annotated[str, typer.Option(help="Only permit or only deny.")] = "",
    since: Annotated[
        str, typer.Option(metavar="INSTANT", help="Only from this RFC 3339 instant on.")
    ] = "",
    limit: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="At most so many.")
    ] = 50,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List entries, the newest first."""
    from itertools import islice

    fits = _filter(
        {"kind": kind, "subject": subject, "resource": asset, "effect": effect}, since
    )
    ledger = open_institute(folder).ledger(writable=False)
    try:
        found = islice(filter(fits, ledger.backwards()), limit)
        rows = (_row(recorded) for recorded in found)
        print_rows(["entry", "at", "what"], rows, fmt, sheet=_LISTED)
    finally:
        ledger.close()


def _filter(wanted: dict[str, str], since: str) -> "Callable[[Recorded], bool]":
    """Return whether an entry is one of those asked for."""
    from ringwall.base.clock import parse_instant
    from ringwall.model.events import EVENT_KINDS
    from ringwall.model.ids import parse_id

    words = {"kind": EVENT_KINDS, "effect": {"permit", "deny"}}
    for name, known in words.items():
        if wanted[name] and wanted[name] not in known:
            raise _misuse(f"--{name} is one of {', '.join(sorted(known))}")
    asked = {name: value for name, value in wanted.items() if value}
    try:
        for name in ("subject", "resource"):
            if wanted[name]:
                parse_id(wanted[name])
        start = parse_instant(since) if since else None
    except ValueError as error:
        raise _misuse(str(error)) from None

    def fits(recorded: "Recorded") -> bool:
        event = recorded.event
        recent = start is None or parse_instant(event["at"]) >= start
        return recent and all(event.get(k) == v for k, v in asked.items())

    return fits


def _misuse(message: str) -> Misuse:
    return Misuse("ringwall audit ls", message)


def _row(recorded: "Recorded") -> dict[str, Any]:
    event = recorded.event
    row = {
        "entry": recorded.index,
        "at": event["at"],
        "kind": event["kind"],
        "id": event.get("id", ""),
    }
    match event["kind"]:
        case "decision.made":
            code = event["reasons"][0]["code"] if event["reasons"] else ""
            asked = {name: event[name] for name in ("subject", "action", "resource")}
            row |= {"effect": event["effect"], **asked, "code": code}
            what = " ".join((event["effect"], *asked.values(), code)).rstrip()
        case "fact.declared":
            what = f"declared {event['id']}"
        case "fact.removed":
            what = f"removed {event['id']}"
        case "policy.activated":
            what = f"policies put in force: {event['digest'][:_SHOWN]}"
        case "amount.left":
            row |= {name: event[name] for name in ("subject", "resource")}
            what = f"left: {_left(event)}"
        case "alarm.raised":
            row["code"] = event["code"]
            what = f"alarm: {_alarm(event)}"
        case "institute.grown":
            what = f"institute has {event['tiers']} tiers: {event['name']}"
        case _:
            what = f"institute created: {event['name']}"
    return {**row, "what": what}


def _left(event: "Event") -> str:
    """Return in words what a permit took off the budgets."""
    copies = f" and {event['copies']} copy" if event["copies"] else ""
    amount = f"{event['bytes']:,} bytes{copies} of {event['resource']}"
    return f"{amount} with {event['subject']} in {event['decision']}"


def _alarm(event: "Event") -> str:
    """Return an alarm in words; both answers are in it."""
    answers = f"compiled: {event['compiled']}; Casbin: {event['casbin']}"
    return f"engines disagree on {event['concern']} ({answers}) in {event['decision']}"


@app.command("show", epilog=examples("audit show 0", "audit show 80 --format json"))
def _show_entry(
    entry: Annotated[
        str,
        typer.Argument(metavar="ENTRY", help="Index of an entry, or a decision's id."),
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Print one entry whole, with its leaf hash."""
    ledger = open_institute(folder).ledger(writable=False)
    try:
        is_index = entry.isascii() and entry.isdigit() and len(entry) < _SHOWN
        recorded = ledger.entry(int(entry)) if is_index else ledger.decision(entry)
    finally:
        ledger.close()
    leaf = recorded.leaf.hex()
    value = {"entry": recorded.index, "leaf": leaf, "event": recorded.event}

    def table() -> None:
        print_field("entry", str(recorded.index))
        print_field("leaf", leaf)
        if recorded.event["kind"] == "alarm.raised":
            print_field("alarm", _alarm(recorded.event))
        typer.echo(json_text(recorded.event, indent=2))

    sheet = Sheet(("entry", "leaf", *recorded.event), [{**value, **recorded.event}])
    print_object(value, fmt, table, sheet)


@app.command(
    "verify",
    epilog=examples(
        "audit verify", "audit verify --vkey 'example.org/log+1a2b3c4d+AY...'"
    ),
)
def _verify(
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
    """Recompute every leaf, the root, the signed head and every table.

    Exit code 6 on any difference. Anyone may run it; nothing is written.
    """
    from ringwall.base.errors import ConfigurationError

    institute = open_institute(folder)
    try:
        with progress_bar("verifying") as progress:
            report = institute.verify(vkey or None, progress)
    except ConfigurationError as error:
        if error.code == "key-malformed" and vkey:
            error.next_step = "give the whole line that `ringwall init` printed"
        raise
    found = [
        {"code": f.code, "place": f.place, "message": f.message}
        for f in report.findings
    ]
    value = {
        "sound": report.is_sound,
        "size": report.size,
        "root": report.root.hex(),
        "signer": report.signer,
        "signed_size": report.checkpoint.size if report.checkpoint else None,
    }
    row = {**value, "findings": [finding["code"] for finding in found]}
    print_object(
        {**value, "findings": found},
        fmt,
        lambda: _show_report(report, given=bool(vkey)),
        Sheet(list(row), [row]),
    )
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.INTEGRITY)


def _show_report(report: "Report", *, given: bool) -> None:
    count = len(report.findings)
    if report.is_sound:
        sound = "every entry, the signed head and every table agree"
        print_field("SOUND", sound, style="green")
    else:
        found = f"{count} finding{'s'[: count > 1]}, listed below"
        print_field("UNSOUND", found, style="red")
    signed = report.checkpoint.size if report.checkpoint else "no valid signature"
    print_field("entries", f"{report.size}, signed {signed}")
    print_field("root", report.root.hex())
    print_field("signer", report.signer)
    own = "keys/log.vkey of this folder; give your own copy with --vkey"
    print_field("key", "as given" if given else own)
    for finding in report.findings:
        print_text()
        print_text(f"{finding.code} in {finding.place}")
        print_text(finding.message, indent=2)


@app.command("replay", epilog=examples("audit replay rebuilt.db"))
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
