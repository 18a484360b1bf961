"""`raid clock list|due|why|card`: what is due when, why, and to whom.

Must never show the latest lawful instant as the one to work to: that is the strict one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ringwall.cli.desks import Desk
from ringwall.cli.exits import Misuse
from ringwall.cli.files import Output
from ringwall.cli.options import Format
from ringwall.cli.output import Sheet, chosen_format, print_object, print_rows, say
from ringwall.cli.terminal import counted, print_field, print_text

if TYPE_CHECKING:
    from ringwall.ledger.asking.raid_rows import RaidCard
    from ringwall.raid.clock_desk import CardLine, Reason

__all__ = [
    "SHEET",
    "SHOWING",
    "clock_row",
    "due_told",
    "first_due",
    "print_clocks",
    "to_second",
]

SHEET: Final = (
    *("clock", "case", "rule", "version", "stage", "owed", "place", "state"),
    *("start", "due", "lawful", "worst"),
)
"""Columns of a clock in CSV."""

_READ: Final = "raid.read"
_ARM: Final = "raid.arm"
_LIST: Final = ("clock", "rule", "stage", "state", "due", "owed")
_DUE: Final = ("due", "left", "clock", "case", "rule", "state")
_CARD: Final = ("rule", "owner", "to", "limit", "due", "from")
_CARD_SHEET: Final = (
    *("rule", "regime", "article", "owner", "to", "stage", "limit", "from", "start"),
    *("due", "lawful", "confidence", "statement", "settled_by"),
)
_HOURS_AS_THEY_ARE: Final = "Art. 3(5) is not for periods in hours"
_HOURS_AS_DAYS: Final = "Art. 3(5) is for periods in hours, too"
_AT_ONCE: Final = "at once"
_HOUR: Final = 3_600_000_000
_FRACTION: Final = re.compile(r"(?<=T[0-9]{2}:[0-9]{2}:[0-9]{2})\.[0-9]{1,6}(?=Z)")
_TLPS: Final = ("", "clear", "green", "amber", "amber+strict", "red")

_IcsOption = Annotated[
    Path | None,
    typer.Option(
        "--ics",
        metavar="FILE",
        help="Write a calendar, too: a new file with ids and instants, and no word of "
        "a case.",
        show_default=False,
    ),
]


def clock_row(clock: str, case: str, card: Mapping[str, str | int]) -> dict[str, Any]:
    """Return a clock as a row of a table."""
    row = {name: card[name] for name in SHEET if name in card}
    return row | {"clock": clock, "case": case, "due": due_told(card)}


def due_told(card: Mapping[str, str | int]) -> str:
    """Return when a clock is due, in words: that of one that is armed is a worst case.

    Args:
        card: row of the clock.
    """
    if card["state"] in ("running", "breached") and not card["due"]:
        return _AT_ONCE
    if card["state"] == "armed":
        return f"worst case {card['worst']}" if card["worst"] else _AT_ONCE
    return str(card["due"])


def first_due(due: str, *, is_worst: bool) -> str:
    """Return the first deadline of a case in words, as that of a clock is told.

    Args:
        due: RFC 3339; empty for none.
        is_worst: whether it is the worst case of a clock that has not started.
    """
    return f"worst case {to_second(due)}" if due and is_worst else to_second(due)


def to_second(text: str) -> str:
    """Return a text for people, each instant in it cut down to its second.

    Never to a later one: a deadline is not shown behind itself.
    """
    return _FRACTION.sub("", text)


def _shown(cell: object) -> object:
    return to_second(cell) if isinstance(cell, str) else cell


def print_clocks(
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    asked: Format | None,
    *,
    title: str = "",
    sheet: Sequence[str] = SHEET,
) -> None:
    """Print rows with instants: in a table to the second, for programs exactly."""
    if chosen_format(asked) is Format.TABLE:
        rows = [{name: _shown(row[name]) for name in columns} for row in rows]
    print_rows(columns, rows, asked, title=title, sheet=sheet)


def _list(
    desk: Desk,
    case: Annotated[
        str, typer.Argument(metavar="[CASE]", help="Only those of this case.")
    ] = "",
    ics: _IcsOption = None,
) -> None:
    """List the clocks of a case, or all open ones; what is due first in front.

    `due` is the working deadline: to the moment, by the stricter reading.
    """
    from ringwall.model.raid_events import DESK
    from ringwall.raid.ids import parse_id

    clocks = desk.raid.clocks
    if case:
        name = parse_id("raid.case", case)
        found = clocks.of_case(desk.who(_READ, name), name)
    else:
        found = clocks.due(desk.who(_READ, DESK), None)
    _write_calendar(desk, found, ics)
    rows = [clock_row(one.id, one.case, one.card) for one in found]
    columns = _LIST if case else (*_LIST[:1], "case", *_LIST[1:5])
    print_clocks(columns, rows, desk.format, title=_label(desk, found))


def _due(
    desk: Desk,
    within: Annotated[
        str,
        typer.Option(
            "--within",
            metavar="SPAN",
            help="Due within so long, e.g. 12h, 3d or 2w; what is overdue comes first.",
        ),
    ] = "7d",
    record: Annotated[
        bool,
        typer.Option("--record", help="Record the breaches, each with an alarm."),
    ] = False,
    ics: _IcsOption = None,
) -> None:
    """Show what is due, the worst first, of all cases that are open to you."""
    from ringwall.base.clock import format_instant
    from ringwall.model.raid_events import DESK

    clocks = desk.raid.clocks
    until = desk.gate.clock.now() + _span(desk, within)
    if record:
        done = clocks.record_breaches(desk.who(_ARM, DESK))
        late = [e for one in done for e in one.events if e["kind"] == "raid.clock"]
        say(f"{counted(len(late), 'breach')} put on record")
    found = clocks.due(desk.who(_READ, DESK), until)
    _write_calendar(desk, found, ics)
    now = desk.gate.clock.now()
    rows = [
        {**clock_row(one.id, one.case, one.card), "left": _left(one, now)}
        for one in found
    ]
    until_told = to_second(format_instant(until))
    title = f"due before {until_told} {_label(desk, found)}".rstrip()
    print_clocks(_DUE, rows, desk.format, title=title, sheet=("left", *SHEET))
    if any(row["left"].startswith("-") for row in rows) and not record:
        say("Put what was missed on record: `ringwall raid clock due --record`")


def _why(
    desk: Desk,
    clock: Annotated[
        str, typer.Argument(metavar="CLOCK", help="E.g. clk-mfzwizltmrqw2zlt.")
    ],
) -> None:
    """Show why a clock is due when it is: rule, start, evidence, arithmetic."""
    from ringwall.raid.ids import parse_id

    name = parse_id("raid.clock", clock)
    who = desk.who(_READ, desk.raid.acting.case_of("raid.clock", name))
    reason = desk.raid.clocks.why(who, name)
    told = _reason(reason)
    columns = (*SHEET, "steps")
    print_object(told, desk.format, lambda: _show_why(told), Sheet(columns, [told]))


def _card(
    desk: Desk,
    about: Annotated[
        str,
        typer.Argument(metavar="CASE|REPORT", help="E.g. c-mfzwizltmr, r-mfzwizltmr."),
    ],
) -> None:
    """Show a reporter which duties telling the desk does not discharge.

    By what the report says, and without what its answers speak against; counted from
    what it claims, else from the worst case. Triage may add duties to these: so ask for
    the card of the case once it was triaged.
    """
    from ringwall.raid.ids import parse_id

    kind = "raid.report" if about.lower().startswith(("r", "report")) else "raid.case"
    name = parse_id(kind, about)
    lines = desk.raid.clocks.card(desk.who(_READ, name), name)
    rows = [_card_row(line) for line in lines]
    print_clocks(_CARD, rows, desk.format, title=name, sheet=_CARD_SHEET)
    for rule, untold in {one.rule.id: one.settled_by for one in lines}.items():
        if untold:
            say(f"{rule} is owed or not by what nobody has told: {', '.join(untold)}")
    if not _is_triaged(desk, name):
        say(
            "By what is answered alone: triage may add duties. Then ask "
            "for the card of the case."
        )
    say("Telling RAID discharges none of these: whoever owes one has to send it.")


def _is_triaged(desk: Desk, name: str) -> bool:
    """Return whether a card is that of a case to which triage has added its duties."""
    card = desk.raid.acting.rows.card("raid.case", name)
    return card is not None and card.card["state"] != "new"


SHOWING: Final[Mapping[str, tuple[Callable[..., None], str]]] = {
    "list": (_list, "raid clock list c-mfzwizltmr --ics deadlines.ics"),
    "due": (_due, "raid clock due --within 3d --record"),
    "why": (_why, "raid clock why clk-mfzwizltmrqw2zlt"),
    "card": (_card, "raid clock card r-mfzwizltmr"),
}
"""Verb -> what it does, and an example."""


def _span(desk: Desk, text: str) -> int:
    hours = {"h": 1, "d": 24, "w": 168}
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit() and unit in hours) or len(text) > 5:
        raise Misuse(desk.command, "--within is a span such as 12h, 3d or 2w")
    return int(number) * hours[unit] * _HOUR


def _left(card: "RaidCard", now: int) -> str:
    """Return how much time is left, to the hour; `-` in front once it has passed."""
    from ringwall.base.clock import parse_instant
    from ringwall.raid.timing import deadline_of

    deadline = deadline_of(card.card)
    if not deadline:
        return _AT_ONCE
    left = parse_instant(deadline) - now
    days, hours = divmod(abs(left) // _HOUR, 24)
    return f"{'-' if left < 0 else ''}{days}d {hours}h"


def _label(desk: Desk, found: Iterable["RaidCard"]) -> str:
    """Return the strictest TLP label of the cases that clocks belong to."""
    rows = desk.raid.acting.rows
    cards = [rows.card("raid.case", case) for case in {one.case for one in found}]
    labels = {str(card.card["tlp"]) for card in cards if card is not None}
    known = [label for label in _TLPS if label in labels]
    return f"TLP:{known[-1].upper()}" if known and known[-1] else ""


def _write_calendar(desk: Desk, found: Iterable["RaidCard"], path: Path | None) -> None:
    if path is None:
        return
    from ringwall.base.clock import parse_instant
    from ringwall.raid.clocks.diary import Deadline, calendar_file
    from ringwall.raid.timing import deadline_of

    deadlines = [
        Deadline(one.id, parse_instant(deadline), one.card["state"] == "armed")
        for one in found
        if (deadline := deadline_of(one.card))
    ]
    Output(path, 0o600).write(
        calendar_file(deadlines, desk.gate.clock.now(), desk.raid.acting.exercise)
    )
    say(f"{counted(len(deadlines), 'deadline')} written to {path}")


def _reason(reason: "Reason") -> dict[str, Any]:
    card = reason.card
    told = clock_row(card.id, card.case, card.card)
    rule = reason.rule
    return {
        **told,
        "source": rule.source if rule else "",
        "confidence": rule.confidence if rule else "",
        "status": rule.status if rule else "",
        "statement": rule.statement if rule else "",
        "is_same_rule": reason.is_same_rule,
        "starts": [{"event": name, **one} for name, one in reason.starts.items()],
        "steps": list(reason.steps),
        "is_disputed": bool(reason.undisputed),
        "readings": _readings(reason),
    }


def _readings(reason: "Reason") -> list[dict[str, str]]:
    """Return what the law allows by each of two readings, the earlier in front."""
    if not reason.undisputed:
        return []
    lawful = str(reason.card.card["lawful"])
    return [
        {"reading": _HOURS_AS_THEY_ARE, "lawful": reason.undisputed},
        {"reading": _HOURS_AS_DAYS, "lawful": lawful},
    ]


def _show_why(told: Mapping[str, Any]) -> None:
    print_text(f"{told['clock']} of {told['case']}: {told['state']}", style="bold")
    print_field("rule", f"{told['rule']} {told['version']}, {told['stage']}")
    if not told["is_same_rule"]:
        print_field("", "the rule in force is another version, or there is none")
    print_field("says", told["statement"])
    print_field("source", f"{told['source']} ({told['confidence']}, {told['status']})")
    print_field("owed by", told["owed"])
    for start in told["starts"]:
        print_field("start", f"{start['event']} {to_second(start['at'])}")
        print_field("", f"{start['evidence']} ({start['source']})")
    if not told["starts"]:
        print_field("start", "not known; counted as early as it can have been")
    for number, step in enumerate(told["steps"], 1):
        print_field("counted" if number == 1 else "", f"{number}. {to_second(step)}")
    due = to_second(told["due"])
    print_field("due", f"{due} (the working deadline)", style="bold")
    if told["lawful"]:
        print_field("lawful", f"{to_second(told['lawful'])} at the latest")
    for number, one in enumerate(told["readings"]):
        at = f"{to_second(one['lawful'])} if {one['reading']}"
        print_field("" if number else "DISPUTED", at, style="yellow")
    if told["readings"]:
        print_field("", "work to the earlier; a breach goes by the later")


def _card_row(line: "CardLine") -> dict[str, Any]:
    from ringwall.base.clock import format_instant

    rule, limb = line.rule, line.stage.first
    due = _AT_ONCE if line.strict is None else format_instant(line.strict)
    claimed = format_instant(line.start)
    return {
        "rule": rule.id,
        "regime": rule.regime,
        "article": rule.article,
        "owner": rule.owner,
        "to": rule.recipient,
        "stage": line.stage.name,
        "limit": str(limb.limit) if limb.limit else _AT_ONCE,
        "from": f"{limb.start} {claimed}"
        if line.is_claimed
        else f"worst case {claimed}",
        "start": claimed,
        "due": due,
        "lawful": "" if line.lawful is None else format_instant(line.lawful),
        "confidence": rule.confidence,
        "statement": rule.statement,
        "settled_by": list(line.settled_by),
    }
