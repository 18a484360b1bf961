"""Random histories of a case, its clock, its embargo: any act that is let through.

For `tests.oracle.raid_invariants`, which sees of each act what stands on record.
"""

from functools import cache
from random import Random
from typing import Final, NamedTuple

from ringwall.raid.guards import OWED_BY_HOST
from tests.oracle.raid_invariants import Entry, Monitor
from tests.raid_outer_worlds import WORKED, Outer, OuterStep, outer_steps
from tests.raid_worlds import STARTS, TWO, Step, World, steps

__all__ = ["Found", "forget", "histories"]

_LONGEST: Final = 50


class Found(NamedTuple):
    """What many histories came to.

    Attributes:
        acts: how many acts there were.
        broken: numbers of the invariants that some broke.
        lost: worlds which what was on record did not lead to; a replay would differ.
    """

    acts: int
    broken: frozenset[int]
    lost: int


def histories(count: int, seed: int, until: int = 0) -> Found:
    """Play histories of at most fifty acts each, and have each act judged.

    Args:
        count: of histories.
        seed: of chance.
        until: number of an invariant; once it is broken no more is played.
    """
    chance = Random(seed)
    acts, lost = 0, 0
    broken: set[int] = set()
    for number in range(count):
        desk, outer = STARTS[number % len(STARTS)], Outer()
        monitor = Monitor(
            exercise=desk.exercise, serious=desk.serious, host=desk.owed == OWED_BY_HOST
        )
        for _ in range(chance.randrange(_LONGEST)):
            desk, outer, told = _acted(chance, desk, outer)
            acts += len(told)
            broken |= monitor.take(told)
        if until in broken:
            break
        lost += not monitor.leads_to(
            {
                "raid.report": desk.report,
                "raid.case": desk.case,
                "raid.clock": desk.clock,
                "raid.embargo": outer.state,
            }
        )
    return Found(acts, frozenset(broken), lost)


def forget() -> None:
    """Forget what steps there are, where a test changes the machines."""
    for known in (steps, outer_steps, _sorted):
        known.cache_clear()


def _acted(
    chance: Random, desk: World, outer: Outer
) -> tuple[World, Outer, tuple[Entry, ...]]:
    """Return what comes of some act, and its transaction."""
    sorts, weights = _sorted(desk, outer)
    step = chance.choice(chance.choices(sorts, weights)[0])
    if isinstance(step, Step):
        return step.after, outer, _of_desk(step)
    return desk, step.after, _of_outer(step)


@cache
def _sorted(
    desk: World, outer: Outer
) -> tuple[list[list[Step | OuterStep]], list[float]]:
    """Return each sort of step that is possible, and how often it is taken."""
    sorts: dict[str, list[Step | OuterStep]] = {}
    for step in steps(desk, outer.state):
        name = "note" if step.after == desk else step.kind
        sorts.setdefault(name, []).append(step)
    for other in outer_steps(outer, worked=desk.case in WORKED):
        kind = other.acts[0][0] if other.acts else "party"
        if other.after != outer:
            sorts.setdefault(kind, []).append(other)
    return [*sorts.values()], [_WEIGHTS[name] for name in sorts]


# Notes can always be made, and a matter that is out leaves little to do: else little
# would ever come to an end.
_WEIGHTS: Final = {
    "note": 0.5,
    "raid.report": 1.0,
    "raid.case": 4.0,
    "raid.clock": 3.0,
    "raid.embargo": 3.0,
    "party": 2.0,
    "raid.matter": 0.2,
}
# What is told of a matter stands in its columns; it has no other state.
_MATTER: Final = ""


def _of_desk(step: Step) -> tuple[Entry, ...]:
    move = step.move
    by_two = step.persons == TWO
    raids = step.before.triaged_owned
    return (Entry(step.kind, move.act, move.before, move.after, by_two, raids=raids),)


def _of_outer(step: OuterStep) -> tuple[Entry, ...]:
    was = {"raid.embargo": step.before.state, "raid.matter": _MATTER}
    now = {"raid.embargo": step.after.state, "raid.matter": _MATTER}
    by_two = step.persons == TWO
    return tuple(
        Entry(kind, act, was[kind], now[kind], by_two, out=step.after.out)
        for kind, act in step.acts
    )
