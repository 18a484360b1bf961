"""Merging cases, by two persons, and undoing it for ever.

A merged case keeps its id, log, links and notes and points to the other, which takes
its open clocks over. Must never merge anything by itself, into itself, or by one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.gate.ground import Ground
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion, RaidRows, Visible
from ringwall.model.events import Event
from ringwall.model.raid_merge_laws import IDLE, OVER_STATES
from ringwall.raid.acting import Acting, Done
from ringwall.raid.custody import (
    check_home,
    check_taken,
    comes_home,
    give_back,
    open_clocks,
    take_over,
)
from ringwall.raid.embargo.standing import EMBARGO, is_current, object_id
from ringwall.raid.guards import demand, is_told
from ringwall.raid.ids import parse_id
from ringwall.raid.linked import open_host_clocks
from ringwall.raid.proposals import APPROVE, Carrier, propose
from ringwall.raid.scene import Scene, redirect_loop
from ringwall.raid.timing import case_clocks, dues_of

__all__ = ["MERGE", "UNMERGE", "Merging", "carriers", "merged_into"]

MERGE: Final = "merge"
UNMERGE: Final = "unmerge"

_CASE: Final = "raid.case"
_MERGED: Final = "merged"
_WRITE: Final = "raid.write"
_COMPARTMENT: Final = "raid.compartment"


class Merging:
    """Where merges are proposed, and their undoing.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def merge(self, who: Who, case: str, into: str, reason: str) -> Done:
        """Propose that a case becomes part of another one.

        Args:
            who: the first person.
            case: id of the case that goes; must not have been merged.
            into: id of the one that stays; where it was merged, its successor.
            reason: in words.

        Raises:
            AccessDenied: the answer is no; or there is no such case, for all that
                they may know.
            ActRefused: `merge-into-itself`; `host-clock-open`, a deadline of the
                institute itself runs for the case that goes; `clock-stranded` or
                `clock-of-an-exercise`, an open clock could not go on in the one that
                stays; `merge-into-idle` or `merge-loses-owner`, what RAID owns would
                go where nobody works on it, or that RAID does not own;
                `embargo-active`, one is in force or proposed in either;
                `act-not-possible`; `reason-missing`.
        """
        case = parse_id(_CASE, case)
        into = self._acting.case(who, into, _WRITE)
        self._acting.ask(who, _WRITE, into)

        def make(scene: Scene) -> list[Event]:
            demand("reason", holds=is_told(reason), about=case)
            _check_merge(scene, case, into)
            return [propose(scene, case, MERGE, {"case": case, "into": into}, reason)]

        return self._acting.act(who, _WRITE, case, make)

    def unmerge(self, who: Who, case: str, reason: str) -> Done:
        """Propose that a case that was merged away is one of its own again.

        Args:
            who: the first person.
            case: id of the case that was merged away.
            reason: in words.

        Raises:
            AccessDenied: as `merge`.
            ActRefused: `not-merged`; `clock-of-an-exercise`, one would run on in what
                was only demonstrated; `reason-missing`.
        """
        case = parse_id(_CASE, case)

        def make(scene: Scene) -> list[Event]:
            demand("reason", holds=is_told(reason), about=case)
            _returning(scene, _merged(scene, case))
            return [propose(scene, case, UNMERGE, {"case": case}, reason)]

        return self._acting.act(who, _WRITE, case, make)


def carriers() -> dict[str, Carrier]:
    """Return how merges and their undoing are carried."""
    return {MERGE: Carrier(_carry_merge, _asks), UNMERGE: Carrier(_carry_unmerge)}


def merged_into(rows: RaidRows, case: str, visible: Visible) -> list[RaidCard]:
    """Return the cases that were merged into one, of those that are open to somebody.

    Args:
        rows: of the desk.
        case: id.
        visible: what is open to who asks.
    """
    asked = {"redirect": case, "state": _MERGED}
    return rows.find(RaidQuestion(_CASE, equal=asked, order=("idx",), visible=visible))


def _asks(
    acting: Acting, case: str, doc: Mapping[str, Any]
) -> tuple[str, Sequence[str]]:
    """Return what a merge is carried under: an officer's act, of two compartments."""
    cards = [acting.rows.card(_CASE, one) for one in (case, doc["into"])]
    known = [card for card in cards if card is not None]
    now = acting.gate.clock.now()
    compartments = [_compartment(acting.gate.ground, card, now) for card in known]
    is_one = all(one == compartments[0] for one in compartments)
    return (APPROVE if is_one else _COMPARTMENT), (doc["into"],)


