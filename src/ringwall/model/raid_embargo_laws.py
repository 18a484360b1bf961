"""What has to hold of an embargo after each transaction, whoever recorded it.

Gate and verifier ask here, so that both hold a transaction against the same. Must never
judge by words, which may be forgotten: cards alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.model.raid_embargo_kinds import (
    BITS,
    LONGEST,
    OPEN_EMBARGO,
    OVER,
    RECOVERABLE,
)

__all__ = ["LAW_KINDS", "SERVED", "EmbargoLaws", "is_consent", "is_out"]

_Event = Mapping[str, Any]
_Card = Mapping[str, str | int]
_MATTER: Final = "raid.matter"
_EMBARGO: Final = "raid.embargo"
_PARTY: Final = "raid.party"
LAW_KINDS: Final = frozenset({_MATTER, _EMBARGO, _PARTY})
"""Kinds of events that are held against the laws."""
SERVED: Final[Mapping[str, str]] = {
    "service-side": "mitigated",
    "contained": "mitigated",
    "released": "warned",
}
"""Whether it can be taken back -> what serves the purpose of an embargo."""


def is_out(matter: _Card) -> bool:
    """Return whether a matter is public, its recipe is, or misuse of it was seen."""
    return any(matter.get(bit) for bit in OVER)


def is_consent(party: _Card, terms: str) -> bool:
    """Return whether a necessary party consents to just these terms, signed.

    Args:
        party: its row.
        terms: their digest.
    """
    is_theirs = bool(terms) and terms in (party["terms"], party["before"])
    return is_theirs and party["state"] == "party" and bool(party["key"])


class EmbargoLaws:
    """The rows of embargoes, transaction by transaction.

    Attributes:
        matters: case -> the row of its matter.
        embargoes: case -> the row of its embargo.
        parties: case -> id -> the row of a party.
    """

    def __init__(self) -> None:
        self.matters: dict[str, _Card] = {}
        self.embargoes: dict[str, _Card] = {}
        self.parties: dict[str, dict[str, _Card]] = {}

    def put(self, kind: str, entity: str, case: str, card: _Card) -> None:
        """Take in a row of an object.

        Args:
            kind: of object; another than those of an embargo is left out.
            entity: its id.
            case: of which it is.
            card: the row.
        """
        if kind == _MATTER:
            self.matters[case] = card
        elif kind == _EMBARGO:
            self.embargoes[case] = card
        elif kind == _PARTY:
            self.parties.setdefault(case, {})[entity] = card

    def take(self, acts: Sequence[_Event]) -> list[tuple[_Event, str]]:
        """Take in a transaction; return each act that breaks a law, and how.

        Args:
            acts: events of the desk, in their order.
        """
        mine = [event for event in acts if event["kind"] in LAW_KINDS]
        found: list[tuple[_Event, str]] = []
        for event in mine:
            case = event["case"]
            told = [*self._step(event)]
            found += [(event, one) for one in told]
            self.put(event["kind"], event["id"], case, event["card"])
        # What is over may stand for the length of a transaction, and no longer.
        for event in mine:
            if event["kind"] != _PARTY and self._stands_though_out(event["case"]):
                found.append((event, "an embargo stands although the matter is out"))
        return found

    def _stands_though_out(self, case: str) -> bool:
        state = self.embargoes.get(case, {}).get("state", "")
        return state in OPEN_EMBARGO and is_out(self.matters.get(case, {}))

    def _step(self, event: _Event) -> Iterator[str]:
        kind, act, card = event["kind"], event["act"], event["card"]
        before = self._before(event)
        if kind == _MATTER and act == "tell":
            yield from _taken_back(before, card)
        if kind == _EMBARGO:
            yield from self._embargo(event, before)

    def _before(self, event: _Event) -> _Card:
        known = self.matters if event["kind"] == _MATTER else self.embargoes
        return known.get(event["case"], {})

    def _embargo(self, event: _Event, before: _Card) -> Iterator[str]:
        act, card = event["act"], event["card"]
        if act in {"propose", "revise"} and _is_too_long(
            before.get("since") or event["at"], card["offer_ends"]
        ):
            yield "an embargo may not last so long"
        if act == "accept":
            yield from self._accepted(event, before)
        if act in {"end", "drop"} and not self._is_cause(event, before):
            yield f"it did not end for `{card['cause'] or 'nothing'}`"

    def _accepted(self, event: _Event, before: _Card) -> Iterator[str]:
        card = event["card"]
        proposed = before.get("offer"), before.get("offer_ends")
        if (card["terms"], card["ends"]) != proposed:
            yield "other terms were accepted than were proposed"
        needed = self._necessary(event["case"])
        if not needed or not all(is_consent(one, card["terms"]) for one in needed):
            yield "a necessary party has not consented to the terms"
        if _is_too_long(card["since"], card["ends"]):
            yield "an embargo may not last so long"

    def _necessary(self, case: str) -> list[_Card]:
        return [one for one in self.parties.get(case, {}).values() if one["necessary"]]

    def _is_cause(self, event: _Event, before: _Card) -> bool:
        """Return whether what an embargo ended for was so."""
        cause, case = event["card"]["cause"], event["case"]
        matter, terms = self.matters.get(case, {}), str(before.get("terms", ""))
        if cause == "expired":
            ends = str(before.get("ends") or before.get("offer_ends") or "")
            return bool(ends) and parse_instant(event["at"]) >= parse_instant(ends)
        if cause == "purpose-served":
            bit = SERVED.get(str(matter.get("recoverable", "")), "")
            return bool(matter.get(bit, 0))
        if cause == "agreed":
            there = self.parties.get(case, {}).values()
            bound = [one for one in there if one["state"] == "party"]
            return bool(bound) and all(
                terms and one["agrees"] == terms for one in bound
            )
        if cause == "consent-gone":
            is_left = any(is_consent(one, terms) for one in self._necessary(case))
            return event["act"] == "drop" and not is_left
        return any(matter.get(bit) for bit, why in OVER.items() if why == cause)


def _taken_back(before: _Card, card: _Card) -> Iterator[str]:
    if any(int(card[bit]) < int(before.get(bit, 0)) for bit in BITS):
        yield "what was told of the matter was taken back by one"
    was, now = str(before.get("recoverable", "")), str(card["recoverable"])
    if now not in RECOVERABLE or RECOVERABLE.index(now) < RECOVERABLE.index(was):
        yield "what was told of the matter was taken back by one"


def _is_too_long(since: object, ends: object) -> bool:
    try:
        return parse_instant(str(ends)) - parse_instant(str(since)) > LONGEST
    except ValueError:
        return True
