"""Need-to-know of a case: who is admitted by name and until when, and what is shut.

The compartment officer gives and takes it. Must never admit anybody for ever, nor tell
who is admitted to whom the case is not open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.raid.acting import Acting, Done
from ringwall.raid.guards import demand, is_told
from ringwall.raid.ids import parse_id
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text, instant_to_come

__all__ = ["LONGEST", "Admitted", "NeedToKnow", "Openness", "shut_events"]

LONGEST: Final = 366 * 86_400 * 1_000_000
"""Microseconds for which somebody can be admitted at most."""

_CASE: Final = "raid.case"
_COMPARTMENT: Final = "raid.compartment"
_Make = Callable[[Scene, RaidCard], list[Event]]


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who was admitted to a case by name.

    Attributes:
        person: id.
        until: RFC 3339.
        by: id of who admitted them.
        reason: in words.
    """

    person: str
    until: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Openness:
    """Whom a case is open to.

    Attributes:
        case: id.
        team: compartment of the team; it may know of the case unless that is shut.
        is_shut: whether only those who are admitted may.
        admitted: at this instant, by id.
    """

    case: str
    team: str
    is_shut: bool
    admitted: tuple[Admitted, ...]


class NeedToKnow:
    """Where need-to-know is given and taken.

    Each act takes who does it, and the case's id; where that case was merged, its
    successor is meant. Each raises AccessDenied if the answer is no, or if there is no
    such case for all that they may know; and ActRefused `reason-missing`.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def admit(self, who: Who, case: str, person: str, until: str, reason: str) -> Done:
        """Admit somebody by name.

        Args:
            who: the officer.
            case: id.
            person: id.
            until: date or instant at which it lapses, within a year.
            reason: in words.

        Raises:
            ActRefused: `admission-unbounded`; `admitted-unknown`; `admitted-self`.
            RequestError: `instant-malformed`.
        """
        told = checked_text(reason, "reason")

        def make(scene: Scene, card: RaidCard) -> list[Event]:
            lapses = instant_to_come(until, scene.now)
            if lapses is None or lapses > scene.now + LONGEST:
                raise ActRefused(
                    "admission-unbounded",
                    "somebody is admitted until a date to come, within a year",
                    next_step="name it: `--until 2026-12-24`",
                )
            when = format_instant(lapses)
            return [
                scene.need(card.id, "admit", person=person, until=when, reason=told)
            ]

        return self._act(who, case, told, make)

    def dismiss(self, who: Who, case: str, person: str, reason: str) -> Done:
        """Take from somebody what they were admitted to.

        Args:
            who: the officer.
            case: id.
            person: id of somebody who was admitted.
            reason: in words.

        Raises:
            ActRefused: `not-admitted`.
        """
        told = checked_text(reason, "reason")

        def make(scene: Scene, card: RaidCard) -> list[Event]:
            needs, facts = scene.ground.matters.needs, scene.ground.facts
            accounts = facts.accounts(person)
            if not needs.opened_to(card.id, person, scene.now, accounts):
                raise ActRefused(
                    "not-admitted",
                    f"`{person[:60]}` is not admitted by name",
                    next_step="shut the case, if it is of their team: "
                    "`ringwall raid need shut CASE`",
                )
            return [scene.need(card.id, "dismiss", person=person, reason=told)]

        return self._act(who, case, told, make)

    def shut(self, who: Who, case: str, reason: str) -> Done:
        """Shut a case to all who are not admitted by name, its team included.

        One that was merged is shut with its successor: what came in for it stays on
        record under its own id.

        Args:
            who: the officer.
            case: id.
            reason: in words.

        Raises:
            ActRefused: `shut-already`; `act-not-possible`.
        """
        told = checked_text(reason, "reason")

        def make(scene: Scene, card: RaidCard) -> list[Event]:
            if scene.ground.matters.needs.is_shut(card.id):
                raise ActRefused(
                    "shut-already",
                    f"`{card.id}` is shut",
                    next_step="`ringwall raid need ls CASE` shows whom it is open to",
                )
            return shut_events(scene, card, told)

        behind = self._behind(who, case, "shut", told)
        needs = self._acting.gate.ground.matters.needs
        if behind is not None and needs.is_shut(self._successor(who, case)):
            return behind
        return self._act(who, case, told, make)

    def unshut(self, who: Who, case: str, reason: str, team: str = "") -> Done:
        """Open a case to a team again; one that was merged with its successor.

        Args:
            who: the officer.
            case: id.
            reason: in words.
            team: compartment of the team; that which it had if empty.

        Raises:
            ActRefused: `act-not-possible`.
        """
        told = checked_text(reason, "reason")

        def make(scene: Scene, card: RaidCard) -> list[Event]:
            changes = {"team": team or card.card["team"]}
            event = scene.event(
                *(_CASE, card.id, "unshut", card, changes, {"reason": told})
            )
            return [event, scene.need(card.id, "unshut", reason=told)]

        self._behind(who, case, "unshut", told)
        return self._act(who, case, told, make)

    def ls(self, who: Who, case: str) -> Openness:
        """Return whom a case is open to.

        Args:
            who: the officer.
            case: id.
        """
        case = self._acting.case(who, case, _COMPARTMENT)
        self._acting.ask(who, _COMPARTMENT, case)
        card = self._acting.rows.card(_CASE, case)
        team = "" if card is None else str(card.card["team"])
        needs = self._acting.gate.ground.matters.needs
        now = self._acting.gate.clock.now()
        admitted = tuple(
            Admitted(person, format_instant(said.until), said.by, said.reason)
            for person, said in sorted(needs.admissions(case).items())
            if said.holds(now)
        )
        return Openness(case, team, needs.is_shut(case), admitted)

    def _act(self, who: Who, case: str, reason: str, make: _Make) -> Done:
        case = self._successor(who, case)

        def made(scene: Scene) -> list[Event]:
            demand("reason", holds=is_told(reason), about=case)
            return make(scene, scene.card(_CASE, case))

        return self._acting.act(who, _COMPARTMENT, case, made)

    def _successor(self, who: Who, case: str) -> str:
        return self._acting.case(who, case, _COMPARTMENT)

    def _behind(self, who: Who, case: str, act: str, reason: str) -> Done | None:
        """Shut or unshut a merged case, and those on its way to where it went.

        Each under a permit of its own. No machine moves: a merged case stays merged.

        Returns:
            The last act, None where nothing was to be done.
        """
        demand("reason", holds=is_told(reason), about=case)
        case, top, last = parse_id(_CASE, case), self._successor(who, case), None
        while case != top:
            done = self._acting.act(
                who, _COMPARTMENT, case, partial(_door, case, act, reason)
            )
            last = done if done.events else last
            card = self._acting.rows.card(_CASE, case)
            # Who asks may do that to the successor, so that there is one.
            assert card is not None  # noqa: S101 - for the type checker
            case = str(card.card["redirect"]) or top
        return last


def _door(case: str, act: str, reason: str, scene: Scene) -> list[Event]:
    """Return the event by which a merged case is shut or unshut, if it is not yet."""
    if scene.ground.matters.needs.is_shut(case) is (act == "shut"):
        return []
    return [scene.need(case, act, reason=reason)]


def shut_events(scene: Scene, card: RaidCard, reason: str) -> list[Event]:
    """Return the events that shut a case to all who are not admitted by name.

    Args:
        scene: of the act; an officer's, or the triage that demands it.
        card: of the case, as it is now.
        reason: in words.

    Raises:
        ActRefused: `act-not-possible`.
    """
    said = {"reason": reason}
    shut = scene.event("raid.case", card.id, "shut", card, {}, said)
    return [shut, scene.need(card.id, "shut", reason=reason)]
