"""`tier add`: an institute of two tiers grows its third, and keeps it."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.terminal import print_text

if TYPE_CHECKING:
    from ringwall.registry.growing import Growth

__all__ = ["register"]

_COLUMNS = ("tiers", "on_record", "in_settings", "entry", "applied")


def register(app: typer.Typer) -> None:
    """Add the command to the group `tier`."""
    app.command("add", epilog=examples("tier add third --dry-run", "tier add third"))(
        _add
    )


def _add(
    tier: Annotated[
        Literal["third"], typer.Argument(metavar="third", help="The tier at SL5.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what it would do, write nothing.")
    ] = False,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Give an institute of two tiers the third; it can't be taken away again.

    It is recorded first and set in ringwall.toml then; what has the institute open
    has to be started anew. Nothing is held there until `tier raise` moves it.
    """
    growth = open_institute(folder).grow(dry_run=dry_run)
    value = _value(growth, dry_run=dry_run)
    sheet = Sheet(_COLUMNS, [value])
    print_object(value, fmt, lambda: print_text(_told(growth, tier, dry_run)), sheet)
    if dry_run:
        say("nothing was written (--dry-run)")


def _value(growth: "Growth", *, dry_run: bool) -> dict[str, Any]:
    """Return what was done, or is to be done, as JSON has it."""
    value: dict[str, Any] = {
        "tiers": "three",
        "on_record": "added" if growth.record else "there already",
        "in_settings": "added" if growth.file else "there already",
        "applied": not dry_run,
    }
    if growth.entry >= 0:
        value["entry"] = growth.entry
    return value


def _told(growth: "Growth", tier: str, dry_run: bool) -> str:
    """Return what was done, or is to be done, in words."""
    does = "would be" if dry_run else "was"
    parts = []
    if growth.record:
        entry = f" (entry {growth.entry})" if growth.entry >= 0 else ""
        parts.append(f"recorded{entry}")
    if growth.file:
        parts.append("set in ringwall.toml")
    if not parts:
        return f"the institute has the {tier} tier already"
    return f"the {tier} tier {does} {' and '.join(parts)}"
