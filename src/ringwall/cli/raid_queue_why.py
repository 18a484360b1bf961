"""`raid queue why`: what an item stands by, and what goes before it.

Must never tell as known what is only possible.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.output import Sheet, print_object, say
from ringwall.cli.raid_clock_show import to_second
from ringwall.cli.raid_queue_row import COMPUTES, PRIORITIES, REACHES, SHEET, queue_row
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.raid.queue.counter import Place

__all__ = ["show_why"]

_READ: Final = "raid.read"
_TRAINED: Final = (
    "trained with fewer than 10^25 operations, or nobody said",
    "trained with 10^25 operations or more, fewer than 10^26",
    "trained with 10^26 operations or more, or as capable",
    "it is open on which side of 10^26 operations it lies; the higher one counts",
)
_HIGHEST: Final = 2
_KEYS: Final = {
    "host": "a clock of the host that is due before",
    "imminent": "imminent danger",
    "rank": "priority, owner, compute or reach",
    "age": "longer waiting",
    "id": "the same in all, and a smaller id",
}


def show_why(
    desk: Desk,
    item: Annotated[
        str,
        typer.Argument(metavar="ITEM", help="A case or report, e.g. c-mfzwizltmr."),
    ],
) -> None:
    """Show why an item stands where it stands: each key, and what goes before it."""
    from ringwall.model.raid_events import DESK

    place = desk.raid.queue.why(desk.who(_READ, DESK), item)
    value = {
        **queue_row(place.row),
        "total": place.total,
        "as_lifted": {
            "priority": PRIORITIES[place.keys.priority],
            "owned": place.keys.owned == 1,
            "compute": COMPUTES[place.keys.compute],
            "reach": REACHES[place.keys.reach],
        },
        "outranked_by": dict(place.outranked),
        "ahead": [one.item.id for one in place.ahead],
        "other_clocks": place.others,
    }
    print_object(
        value, desk.format, lambda: _print_why(place, value), Sheet(SHEET, [value])
    )
    if place.row.item.id.startswith("case:"):
        say(f"which open points hold it: ringwall raid triage explain {item}")


def _print_why(place: "Place", value: dict[str, Any]) -> None:
    from ringwall.raid.intake.plain_text import shown

    item, lifted = place.row.item, value["as_lifted"]
    print_field("item", f"{item.id}: {shown(place.row.title, 200)}")
    print_field("place", f"{place.row.place:,} of {place.total:,}: {place.row.why}")
    print_field("1 host", _owed(place))
    print_field("2 danger", "imminent" if item.imminent else "not imminent")
    named = {"3 prio": "priority", "4 owner": "owned"}
    for label, name in {**named, "5 compute": "compute", "6 reach": "reach"}.items():
        now, was = _told(name, lifted[name]), _told(name, value[name])
        if name == "compute":
            was = now = _TRAINED[item.compute]
            if place.keys.compute > min(item.compute, _HIGHEST):
                now = _TRAINED[place.keys.compute]
        print_field(label, _lifted(was, now, item.steps))
    since = to_second(item.since)
    print_field("7 age", f"since {since}, {counted(item.steps, 'step')} of ageing")
    if item.copies:
        print_field("alike", f"{counted(item.copies, 'report')} like it wait behind it")
    print_text()
    before = sum(place.outranked.values())
    print_text(f"before it: {before:,}", style="bold")
    for key, count in place.outranked.items():
        if count:
            print_field(f"{count:,}", f"by {_KEYS[key]}")
    for one in place.ahead:
        print_field(f"{one.place}", f"{one.item.id} ({one.why})")


def _owed(place: "Place") -> str:
    """Return which clock of the institute counts, and how many others are open."""
    item = place.row.item
    others = counted(place.others, "clock")
    rest = f"; {others} that it does not owe: ringwall raid clock list {item.id}"
    more = rest if place.others else ""
    if not item.host_due:
        return f"the institute owes nothing by a clock{more}"
    within = "within the horizon" if item.is_host_owed else "does not count yet"
    return f"{to_second(item.host_due)}, {within}{more}"


def _told(name: str, value: object) -> str:
    if name == "owned":
        return "RAID's own" if value else "not RAID's own"
    return str(value)


def _lifted(was: str, now: str, steps: int) -> str:
    if was == now:
        return now
    return f"counts as {now}: {was} before {counted(steps, 'step')} of waiting"
