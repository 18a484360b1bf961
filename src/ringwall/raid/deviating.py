"""Deviations from the tables: one person proposes with a reason, a second one carries.

What the tables said stays on record beside what was decided. Must never let a deviation
take from RAID what it owns under another name than `disown`.
"""

from collections.abc import Mapping
from typing import Any, Final

from ringwall.base.errors import ActRefused, RequestError
from ringwall.gate.asker import Who
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.model.events import Event
from ringwall.raid.acting import Acting, Done
from ringwall.raid.conflicts import check_outside
from ringwall.raid.guards import demand, is_told
from ringwall.raid.proposals import Carrier, propose
from ringwall.raid.scene import Scene
from ringwall.raid.triage.outcomes import SCALES, is_owned, rank

__all__ = ["DEVIATE", "DISOWN", "Deviating", "carriers"]

DEVIATE: Final = "deviate"
DISOWN: Final = "disown"

_ASSESS: Final = "raid.assess"
_CASE: Final = "raid.case"
_FIELDS: Final = ("priority", "owner", "severity", "tlp", "lane")
# States from which two persons give a case to RAID that the tables left to a sector.
_RAISED: Final = frozenset({"triaged", "watch", "declined"})
_NUMBERS: Final = frozenset({"priority", "severity"})


class Deviating:
    """Where deviations are proposed.

    Each act takes who does it, and the case's id. Each raises AccessDenied if the
    answer is no, or if there is no such case for all that they may know; and
    ActRefused `not-triaged`, `reason-missing`, `conflict-of-interest`.

    Args:
        acting: puts the questions and acts.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def deviate(
        self, who: Who, case: str, outcomes: Mapping[str, str], reason: str
    ) -> Done:
        """Propose outcomes that the tables did not give.

        Args:
            who: the first person.
            case: id.
            outcomes: of priority, owner, severity, tlp and lane those that are to be
                others. An `owner` that leaves RAID's case to the sector disowns it.
            reason: in words.

        Raises:
            RequestError: `outcome-missing`, none is given; `outcome-unknown`.
            ActRefused: `nothing-deviates`.
        """
        _check_words(outcomes, reason)
        case = self._acting.case(who, case, _ASSESS)

        def make(scene: Scene) -> list[Event]:
            demand("reason", holds=is_told(reason), about=case)
            card = _triaged(scene, case)
            wanted = {n: w for n, w in outcomes.items() if _now(card, n) != w}
            if not wanted:
                raise ActRefused(
                    "nothing-deviates",
                    f"`{case}` has just these outcomes",
                    next_step="see them: `ringwall raid triage explain CASE`",
                )
            is_left = is_owned(_now(card, "owner")) and not is_owned(
                wanted.get("owner", "raid")
            )
            what = DISOWN if is_left else DEVIATE
            doc = {
                "case": case,
                "outcomes": wanted,
                "instead": {name: _now(card, name) for name in wanted},
                "row": str(card.card["row"]),
                "rules": str(card.card["rules"]),
            }
            return [propose(scene, case, what, doc, reason)]

        return self._acting.act(who, _ASSESS, case, make)


def carriers() -> dict[str, Carrier]:
    """Return how deviations are carried."""
    return {DEVIATE: Carrier(_carry_deviate), DISOWN: Carrier(_carry_disown)}


def _check_words(outcomes: Mapping[str, str], reason: str) -> None:
    if not outcomes:
        lacking = "an outcome" if is_told(reason) else "an outcome and a reason"
        raise RequestError(
            "outcome-missing",
            f"a deviation lacks {lacking}",
            next_step="give `--reason TEXT` and one or more of "
            + ", ".join(f"--{name}" for name in _FIELDS),
        )
    for name, word in outcomes.items():
        if name not in _FIELDS or word not in SCALES[name]:
            known = ", ".join(SCALES[name] if name in _FIELDS else _FIELDS)
            raise RequestError(
                "outcome-unknown",
                f"`{name[:40]}` is never `{word[:40]}`",
                next_step=f"one of {known}",
            )


def _now(card: RaidCard, name: str) -> str:
    value = card.card[name]
    return SCALES[name][int(value)] if name in _NUMBERS else str(value)


def _triaged(scene: Scene, case: str) -> RaidCard:
    card = scene.card(_CASE, case)
    check_outside(scene, case, scene.by)
    if not card.card["row"]:
        raise ActRefused(
            "not-triaged",
            f"`{case}` was not triaged, so there is nothing to deviate from",
            next_step=f"triage it first: `ringwall raid triage run {case}`",
        )
    return card


def _carry_deviate(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    event = _carried(scene, doc, DEVIATE)
    card = scene.latest(doc["case"])
    if not card.card["owned"] or card.card["state"] not in _RAISED:
        return [event]
    # Only what is owned is out of reach of routes and of a later triage.
    scene.require("raid-owned", card.id, holds=True)
    return [event, scene.event(_CASE, card.id, "own", card, {}, {})]


def _carry_disown(scene: Scene, doc: Mapping[str, Any]) -> list[Event]:
    return [_carried(scene, doc, DISOWN)]


def _carried(scene: Scene, doc: Mapping[str, Any], act: str) -> Event:
    """Return the event of a deviation; that the case is as it was, `proposals` sees."""
    card = _triaged(scene, doc["case"])
    scene.require("two-persons", card.id, holds=scene.is_second)
    scene.require("reason", card.id, holds=True)
    outcomes: Mapping[str, str] = doc["outcomes"]
    changes: dict[str, str | int] = {
        name: rank(name, word) if name in _NUMBERS else word
        for name, word in outcomes.items()
    }
    if "owner" in outcomes:
        changes["owned"] = int(is_owned(outcomes["owner"]))
    said = {key: doc[key] for key in ("outcomes", "instead", "row", "rules")}
    state = str(card.card["state"])
    after = "" if act == DISOWN else state
    return scene.event(_CASE, card.id, act, card, changes, said, after=after)
