"""Random histories of a case, its clock, embargo, release: any act let through.

For `tests.oracle.raid_invariants`, which sees of each act what stands on record.
"""

from functools import cache
from random import Random
from typing import Final, NamedTuple

from ringwall.raid.guards import OWED_BY_HOST
from tests.oracle.raid_invariants import Entry, Monitor
from tests.raid_outer_worlds import WORKED, Outer, OuterStep, binds, outer_steps
from tests.raid_release_worlds import Around, Release, ReleaseStep, release_steps
from tests.raid_worlds import STARTS, TWO, Step, World, steps

__all__ = ["Found", "forget", "histories"]

_LONGEST: Final = 70


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


class Whole(NamedTuple):
    """A world of all machines.

    Attributes:
        desk: report, case and clock.
        outer: embargo and matter.
        release: of the case.
    """

    desk: World
    outer: Outer
    release: Release


def histories(count: int, seed: int, until: int = 0) -> Found:
    """Play histories of at most seventy steps each, and have each act judged.

    Args:
        count: of histories.
        seed: of chance.
        until: number of an invariant; once it is broken no more is played.
    """
    chance = Random(seed)
    acts, lost = 0, 0
    broken: set[int] = set()
    for number in range(count):
        world = Whole(STARTS[number % len(STARTS)], Outer(), Release())
        desk = world.desk
        monitor = Monitor(
            exercise=desk.exercise, serious=desk.serious, host=desk.owed == OWED_BY_HOST
        )
        for _ in range(chance.randrange(_LONGEST)):
            world, told = _acted(chance, world)
            acts += len(told)
            broken |= monitor.take(told)
        if until in broken:
            break
        lost += not monitor.leads_to(
            {
                "raid.report": world.desk.report,
                "raid.case": world.desk.case,
                "raid.clock": world.desk.clock,
                "raid.embargo": world.outer.state,
                "raid.release": world.release.state,
            }
        )
    return Found(acts, frozenset(broken), lost)


def forget() -> None:
    """Forget what steps there are, where a test changes the machines."""
    for known in (steps, outer_steps, release_steps, _sorted, _releasing):
        known.cache_clear()


def _acted(chance: Random, world: Whole) -> tuple[Whole, tuple[Entry, ...]]:
    """Return what comes of some act, and its transaction."""
    desk, outer, release = world
    others = _releasing(release, Around(desk.case, binds(outer)))
    sorts, weights = _sorted(desk, outer)
    weight = sum(others.weights)
    if chance.random() * (weight + sum(weights)) < weight:
        told = chance.choice(chance.choices(*others)[0])
        return world._replace(release=told.after), _of_release(told)
    step = chance.choice(chance.choices(sorts, weights)[0])
    if isinstance(step, Step):
        return world._replace(desk=step.after), _of_desk(step)
    return world._replace(outer=step.after), _of_outer(step)


class _Releasing(NamedTuple):
    """Steps of a release by their sorts, and how often each sort is taken."""

    sorts: tuple[tuple[ReleaseStep, ...], ...]
    weights: tuple[float, ...]


@cache
def _releasing(world: Release, around: Around) -> _Releasing:
    found = release_steps(world, around)
    named: dict[str, tuple[ReleaseStep, ...]] = {}
    for step in found:
        name = step.act if step.act in _WEIGHTS else "raid.release"
        name = name if step.act else "recipient"
        named[name] = (*named.get(name, ()), step)
    return _Releasing(tuple(named.values()), tuple(_WEIGHTS[name] for name in named))


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
# would ever come to an end. A release is always open to be written anew.
_WEIGHTS: Final = {
    "note": 0.5,
    "raid.report": 1.0,
    "raid.case": 4.0,
    "raid.clock": 3.0,
    "raid.embargo": 3.0,
    "party": 2.0,
    "raid.release": 3.0,
    "amend": 0.3,
    "recipient": 0.7,
    "raid.matter": 0.2,
}
# What is told of a matter stands in its columns; it has no other state.
_MATTER: Final = ""


def _of_desk(step: Step) -> tuple[Entry, ...]:
    move = step.move
    by_two = step.persons == TWO
    raids = step.before.triaged_owned
    return (Entry(step.kind, move.act, move.before, move.after, by_two, raids=raids),)


def _of_release(step: ReleaseStep) -> tuple[Entry, ...]:
    if not step.act:
        return ()
    states = (step.before.state, step.after.state)
    by_two = step.persons == TWO
    return (Entry("raid.release", step.act, *states, by_two, covered=step.covered),)


def _of_outer(step: OuterStep) -> tuple[Entry, ...]:
    was = {"raid.embargo": step.before.state, "raid.matter": _MATTER}
    now = {"raid.embargo": step.after.state, "raid.matter": _MATTER}
    by_two = step.persons == TWO
    return tuple(
        Entry(kind, act, was[kind], now[kind], by_two, out=step.after.out)
        for kind, act in step.acts
    )
