"""`raid intake show`: a report as its reporter gave it, and what was done with it.

Must never show a word of a stranger but through `plain_text`.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from ringwall.cli.desks import Desk
from ringwall.cli.output import Sheet, print_object
from ringwall.cli.raid_acts import ReportArgument, title
from ringwall.cli.raid_clock_show import to_second
from ringwall.cli.raid_telling import MOMENT, plain, print_moment
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.reading import ReportRead

__all__ = ["show_report"]

_READ: Final = "raid.read"
_ROW: Final = ("channel", "received", "source", "alike")
_HEADS: Final = frozenset({"title", "narrative"})
_TOLD: Final = 400


def show_report(desk: Desk, report: ReportArgument) -> None:
    """Show what a report says, where it stands, and what was done with it.

    Of its cases only those that are open to you.
    """
    from ringwall.raid.ids import parse_id

    name = parse_id("raid.report", report)
    found = desk.raid.reading.show(desk.who(_READ, name), name)
    moments = [asdict(moment) for moment in found.moments]
    value = {
        "report": found.id,
        **found.card,
        "cases": list(found.cases),
        "document": dict(found.document),
        "timeline": moments,
    }
    print_object(value, desk.format, lambda: _sheet(found), Sheet(MOMENT, moments))


def _sheet(found: "ReportRead") -> None:
    """Print a report for people."""
    card, document = found.card, found.document
    print_text(f"{found.id}  TLP:{str(card['tlp']).upper()}", style="bold")
    print_text(title(str(document.get("title", "its words were erased"))))
    print_field("state", str(card["state"]))
    for name in _ROW:
        if card[name]:
            print_field(name, to_second(str(card[name])))
    print_field("cases", ", ".join(found.cases) or "none that is open to you")
    print_text()
    for name, value in document.items():
        if name not in _HEADS and value not in (None, [], {}):
            print_field(name, title(plain(value), _TOLD))
    print_text()
    print_text(title(str(document.get("narrative", ""))))
    print_text()
    print_text(f"timeline, {counted(len(found.moments), 'act')}", style="bold")
    for one in found.moments:
        print_moment(one)
