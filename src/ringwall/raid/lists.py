"""Lists of reports, cases, clocks and hand-overs, by what their rows say.

Must never list, nor count, what belongs to a case that the asker has no need to know
of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from ringwall.base.errors import RequestError
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.raid_events import DESK, INBOX
from ringwall.raid.acting import READ, Acting
from ringwall.raid.linked import known_cases, title_of

__all__ = ["FILTERS", "ROOMS", "Listed", "Listing", "Lists", "Wanted"]

ROOMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cases": "raid.case",
        "reports": "raid.report",
        "clocks": "raid.clock",
        "handovers": "raid.handover",
        "links": "raid.link",
    }
)
"""What is listed -> its kind."""

FILTERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "raid.case": frozenset(
            {
                *("state", "owner", "priority", "class", "lane", "lead", "tlp"),
                *("team", "kind", "severity", "states", "imminent", "owned"),
                *("authors", "redirect", "compute", "reach"),
            }
        ),
        "raid.report": frozenset(
            {
                *("state", "channel", "kind", "tlp", "alike", "priority", "owned"),
                *("imminent", "source", "compute", "reach"),
            }
        ),
        "raid.clock": frozenset({"state", "owed", "rule", "stage", "case_id"}),
        "raid.handover": frozenset({"state", "route", "recipient", "case_id"}),
        "raid.link": frozenset({"state", "type", "report", "case_id"}),
    }
)
"""Kind -> columns that a list can be narrowed by."""

_INSTANTS: Final = {
    "raid.case": "opened",
    "raid.report": "received",
    "raid.clock": "deadline",
    "raid.handover": "at",
    "raid.link": "at",
}
_REPORT: Final = "raid.report"
_CASE: Final = "raid.case"
_NOTHING: Final[Mapping[str, str | int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be listed; all that is said has to hold.

    Attributes:
        room: of `ROOMS`.
        equal: column of `FILTERS` -> value.
        since: instant from which on; of a case when it was opened, of a report when
            it came in, of a clock when it is due, of a hand-over its last act.
        until: instant before which.
        limit: how many at most; None for all.
        skip: how many to leave out, the first.
    """

    room: str = "cases"
    equal: Mapping[str, str | int] = field(default_factory=lambda: _NOTHING)
    since: int | None = None
    until: int | None = None
    limit: int | None = 50
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list.

    Attributes:
        card: the row.
        title: of a report or case, as it was given; empty else.
        cases: of a report, those that it belongs to and the asker may know of.
    """

    card: RaidCard
    title: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list.

    Attributes:
        rows: in their order, the newest first; of clocks the first due.
        total: how many there are in all, whatever the limit.
        decision: id of the permit.
    """

    rows: Sequence[Listed]
    total: int
    decision: str


class Lists:
    """Where lists are asked for.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def ls(self, who: Who, wanted: Wanted) -> Listing:
        """Return a list.

        Args:
            who: who asks.
            wanted: what is to be listed.

        Raises:
            AccessDenied: the answer is no.
            RequestError: `list-unknown`, `filter-unknown`.
        """
        kind = _checked(wanted)
        decision = self._acting.ask(who, READ, INBOX if kind == _REPORT else DESK)
        visible = self._acting.visible(who)
        question = RaidQuestion(
            kind,
            equal=wanted.equal,
            since=wanted.since,
            until=wanted.until,
            instant=_INSTANTS[kind],
            order=("deadline",) if kind == "raid.clock" else ("-idx",),
            limit=wanted.limit,
            skip=wanted.skip,
            visible=visible,
        )
        rows = self._acting.rows
        cards = rows.find(question)
        made = rows.first([card.id for card in cards])
        cases: Mapping[str, Sequence[str]] = {}
        if kind == _REPORT:
            cases = known_cases(rows, visible, [card.id for card in cards])
        if kind == _CASE:
            cards = [self._masked(who, card) for card in cards]
        listed = [
            Listed(card, title_of(made.get(card.id)), tuple(cases.get(card.id, ())))
            for card in cards
        ]
        return Listing(listed, rows.count(question), decision.id)

    def _masked(self, who: Who, card: RaidCard) -> RaidCard:
        """Return a case without where it was merged into, if they may not know that."""
        into = str(card.card["redirect"])
        if not into or self._acting.may_know(who, into):
            return card
        return replace(card, card={**card.card, "redirect": ""})


def _checked(wanted: Wanted) -> str:
    kind = ROOMS.get(wanted.room)
    if kind is None:
        raise RequestError(
            "list-unknown",
            f"there is no list of `{wanted.room[:40]}`",
            next_step=f"one of {', '.join(ROOMS)}",
        )
    odd = sorted(wanted.equal.keys() - FILTERS[kind])
    if odd:
        raise RequestError(
            "filter-unknown",
            f"{wanted.room} can't be listed by `{odd[0][:40]}`",
            next_step=f"by {', '.join(sorted(FILTERS[kind]))}",
        )
    return kind
