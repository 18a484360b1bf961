"""`raid clock rules`: the clock rules in force, each with its source.

As `raid table show` it asks nobody who looks: rules tell of no case. Must never show a
rule that is not in force as one that is.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.options import (
    Format,
    FormatOption,
    InstituteOption,
    open_institute,
)
from ringwall.cli.output import chosen_format, print_rows
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.clocks.rule import ClockRule

__all__ = ["list_rules"]

_AT_ONCE: Final = "at once"
_RULES: Final = ("rule", "owed", "limits", "calendar", "status", "confidence")
_RULE_SHEET: Final = (
    *("rule", "regime", "article", "trigger", "owed", "owner", "recipient", "limits"),
    *("calendar", "applies_from", "status", "confidence", "source", "verified_on"),
    *("version", "digest", "statement"),
)


def list_rules(
    rule: Annotated[
        str, typer.Argument(metavar="[RULE]", help="Only this one, whole.")
    ] = "",
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List the clock rules in force, each with its source and how sure that is."""
    from ringwall.raid.timing import rule_named

    with open_institute(folder).gatekeeper() as gate:
        book = gate.raid.clocks.book
    wanted = [rule_named(book, rule)] if rule else list(book.rules.values())
    rows = [_rule_row(one) for one in wanted]
    if rule and chosen_format(fmt) is Format.TABLE:
        _show_rule(rows[0])
        return
    print_rows(_RULES, rows, fmt, sheet=_RULE_SHEET)


def _rule_row(rule: "ClockRule") -> dict[str, Any]:
    limits = [
        f"{stage.name}: "
        + " and ".join(
            f"{limb.limit or _AT_ONCE} from {limb.start}" for limb in stage.limbs
        )
        for stage in rule.stages
    ]
    return {
        "rule": rule.id,
        "regime": rule.regime,
        "article": rule.article,
        "trigger": rule.trigger,
        "owed": rule.owed,
        "owner": rule.owner,
        "recipient": rule.recipient,
        "limits": "; ".join(limits) or "no clock",
        "calendar": rule.calendar,
        "applies_from": str(rule.applies_from or ""),
        "status": rule.status,
        "confidence": rule.confidence,
        "source": rule.source,
        "verified_on": str(rule.verified_on or "never"),
        "version": rule.version,
        "digest": rule.digest,
        "statement": rule.statement,
    }


def _show_rule(row: Mapping[str, Any]) -> None:
    print_text(f"{row['rule']}: {row['regime']} {row['article']}", style="bold")
    print_field("says", row["statement"])
    print_field("when", row["trigger"])
    print_field("owed by", f"{row['owner']} ({row['owed']})")
    print_field("to", row["recipient"])
    print_field("limits", row["limits"])
    print_field("counted", row["calendar"])
    print_field(
        "applies", f"from {row['applies_from'] or 'no day yet'}: {row['status']}"
    )
    print_field("source", f"{row['source']} ({row['confidence']})")
    print_field("checked", row["verified_on"])
    print_field("digest", f"{row['version']}, {row['digest']} (of our statement)")
