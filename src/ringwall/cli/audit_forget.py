"""`audit erase` and `audit prune`: what the record forgets, and keeps proof of."""

from typing import Annotated

import typer

from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    instant_of,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import counted, print_field, print_text

__all__ = ["register"]

_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would go; nothing is written.")
]
_Reason = Annotated[
    str, typer.Option(help="Why; it goes on record, so it must name no person.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `audit`."""
    app.command(
        "erase",
        epilog=examples(
            'audit erase user:ada --reason "request 12" --dry-run',
            'audit erase user:ada --reason "request 12"',
        ),
    )(_erase)
    app.command(
        "prune",
        epilog=examples(
            'audit prune --before 2016-11-01T00:00:00Z --reason "ten years" --dry-run'
        ),
    )(_prune)


def _erase(
    subject: Annotated[str, typer.Argument(help="Id of a person, e.g. user:ada.")],
    reason: _Reason,
    dry_run: _DryRun = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Erase what the record keeps about a person; entries and proofs stay.

    The id, documents and purposes go, with the salts by which a guess could be tried;
    what is told of a case stays with the case. It can't be undone. Copies and backups
    of the ledger are yours to find.
    """
    from ringwall.record.erasing import erase_person

    institute = open_institute(folder)
    ledger = institute.ledger(writable=not dry_run)
    try:
        done = erase_person(
            ledger, subject, reason, None if dry_run else institute.clock
        )
    finally:
        ledger.close()
    value = {
        "person": done.person,
        "tokens": list(done.tokens),
        "texts": done.texts,
        "kept": done.kept,
        "entries": list(done.entries),
    }

    def table() -> None:
        _print_deed("erase", "erased", done.person, dry_run=dry_run)
        print_field("with", counted(done.texts, "document or text"))
        if done.kept:
            print_field("kept", f"{counted(done.kept, 'text')} of cases that name them")
        for token in done.tokens:
            print_field("left", f"{token} in the entries")
        if done.entries:
            print_field("entry", ", ".join(map(str, done.entries)))

    print_object(value, fmt, table, Sheet(list(value), [value]))
    if not dry_run:
        say("next: `ringwall audit verify`; erase the copies of the ledger, too")


def _prune(
    before: Annotated[
        str,
        typer.Option(
            metavar="INSTANT",
            help="RFC 3339, to the microsecond; what is younger stays.",
        ),
    ],
    reason: _Reason,
    dry_run: _DryRun = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Take the bytes off old entries; their hashes and all proofs stay.

    What is in force stays whole, and so do the last 365 days, alarms, findings,
    reports, refused proofs and all of the incident desk. What stands for people and
    texts that no entry names any more goes with the bytes. Export tiles first, if the
    entries are to be kept elsewhere.
    """
    from ringwall.record.pruning import prune_log

    institute = open_institute(folder)
    instant = instant_of(before, institute, "ringwall audit prune")
    ledger = institute.ledger(writable=not dry_run)
    try:
        done = prune_log(ledger, instant, reason, None if dry_run else institute.clock)
    finally:
        ledger.close()
    value = {"before": done.before, "entries": done.entries, "entry": done.entry}

    def table() -> None:
        if not done.entries:
            print_field("pruned", "nothing to prune")
            return
        which = f"{counted(done.entries, 'entry')}, those before entry {done.before}"
        _print_deed("prune", "pruned", which, dry_run=dry_run)
        if done.entry >= 0:
            print_field("entry", str(done.entry))

    print_object(value, fmt, table, Sheet(list(value), [value]))
    if done.entry >= 0:
        say("next: `ringwall audit verify`; prune the copies of the ledger, too")


def _print_deed(verb: str, past: str, what: str, *, dry_run: bool) -> None:
    if dry_run:
        print_text(f"would {verb} {what}")
    else:
        print_field(past, what)
