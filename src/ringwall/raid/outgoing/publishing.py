"""Statistics over all cases, as they stood on the last date of publication.

Must never let what is asked, who asks or what came since move a byte of them.
"""

from collections import Counter
from datetime import date
from typing import Final, NamedTuple

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_acts import Span
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import READ, Acting
from ringwall.raid.outgoing.aggregates import (
    Cells,
    Counted,
    aggregate,
    published_on,
)
from ringwall.raid.outgoing.dates import PublishedDays
from ringwall.raid.routing.facts import POINTS

__all__ = [
    "CLASSES",
    "KINDS",
    "OUTCOMES",
    "UNKNOWN",
    "Published",
    "Publishing",
    "as_it_was",
]

UNKNOWN: Final = "unknown"
"""What stands for all that nobody has said."""
CLASSES: Final = (*POINTS["class"], UNKNOWN)
"""Rows of the table of cases."""
KINDS: Final = ("incident", "near-miss", "hazard", "demonstration", UNKNOWN)
"""Its columns."""
OUTCOMES: Final = ("received", "answered", "by-exit", "declined")
"""Rows of the table of what enforcers asked; `received` is what still waits."""

_CASE: Final = "raid.case"
_INQUIRY: Final = "raid.inquiry"
_VOLUME: Final = ("inquiries",)
_MERGED: Final = "merged"
_DAY: Final = len("2026-11-23")


class Published(NamedTuple):
    """The aggregate of a date.

    Attributes:
        on: date of publication.
        data: its bytes.
        decision: id of the permit.
    """

    on: date
    data: bytes
    decision: str


class Publishing:
    """Where statistics for everybody are made.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def aggregate(self, who: Who) -> Published:
        """Return the statistics of the last date that was due.

        They count all cases, also those that who asks may not know of: what is told of
        them is told to everybody.

        Args:
            who: who asks.

        Raises:
            AccessDenied: the answer is no.
            ActRefused: `aggregate-not-yet`; `aggregate-dates-missing`, the rules in
                force have none.
        """
        decision = self._acting.ask(who, READ, DESK)
        days = self._acting.rules.aggregates
        on = self._due(days)
        since = days.before(on)
        span = Span(_instant(since), _instant(on))
        rows = self._acting.rows
        tables = {
            "cases": Counted(_cases(rows, span), CLASSES, KINDS),
            "inquiries": Counted(_inquiries(rows, span), OUTCOMES, _VOLUME),
        }
        data = aggregate(tables, since, on, self._acting.exercise)
        return Published(on, data, decision.id)

    def _due(self, days: PublishedDays) -> date:
        if not days.days:
            raise ActRefused(
                "aggregate-dates-missing",
                "the rules in force say nothing of when statistics are published",
                next_step="adopt rules with desk/aggregates.csv: "
                "`ringwall raid rules adopt`",
            )
        today = _date(format_instant(self._acting.gate.clock.now()))
        first = self._acting.rows.events(limit=1)
        began = _date(first[0].event["at"]) if first else today
        # Of before there was anything nothing is told.
        dates = [one for one in days.between(began, today) if one >= began]
        return published_on(dates, today)


def _cases(rows: RaidRows, span: Span) -> Cells:
    """Return the cases that were opened in a time, as they stood at its end."""
    opened = {one.id for one in rows.acts.times(_CASE, {"open"}, span)}
    asked = RaidQuestion(_CASE, equal={"id": frozenset(opened)})
    found: Counter[tuple[str, str]] = Counter()
    for card in rows.find(asked):
        then = as_it_was(rows, card, span)
        if then["state"] != _MERGED:
            found[_known(then["class"], CLASSES), _known(then["kind"], KINDS)] += 1
    return found


def _inquiries(rows: RaidRows, span: Span) -> Cells:
    """Return what was asked in a time, by how it stood at its end."""
    asked = {one.id for one in rows.acts.times(_INQUIRY, {"inquire"}, span)}
    found: Counter[tuple[str, str]] = Counter()
    for card in rows.find(RaidQuestion(_INQUIRY, equal={"id": frozenset(asked)})):
        then = as_it_was(rows, card, span)
        outcome = "by-exit" if then["exit"] else str(then["state"])
        found[outcome, _VOLUME[0]] += 1
    return found


def as_it_was(rows: RaidRows, card: RaidCard, span: Span) -> dict[str, str | int]:
    """Return the row that an object had at the end of a time in which it was made.

    Args:
        rows: of the desk.
        card: of the object, as it is now.
        span: the time.
    """
    end = span.until
    if end is None or parse_instant(card.at) < end:
        return card.card
    acts = [one.event for one in rows.events(about=card.id, kind=card.kind)]
    return next(
        event["card"] for event in reversed(acts) if parse_instant(event["at"]) < end
    )


def _known(value: str | int, among: tuple[str, ...]) -> str:
    return str(value) if value in among else UNKNOWN


def _date(instant: str) -> date:
    return date.fromisoformat(instant[:_DAY])


def _instant(day: date) -> int:
    return parse_instant(f"{day.isoformat()}T00:00:00Z")