def _compartment(ground: Ground, card: RaidCard, now: int) -> tuple[object, ...]:
    """Return who may know of a case: its team unless it is shut, and who is named."""
    needs = ground.matters.needs
    named = needs.admissions(card.id)
    people = frozenset(
        ground.facts.natural_person(person)
        for person, said in named.items()
        if said.holds(now)
    )
    return "" if needs.is_shut(card.id) else card.card["team"], people


def _carry_merge(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    case, into = doc["case"], doc["into"]
    card = _check_merge(scene, case, into)
    scene.require("two-persons", case, holds=scene.is_second)
    scene.require("reason", case, holds=True)
    clocks, other = open_clocks(scene, case), scene.card(_CASE, into)
    changes = {"redirect": into, "was": card.card["state"], **dues_of(())}
    merged = scene.event(_CASE, case, "merge", card, changes, {"into": into})
    return [merged, *take_over(scene, clocks, other)]


def _carry_unmerge(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    card = _merged(scene, doc["case"])
    was = str(card.card["was"])
    scene.require("two-persons", card.id, holds=scene.is_second)
    scene.require("as-it-was", card.id, holds=bool(was))
    top, clocks = _returning(scene, card)
    own = [one.card for one in (*clocks, *case_clocks(scene, card.id))]
    changes = {"redirect": "", "was": "", **dues_of(own)}
    parted = scene.event(_CASE, card.id, "unmerge", card, changes, {}, after=was)
    return [parted, *give_back(scene, clocks, card.id, top)]


def _check_merge(scene: Scene, case: str, into: str) -> RaidCard:
    """Return the case that is to go.

    What it goes into is no merged case, and it is none itself, so that merges are
    trees: no chain of them leads back.
    """
    if case == into:
        raise ActRefused(
            "merge-into-itself",
            f"`{case}` can't become part of itself",
            next_step="name another case; one that was merged leads to its successor",
        )
    card, other = scene.card(_CASE, case), scene.card(_CASE, into)
    for one in (card, other):
        if one.card["state"] == _MERGED:
            raise ActRefused(
                "already-merged",
                f"`{one.id}` was merged into `{one.card['redirect']}` already",
                next_step="go on with that one, or undo it: `ringwall raid unmerge`",
            )
    _check_owned(card, other)
    # What the institute owes is met by those whom it was armed with.
    is_free = not open_host_clocks(scene.rows, [case])
    demand("no-host-clock", holds=is_free, about=case)
    check_taken(scene, open_clocks(scene, case), other)
    # Its parties consented to keep this matter, and to keep no other.
    for name in (case, into):
        embargo = scene.maybe(EMBARGO, object_id(EMBARGO, name))
        if is_current(embargo, scene.now):
            raise ActRefused(
                "embargo-active",
                f"`{name}`: an embargo on the case is in force or proposed",
                next_step="wait until it is over; one that is proposed can be set "
                "aside: `ringwall raid embargo reject CASE`",
            )
    return card


def _check_owned(card: RaidCard, other: RaidCard) -> None:
    """Refuse that what RAID owns goes where nobody works on it, or it owns nothing."""
    if not card.card["owned"]:
        return
    state = str(other.card["state"])
    if state in IDLE and card.card["state"] not in OVER_STATES:
        raise ActRefused(
            "merge-into-idle",
            f"`{card.id}` is RAID's own, and `{other.id}` is {state}: nobody works "
            "on it",
            next_step=f"merge `{other.id}` into `{card.id}`",
        )
    if not other.card["owned"]:
        raise ActRefused(
            "merge-loses-owner",
            f"`{card.id}` is RAID's own, and `{other.id}` is not",
            next_step=f"merge `{other.id}` into `{card.id}`, or have RAID own it "
            "first: `ringwall raid assess`, then `ringwall raid triage run`",
        )


def _returning(scene: Scene, card: RaidCard) -> tuple[RaidCard, list[RaidCard]]:
    """Return the case that has what a merged one brought along, and those clocks."""
    top = _top(scene, card)
    clocks = comes_home(scene, card.id, top.id)
    check_home(scene, clocks, card)
    return top, clocks


def _top(scene: Scene, card: RaidCard) -> RaidCard:
    """Return the case that a merged one is part of by now."""
    passed = {card.id}
    while card.card["state"] == _MERGED:
        card = scene.card(_CASE, str(card.card["redirect"]))
        if card.id in passed:
            raise redirect_loop(card.id)
        passed.add(card.id)
    return card


def _merged(scene: Scene, case: str) -> RaidCard:
    card = scene.card(_CASE, case)
    if card.card["state"] != _MERGED:
        raise ActRefused(
            "not-merged",
            f"`{case}` was not merged",
            next_step="`ringwall raid show CASE` tells how it stands",
        )
    return card
