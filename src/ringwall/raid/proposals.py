"""What takes two persons: one proposes it with a reason, another one carries it.

A proposal binds to just what is to be done, and to the states that it was made on. Must
never let one natural person do both, nor carry something else than was proposed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ringwall.base.clock import format_instant, parse_instant
from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.events import Event
from ringwall.model.raid_events import DESK
from ringwall.model.raid_permits import digest_bound
from ringwall.pdp.missing import FactMissing
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.guards import demand, is_told
from ringwall.raid.ids import new_id, parse_id
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text

__all__ = [
    "APPROVE",
    "LASTS",
    "OPEN",
    "Carrier",
    "Proposals",
    "only_case",
    "propose",
]

APPROVE: Final = "raid.approve"
OPEN: Final = "open"
_DECISIVE: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "case": (
        "raid.case",
        (
            *("assess", "triage", "deviate", "own", "disown", "watch", "decline"),
            *("hand-over", "return", "coordinate", "resolve", "archive"),
            *("merge", "unmerge"),
        ),
    ),
    "report": (
        "raid.report",
        ("validate", "invalidate", "reopen", "defer", "accept", "close"),
    ),
}
"""What the id of an object begins with -> its kind, and the acts that decide on it."""
LASTS: Final = 7 * 86_400 * 1_000_000
"""Microseconds for which a proposal can be carried."""

_KIND: Final = "raid.proposal"
_LONGEST_ID: Final = 40
_WRITE: Final = "raid.write"


def only_case(_: Acting, __: str, ___: Mapping[str, Any]) -> tuple[str, Sequence[str]]:
    """Return what most proposals are carried under; see `Carrier.asks`."""
    return APPROVE, ()


@dataclass(frozen=True, slots=True)
class Carrier:
    """How proposals of one sort are carried.

    Attributes:
        carry: makes the events of what was proposed, from its document.
        asks: gives the action to ask for, on the case of the proposal, and the ids of
            further cases that the same has to be permitted on; is given the desk, the
            id of the case and the document.
        settle: does what is left to do once it is on record; is given the document.
    """

    carry: Callable[[Scene, Mapping[str, Any]], list[Event]]
    asks: Callable[[Acting, str, Mapping[str, Any]], tuple[str, Sequence[str]]] = (
        only_case
    )
    settle: Callable[[Mapping[str, Any]], object] = dict


def propose(
    scene: Scene, case: str, what: str, doc: Mapping[str, Any], reason: str
) -> Event:
    """Return the event by which something is proposed for a second person to carry.

    Args:
        scene: of the act.
        case: id of the case that it is about; empty for what is of no case.
        what: of the carriers, e.g. `merge`.
        doc: what is to be done, in full, as JSON.
        reason: in words.

    Raises:
        ActRefused: `reason-missing`.
        RequestError: the reason is too long, or no text.
    """
    told = checked_text(reason, "reason")
    # Named by what it is about: there is no proposal yet.
    demand("reason", holds=is_told(told), about=case)
    name = new_id(_KIND)
    scene.require("reason", name, holds=True)
    card = {
        "what": what,
        "binds": digest_bound(doc),
        "until": format_instant(scene.now + LASTS),
    }
    said = {
        "reason": told,
        "doc": dict(doc),
        "on": _states(scene, case, doc),
        "who": {"accounts": _accounts(scene), "roles": _roles(scene, scene.by)},
    }
    return scene.event(_KIND, name, "propose", None, card, said, case=case)


class Proposals:
    """Where proposals are listed, carried and refused.

    Args:
        acting: puts the questions and acts.
        carriers: what is proposed -> how it is carried.
    """

    def __init__(self, acting: Acting, carriers: Mapping[str, Carrier]) -> None:
        self._acting = acting
        self._carriers = carriers

    def second(self, who: Who, name: str) -> Done:
        """Carry what another person proposed.

        Args:
            who: the second person.
            name: id of the proposal.

        Raises:
            AccessDenied: the gate says no; or there is no such proposal, for all that
                they may know.
            ActRefused: `same-person`; `proposal-outdated`; or what stands against the
                act itself.
            UnknownItem: `unknown-proposal`.
        """
        name = parse_id(_KIND, name)
        case = self._case(name)
        carrier, doc = self._wanted(name)
        action, further = carrier.asks(self._acting, case, doc)
        for other in further:
            self._acting.ask(who, action, other)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_KIND, name)
            self._judge(scene, card)
            event = scene.event(_KIND, name, "carry", card, {}, {})
            scene.is_second = True
            return [event, *carrier.carry(scene, doc)]

        done = self._acting.act(who, action, case or DESK, make)
        carrier.settle(doc)
        return done

    def refuse(self, who: Who, name: str, reason: str) -> Done:
        """Set a proposal aside; whoever may carry may refuse.

        Args:
            who: who refuses.
            name: id.
            reason: in words.

        Raises:
            RingwallError: as `second`; `reason-missing`.
        """
        name = parse_id(_KIND, name)
        case = self._case(name)

        def make(scene: Scene) -> list[Event]:
            said = {"reason": checked_text(reason, "reason")}
            card = scene.card(_KIND, name)
            scene.require("reason", name, holds=is_told(said["reason"]))
            return [scene.event(_KIND, name, "refuse", card, {}, said)]

        return self._acting.act(who, APPROVE, case or DESK, make)

    def lapse(self, who: Who, name: str) -> Done:
        """Put on record that the time of a proposal is over.

        Args:
            who: who says so.
            name: id.

        Raises:
            ActRefused: `not-overdue`.
            RingwallError: as `second`.
        """
        name = parse_id(_KIND, name)
        case = self._case(name)

        def make(scene: Scene) -> list[Event]:
            card = scene.card(_KIND, name)
            is_over = scene.now >= parse_instant(str(card.card["until"]))
            scene.require("overdue", name, holds=is_over)
            return [scene.event(_KIND, name, "lapse", card, {}, {})]

        return self._acting.act(who, _WRITE, case or DESK, make)

    def open(self, who: Who) -> list[RaidCard]:
        """Return the proposals that wait for a second person, the oldest first.

        Args:
            who: who asks; of cases that they may know of alone.
        """
        self._acting.ask(who, READ, DESK)
        visible = self._acting.visible(who)
        return self._acting.rows.find(
            RaidQuestion(_KIND, equal={"state": OPEN}, order=("idx",), visible=visible)
        )

    def _case(self, name: str) -> str:
        """Return the case of a proposal, empty if it is of none.

        Of one that there is not: a case that there is not either, so that the gate
        says the no that it says to whoever has no need to know.
        """
        return self._acting.case_of(_KIND, name)

    def _wanted(self, name: str) -> tuple[Carrier, Mapping[str, Any]]:
        """Return how a proposal is carried, and its document.

        Raises:
            ActRefused: `proposal-uncarried`.
        """
        card = self._acting.rows.card(_KIND, name)
        if card is None:
            # `scene.card` says that there is none, should anybody get there.
            return Carrier(lambda _, __: []), {}
        carrier = self._carriers.get(str(card.card["what"]))
        if carrier is None:
            raise ActRefused(
                "proposal-uncarried",
                f"nothing here carries a proposal to `{card.card['what']}`",
                next_step="use the version of ringwall in which it was proposed",
            )
        said = self._acting.rows.first({name})[name].event["said"]
        return carrier, said.get("doc", {})

    def _judge(self, scene: Scene, card: RaidCard) -> None:
        """Refuse what the same person proposed, or what no longer is as it was."""
        first = scene.rows.first({card.id})[card.id].event
        said = first["said"]
        proposer: Mapping[str, Any] = said.get("who", {})
        # Who an account belongs to may be declared otherwise in between.
        accounts = {first["by"], *proposer.get("accounts", ())}
        is_another = scene.person not in {scene.natural(one) for one in accounts}
        scene.require("another-person", card.id, holds=is_another)
        is_unchanged = (
            scene.now < parse_instant(str(card.card["until"]))
            and _still_may(scene, first["by"], proposer)
            and digest_bound(said.get("doc", {})) == card.card["binds"]
            and _states(scene, card.case, said.get("doc", {})) == said.get("on")
        )
        scene.require("unchanged", card.id, holds=is_unchanged)


def _accounts(scene: Scene) -> list[str]:
    """Return the accounts of the natural person who acts."""
    return sorted({scene.by, *scene.ground.facts.accounts(scene.person)})


def _roles(scene: Scene, person: str) -> list[str]:
    """Return the roles of who acts now; none for one who has left or is suspended."""
    try:
        subject, _ = scene.ground.facts.subject(person, scene.now)
    except FactMissing:
        return []
    return [] if subject.suspended else sorted(subject.roles)


def _still_may(scene: Scene, by: str, proposer: Mapping[str, Any]) -> bool:
    """Return whether a proposer is there, with the roles that they had then.

    What somebody proposed who has left, or may not propose any more, nobody stands for.
    """
    roles = _roles(scene, by)
    return bool(roles) and {*proposer.get("roles", ())} <= {*roles}


def _states(scene: Scene, case: str, doc: Mapping[str, Any]) -> dict[str, str | int]:
    """Return the states of what a proposal is about, and what they were last judged by.

    Who carries must have before them what the proposer had: of whatever was decided
    since, on any of the objects, neither of the two has said that the proposal still
    fits. So a proposal does not come back once another like it was carried and undone.
    """
    # Words are longer than any id, and nothing is called so.
    words = {one for one in doc.values() if isinstance(one, str)}
    named = {case, *(one for one in words if len(one) <= _LONGEST_ID)}
    found: dict[str, str | int] = {}
    decided = -1
    for name in sorted(named):
        kind, acts = _DECISIVE.get(name.partition(":")[0], ("", ()))
        card = scene.maybe(kind, name) if kind else None
        if card is None:
            continue
        found[name] = str(card.card["state"])
        last = (
            scene.rows.events(about=name, act=act, newest=True, limit=1) for act in acts
        )
        decided = max(decided, *(one.index for some in last for one in some), -1)
    return {**found, "judged": decided} if found else {}
