"""`attest`: measures that an assessor found in force, from a table."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.plans import show_plan, tell_unless_in_force

if TYPE_CHECKING:
    from ringwall.model.decisions import Receipt

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command(
        "attest",
        epilog=examples("attest measures.csv --dry-run", "attest measures.csv"),
    )(_attest)


def _attest(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Columns: holder, measure, assessor, from, until, evidence and, "
            "if you like, source.",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, write nothing.")
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Attest measures of sites or of the whole institute, one a row.

    The table is taken wholly or not at all, under the rules of `apply`. Attesting
    the same again changes nothing; a renewal starts where the old statement ends.
    """
    from ringwall.registry.attestation_table import read_table

    table = read_table(file)
    desk = open_institute(folder).registry(writable=not dry_run)
    receipts: list[Receipt] = []
    try:
        if dry_run:
            plan = desk.plan_draft(table.draft)
            tell_unless_in_force(desk)
        else:
            plan, receipts = desk.apply_draft(table.draft)
    finally:
        desk.close()
    show_plan(plan, receipts, fmt, dry_run=dry_run)
