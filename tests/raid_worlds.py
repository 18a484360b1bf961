"""Report, case and clock together: a small world of them, and each step out of it.

The literal machines are walked with their guards; what a person could do or say is left
open at each step, so every history is among those walked.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from ringwall.model.raid_embargo_kinds import OPEN_EMBARGO
from ringwall.model.raid_moves import Move
from ringwall.model.raid_permits import BROUGHT
from ringwall.model.raid_states import MACHINES
from ringwall.raid.guards import OWED_BY_HOST, UNDONE_CLOCKS

__all__ = [
    "ALONE",
    "CASE_MOVES",
    "GONE",
    "OWNED",
    "STARTS",
    "TWO",
    "Step",
    "World",
    "steps",
    "walk",
]

# By one person, and by two of whom none is the other's second account.
ALONE: Final = "alone"
TWO: Final = "two"
IN_FORCE: Final = frozenset({"active", "revise"})
OWNED: Final = frozenset({"owned", "coordinating", "resolved", "archived", "merged"})
GONE: Final = frozenset({"triaged", "handed-over", "watch", "declined", "new"})


class World(NamedTuple):
    """One report, the case that it is linked to, and one clock of that case.

    Attributes:
        report: state.
        case: state.
        was: of a merged case, the state before.
        clock: state.
        away: whether a merge brought the clock to the case that stays.
        owed: by whom.
        exercise: whether what the report tells of was demonstrated and not suffered.
        serious: whether the clock is one for serious incidents.
        triaged_owned: whether the last triage gave the case to RAID.
        owned: whether the case has become RAID's and no two persons changed that.
        accepted: whether a recipient has signed for the case.
    """

    report: str = ""
    case: str = ""
    was: str = ""
    clock: str = ""
    away: bool = False
    owed: str = OWED_BY_HOST
    exercise: bool = False
    serious: bool = True
    triaged_owned: bool = False
    owned: bool = False
    accepted: bool = False


class Step(NamedTuple):
    """A step from one world to another."""

    kind: str
    move: Move
    persons: str
    before: World
    after: World


def holds(guard: str, world: World, persons: str, embargo: str) -> bool:
    """Tell whether a guard can hold.

    What a person may give or leave out is taken as given: whoever leaves it out can do
    less, and reaches nothing that is not walked here.
    """
    host_open = world.owed == OWED_BY_HOST and world.clock in UNDONE_CLOCKS
    judged = {
        "two-persons": persons == TWO,
        "another-person": persons == TWO,
        "in-triaged-case": world.case not in {"", "new", "merged"},
        "no-host-clock": not host_open,
        "host-clocks-done": not host_open,
        "clocks-ended": world.clock not in UNDONE_CLOCKS,
        "raid-owned": world.triaged_owned,
        "not-raid-owned": not world.triaged_owned,
        "accepted": world.accepted,
        "not-an-exercise": not (world.exercise and world.serious),
        "embargo-not-active": embargo not in IN_FORCE,
    }
    return judged.get(guard, True)


@cache
def steps(world: World, embargo: str = "") -> tuple[Step, ...]:
    """Return each step that the machines and their guards allow.

    Args:
        world: as it is.
        embargo: state of the embargo of the case; empty for none.
    """
    return tuple(_steps(world, embargo))


def _steps(world: World, embargo: str) -> Iterator[Step]:
    for persons in (ALONE, TWO):
        for kind in ("raid.report", "raid.case", "raid.clock"):
            for move in moves_of(kind, world):
                able = all(
                    holds(guard, world, persons, embargo) for guard in move.guards
                )
                if able and is_possible(kind, move, world, embargo):
                    for after in results(kind, move, world):
                        yield Step(kind, move, persons, world, after)


def moves_of(kind: str, world: World) -> Iterator[Move]:
    state = getattr(world, kind.partition(".")[2])
    return (move for move in MACHINES[kind] if move.before == state)


def is_possible(kind: str, move: Move, world: World, embargo: str) -> bool:
    """Tell what the acts demand beside the guards of the tables."""
    if move.act == "unmerge":
        return move.after == world.was
    host_open = world.owed == OWED_BY_HOST and world.clock in UNDONE_CLOCKS
    if kind == "raid.case" and move.act == "merge":
        # Nobody who consented to keep one matter consented to keep another.
        return not host_open and embargo not in OPEN_EMBARGO
    if kind == "raid.clock":
        if move.act in BROUGHT:
            # Goes with the merge or its end: `results` brings it along.
            return False
        # `raid.case` takes an event of its clock, or the act fails with it. The case
        # that stays is in work: else it would take over nothing.
        takes = any(m.before == world.case and m.act == "clock" for m in CASE_MOVES)
        return takes or (world.away and move.act != "arm")
    if kind == "raid.case" and move.act in BROUGHT:
        # Of the case that stays; this world is of the one that goes.
        return False
    return not (kind == "raid.case" and move.act == "open" and world.report != "valid")


CASE_MOVES: Final = MACHINES["raid.case"]


def results(kind: str, move: Move, world: World) -> Iterator[World]:
    """Give the worlds that a step may lead to; a triage may find either owner."""
    moved: dict[str, Any] = {kind.partition(".")[2]: move.after}
    after = world._replace(**moved)
    if (kind, move.act) == ("raid.case", "triage"):
        yield after._replace(triaged_owned=True)
        # No table takes from RAID what it owns: `own` stands with the state.
        if not world.owned:
            yield after._replace(triaged_owned=False)
    elif kind == "raid.case" and move.act in _CHANGES:
        yield after._replace(**_CHANGES[move.act])
    elif move.act == "merge":
        yield after._replace(was=world.case, away=brings("take-over", world.clock))
    elif move.act == "unmerge":
        home = world.away and not brings("give-back", world.clock)
        yield after._replace(was="", away=home)
    else:
        yield after
    if move.act == "deviate":
        yield after._replace(owned=False, triaged_owned=False)
        # Two give to RAID what the tables did not, which is the third way to own it.
        yield after._replace(triaged_owned=True)
    if kind == "raid.report" and world.case == "triaged":
        yield after._replace(accepted=True)


_CHANGES: Final[dict[str, dict[str, Any]]] = {
    "own": {"owned": True},
    "disown": {"owned": False, "triaged_owned": False},
    "hand-over": {"accepted": False},
    "return": {"accepted": False},
}


def brings(act: str, clock: str) -> bool:
    """Tell whether the machine of clocks lets one in a state be brought along."""
    return any(m.before == clock and m.act == act for m in MACHINES["raid.clock"])


STARTS: Final = tuple(
    World(owed=owed, exercise=exercise, serious=serious)
    for owed in (OWED_BY_HOST, "others", "self")
    for exercise in (False, True)
    for serious in (False, True)
)
"""Of each sort of clock and of report, a world in which nothing has been done."""


def walk() -> list[Step]:
    """Return each step between worlds that can be reached without an embargo."""
    seen, waiting = set(STARTS), list(STARTS)
    found: list[Step] = []
    while waiting:
        for step in steps(waiting.pop()):
            found.append(step)
            if step.after not in seen:
                seen.add(step.after)
                waiting.append(step.after)
    return found
