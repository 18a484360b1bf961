"""What briefs are written from, gathered at the desk: cases, contacts, the directory.

Reads alone; whoever asks has asked the gate. Must never take a case whose briefing
nobody decided on.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows, Visible
from ringwall.model.parties import Person
from ringwall.raid.briefs.cases import BriefedCase, Deadline
from ringwall.raid.briefs.terms import BriefTerms
from ringwall.raid.embargo.standing import (
    EMBARGO,
    is_in_force,
    object_id,
    terms_said,
)
from ringwall.raid.guards import OWED_BY_HOST
from ringwall.raid.outgoing.barrier import Recipient
from ringwall.raid.outgoing.bodies import body_of
from ringwall.raid.outgoing.eligible import has_government, is_eligible
from ringwall.raid.routed_case import routed_cases
from ringwall.raid.routing.facts import NOTHING_TOLD, CaseFacts
from ringwall.raid.routing.plan import is_verified
from ringwall.raid.routing.rows import Contact
from ringwall.raid.scene import Scene
from ringwall.raid.shield.small_sets import Known

__all__ = [
    "MEMBERS",
    "NOBODY",
    "STRANGER",
    "Missed",
    "Reached",
    "briefed_cases",
    "directory_of",
    "reached",
]

MEMBERS: Final = "union"
"""Group of the states that are briefed."""
NOBODY: Final = "nobody-reached"
"""Why a state gets no brief: no contact has a key and was checked of late,"""
STRANGER: Final = "government-unknown"
"""or no government of it is on record, so that nothing was agreed with it."""

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_DECIDING: Final = ("triage", "deviate")
_TOLD_OF: Final[frozenset[str | int]] = frozenset(
    {"triaged", "owned", "handed-over", "watch", "coordinating"}
)
_OPEN: Final[frozenset[str | int]] = frozenset({"armed", "running"})
_NONE: Final = "none"


class Reached(NamedTuple):
    """Who is briefed of a state.

    Attributes:
        contact: of the routing tables.
        recipient: the contact as it stands.
    """

    contact: Contact
    recipient: Recipient


class Missed(NamedTuple):
    """A state that gets no brief.

    Attributes:
        state: code.
        why: `NOBODY` or `STRANGER`.
    """

    state: str
    why: str


def reached(scene: Scene, state: str, terms: BriefTerms) -> Reached | Missed:
    """Return who is briefed of a state, or why nobody of it is.

    A state of which no government is on record gets no brief, not even a reduced one.
    Of the functions in their order the first contact that was checked of late and has
    a key. Its attestation is what the concern `eligibility` says of its government.

    Args:
        scene: of the act.
        state: code.
        terms: what briefs go by.
    """
    tables = scene.rules.routes
    if not has_government(scene.ground, state):
        return Missed(state, STRANGER)
    for function in terms.functions:
        for contact in tables.contacts_of(function, state):
            if contact.key is not None and is_verified(contact, scene.now):
                body = body_of(contact, tables, scene.now)
                attested = is_eligible(scene.ground, state, scene.now)
                return Reached(contact, replace(body, is_attested=attested))
    return Missed(state, NOBODY)


def briefed_cases(scene: Scene, visible: Visible) -> list[BriefedCase]:
    """Return the cases that briefs may tell of.

    Args:
        scene: of the act.
        visible: cases that whoever writes them may know of.
    """
    question = RaidQuestion(_CASE, equal={"state": _TOLD_OF}, visible=visible)
    cards = scene.rows.find(question)
    decided = _decided(scene.rows, cards)
    told = [card for card in cards if decided.get(card.id, _NONE) != _NONE]
    wanted = frozenset(object_id(EMBARGO, card.id) for card in told)
    asked = RaidQuestion(EMBARGO, equal={"id": wanted})
    embargoes = {one.id: one for one in scene.rows.find(asked)}
    clocks = _deadlines(scene)
    known = routed_cases(scene.rows, told, NOTHING_TOLD, scene.rules.routes)
    return [
        _briefed(
            scene,
            facts,
            decided[facts.standing.id],
            embargoes.get(object_id(EMBARGO, facts.standing.id)),
            clocks.get(facts.standing.id, ()),
        )
        for facts in known
    ]


def directory_of(scene: Scene) -> list[Known]:
    """Return what the registry knows of each person who could have reported."""
    people = scene.ground.facts.documents().values()
    return [
        {"organisation": (person.organisation,)}
        for person in people
        if isinstance(person, Person)
    ]


def _briefed(
    scene: Scene,
    facts: CaseFacts,
    briefing: str,
    embargo: RaidCard | None,
    clocks: Iterable[Deadline],
) -> BriefedCase:
    bound = is_in_force(embargo, scene.now)
    defenders: tuple[str, ...] = ()
    if bound and embargo is not None:
        told = terms_said(scene.rows, embargo.id, str(embargo.card["terms"]))
        defenders = tuple(told.get("defenders", ()))
    case = facts.standing.id
    is_shut = scene.ground.matters.needs.is_shut(case)
    return BriefedCase(
        facts=facts,
        briefing=briefing,
        compartments=frozenset({case} if is_shut else ()),
        is_embargoed=bound,
        defenders=frozenset(defenders),
        deadlines=tuple(sorted(clocks)),
    )


def _decided(rows: RaidRows, cards: Iterable[RaidCard]) -> dict[str, str]:
    """Return case -> which states are told by the last decision on it that says so."""
    acts = rows.latest({card.id for card in cards}, _DECIDING)
    found: dict[str, str] = {}
    for one in sorted(acts.values(), key=lambda event: event.index):
        outcome = one.event["said"].get("outcome", {})
        if "briefing" in outcome:
            found[one.event["id"]] = str(outcome["briefing"])
    return found


def _deadlines(scene: Scene) -> dict[str, list[Deadline]]:
    """Return the open deadlines of the institute itself, by case."""
    equal: dict[str, str | int | frozenset[str | int]] = {
        "owed": OWED_BY_HOST,
        "state": _OPEN,
    }
    found: dict[str, list[Deadline]] = {}
    for card in scene.rows.find(RaidQuestion(_CLOCK, equal=equal)):
        due = str(card.card["due"] or card.card["worst"])
        one = Deadline(str(card.card["rule"]), str(card.card["stage"]), due)
        found.setdefault(card.case, []).append(one)
    return found
