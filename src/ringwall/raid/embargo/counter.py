"""The counter of embargoes: proposed, accepted, revised, ended, by whoever leads.

Must never let an embargo stand against a legal clock: it looks at none, and none looks
at it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ringwall.base.clock import format_instant, parse_instant
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.model.raid_embargo_laws import SERVED, WORKED
from ringwall.raid.acting import Acting, Done
from ringwall.raid.embargo.ends import parse_end
from ringwall.raid.embargo.lengths import is_allowed
from ringwall.raid.embargo.shortest import Chosen, shortest
from ringwall.raid.embargo.standing import (
    EMBARGO,
    EXPIRED,
    MATTER,
    PARTY,
    end_events,
    expired_events,
    family,
    is_expired,
    known_matter,
    matter_cause,
    object_id,
    parties_of,
    unmet,
)
from ringwall.raid.embargo.terms import checked_terms
from ringwall.raid.guards import demand, is_told
from ringwall.raid.proposals import Carrier, propose
from ringwall.raid.scene import Scene

if TYPE_CHECKING:
    from ringwall.raid.embargo.limits import Limits

__all__ = ["DROP", "Embargoes", "Wanted", "drop_carrier"]

DROP: Final = "embargo-drop"
"""What is proposed where no necessary party consents any more."""

_CASE: Final = "raid.case"
_EMBARGO: Final = "raid.embargo"
_WRITE: Final = "raid.write"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Terms as they are wanted.

    Attributes:
        purpose: in words.
        until: ends that the parties want, e.g. `2026-10-30 12:00 Europe/Berlin`; the
            shortest wins.
        reviews: dates of the same form.
        defenders: who may be told.
        may: `WHO=WHAT` each may do.
    """

    purpose: str
    until: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    defenders: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


