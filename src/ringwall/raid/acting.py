"""Acting at the incident desk: one question at the gate, then one transaction.

Must never read or change a case for somebody without a permit on record, and tells of
a case that they have no need to know of what it tells of one that does not exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ringwall.gate.asker import Asker, Who
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.ground import Ground
from ringwall.gate.raid_recording import RaidMade
from ringwall.ledger.asking.raid_rows import RaidRows, Visible
from ringwall.model.decisions import Decision, Receipt
from ringwall.model.events import Event
from ringwall.model.parties import Person
from ringwall.model.raid_events import INBOX
from ringwall.raid.ids import id_of, parse_id
from ringwall.raid.rule_files import RULES_ID
from ringwall.raid.scene import Scene, redirect_loop

if TYPE_CHECKING:
    from ringwall.raid.rulebook import Rulebook

__all__ = ["READ", "Acting", "Done", "Make"]

READ: Final = "raid.read"
Make = Callable[[Scene], list[Event]]
"""Makes the events of an act, or raises what speaks against it.

Asked anew where something has changed meanwhile; it must not ask the gate itself.
"""

_CASE: Final = "raid.case"
_REPORT: Final = "raid.report"
# Nothing is there before a report; so this comes first at any desk.
_FIRST: Final = ("raid.intake", INBOX)
_MERGED: Final = "merged"
_DOOR: Final = "raid.compartment"


@dataclass(frozen=True, slots=True)
class Done:
    """An act that is on record.

    Attributes:
        decision: id of its permit.
        events: in their order.
        receipts: of the events, likewise.
    """

    decision: str
    events: Sequence[Event]
    receipts: Sequence[Receipt]


class Acting:
    """Puts questions to the gate, and acts on record; shared by all threads.

    Args:
        gate: decides and records.
        folder: of the institute.
        exercise: name of the exercise that all is part of; empty for none.
        host: name of the institute.

    Attributes:
        gate: likewise.
        folder: likewise.
        exercise: likewise.
        host: likewise.
        rows: of the desk; whoever reads them for somebody has asked the gate before.
    """

    def __init__(
        self, gate: Gatekeeper, folder: Path, exercise: str = "", host: str = ""
    ) -> None:
        self.gate = gate
        self.folder = folder
        self.exercise = exercise
        self.host = host
        self.rows: RaidRows = gate.raid_rows
        self._is_founded = False

    @property
    def rules(self) -> "Rulebook":
        """The rules in force.

        Raises:
            DeclarationError, IntegrityError: as `rules_in_force`.
        """
        # The rooms of the tables are large; few acts go by them.
        from ringwall.raid.rules_in_force import (  # noqa: PLC0415 - start-up time
            rules_in_force,
        )

        return rules_in_force(self.folder, self.rows)

    def ask(self, who: Who, action: str, resource: str, binds: str = "") -> Decision:
        """Ask the gate, and return the permit.

        Args:
            who: who asks.
            action: e.g. `raid.read`.
            resource: id of a report or case; `INBOX` or `DESK`.
            binds: digest of what alone a grant is for; empty for nothing.

        Raises:
            AccessDenied: the answer is no.
            RequestError: a word is malformed.
        """
        asker = Asker(self.gate, who)
        return asker.require(action=action, resource=resource, binds=binds)

    def act(
        self, who: Who, action: str, resource: str, make: Make, binds: str = ""
    ) -> Done:
        """Ask the gate, and put on record what is made under its permit.

        Args:
            who: who asks.
            action: as `ask`.
            resource: as `ask`.
            make: makes the events; none to record nothing.
            binds: as `ask`.

        Raises:
            AccessDenied: the answer is no; nothing was made.
            RingwallError: as `make`, or as `Gatekeeper.record_raid`.
        """
        decision = self.ask(who, action, resource, binds)
        events: list[Event] = []

        def made(ground: Ground) -> RaidMade:
            scene = self._scene(decision, ground)
            events[:] = make(scene)
            first: list[Event] = []
            if (action, resource) == _FIRST:
                first = self._first(scene, events)
            return RaidMade((*events, *first), dict(scene.seen))

        receipts = self.gate.record_raid(made)
        return Done(decision.id, tuple(events), tuple(receipts[: len(events)]))

    def case(self, who: Who, text: str, action: str) -> str:
        """Return the id of the case that is meant: where it was merged, what it is now.

        Each command that is given a case goes on with what this returns, and says so
        where it is another one.

        Args:
            who: who asks.
            text: as they wrote it, with or without `case:`.
            action: what they are going to ask for, of this case or that.

        Raises:
            RequestError: `id-malformed`.
            AccessDenied: it was merged, and they may not do that to it.
            IntegrityError: `redirect-loop`, the merges on record go in a circle.
        """
        named = case = parse_id(_CASE, text)
        passed: set[str] = set()
        while (card := self.rows.card(_CASE, case)) is not None:
            if card.card["state"] != _MERGED:
                break
            # Where it went is told to those alone who may know that it is there.
            self.ask(who, action, case)
            passed.add(case)
            case = str(card.card["redirect"])
            if case in passed:
                raise redirect_loop(case)
        if case != named and action == _DOOR:
            # Who keeps the doors gives need-to-know without it: the gate decides.
            self.ask(who, action, case)
        elif case != named and not self.may_know(who, case):
            # Told as a case that there is not, of which there is nothing to tell.
            case = _nowhere(_CASE, named)
            self.ask(who, action, case)
        return case

    def case_of(self, kind: str, entity: str) -> str:
        """Return the id of the case to ask about before an object of it is looked at.

        Args:
            kind: of object, e.g. `raid.clock`.
            entity: id.

        Returns:
            For what does not exist an id that no case has, so that the gate says the
            same no as for a case that the asker has no need to know of.
        """
        card = self.rows.card(kind, entity)
        if card is not None:
            return card.case
        return _nowhere(kind, entity)

    def visible(self, who: Who) -> Visible:
        """Return which cases somebody may know of; an answer for lists, not a permit.

        Args:
            who: who asks.
        """
        subject = Asker(self.gate, who).subject
        ground = self.gate.ground
        document = ground.facts.documents().get(subject)
        if not isinstance(document, Person):
            return Visible(frozenset(), frozenset())
        accounts = ground.facts.accounts(ground.facts.natural_person(subject))
        named = ground.matters.needs.cases_of(subject, self.gate.clock.now(), accounts)
        return Visible(frozenset(document.compartments), named)

    def roles(self, who: Who) -> frozenset[str]:
        """Return the roles of somebody; to choose what to ask for, and no permit.

        Args:
            who: who asks.
        """
        document = self.gate.ground.facts.documents().get(Asker(self.gate, who).subject)
        return frozenset(document.roles if isinstance(document, Person) else ())

    def may_know(self, who: Who, case: str) -> bool:
        """Tell whether a case is among those that somebody may know of.

        Args:
            who: who asks.
            case: id.
        """
        visible = self.visible(who)
        card = self.rows.card(_CASE, case)
        if card is None or case in visible.named:
            return card is not None
        is_shut = self.gate.ground.matters.needs.is_shut(case)
        return not is_shut and card.card["team"] in visible.teams

    def _first(self, scene: Scene, events: Sequence[Event]) -> list[Event]:
        """Return what the desk is founded by, with its first report."""
        if self._is_founded or all(event["kind"] != _REPORT for event in events):
            return []
        # Few acts are the first; what founds the desk reads its rules.
        from ringwall.raid.founding import founding  # noqa: PLC0415 - start-up time

        found = founding(scene, self.folder, is_exercise=bool(self.exercise))
        # Known only from what is on record: what is made here may yet be refused.
        self._is_founded = scene.seen.get(RULES_ID, -1) >= 0
        return found

    def _scene(self, decision: Decision, ground: Ground) -> Scene:
        return Scene(
            now=self.gate.clock.now(),
            decision=decision.id,
            by=decision.request.subject,
            ground=ground,
            rows=self.rows,
            rulebook=lambda: self.rules,
            host=self.host,
        )


def _nowhere(kind: str, entity: str) -> str:
    """Return the id of a case that there is not, always the same for one object."""
    return id_of(_CASE, "nowhere", kind, entity.encode("utf-8", "replace").decode())
