"""`report`: what an officer should know ahead of time."""

from typing import Annotated

import typer

from ringwall.cli.options import (
    AtOption,
    Format,
    FormatOption,
    InstituteOption,
    examples,
    instant_of,
    open_institute,
)
from ringwall.cli.output import chosen_format, print_rows

__all__ = ["app"]

_DAY = 24 * 60 * 60 * 1_000_000
_MAX_DAYS = 36_500
_LAPSE = ("id", "what", "value", "until", "days")
# For a screen: the first to lapse stands first, and so does when.
_LISTED = ("until", "days", "id", "what", "value")
_EXPIRING = examples(
    "report expiring --days 90",
    "report expiring --days 365 --at 2027-01-01T00:00:00Z --format csv",
)

app = typer.Typer(
    help="What an officer should know ahead of time.", no_args_is_help=True
)


# A group of one command would be that command; this keeps it a group.
@app.callback()
def _report() -> None:
    """What an officer should know ahead of time."""


@app.command("expiring", epilog=_EXPIRING)
def _expiring(
    days: Annotated[
        int,
        typer.Option(min=0, max=_MAX_DAYS, metavar="N", help="How many days ahead."),
    ] = 90,
    at: AtOption = None,
    folder: InstituteOption = None,
    fmt: FormatOption = None,
) -> None:
    """List what lapses soon: evidence, screening, attestations, exceptions, proofs.

    Counts what is on record now. A statement lapses at, and no longer counts from,
    the instant shown; renew it before.
    """
    from ringwall.base.clock import format_instant
    from ringwall.pdp.expiring import expiring

    institute = open_institute(folder)
    now = instant_of(at, institute, "ringwall report expiring")
    until = _brief if chosen_format(fmt) is Format.TABLE else str
    rows = [
        {
            "id": expiry.entity,
            "what": expiry.what,
            "value": expiry.value,
            "until": until(format_instant(expiry.until)),
            "days": (expiry.until - now) // _DAY,
        }
        for expiry in expiring(institute.facts().documents(), now, days)
    ]
    title = f"what lapses within {days} days of {_brief(format_instant(now))}"
    print_rows(_LISTED, rows, fmt, title=title, sheet=_LAPSE)


def _brief(instant: str) -> str:
    """Return the text of an instant for people: of midnight, the day alone."""
    return instant.removesuffix("T00:00:00Z")
