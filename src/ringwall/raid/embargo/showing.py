"""How an embargo stands, for whoever may read its case.

Must never show as in force what is over, nor an end without the hour and the zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.raid_embargo_kinds import OPEN_EMBARGO
from ringwall.model.raid_events import DESK
from ringwall.raid.acting import READ, Acting
from ringwall.raid.embargo.ends import shown_in
from ringwall.raid.embargo.lengths import ALLOW, is_allowed
from ringwall.raid.embargo.limits import HOUR, Limits
from ringwall.raid.embargo.standing import (
    EMBARGO,
    is_expired,
    known_matter,
    lasting,
    matter_cause,
    object_id,
    parties_of,
    terms_said,
    unmet,
)
from ringwall.raid.embargo.statements import blank_statement

__all__ = ["EmbargoView", "Showing"]


@dataclass(frozen=True, slots=True)
class EmbargoView:
    """How the embargo of a case stands.

    Attributes:
        case: id.
        id: of the embargo; empty if there is none.
        state: as it is: `exited` from the end on, recorded or not; `none` likewise.
        recorded: the state on record; empty if there is none.
        cause: why it is over; empty while it is not, or nothing was accepted.
        ends: RFC 3339, of what is in force or proposed; empty if it is over.
        shown: zone -> that instant there, each party's zone and UTC.
        hours_left: whole hours until then.
        warnings: hours before the end of which it is warned now, the longest first.
        terms: digest of those in force; empty for none.
        offer: digest of those proposed; empty for none.
        documents: digest -> the terms, in full.
        missing: names of necessary parties that have not consented to the latest.
        bars: why no embargo can be: what is so of the matter; empty where one can.
        to_sign: what the director and somebody from outside sign, as `blank_statement`
            gives it, where what is proposed lasts so long; empty where nobody has to.
    """

    case: str
    id: str
    state: str
    recorded: str
    cause: str
    ends: str
    shown: Mapping[str, str]
    hours_left: int
    warnings: tuple[int, ...]
    terms: str
    offer: str
    documents: Mapping[str, Mapping[str, Any]]
    missing: tuple[str, ...]
    bars: str
    to_sign: str = ""


class Showing:
    """Where it is asked how embargoes stand.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def status(self, who: Who, case: str) -> EmbargoView:
        """Return how the embargo of a case stands.

        Args:
            who: who asks.
            case: id.

        Raises:
            AccessDenied: the answer is no; or there is no such case, for all that
                they may know.
        """
        case = self._acting.case(who, case, READ)
        self._acting.ask(who, READ, case)
        rows = self._acting.rows
        bars = matter_cause(known_matter(rows, case))
        card = rows.card(EMBARGO, object_id(EMBARGO, case))
        if card is None:
            return _nothing(case, bars)
        return self._view(card, bars)

    def near(self, who: Who) -> list[EmbargoView]:
        """Return the open embargoes of which it is warned, those that end first first.

        Those whose time is over and not on record stand in front of all.

        Args:
            who: who asks; of cases that they may know of alone.

        Raises:
            AccessDenied: the answer is no.
        """
        return [one for one in self.open(who) if one.warnings or one.cause]

    def open(self, who: Who) -> list[EmbargoView]:
        """Return all open embargoes, those that end first first.

        Args:
            who: who asks; of cases that they may know of alone.

        Raises:
            AccessDenied: the answer is no.
        """
        self._acting.ask(who, READ, DESK)
        visible = self._acting.visible(who)
        open_ones = frozenset[str | int](OPEN_EMBARGO)
        asked = RaidQuestion(EMBARGO, equal={"state": open_ones}, visible=visible)
        views = [self._view(card, "") for card in self._acting.rows.find(asked)]
        return sorted(views, key=lambda view: (view.hours_left, view.case))

    def _view(self, card: RaidCard, bars: str) -> EmbargoView:
        now, rows = self._acting.gate.clock.now(), self._acting.rows
        state, cause = str(card.card["state"]), str(card.card["cause"])
        if is_expired(card, now):
            state, cause = "exited", "expired"
        ends = lasting(card) if state != "exited" else None
        parties = parties_of(rows, card.case)
        digests = [str(card.card[name]) for name in ("offer", "terms")]
        latest = next(filter(None, digests), "")
        limits: Limits = self._acting.rules.embargo
        return EmbargoView(
            case=card.case,
            id=card.id,
            state=state,
            recorded=str(card.card["state"]),
            cause=cause,
            ends="" if ends is None else str(card.card["ends"] or _offered(card)),
            shown={} if ends is None else _zones(parties, ends),
            hours_left=0 if ends is None else (ends - now) // HOUR,
            warnings=() if ends is None else _hours(limits, now, ends),
            terms=digests[1],
            offer=digests[0],
            documents={one: terms_said(rows, card.id, one) for one in digests if one},
            missing=tuple(str(one.card["who"]) for one in unmet(parties, latest)),
            bars=bars,
            to_sign=_to_sign(card, limits),
        )


def _to_sign(card: RaidCard, limits: Limits) -> str:
    # What is not in force yet has no start to count from: its first term is short.
    offer, since = str(card.card["offer"]), str(card.card["since"])
    if not offer or not since or is_allowed(card, limits):
        return ""
    return blank_statement(card.id, ALLOW, offer)


def _offered(card: RaidCard) -> str:
    return str(card.card["offer_ends"])


def _zones(parties: list[RaidCard], ends: int) -> dict[str, str]:
    zones = sorted({"UTC", *(str(party.card["zone"]) for party in parties)})
    return {zone: shown_in(ends, zone) for zone in zones}


def _hours(limits: Limits, now: int, ends: int) -> tuple[int, ...]:
    return tuple(one // HOUR for one in limits.due_warnings(now, ends))


def _nothing(case: str, bars: str) -> EmbargoView:
    none: dict[str, Any] = {}
    return EmbargoView(
        *(case, "", "none", "", "", "", none, 0, (), "", "", none, (), bars)
    )
