"""`audit show`: one entry whole, what is disclosed of it, and what covers it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringwall.cli.audit_words import alarm_words, told_words
from ringwall.cli.options import (
    FormatOption,
    InstituteOption,
    examples,
    open_institute,
)
from ringwall.cli.output import Sheet, json_text, print_object
from ringwall.cli.terminal import print_field

if TYPE_CHECKING:
    from ringwall.ledger.asking.covering import Seen
    from ringwall.ledger.asking.inspecting import Inspected

__all__ = ["register"]

_PERSON = "user:"


def register(app: typer.Typer) -> None:
    """Add the command to `audit`."""
    lines = ("audit show last", "audit show 80 --format json")
    app.command("show", epilog=examples(*lines))(_show_entry)


def _show_entry(
    entry: Annotated[
        str,
        typer.Argument(
            metavar="ENTRY", help="Number of an entry, id of a decision, or `last`."
        ),
    ],
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """Print one entry whole: its leaf hash, what is disclosed, what covers it."""
    from ringwall.ledger.asking.inspecting import inspect_entry

    ledger = open_institute(folder).ledger(writable=False)
    try:
        found = inspect_entry(ledger, entry)
    finally:
        ledger.close()
    value = _value(found)
    event = found.listed.event
    flat = {"entry": value["entry"], "leaf": value["leaf"], **event}
    print_object(
        value, fmt, lambda: _show(found, value), Sheet(list(flat), [{**value, **flat}])
    )


def _value(found: "Inspected") -> dict[str, Any]:
    listed, coverage = found.listed, found.coverage
    told = [
        {
            "token": token,
            "state": "disclosed",
            **({"value": value} if token.startswith(_PERSON) else {}),
        }
        for token, value in found.disclosed.items()
    ]
    hidden = [
        {"token": token, "state": str(why)}
        for token, why in sorted(listed.withheld.items())
    ]
    return {
        "entry": listed.index,
        "leaf": listed.leaf.hex(),
        "acknowledged": listed.is_acknowledged,
        "event": listed.event,
        "disclosures": [*told, *hidden],
        "covered": {
            "checkpoint": coverage.size,
            "cosigned": [_seen(seen) for seen in coverage.seen],
        },
    }


def _seen(seen: "Seen") -> dict[str, Any]:
    return {"witness": seen.name, "size": seen.size, "at": _at(seen)}


def _at(seen: "Seen") -> str:
    from ringwall.base.clock import format_instant

    try:
        return format_instant(seen.at or 0)
    except ValueError:  # a witness may state a time beyond the year 9999
        return ""


def _show(found: "Inspected", value: dict[str, Any]) -> None:
    event = found.listed.event
    print_field("entry", str(value["entry"]))
    print_field("leaf", value["leaf"])
    if not value["acknowledged"]:
        print_field("doubt", "nobody may ever have been told: not acknowledged")
    size = value["covered"]["checkpoint"]
    covered = f"by the checkpoint of {size} entries"
    print_field("covered", "by no checkpoint yet" if size is None else covered)
    for seen in value["covered"]["cosigned"]:
        words = f"by {seen['witness']} at {seen['at']}, checkpoint of {seen['size']}"
        print_field("cosigned", words)
    for token, told in found.disclosed.items():
        print_field("told", told_words(token, told))
    for hidden in value["disclosures"][len(found.disclosed) :]:
        print_field(hidden["state"], hidden["token"])
    if event["kind"] == "alarm.raised":
        print_field("alarm", alarm_words(event))
    typer.echo(json_text(event, indent=2))
