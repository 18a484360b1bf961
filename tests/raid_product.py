"""The product of the machines of a case: each of its states that can be reached.

What the desk can be (report, case, clock) stands by itself; of each such world, a bit
of one number tells whether what is outside the desk (an embargo, and a release) can be
so at the same time. So millions of states are walked in seconds, and none is left out.

What ties the parts together, and is all that does:

- embargo -> report, case, clock: its state, as far as the desk tells it apart.
- case -> embargo: whether it is worked on.
- case -> release: whether anything is told of it.
- embargo -> release: whether it is in force.

No act on anything else asks for a release; a test holds the tables against that.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

from ringwall.model.raid_release_kinds import ROUTABLE
from tests.raid_outer_worlds import WORKED, Outer, binds, outer_steps
from tests.raid_release_worlds import Around, Release, release_steps
from tests.raid_worlds import STARTS, Step, World, steps

__all__ = ["Product", "Reached"]

_KINDS: Final = ("", "proposed", "active", "exited")
"""States of an embargo that the desk tells apart; `revise` is in force as `active`."""


class Reached(NamedTuple):
    """A step of the desk that can be made, and beside what.

    Attributes:
        step: the step.
        beside: each world outside beside which it is possible.
    """

    step: Step
    beside: int


class _Case(NamedTuple):
    """What of a case is asked for outside the desk."""

    worked: bool
    routable: bool


class Product:
    """The states of the product, walked from a desk at which nothing was done."""

    def __init__(self) -> None:
        self.outer = _outer_worlds()
        self.releases = _release_worlds()
        self.pairs = [(one, other) for one in self.outer for other in self.releases]
        self._number = {pair: i for i, pair in enumerate(self.pairs)}
        self._closed: dict[tuple[_Case, int], int] = {}
        self._next: dict[_Case, list[int]] = {}
        self.masks = {kind: self._of_kind(kind) for kind in _KINDS}

    def where(self, holds: Callable[[Outer], bool]) -> int:
        """Return the worlds outside in whose embargo something holds, as bits."""
        return sum(1 << i for i, (one, _) in enumerate(self.pairs) if holds(one))

    def _of_kind(self, kind: str) -> int:
        return self.where(lambda one: _told_apart(one.state) == kind)

    @cached_property
    def reached(self) -> dict[World, int]:
        """World of the desk -> the worlds outside that can be beside it, as bits."""
        start = 1 << self._number[Outer(), Release()]
        found = {world: self._closure(world, start) for world in STARTS}
        gone_on = dict.fromkeys(found, 0)
        waiting = list(found)
        while waiting:
            world = waiting.pop()
            # What was there before has been gone on from.
            new = found[world] & ~gone_on.get(world, 0)
            gone_on[world] = found[world]
            for kind, mask in self.masks.items():
                here = new & mask
                for step in steps(world, kind) if here else ():
                    before = found.get(step.after, 0)
                    after = self._closure(step.after, before | here)
                    if after != before:
                        found[step.after] = after
                        waiting.append(step.after)
        return found

    def made(self) -> Iterator[Reached]:
        """Give each step of the desk that can be made, of each kind of embargo."""
        for world, bits in self.reached.items():
            for kind, mask in self.masks.items():
                if bits & mask:
                    for step in steps(world, kind):
                        yield Reached(step, bits & mask)

    def told(self) -> set[tuple[Around, Release]]:
        """Return each release that can be, and beside what of the desk."""
        beside: dict[str, int] = {}
        for world, bits in self.reached.items():
            beside[world.case] = beside.get(world.case, 0) | bits
        return {
            (Around(case, binds(outer)), release)
            for case, bits in beside.items()
            for i, (outer, release) in enumerate(self.pairs)
            if bits >> i & 1
        }

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self.reached.values())

    def _closure(self, world: World, bits: int) -> int:
        """Return what can come of worlds outside while the desk stays as it is."""
        case = _Case(world.case in WORKED, world.case in ROUTABLE)
        known = self._closed.get((case, bits))
        if known is not None:
            return known
        following = self._following(world.case, case)
        found, left = bits, bits
        while left:
            lowest = left & -left
            more = following[lowest.bit_length() - 1] & ~found
            found |= more
            left = (left ^ lowest) | more
        self._closed[case, bits] = found
        return found

    def _following(self, state: str, case: _Case) -> list[int]:
        """Return of each world outside those that one step leads to."""
        if case not in self._next:
            self._next[case] = [
                sum(1 << self._number[one] for one in {*self._after(pair, state)})
                for pair in self.pairs
            ]
        return self._next[case]

    def _after(
        self, pair: tuple[Outer, Release], state: str
    ) -> Iterator[tuple[Outer, Release]]:
        outer, release = pair
        for step in outer_steps(outer, worked=state in WORKED):
            yield step.after, release
        for other in release_steps(release, Around(state, binds(outer))):
            yield outer, other.after


def _outer_worlds() -> list[Outer]:
    """Return each world outside that can be reached beside some case."""
    seen, waiting = {Outer()}, [Outer()]
    while waiting:
        world = waiting.pop()
        for worked in (False, True):
            new = {step.after for step in outer_steps(world, worked=worked)} - seen
            seen |= new
            waiting += new
    return sorted(seen)


def _release_worlds() -> list[Release]:
    """Return each release that can be reached in some case, under some embargo."""
    seen, waiting = {Release()}, [Release()]
    while waiting:
        world = waiting.pop()
        for case in ("triaged", "merged"):
            for in_force in (False, True):
                steps_out = release_steps(world, Around(case, in_force))
                new = {step.after for step in steps_out} - seen
                seen |= new
                waiting += new
    return sorted(seen)


def _told_apart(state: str) -> str:
    return {"revise": "active", "none": ""}.get(state, state)
