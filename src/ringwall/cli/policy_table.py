"""`policy table`: a concern as the table it is."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ringwall.cli.options import Format, InstituteOption, examples
from ringwall.cli.output import chosen_format, print_rows
from ringwall.cli.policies import PoliciesOption, concern_of, read_policies
from ringwall.cli.terminal import paint, print_text, screen_width

if TYPE_CHECKING:
    from ringwall.policy.table import PolicyTable

__all__ = ["register"]


class _TableFormat(StrEnum):
    """How a table of rows is printed: as all data, or as Markdown."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    MARKDOWN = "markdown"


def register(app: typer.Typer) -> None:
    """Add the verb to the application."""
    app.command(
        "table",
        epilog=examples(
            "policy table access",
            "policy table eligibility --format markdown",
        ),
    )(_table)


def _table(
    concern: Annotated[str, typer.Argument(help="E.g. access.")],
    policies: PoliciesOption = None,
    folder: InstituteOption = None,
    fmt: Annotated[
        _TableFormat | None,
        typer.Option(
            "--format",
            envvar="RINGWALL_FORMAT",
            help="How to print; default: table on a terminal, else json.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print a concern as the table it is.

    Where the screen is too narrow, rows stand in groups under headings, and what asks
    nothing may go unsaid; a line above the table tells what that is. Below a table,
    and below Markdown, stands what no column says: which role includes which, what is
    above what, further conditions. JSON, NDJSON and CSV hold the rows in file order.
    """
    from ringwall.policy.table import policy_table

    shown = policy_table(concern_of(read_policies(policies, folder), concern))
    if fmt is _TableFormat.MARKDOWN:
        _print_markdown(shown)
        return
    asked = None if fmt is None else Format(fmt.value)
    if chosen_format(asked) is Format.TABLE:
        _print_table(shown)
        return
    rows = [dict(zip(shown.headers, row, strict=True)) for row in shown.rows]
    print_rows(shown.headers, rows, asked)


def _print_table(shown: "PolicyTable") -> None:
    from ringwall.cli.grouped_table import group_table

    table = group_table(shown.headers, shown.rows, screen_width(), shown.idle)
    above = {
        "the same in every row": table.constant,
        "where nothing else is said": table.unsaid,
    }
    for start, cells in above.items():
        if cells:
            print_text(f"{start}: {cells}")
            print_text()
    for line in table.head:
        typer.echo(paint(line, "bold"))
    for group in table.groups:
        if group.heading:
            print_text()
            print_text(group.heading, style="bold")
        for line in group.lines:
            typer.echo(line)
    print_text()
    for note in shown.notes:
        print_text(note)


def _print_markdown(shown: "PolicyTable") -> None:
    from ringwall.cli.markdown import markdown_table

    for line in markdown_table(shown.headers, shown.rows):
        typer.echo(line)
    typer.echo()
    for note in shown.notes:
        typer.echo(f"- {note}")
