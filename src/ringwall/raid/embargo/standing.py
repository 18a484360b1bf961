"""How the embargo of a case stands: its rows, found and judged.

Must never take an embargo for in force behind its end, recorded or not.
"""

from collections.abc import Iterator
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows
from ringwall.model.events import Event
from ringwall.model.raid_embargo_kinds import OPEN_EMBARGO, OVER
from ringwall.model.raid_embargo_laws import is_consent, joined
from ringwall.model.raid_events import embargo_expired
from ringwall.raid.ids import id_of
from ringwall.raid.scene import Scene

__all__ = [
    "EMBARGO",
    "EXPIRED",
    "MATTER",
    "PARTY",
    "end_events",
    "expired_events",
    "family",
    "is_current",
    "is_expired",
    "is_in_force",
    "known_matter",
    "lasting",
    "matter_cause",
    "object_id",
    "offered_at",
    "parties_of",
    "terms_said",
    "unmet",
]

EMBARGO: Final = "raid.embargo"
MATTER: Final = "raid.matter"
PARTY: Final = "raid.party"
EXPIRED: Final = "expired"
"""Why an embargo ends whose time is over."""
_CASE: Final = "raid.case"
_IN_FORCE: Final = frozenset({"active", "revise"})
_PROPOSING: Final = ("propose", "revise")


def object_id(kind: str, case: str, who: str = "") -> str:
    """Return the id of the embargo or matter of a case, or of one of its parties."""
    return id_of(kind, case, who) if who else id_of(kind, case)


def lasting(card: RaidCard) -> int | None:
    """Return the instant until which an embargo lasts, or can still be accepted.

    Args:
        card: of the embargo.

    Returns:
        None where it is not open.
    """
    if card.card["state"] not in OPEN_EMBARGO:
        return None
    return parse_instant(str(card.card["ends"] or card.card["offer_ends"]))


def is_expired(card: RaidCard | None, now: int) -> bool:
    """Return whether an embargo is open on record, and its time is over."""
    ends = None if card is None else lasting(card)
    return ends is not None and now >= ends


def is_current(card: RaidCard | None, now: int) -> bool:
    """Return whether an embargo is in force or proposed, and its time not over."""
    is_open = card is not None and lasting(card) is not None
    return is_open and not is_expired(card, now)


def is_in_force(card: RaidCard | None, now: int) -> bool:
    """Return whether an embargo binds anybody: from its end on it does not."""
    is_there = card is not None and card.card["state"] in _IN_FORCE
    return is_there and not is_expired(card, now)


def known_matter(rows: RaidRows, case: str) -> dict[str, str | int]:
    """Return what is so of the matter of a case, of those merged into it too.

    Args:
        rows: of the desk.
        case: id.
    """
    cards = (rows.card(MATTER, object_id(MATTER, one)) for one in family(rows, case))
    return joined(card.card for card in cards if card is not None)


def matter_cause(matter: dict[str, str | int]) -> str:
    """Return why no embargo can be, given what is so; empty where one can."""
    return next((why for bit, why in OVER.items() if matter[bit]), "")


def parties_of(rows: RaidRows, case: str) -> list[RaidCard]:
    """Return the parties of a case, the one invited first in front."""
    asked = RaidQuestion(PARTY, equal={"case_id": case})
    return sorted(rows.find(asked), key=lambda card: str(card.card["who"]))


def unmet(parties: list[RaidCard], terms: str) -> list[RaidCard]:
    """Return the necessary parties that have not consented to terms, signed.

    Args:
        parties: of the case.
        terms: their digest.
    """
    needed = (party for party in parties if party.card["necessary"])
    return [party for party in needed if not is_consent(party.card, terms)]


def terms_said(rows: RaidRows, embargo: str, digest: str) -> dict[str, Any]:
    """Return the terms of a digest as they were proposed; empty if forgotten.

    Args:
        rows: of the desk.
        embargo: id.
        digest: of the terms.
    """
    for act in _PROPOSING:
        for found in rows.events(about=embargo, act=act, newest=True):
            if found.event["card"]["offer"] == digest:
                return dict(found.event["said"].get("terms", {}))
    return {}


def offered_at(rows: RaidRows, embargo: str) -> int | None:
    """Return when the terms at hand were proposed; None where none ever were.

    Args:
        rows: of the desk.
        embargo: id.
    """
    found = (
        rows.events(about=embargo, act=act, newest=True, limit=1) for act in _PROPOSING
    )
    instants = [parse_instant(one.event["at"]) for some in found for one in some]
    return max(instants, default=None)


def end_events(scene: Scene, case: str, cause: str, *, holds: bool) -> list[Event]:
    """Return the event by which an embargo ends, and the alarm that its time is over.

    What ends for another cause was ended by somebody, who knows; of the hour nobody
    need have thought.

    Args:
        scene: of the act.
        case: id.
        cause: of `CAUSES`.
        holds: whether that is so.

    Raises:
        ActRefused: `embargo-not-over`; `act-not-possible`, there is none.
        UnknownItem: `unknown-embargo`.
    """
    name = object_id(EMBARGO, case)
    card = scene.card(EMBARGO, name)
    scene.require("ending-cause", name, holds=holds)
    ended = scene.event(EMBARGO, name, "end", card, {"cause": cause}, {})
    if cause != EXPIRED:
        return [ended]
    found = str(card.card["state"])
    return [ended, embargo_expired(scene.now, name, case, found, scene.decision)]


def expired_events(scene: Scene, case: str) -> list[Event]:
    """Return the events that put it on record that an embargo is over, if it is."""
    if not is_expired(scene.maybe(EMBARGO, object_id(EMBARGO, case)), scene.now):
        return []
    return end_events(scene, case, EXPIRED, holds=True)


def family(rows: RaidRows, case: str) -> Iterator[str]:
    """Yield a case and all that were merged into it, by way of others too.

    Args:
        rows: of the desk.
        case: id.
    """
    found = [case]
    # It grows as it is gone through; what is in it is not looked for again.
    for one in found:
        yield one
        asked = RaidQuestion(_CASE, equal={"redirect": one, "state": "merged"})
        found += [card.id for card in rows.find(asked) if card.id not in found]
