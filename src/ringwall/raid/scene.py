"""What one act at the incident desk is made of: an instant, a permit, the rows it saw.

A new one for each attempt. Must never make an event that its machine doesn't allow, nor
one whose guards nobody has judged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ringwall.base.clock import format_instant
from ringwall.base.errors import ActRefused, IntegrityError, UnknownItem
from ringwall.gate.ground import Ground
from ringwall.ledger.asking.raid_rows import RaidCard, RaidRows
from ringwall.model.events import Event
from ringwall.model.raid_events import CARDS, Act, raid_event, raid_need
from ringwall.model.raid_moves import Move
from ringwall.model.raid_permits import BROUGHT
from ringwall.model.raid_states import next_state
from ringwall.raid.guards import demand
from ringwall.raid.ids import LISTED, SHORT

if TYPE_CHECKING:
    from ringwall.raid.rulebook import Rulebook

__all__ = ["Scene", "redirect_loop", "unknown"]

_NEVER: Final = -1
_CASE: Final = "raid.case"
_UNKNOWN: Final = {kind: f"unknown-{what}" for kind, what in SHORT.items()}
# A report belongs to no case; each act on it may be about another one. An inquiry is of
# none until it is answered about one.
_LOOSE: Final = frozenset({_CASE, "raid.report", "raid.inquiry"})


@dataclass(slots=True)
class Scene:
    """One attempt at an act.

    Attributes:
        now: instant.
        decision: id of the permit.
        by: id of who acts.
        ground: the facts that the permit rests on.
        rows: of the desk; what is read by them alone is not held against others' acts.
        rulebook: gives the rules in force; see `rules`.
        host: name of the institute itself.
        is_second: whether the act carries what another person proposed.
        seen: object id -> index of its latest event as this act saw it, -1 for none.
    """

    now: int
    decision: str
    by: str
    ground: Ground
    rows: RaidRows
    rulebook: "Callable[[], Rulebook]"
    host: str = ""
    is_second: bool = False
    seen: dict[str, int] = field(default_factory=dict)
    _made: dict[str, RaidCard] = field(default_factory=dict)
    _judged: set[tuple[str, str]] = field(default_factory=set)

    @property
    def rules(self) -> "Rulebook":
        """The rules in force."""
        return self.rulebook()

    @property
    def person(self) -> str:
        """The natural person who acts, by whichever account."""
        return self.ground.facts.natural_person(self.by)

    def natural(self, person: str) -> str:
        """Return the natural person behind an account."""
        return self.ground.facts.natural_person(person)

    def maybe(self, kind: str, entity: str) -> RaidCard | None:
        """Return an object as it is, what this act has made of it included.

        If somebody changes it, or makes it, before the act is on record, the act is
        made anew.

        Args:
            kind: e.g. `raid.case`.
            entity: id.
        """
        if entity in self._made:
            return self._made[entity]
        card = self.rows.card(kind, entity)
        self.seen.setdefault(entity, _NEVER if card is None else card.index)
        return card

    def card(self, kind: str, entity: str) -> RaidCard:
        """As `maybe`.

        Raises:
            UnknownItem: `unknown-case` and the like, there is none.
        """
        card = self.maybe(kind, entity)
        if card is None:
            raise unknown(kind, entity)
        return card

    def require(self, guard: str, entity: str, *, holds: bool) -> None:
        """Judge a guard of the next act on an object; see `event`.

        Args:
            guard: its name in `raid_states`.
            entity: id of the object.
            holds: whether it does.

        Raises:
            ActRefused: it does not, with the code of `guards.GUARDS`.
        """
        demand(guard, holds=holds, about=entity)
        self._judged.add((guard, entity))

    def event(  # noqa: PLR0913, PLR0917 - what an event is made of, the last two by name
        self,
        kind: str,
        entity: str,
        act: str,
        before: RaidCard | None,
        changes: Mapping[str, str | int],
        said: Mapping[str, Any],
        *,
        case: str = "",
        after: str = "",
    ) -> Event:
        """Return the event of an act on one object; its state goes by the machine.

        Args:
            kind: e.g. `raid.case`.
            entity: id.
            act: of the machine.
            before: the object as this act saw it; None for a new one.
            changes: columns that are otherwise now. What a new one does not say is
                empty or 0.
            said: in words.
            case: id of the case that a new object belongs to, where it is none; that
                an act on a report is about; or that a clock is brought to.
            after: the state wanted, where the act leads to one of several.

        Raises:
            ActRefused: `act-not-possible`, the machine knows no such act.
            ValueError: `before` is not the latest that this scene made, or a guard of
                the act was not judged (`require`).
        """
        known = self._made.get(entity)
        if known is not None and known is not before:
            raise ValueError(f"`{entity}` was changed in this act already")
        self.seen.setdefault(entity, _NEVER if before is None else before.index)
        move = self._move(kind, entity, act, before, after)
        old = _blank(kind) if before is None else before.card
        card = {**old, **changes, "state": move.after}
        belongs = entity if kind == _CASE else case
        if before is not None and kind not in _LOOSE and act not in BROUGHT:
            belongs = before.case
        named = Act(
            *(entity, belongs, act, move.before, move.after, self.by, self.decision)
        )
        event = raid_event(kind, self.now, named, card, said)
        index = self.seen[entity]
        at = format_instant(self.now)
        self._made[entity] = RaidCard(kind, entity, belongs, index, at, card, event)
        return event

    def need(
        self, case: str, act: str, *, person: str = "", until: str = "", reason: str
    ) -> Event:
        """Return the event by which need-to-know of a case is given or taken.

        Args:
            case: id.
            act: `admit`, `dismiss`, `shut` or `unshut`.
            person: id, of the first two.
            until: RFC 3339, of the first.
            reason: in words.
        """
        said = {"person": person, "until": until, "reason": reason}
        return raid_need(self.now, case, act, (self.by, self.decision), said)

    def latest(self, entity: str) -> RaidCard:
        """Return what this act has made of an object.

        Raises:
            KeyError: nothing yet.
        """
        return self._made[entity]

    def _move(
        self, kind: str, entity: str, act: str, before: RaidCard | None, after: str
    ) -> Move:
        state = "" if before is None else str(before.card["state"])
        try:
            move = next_state(kind, state, act, after)
        except ValueError as error:
            raise ActRefused(
                "act-not-possible",
                f"`{entity}`: {error}",
                next_step="docs/raid-states.md shows what may follow on what",
            ) from None
        missing = {g for g in move.guards if (g, entity) not in self._judged}
        if missing:
            raise ValueError(f"nobody judged {', '.join(sorted(missing))} of `{act}`")
        # Each act is judged for itself.
        self._judged -= {(guard, entity) for guard in move.guards}
        return move


def unknown(kind: str, entity: str) -> UnknownItem:
    """Return the error of an object that is not on record."""
    return UnknownItem(
        _UNKNOWN[kind],
        f"there is no {SHORT[kind]} `{entity[:60]}`",
        next_step=f"`{LISTED[kind]}` shows what there is",
    )


def redirect_loop(case: str) -> IntegrityError:
    """Return the error of merges on record that go in a circle."""
    return IntegrityError(
        "redirect-loop",
        f"`{case}` was merged into itself by way of others",
        next_step="run `ringwall audit verify`",
    )


def _blank(kind: str) -> dict[str, str | int]:
    """Return a row in which nothing stands yet."""
    return {name: of() for name, of in CARDS[kind].items()}
