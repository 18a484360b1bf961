"""What has to hold of an embargo after each transaction, whoever recorded it.

Gate and verifier ask here, so that both hold a transaction against the same. Must never
judge by words, which may be forgotten: cards alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.model.raid_embargo_kinds import (
    BITS,
    LONGEST,
    OPEN_EMBARGO,
    OVER,
    RECOVERABLE,
    UTMOST,
)

__all__ = [
    "LAW_KINDS",
    "SERVED",
    "WORKED",
    "EmbargoLaws",
    "is_consent",
    "is_long",
    "is_out",
    "joined",
]

_Event = Mapping[str, Any]
_Card = Mapping[str, str | int]
_MATTER: Final = "raid.matter"
_EMBARGO: Final = "raid.embargo"
_PARTY: Final = "raid.party"
_CASE: Final = "raid.case"
LAW_KINDS: Final = frozenset({_MATTER, _EMBARGO, _PARTY})
"""Kinds of objects of an embargo; each belongs to the case that it was made on."""
WORKED: Final = frozenset({"triaged", "owned", "handed-over", "watch", "coordinating"})
"""States of a case in which an embargo can be proposed."""
_BINDING: Final = frozenset({"active", "revise"})
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


def is_long(since: object, ends: object) -> bool:
    """Return whether an embargo lasts so long that two have to sign for it.

    Args:
        since: instant of its start, RFC 3339.
        ends: of its end, likewise. What is no instant is too long.
    """
    return _is_longer(since, ends, LONGEST)


def joined(matters: Iterable[_Card]) -> dict[str, str | int]:
    """Return what is so of a matter that several cases tell of; the gravest counts.

    Args:
        matters: rows, of a case and of those merged into it.
    """
    known: dict[str, str | int] = {**dict.fromkeys(BITS, 0), "recoverable": ""}
    for card in matters:
        known |= {bit: int(known[bit] or card[bit]) for bit in BITS}
        told = (str(known["recoverable"]), str(card["recoverable"]))
        known["recoverable"] = max(told, key=_gravity)
    return known


def _gravity(recoverable: str) -> int:
    # What is no word of the kind is told by its own law.
    is_known = recoverable in RECOVERABLE
    return RECOVERABLE.index(recoverable) if is_known else len(RECOVERABLE)


class EmbargoLaws:
    """The rows of embargoes, transaction by transaction.

    Attributes:
        matters: case -> the row of its matter.
        embargoes: case -> the row of its embargo.
        parties: case -> id -> the row of a party.
        worked: cases in which an embargo can be proposed.
        merged: case -> those merged into it, each by itself.
    """

    def __init__(self) -> None:
        self.matters: dict[str, _Card] = {}
        self.embargoes: dict[str, _Card] = {}
        self.parties: dict[str, dict[str, _Card]] = {}
        self.worked: set[str] = set()
        self.merged: dict[str, set[str]] = {}
        self._into: dict[str, str] = {}

    def put(self, kind: str, entity: str, case: str, card: _Card) -> None:
        """Take in a row of an object.

        Args:
            kind: of object; another than a case and those of an embargo is left out.
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
        elif kind == _CASE:
            self._put_case(entity, card)

    def _put_case(self, case: str, card: _Card) -> None:
        into = str(card["redirect"])
        if card["state"] in WORKED:
            self.worked.add(case)
        else:
            self.worked.discard(case)
        self.merged.get(self._into.pop(case, ""), set()).discard(case)
        if into:
            self._into[case] = into
            self.merged.setdefault(into, set()).add(case)

    def take(self, acts: Sequence[_Event]) -> list[tuple[_Event, str]]:
        """Take in a transaction; return each act that breaks a law, and how.

        Args:
            acts: events of the desk, in their order.
        """
        mine = [e for e in acts if e["kind"] in LAW_KINDS or e["kind"] == _CASE]
        found: list[tuple[_Event, str]] = []
        for event in mine:
            case = event["case"]
            told = [*self._step(event)]
            found += [(event, one) for one in told]
            self.put(event["kind"], event["id"], case, event["card"])
        # What is over may stand for the length of a transaction, and no longer.
        for event in mine:
            found += [(event, one) for one in self._standing(event)]
        return found

    def _standing(self, event: _Event) -> Iterator[str]:
        """Yield what an embargo is behind a transaction that it may not be."""
        kind, act, case, card = (event[n] for n in ("kind", "act", "case", "card"))
        if kind in {_MATTER, _EMBARGO} and self._stands_though_out(case, event):
            yield "an embargo stands although the matter is out"
        both = case, str(card.get("redirect", ""))
        is_merged = kind == _CASE and act == "merge"
        if is_merged and any(self._is_current(one, event) for one in both):
            yield "a case was merged under an embargo"
        if kind == _CASE and act == "resolve" and self._binds(case, event):
            yield "a case was resolved under an embargo"

    def _stands_though_out(self, case: str, event: _Event) -> bool:
        if not self._is_open(case):
            return False
        # Whoever tells it of this case ends the embargo with it, over or not.
        is_told = is_out(self.matters.get(case, {}))
        return is_told or (self._is_current(case, event) and is_out(self._known(case)))

    def _state(self, case: str) -> str:
        return str(self.embargoes.get(case, {}).get("state", ""))

    def _is_open(self, case: str) -> bool:
        return self._state(case) in OPEN_EMBARGO

    def _is_current(self, case: str, event: _Event) -> bool:
        """Return whether an embargo is open, and its time not over at an event."""
        row = self.embargoes.get(case, {})
        ends = row.get("ends") or row.get("offer_ends")
        return self._is_open(case) and not _has_come(ends, event)

    def _binds(self, case: str, event: _Event) -> bool:
        return self._state(case) in _BINDING and self._is_current(case, event)

    def _known(self, case: str) -> _Card:
        """Return what is so of a case and of all that is merged into it."""
        family = [case]
        # It grows as it is gone through; what is in it is not looked for again.
        for one in family:
            more = sorted(self.merged.get(one, ()))
            family += [other for other in more if other not in family]
        return joined(self.matters[one] for one in family if one in self.matters)

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
        if act in {"propose", "revise"}:
            if event["case"] not in self.worked:
                yield "nobody works on the case"
            # At first nobody can sign for more.
            utmost = UTMOST if act == "revise" else LONGEST
            since = before.get("since") or event["at"]
            if _is_longer(since, card["offer_ends"], utmost):
                yield "an embargo may not last so long"
        if not self._is_signed(event, before):
            yield "nobody has signed for its length"
        if act == "accept":
            yield from self._accepted(event, before)
        if act in {"end", "drop"} and not self._is_cause(event, before):
            yield f"it did not end for `{card['cause'] or 'nothing'}`"

    def _accepted(self, event: _Event, before: _Card) -> Iterator[str]:
        card = event["card"]
        proposed = before.get("offer"), before.get("offer_ends")
        if (card["terms"], card["ends"]) != proposed:
            yield "other terms were accepted than were proposed"
        if _has_come(card["ends"], event):
            yield "its time was over when it was accepted"
        needed = self._necessary(event["case"])
        if not needed or not all(is_consent(one, card["terms"]) for one in needed):
            yield "a necessary party has not consented to the terms"
        terms = card["terms"], True
        is_signed = (before.get("allowed"), bool(before.get("approver"))) == terms
        utmost = UTMOST if is_signed else LONGEST
        if _is_longer(card["since"], card["ends"], utmost):
            yield "an embargo may not last so long"

    @staticmethod
    def _is_signed(event: _Event, before: _Card) -> bool:
        """Return whether what is allowed is what two signed for, in an own act."""
        told, known = (
            (row.get("allowed", ""), row.get("approver", ""))
            for row in (event["card"], before)
        )
        if event["act"] == "allow":
            return bool(told[0] and told[1]) and told[0] == before.get("offer")
        return told == known

    def _necessary(self, case: str) -> list[_Card]:
        return [one for one in self.parties.get(case, {}).values() if one["necessary"]]

    def _is_cause(self, event: _Event, before: _Card) -> bool:
        """Return whether what an embargo ended for was so."""
        cause, case = event["card"]["cause"], event["case"]
        matter, terms = self._known(case), str(before.get("terms", ""))
        if cause == "expired":
            return _has_come(before.get("ends") or before.get("offer_ends"), event)
        if cause == "purpose-served":
            bit = SERVED.get(str(matter["recoverable"]), "")
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
        return any(matter[bit] for bit, why in OVER.items() if why == cause)


def _taken_back(before: _Card, card: _Card) -> Iterator[str]:
    if any(int(card[bit]) < int(before.get(bit, 0)) for bit in BITS):
        yield "what was told of the matter was taken back by one"
    was, now = str(before.get("recoverable", "")), str(card["recoverable"])
    if now not in RECOVERABLE or RECOVERABLE.index(now) < RECOVERABLE.index(was):
        yield "what was told of the matter was taken back by one"


def _has_come(ends: object, event: _Event) -> bool:
    """Return whether an event is behind the end of an embargo; of no end it is not."""
    try:
        return parse_instant(event["at"]) >= parse_instant(str(ends))
    except ValueError:
        return False


def _is_longer(since: object, ends: object, span: int) -> bool:
    try:
        return parse_instant(str(ends)) - parse_instant(str(since)) > span
    except ValueError:
        return True
