"""What was planned or written to the registry, as a command prints it."""

from typing import TYPE_CHECKING, Any

from ringwall.cli.options import Format
from ringwall.cli.output import Sheet, print_object, print_rows, say
from ringwall.cli.terminal import print_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringwall.model.decisions import Receipt
    from ringwall.registry.desk import RegistryDesk
    from ringwall.registry.plan import Plan

__all__ = ["plan_value", "show_plan", "tell_unless_in_force"]

_COLUMNS = ("change", "id", "fields")


def plan_value(
    plan: "Plan", receipts: "Sequence[Receipt]", *, dry_run: bool
) -> dict[str, Any]:
    """Return a plan as JSON has it: what it came to, and each change.

    Args:
        plan: the changes.
        receipts: of their entries; none if nothing was written.
        dry_run: whether nothing was to be written.
    """
    rows = [
        {
            "change": change.verb.value,
            "id": change.entity,
            "fields": list(change.fields),
        }
        for change in plan.changes
    ]
    value: dict[str, Any] = {"applied": not dry_run, **_counts(plan), "changes": rows}
    if receipts:
        value["entries"] = [receipts[0].index, receipts[-1].index]
    return value


def show_plan(
    plan: "Plan",
    receipts: "Sequence[Receipt]",
    fmt: Format | None,
    *,
    dry_run: bool,
) -> None:
    """Print a plan; see `plan_value`."""
    value = plan_value(plan, receipts, dry_run=dry_run)
    rows = value["changes"]

    def table() -> None:
        if rows:
            print_rows(_COLUMNS, rows, Format.TABLE)
        parts = ", ".join(f"{number} {what}" for what, number in _counts(plan).items())
        print_text(parts + ("; nothing was written (--dry-run)" if dry_run else ""))

    print_object(value, fmt, table, Sheet(_COLUMNS, rows))
    for entity in plan.alarming:
        recorded = "would be an alarm" if dry_run else "an alarm is on record"
        say(f"alarm: credentials changed: {entity}; {recorded}")


def tell_unless_in_force(desk: "RegistryDesk") -> None:
    """Say that a dry run was judged by what is not in force, if it was."""
    if not desk.is_in_force():
        say(
            "the policies and threat models at hand, by which this was judged, are "
            "not the ones in force; until they are, nothing is written: see "
            "`ringwall policy propose`"
        )


def _counts(plan: "Plan") -> dict[str, int]:
    from ringwall.registry.plan import Verb

    counts = {
        verb.value: sum(change.verb is verb for change in plan.changes) for verb in Verb
    }
    return {**counts, "unchanged": plan.unchanged}
