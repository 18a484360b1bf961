"""Cases in work: notes, who leads them, and how they end.

Must never resolve a case while a deadline of the institute itself is open.
"""

from collections.abc import Callable
from typing import Final

from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.model.parties import Person
from ringwall.raid.acting import Acting, Done
from ringwall.raid.conflicts import check_outside
from ringwall.raid.embargo.standing import (
    EMBARGO,
    expired_events,
    is_in_force,
    object_id,
)
from ringwall.raid.guards import demand, is_told
from ringwall.raid.host_clocks import check_host_clocks
from ringwall.raid.linked import open_clocks, open_host_clocks
from ringwall.raid.scene import Scene
from ringwall.raid.words import MAX_NOTE, checked_text

__all__ = ["Cases"]

_CASE: Final = "raid.case"
_WRITE: Final = "raid.write"
_LEADS: Final = "raid-lead"
_Make = Callable[[Scene, RaidCard], Event]


class Cases:
    """Where cases are worked on.

    Each act takes who does it, and the case's id; where that case was merged, its
    successor is meant. Each raises AccessDenied if the answer is no, or if there is no
    such case for all that they may know; and ActRefused `act-not-possible` if the case
    is in no state for it.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def note(self, who: Who, case: str, text: str) -> Done:
        """Put a note to a case.

        Args:
            who: who does.
            case: id.
            text: at most `MAX_NOTE` characters.

        Raises:
            RequestError: `note-empty`, `text-too-long`, `text-unreadable`.
        """
        told = checked_text(text, "note", MAX_NOTE)
        if not told:
            raise RequestError(
                "note-empty",
                "the note is empty",
                next_step="give its text, or `-` to read it from stdin",
            )

        def make(scene: Scene, card: RaidCard) -> Event:
            return scene.event(_CASE, card.id, "note", card, {}, {"text": told})

        return self._on_case(who, case, make)

    def lead(self, who: Who, case: str, person: str, reason: str = "") -> Done:
        """Say who leads a case.

        Args:
            who: who does.
            case: id.
            person: id of somebody who has the role, and may know of the case.
            reason: in words; may be empty.

        Raises:
            ActRefused: `lead-unfit`; `conflict-of-interest`, the case is about the
                institute itself.
        """
        told = checked_text(reason, "reason")

        def make(scene: Scene, card: RaidCard) -> Event:
            if not _can_lead(scene, card, person):
                raise ActRefused(
                    "lead-unfit",
                    f"`{person[:60]}` leads no case, or not this one",
                    next_step=f"name somebody with the role {_LEADS} who may know of "
                    "the case: `ringwall raid need ls CASE`",
                )
            check_outside(scene, card.id, person)
            changes = {"lead": person}
            return scene.event(
                *(_CASE, card.id, "lead", card, changes, {"reason": told})
            )

        return self._on_case(who, case, make)

    def coordinate(self, who: Who, case: str, reason: str = "") -> Done:
        """Begin to coordinate a case with others.

        Args:
            who: who does.
            case: id.
            reason: in words; may be empty.

        Raises:
            ActRefused: `lead-missing`, `conflict-of-interest`.
        """
        told = checked_text(reason, "reason")

        def make(scene: Scene, card: RaidCard) -> Event:
            scene.require("lead-named", card.id, holds=bool(card.card["lead"]))
            # A report may have come to it since the lead was named.
            check_outside(scene, card.id, str(card.card["lead"]))
            said = {"reason": told}
            return scene.event(_CASE, card.id, "coordinate", card, {}, said)

        return self._on_case(who, case, make)

    def resolve(self, who: Who, case: str, lessons: str) -> Done:
        """Resolve a case.

        Args:
            who: who does.
            case: id.
            lessons: what was learned.

        Raises:
            ActRefused: `host-clock-open`, `embargo-active`, `lessons-missing`.
        """
        told = checked_text(lessons, "lessons", MAX_NOTE)

        def make(scene: Scene, card: RaidCard) -> Event:
            owed = open_host_clocks(scene.rows, [card.id])
            check_host_clocks("host-clocks-done", card.id, owed, owed)
            scene.require("host-clocks-done", card.id, holds=not owed)
            embargo = scene.maybe(EMBARGO, object_id(EMBARGO, card.id))
            is_bound = is_in_force(embargo, scene.now)
            scene.require("embargo-not-active", card.id, holds=not is_bound)
            scene.require("lessons", card.id, holds=is_told(told))
            return scene.event(_CASE, card.id, "resolve", card, {}, {"lessons": told})

        return self._on_case(who, case, make)

    def archive(self, who: Who, case: str, reason: str) -> Done:
        """Put away a case that is resolved or was declined.

        Args:
            who: who does.
            case: id.
            reason: in words.

        Raises:
            ActRefused: `reason-missing`; `clock-open`, one is armed or running.
        """
        told = checked_text(reason, "reason")

        def make(scene: Scene, card: RaidCard) -> Event:
            demand("reason", holds=is_told(told), about=card.id)
            # One that was declined may have had its clocks armed all the same.
            left = open_clocks(scene.rows, [card.id])
            check_host_clocks("clocks-ended", card.id, left, left)
            scene.require("clocks-ended", card.id, holds=not left)
            return scene.event(_CASE, card.id, "archive", card, {}, {"reason": told})

        return self._on_case(who, case, make)

    def _on_case(self, who: Who, case: str, make: _Make) -> Done:
        case = self._acting.case(who, case, _WRITE)

        def made(scene: Scene) -> list[Event]:
            event = make(scene, scene.card(_CASE, case))
            # An embargo whose time is over goes on record with the next act.
            return [event, *expired_events(scene, case)]

        return self._acting.act(who, _WRITE, case, made)


def _can_lead(scene: Scene, card: RaidCard, person: str) -> bool:
    """Tell whether somebody has the role, and is in the compartment of the case."""
    facts, needs = scene.ground.facts, scene.ground.matters.needs
    document = facts.documents().get(person)
    if not isinstance(document, Person) or _LEADS not in document.roles:
        return False
    if needs.opened_to(card.id, person, scene.now, facts.accounts(person)):
        return True
    return not needs.is_shut(card.id) and card.card["team"] in document.compartments