class Embargoes:
    """Where embargoes are run.

    Each raises AccessDenied if the answer is no, or if there is no such case for all
    that who asks may know; and ActRefused `act-not-possible` where the embargo is in
    no state for it.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def propose(self, who: Who, case: str, wanted: Wanted) -> Done:
        """Propose an embargo; the shortest of what is wanted and of the default wins.

        Args:
            who: the lead of the case.
            case: id.
            wanted: the terms.

        Raises:
            RequestError: as `parse_end` and `checked_terms`.
            ActRefused: `case-lead-alone`, `embargo-without-work`, `matter-out`; or as
                `Limits.check`.
        """
        ends = [parse_end(one) for one in wanted.until]

        def make(scene: Scene, case: str) -> list[Event]:
            before = scene.maybe(EMBARGO, object_id(EMBARGO, case))
            there, span = _there(before), _default(scene, case)
            chosen = shortest(scene.now, ends, there, span)
            return [_offer(scene, case, "propose", before, (wanted, chosen, None))]

        return self._on_case(who, case, make)

    def revise(self, who: Who, case: str, wanted: Wanted) -> Done:
        """Propose other terms for an embargo in force; consent to them is given anew.

        Args:
            who: the lead of the case.
            case: id.
            wanted: the terms.

        Raises:
            RingwallError: as `propose`.
            ActRefused: `embargo-over`, its time is.
        """
        ends = [parse_end(one) for one in wanted.until]

        def make(scene: Scene, case: str) -> list[Event]:
            name = object_id(EMBARGO, case)
            before = scene.card(EMBARGO, name)
            is_current = not is_expired(before, scene.now)
            scene.require("embargo-current", name, holds=is_current)
            since = str(before.card["since"])
            started = parse_instant(since) if since else None
            chosen = shortest(scene.now, ends, None, 0)
            return [_offer(scene, case, "revise", before, (wanted, chosen, started))]

        return self._on_case(who, case, make)

    def accept(self, who: Who, case: str) -> Done:
        """Put what was proposed in force: each necessary party has consented, signed.

        Args:
            who: the lead of the case.
            case: id.

        Raises:
            ActRefused: `consent-missing`, `matter-out`, `case-lead-alone`,
                `embargo-over`, `embargo-unsigned`; or as `Limits.check`.
        """
        return self._on_case(who, case, _accepted)

    def reject(self, who: Who, case: str) -> Done:
        """Set a proposal aside; an embargo in force stays as it was.

        Args:
            who: the lead of the case.
            case: id.

        Raises:
            ActRefused: `case-lead-alone`, `embargo-over`.
        """

        def make(scene: Scene, case: str) -> list[Event]:
            name = object_id(EMBARGO, case)
            card = scene.card(EMBARGO, name)
            _require_lead(scene, case, name)
            if card.card["state"] == "revise":
                is_current = not is_expired(card, scene.now)
                scene.require("embargo-current", name, holds=is_current)
            changes = {"offer": "", "offer_ends": ""}
            return [scene.event(EMBARGO, name, "reject", card, changes, {})]

        return self._on_case(who, case, make)

    def end(self, who: Who, case: str) -> Done:
        """End an embargo whose time is over, whose purpose is served, or by agreement.

        Args:
            who: who does.
            case: id.

        Raises:
            ActRefused: `embargo-not-over`, none of these is so.
            UnknownItem: `unknown-embargo`.
        """

        def make(scene: Scene, case: str) -> list[Event]:
            cause = _cause(scene, case)
            return end_events(scene, case, cause, holds=bool(cause))

        return self._on_case(who, case, make)

    def record(self, who: Who, case: str) -> Done:
        """Put on record that the time of an embargo is over; nothing if it is not.

        Args:
            who: whoever works on the case.
            case: id.
        """
        case = self._acting.case(who, case, _WRITE)

        def make(scene: Scene) -> list[Event]:
            return expired_events(scene, case)

        return self._acting.act(who, _WRITE, case, make)

    def drop(self, who: Who, case: str, reason: str) -> Done:
        """Propose to end an embargo to which no necessary party consents any more.

        Args:
            who: the first of two persons.
            case: id.
            reason: in words.

        Raises:
            ActRefused: `consent-there`; `reason-missing`.
            UnknownItem: `unknown-embargo`.
        """
        case = self._acting.case(who, case, _WRITE)

        def make(scene: Scene) -> list[Event]:
            demand("reason", holds=is_told(reason), about=case)
            name = object_id(EMBARGO, case)
            demand("consent-gone", holds=_is_gone(scene, case), about=name)
            return [propose(scene, case, DROP, {"case": case}, reason)]

        return self._acting.act(who, _WRITE, case, make)

    def _on_case(
        self, who: Who, case: str, make: Callable[[Scene, str], list[Event]]
    ) -> Done:
        case = self._acting.case(who, case, _EMBARGO)
        return self._acting.act(who, _EMBARGO, case, lambda scene: make(scene, case))


def drop_carrier() -> Carrier:
    """Return how it is carried that an embargo ends since nobody necessary consents."""
    return Carrier(_dropped)


def _offer(
    scene: Scene,
    case: str,
    act: str,
    before: RaidCard | None,
    offered: tuple[Wanted, Chosen, int | None],
) -> Event:
    """Return the event by which terms are proposed."""
    wanted, (end, end_of), since = offered
    name = object_id(EMBARGO, case)
    more = {"defenders": wanted.defenders, "may": wanted.may}
    dates = [parse_end(one) for one in wanted.reviews]
    terms = checked_terms(case, wanted.purpose, end, more, dates)
    _require_lead(scene, case, name)
    state = scene.card(_CASE, case).card["state"]
    scene.require("case-in-work", name, holds=state in WORKED)
    _require_limits(scene, case, name, since, end.instant)
    changes = {"offer": terms.digest, "offer_ends": format_instant(end.instant)}
    said = {
        "terms": terms.document(),
        "wanted": list(wanted.until),
        "end_of": end_of,
    }
    return scene.event(EMBARGO, name, act, before, changes, said, case=case)


def _accepted(scene: Scene, case: str) -> list[Event]:
    name = object_id(EMBARGO, case)
    card = scene.card(EMBARGO, name)
    _require_lead(scene, case, name)
    if card.card["state"] == "revise":
        is_current = not is_expired(card, scene.now)
        scene.require("embargo-current", name, holds=is_current)
        limits: Limits = scene.rules.embargo
        scene.require("length-allowed", name, holds=is_allowed(card, limits))
    offer, ends = str(card.card["offer"]), str(card.card["offer_ends"])
    since = str(card.card["since"])
    started = parse_instant(since) if since else None
    if offer:
        _require_limits(scene, case, name, started, parse_instant(ends))
        # What a party says meanwhile makes this act anew.
        parties = [scene.card(PARTY, one.id) for one in parties_of(scene.rows, case)]
        is_any = any(party.card["necessary"] for party in parties)
        is_given = is_any and not unmet(parties, offer)
        scene.require("consents-given", name, holds=is_given)
    changes = {
        "terms": offer,
        "ends": ends,
        "since": since or format_instant(scene.now),
        "offer": "",
        "offer_ends": "",
    }
    return [scene.event(EMBARGO, name, "accept", card, changes, {})]


def _dropped(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    case = doc["case"]
    name = object_id(EMBARGO, case)
    card = scene.card(EMBARGO, name)
    scene.require("two-persons", name, holds=scene.is_second)
    # `propose` took it.
    scene.require("reason", name, holds=True)
    scene.require("consent-gone", name, holds=_is_gone(scene, case))
    changes = {"cause": "consent-gone"}
    return [scene.event(EMBARGO, name, "drop", card, changes, {})]


def _is_gone(scene: Scene, case: str) -> bool:
    """Return whether no necessary party consents to what is in force."""
    card = scene.card(EMBARGO, object_id(EMBARGO, case))
    parties = [scene.card(PARTY, one.id) for one in parties_of(scene.rows, case)]
    needed = sum(1 for party in parties if party.card["necessary"])
    return len(unmet(parties, str(card.card["terms"]))) == needed


def _cause(scene: Scene, case: str) -> str:
    """Return why an embargo may end; empty where nothing ends it."""
    card = scene.card(EMBARGO, object_id(EMBARGO, case))
    if is_expired(card, scene.now):
        return EXPIRED
    matter = _matter(scene, case)
    bit = SERVED.get(str(matter["recoverable"]), "")
    if bit and matter[bit]:
        return "purpose-served"
    terms = card.card["terms"]
    parties = [scene.card(PARTY, one.id) for one in parties_of(scene.rows, case)]
    bound = [one.card for one in parties if one.card["state"] == "party"]
    is_agreed = terms and bound and all(one["agrees"] == terms for one in bound)
    return "agreed" if is_agreed else ""


def _require_lead(scene: Scene, case: str, name: str) -> None:
    lead = str(scene.card(_CASE, case).card["lead"])
    is_lead = bool(lead) and scene.natural(lead) == scene.person
    scene.require("case-lead", name, holds=is_lead)


def _require_limits(
    scene: Scene, case: str, name: str, since: int | None, ends: int
) -> None:
    """Refuse terms of what is out, and of a length that no row allows."""
    matter = _matter(scene, case)
    scene.require("matter-not-out", name, holds=not matter_cause(matter))
    limits: Limits = scene.rules.embargo
    limits.check(str(matter["recoverable"]), scene.now, since, ends)
    scene.require("within-limits", name, holds=True)


def _matter(scene: Scene, case: str) -> dict[str, str | int]:
    """Return what is so of a matter; what is told meanwhile makes the act anew."""
    for one in family(scene.rows, case):
        scene.maybe(_CASE, one)
        scene.maybe(MATTER, object_id(MATTER, one))
    return known_matter(scene.rows, case)


def _there(before: RaidCard | None) -> int | None:
    """Return the end that is proposed already, where a counter-proposal meets it."""
    if before is None or before.card["state"] != "proposed":
        return None
    return parse_instant(str(before.card["offer_ends"]))


def _default(scene: Scene, case: str) -> int:
    """Return how long the institute publishes as its own; 0 for nothing."""
    limits: Limits = scene.rules.embargo
    told = str(_matter(scene, case)["recoverable"])
    return limits.defaults.get(told, 0)
