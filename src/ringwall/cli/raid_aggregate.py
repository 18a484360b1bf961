"""`raid aggregate`: the statistics that everybody may have, of the last fixed date.

Must never print a count that the desk holds back.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk, at_desk
from ringwall.cli.files import Output
from ringwall.cli.options import Format, examples
from ringwall.cli.output import Sheet, print_object, print_rows
from ringwall.cli.raid_acts import ROOM
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["register"]

_COLUMNS: Final = ("table", "row", "column", "count")
_READ: Final = "raid.read"
_HELD_BACK: Final = "-"


def register(app: typer.Typer) -> None:
    """Add the verb to the group."""
    app.command(
        "aggregate",
        epilog=examples(
            "raid aggregate --subject user:niels --via point:raid-desk",
            "raid aggregate --out aggregate.json",
        ),
    )(at_desk(ROOM, "aggregate", _aggregate))


def _aggregate(
    desk: Desk,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="A new file for just the bytes that are published.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show the statistics of the last date of publication; of any day the same bytes.

    They count the cases that were opened since the date before, as they stood on that
    date: all of them, whoever asks. A count below five is held back, zero too, and
    totals are of the counts that are told.
    """
    from ringwall.base.canonical import load_canonical
    from ringwall.model.raid_events import DESK

    file = None if out is None else Output(out)
    if file is not None:
        file.check()
    found = desk.raid.publishing.aggregate(desk.who(_READ, DESK))
    if file is not None:
        file.write(found.data)
    whole = load_canonical(found.data)
    value = {**whole, "decision": found.decision}

    def table() -> None:
        print_field("published", f"{whole['published']}, since {whole['since']}")
        print_field("least", f"{whole['least_cell']}; less is held back: {_HELD_BACK}")
        for name, counted in whole["tables"].items():
            print_text()
            _print(name, counted)
        print_text()
        if out is not None:
            print_field("WRITTEN", str(out), style="green")
        print_field("record", found.decision)

    print_object(value, desk.format, table, Sheet(_COLUMNS, list(_rows(whole))))


def _print(name: str, counted: dict[str, Any]) -> None:
    totals = counted["totals_of_told_cells"]
    rows = [
        {name: row, **{column: _shown(n) for column, n in cells.items()}}
        for row, cells in counted["cells"].items()
    ]
    last = {name: "told", **{column: str(n) for column, n in totals.items()}}
    print_rows((name, *totals), [*rows, last], Format.TABLE)


def _shown(count: int | None) -> str:
    return _HELD_BACK if count is None else str(count)


def _rows(whole: dict[str, Any]) -> "Iterator[dict[str, Any]]":
    for table, counted in whole["tables"].items():
        for row, cells in counted["cells"].items():
            for column, count in cells.items():
                yield {
                    "table": table,
                    "row": row,
                    "column": column,
                    "count": "" if count is None else count,
                }
