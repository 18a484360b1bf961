"""Requests for an identity as they stand: who asked, on what ground, what was decided.

Must never keep from an asker why they were refused, nor show a share.
"""

from typing import Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import (
    RaidCard,
    RaidEvent,
    RaidQuestion,
    RaidRows,
)
from ringwall.model.raid_events import INBOX
from ringwall.raid.acting import READ, Acting
from ringwall.raid.ids import parse_id

__all__ = ["VOTE", "Asked", "RequestsSeen", "Voice", "voices_of"]

VOTE: Final = "raid.vote"
"""What custodians may do."""

_KIND: Final = "raid.identity"
_CUSTODIAN: Final = "raid-identity-custodian"
_UNDECIDED: Final = frozenset({"open", "granted"})
_VOICES: Final = frozenset({"vote", "refuse"})


class Voice(NamedTuple):
    """What one custodian decided.

    Attributes:
        custodian: id.
        act: `vote` or `refuse`.
        at: instant, RFC 3339.
        reason: in words.
    """

    custodian: str
    act: str
    at: str
    reason: str


class Asked(NamedTuple):
    """A request as it stands.

    Attributes:
        id: of the request.
        report: id of the report.
        state: `open`, `granted`, `refused`, `opened` or `lapsed`; `expired` where its
            time is over and that is not on record.
        asker: id of the person.
        purpose: in words.
        ground: the legal ground.
        expires: instant, RFC 3339.
        needed: how many custodians it takes.
        untold: whether the law forbids to tell the reporter.
        voices: what was decided, in order.
        decision: id of the permit to see it.
    """

    id: str
    report: str
    state: str
    asker: str
    purpose: str
    ground: str
    expires: str
    needed: int
    untold: bool
    voices: tuple[Voice, ...]
    decision: str


class RequestsSeen:
    """Where requests for identities are looked at.

    Args:
        acting: puts the questions.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def show(self, who: Who, request: str) -> Asked:
        """Return a request as it stands, with the reasons of those who refused.

        Args:
            who: an analyst, or a custodian.
            request: id.

        Raises:
            AccessDenied: the answer is no; the same for one that does not exist.
        """
        name = parse_id(_KIND, request)
        case = self._acting.case_of(_KIND, name)
        action = self.seeing(who)
        decision = self._acting.ask(who, action, case)
        # The gate has said no already to what there is not.
        [card] = self._acting.rows.find(RaidQuestion(_KIND, equal={"id": name}))
        return _asked(
            self._acting.rows, card, decision.id, self._acting.gate.clock.now()
        )

    def listed(self, who: Who) -> list[Asked]:
        """Return all requests, the newest first.

        Args:
            who: an analyst, or a custodian.

        Raises:
            AccessDenied: the answer is no.
        """
        decision = self._acting.ask(who, self.seeing(who), INBOX)
        cards = self._acting.rows.find(RaidQuestion(_KIND, order=("expires",)))
        return [
            _asked(self._acting.rows, card, decision.id, self._acting.gate.clock.now())
            for card in reversed(cards)
        ]

    def seeing(self, who: Who) -> str:
        """Return what to ask for: custodians read nothing else of the desk.

        Args:
            who: who wants to look.
        """
        roles = self._acting.roles(who)
        return VOTE if _CUSTODIAN in roles else READ


def voices_of(rows: RaidRows, request: str) -> list[RaidEvent]:
    """Return the acts by which custodians have decided on a request, in order.

    Args:
        rows: of the desk.
        request: id.
    """
    acts = rows.events(about=request)
    return [one for one in acts if one.event["act"] in _VOICES]


def _asked(rows: RaidRows, card: RaidCard, decision: str, now: int) -> Asked:
    first = rows.first([card.id])[card.id].event
    is_over = now >= parse_instant(str(card.card["expires"]))
    is_undecided = card.card["state"] in _UNDECIDED
    return Asked(
        id=card.id,
        report=card.case,
        state="expired" if is_over and is_undecided else str(card.card["state"]),
        asker=first["by"],
        purpose=first["said"].get("purpose", ""),
        ground=first["said"].get("ground", ""),
        expires=str(card.card["expires"]),
        needed=int(card.card["needed"]),
        untold=bool(card.card["untold"]),
        voices=tuple(
            Voice(
                *(one.event["by"], one.event["act"], one.event["at"]),
                one.event["said"].get("reason", ""),
            )
            for one in voices_of(rows, card.id)
        ),
        decision=decision,
    )
