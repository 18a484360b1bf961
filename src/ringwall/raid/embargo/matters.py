"""What is so of a matter: told by one, taken back by two.

Must never refuse that something is out, whatever embargo there is, nor let the embargo
stand a transaction longer.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.asker import Who
from ringwall.model.events import Event
from ringwall.model.raid_embargo_kinds import BITS, OPEN_EMBARGO, OVER, RECOVERABLE
from ringwall.raid.acting import READ, Acting, Done
from ringwall.raid.embargo.standing import (
    EMBARGO,
    MATTER,
    end_events,
    expired_events,
    is_expired,
    known_matter,
    object_id,
)
from ringwall.raid.guards import is_told
from ringwall.raid.proposals import Carrier, propose
from ringwall.raid.scene import Scene
from ringwall.raid.words import checked_text

__all__ = ["RETRACT", "Matters", "retract_carrier"]

RETRACT: Final = "matter-retract"
"""What is proposed where something that was told of a matter was not so."""

_WRITE: Final = "raid.write"
_NOTHING: Final = "matter-nothing-told"


class Matters:
    """Where it is told what is so of the matter of a case.

    Each raises AccessDenied if the answer is no, or if there is no such case for all
    that who asks may know.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def tell(
        self,
        who: Who,
        case: str,
        bits: Collection[str],
        recoverable: str,
        evidence: str,
    ) -> Done:
        """Put on record what is so; ends an embargo in the same transaction.

        Args:
            who: who tells.
            case: id.
            bits: of `BITS`.
            recoverable: of `RECOVERABLE`; empty for nothing new.
            evidence: what shows it, in words.

        Raises:
            RequestError: `matter-fact-unknown`; or as `checked_text`.
            ActRefused: `matter-evidence-missing`; `matter-nothing-told`, all of it is
                on record; `matter-easier`, one person does not say that what got out
                is back.
        """
        _check_words(bits, recoverable)
        told = checked_text(evidence, "evidence")
        if not is_told(told):
            raise ActRefused(
                "matter-evidence-missing",
                "what is so of a matter is for somebody to show",
                next_step="say with --evidence what shows it",
            )
        case = self._acting.case(who, case, _WRITE)

        def make(scene: Scene) -> list[Event]:
            return _told(scene, case, bits, recoverable, told)

        return self._acting.act(who, _WRITE, case, make)

    def retract(
        self, who: Who, case: str, bits: Collection[str], recoverable: str, reason: str
    ) -> Done:
        """Propose that something that was told was not so; another person carries it.

        An embargo that it ended stays ended.

        Args:
            who: the first person.
            case: id.
            bits: of `BITS`, all of which were told.
            recoverable: what it is instead; empty for as it is.
            reason: in words.

        Raises:
            RequestError: `matter-fact-unknown`.
            ActRefused: `matter-nothing-told`; `reason-missing`.
            UnknownItem: `unknown-matter`.
        """
        _check_words(bits, recoverable)
        case = self._acting.case(who, case, _WRITE)
        doc = {"case": case, "bits": sorted(bits), "recoverable": recoverable}

        def make(scene: Scene) -> list[Event]:
            _without(scene, doc)
            return [propose(scene, case, RETRACT, doc, reason)]

        return self._acting.act(who, _WRITE, case, make)

    def show(self, who: Who, case: str) -> dict[str, str | int]:
        """Return what is so of the matter of a case, and of those merged into it."""
        case = self._acting.case(who, case, READ)
        self._acting.ask(who, READ, case)
        return known_matter(self._acting.rows, case)


def retract_carrier() -> Carrier:
    """Return how it is carried that something was not so."""
    return Carrier(_carry)


def _told(
    scene: Scene, case: str, bits: Collection[str], recoverable: str, evidence: str
) -> list[Event]:
    name = object_id(MATTER, case)
    before = scene.maybe(MATTER, name)
    known: Mapping[str, str | int] = {} if before is None else before.card
    was = str(known.get("recoverable", ""))
    if recoverable and RECOVERABLE.index(recoverable) < RECOVERABLE.index(was):
        raise ActRefused(
            "matter-easier",
            f"it is on record as {was}, and one person does not take that back",
            next_step="propose it: `ringwall raid matter retract CASE`",
        )
    changes: dict[str, str | int] = {
        bit: 1 for bit in BITS if bit in bits and not known.get(bit)
    }
    if recoverable not in ("", was):
        changes["recoverable"] = recoverable
    if not changes:
        raise _nothing("all of this is on record")
    said = {"evidence": evidence}
    events = [scene.event(MATTER, name, "tell", before, changes, said, case=case)]
    out = [bit for bit in OVER if bit in changes]
    embargo = scene.maybe(EMBARGO, object_id(EMBARGO, case))
    if is_expired(embargo, scene.now):
        # Its time was over before that was told.
        events += expired_events(scene, case)
    elif out and embargo is not None and embargo.card["state"] in OPEN_EMBARGO:
        events += end_events(scene, case, OVER[out[0]], holds=True)
    return events


def _without(scene: Scene, doc: Mapping[str, Any]) -> dict[str, str | int]:
    """Return what changes where something was not so."""
    name = object_id(MATTER, doc["case"])
    card = scene.card(MATTER, name).card
    changes: dict[str, str | int] = dict.fromkeys(doc["bits"], 0)
    if doc["recoverable"]:
        changes["recoverable"] = doc["recoverable"]
    if not changes or any(card[name] == value for name, value in changes.items()):
        raise _nothing("not all of this was told")
    return changes


def _carry(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    name = object_id(MATTER, doc["case"])
    changes = _without(scene, doc)
    scene.require("two-persons", name, holds=scene.is_second)
    # `propose` took it.
    scene.require("reason", name, holds=True)
    card = scene.card(MATTER, name)
    return [scene.event(MATTER, name, "retract", card, changes, {})]


def _check_words(bits: Collection[str], recoverable: str) -> None:
    odd = [bit for bit in bits if bit not in BITS]
    if odd or recoverable not in RECOVERABLE:
        raise RequestError(
            "matter-fact-unknown",
            f"`{(odd or [recoverable])[0][:40]}` is nothing that is told of a matter",
            next_step=f"one of {', '.join(BITS)}; --recoverable is one of "
            f"{', '.join(RECOVERABLE[1:])}",
        )


def _nothing(message: str) -> ActRefused:
    return ActRefused(
        _NOTHING, message, next_step="`ringwall raid matter show CASE` shows it"
    )
