"""Which case keeps a clock while cases are merged and parted again.

What still runs goes to the case that stays, with its arithmetic, and comes home when
the merge is undone. Must never leave an open clock in a case in which nobody can act.
"""

from collections.abc import Sequence
from typing import Final

from ringwall.base.errors import ActRefused
from ringwall.ledger.asking.raid_rows import RaidCard, RaidQuestion
from ringwall.model.events import Event
from ringwall.raid.scene import Scene
from ringwall.raid.timing import (
    OPEN,
    arithmetic_kept,
    case_clocks,
    check_exercise,
    dues_of,
    is_exercise,
)

__all__ = [
    "check_home",
    "check_taken",
    "comes_home",
    "give_back",
    "open_clocks",
    "take_over",
]

_CASE: Final = "raid.case"
_CLOCK: Final = "raid.clock"
_ARCHIVED: Final = "archived"
_MERGED: Final = "merged"
_TAKE: Final = "take-over"
_GIVE: Final = "give-back"


def open_clocks(scene: Scene, case: str) -> list[RaidCard]:
    """Return the clocks of a case for which something is still to be done.

    Args:
        scene: of the act.
        case: id.
    """
    return [one for one in case_clocks(scene, case) if one.card["state"] in OPEN]


def check_taken(scene: Scene, clocks: Sequence[RaidCard], into: RaidCard) -> None:
    """Refuse that a case takes over clocks that could not go on in it.

    Args:
        scene: of the act.
        clocks: those that are open in the case that goes.
        into: the case that stays.

    Raises:
        ActRefused: `clock-stranded`, it is put away; `clock-of-an-exercise`, what was
            only demonstrated has no clock for serious incidents running.
    """
    if not clocks:
        return
    if into.card["state"] == _ARCHIVED:
        raise ActRefused(
            "clock-stranded",
            f"`{into.id}` is archived, and `{clocks[0].id}` is still open in the other",
            next_step="merge the other way round: what is archived into what is not",
        )
    if is_exercise(into.card):
        step = "merge the other way round, or assess the case anew"
        check_exercise(scene, clocks, into.id, step)


def check_home(scene: Scene, clocks: Sequence[RaidCard], case: RaidCard) -> None:
    """Refuse that clocks go back to a case in which they must not run.

    Args:
        scene: of the undoing.
        clocks: as of `comes_home`.
        case: the one that is to be one of its own again.

    Raises:
        ActRefused: `clock-of-an-exercise`, one was started while it was elsewhere.
    """
    if is_exercise(case.card):
        step = "meet the clock, or have it voided, then undo the merge"
        check_exercise(scene, clocks, case.id, step)


def take_over(scene: Scene, clocks: Sequence[RaidCard], into: RaidCard) -> list[Event]:
    """Return the events by which a case takes over the clocks of one merged into it.

    Args:
        scene: of the merge, by two persons.
        clocks: those that are open in the case that goes; none where the one that
            stays is archived.
        into: the case that stays. It has an event of the merge, clocks or none, so
            that what is done to it meanwhile is made anew, with the other in it.
    """
    if into.card["state"] == _ARCHIVED:
        return []
    own = case_clocks(scene, into.id)
    made = [_brought(scene, one, into.id, _TAKE, _home(one)) for one in clocks]
    return [*made, _gathered(scene, into, [*own, *clocks], _TAKE)]


def comes_home(scene: Scene, case: str, top: str) -> list[RaidCard]:
    """Return the clocks that go back to a case once its merge is undone.

    Args:
        scene: of the undoing.
        case: id of the case that was merged away.
        top: id of the case that it is part of by now.
    """
    family = _family(scene, case)
    clocks = case_clocks(scene, top)
    return [one for one in clocks if one.card["home"] in family]


def give_back(
    scene: Scene, clocks: Sequence[RaidCard], case: str, top: RaidCard
) -> list[Event]:
    """Return the events by which clocks go back to a case that was merged away.

    Args:
        scene: of the undoing, by two persons.
        clocks: as of `comes_home`; without any nothing is done.
        case: id of the case that is one of its own again.
        top: the case that had them.
    """
    if not clocks:
        return []
    gone = {one.id for one in clocks}
    left = [one for one in case_clocks(scene, top.id) if one.id not in gone]
    made = []
    for one in clocks:
        home = "" if one.card["home"] == case else str(one.card["home"])
        made.append(_brought(scene, one, case, _GIVE, home))
    return [*made, _gathered(scene, top, left, _GIVE)]


def _home(clock: RaidCard) -> str:
    """Return the case that a clock goes back to: the one that it was armed for."""
    return str(clock.card["home"]) or clock.case


def _brought(scene: Scene, clock: RaidCard, case: str, act: str, home: str) -> Event:
    """Return the event by which a clock changes its case, and nothing else."""
    scene.require("two-persons", clock.id, holds=scene.is_second)
    told = arithmetic_kept(clock)
    return scene.event(_CLOCK, clock.id, act, clock, {"home": home}, told, case=case)


def _gathered(
    scene: Scene, case: RaidCard, clocks: Sequence[RaidCard], act: str
) -> Event:
    """Return the event of a case whose deadlines are those of some clocks from now."""
    scene.require("two-persons", case.id, holds=scene.is_second)
    changes = dues_of([one.card for one in clocks])
    return scene.event(_CASE, case.id, act, case, changes, {})


def _family(scene: Scene, case: str) -> list[str]:
    """Return a case and all that were merged into it, by way of others too."""
    family = [case]
    for one in family:
        asked = RaidQuestion(_CASE, equal={"redirect": one, "state": _MERGED})
        family += [card.id for card in scene.rows.find(asked) if card.id not in family]
    return family
