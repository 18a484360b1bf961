"""The product of the machines of a case: each of its states that can be reached.

What the desk can be (report, case, clock) stands by itself; of each such world, a bit
of one number tells whether what is outside the desk (embargo, release) can be so at the
same time. So millions of states are walked in seconds.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from tests.raid_outer_worlds import WORKED, Outer, outer_steps
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


class Product:
    """The states of the product, walked from a desk at which nothing was done."""

    def __init__(self) -> None:
        self.outer = _outer_worlds()
        self._number = {world: i for i, world in enumerate(self.outer)}
        self._closed: dict[tuple[bool, int], int] = {}
        self._next = {
            worked: [self._mask(world, worked=worked) for world in self.outer]
            for worked in (False, True)
        }
        self.masks = {
            kind: self.where(lambda one, k=kind: _told_apart(one.state) == k)
            for kind in _KINDS
        }

    def where(self, holds: object) -> int:
        """Return the worlds outside of which something holds, as bits."""
        assert callable(holds)
        return sum(1 << i for i, one in enumerate(self.outer) if holds(one))

    @cached_property
    def reached(self) -> dict[World, int]:
        """World of the desk -> the worlds outside that can be beside it, as bits."""
        start = 1 << self._number[Outer()]
        found = {world: self._closure(world, start) for world in STARTS}
        waiting = list(found)
        while waiting:
            world = waiting.pop()
            for kind, mask in self.masks.items():
                here = found[world] & mask
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

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self.reached.values())

    def _closure(self, world: World, bits: int) -> int:
        """Return what can come of worlds outside while the desk stays as it is."""
        worked = world.case in WORKED
        known = self._closed.get((worked, bits))
        if known is not None:
            return known
        found, left = bits, bits
        while left:
            lowest = left & -left
            more = self._next[worked][lowest.bit_length() - 1] & ~found
            found |= more
            left = (left ^ lowest) | more
        self._closed[worked, bits] = found
        return found

    def _mask(self, world: Outer, *, worked: bool) -> int:
        made = (step.after for step in outer_steps(world, worked=worked))
        return sum(1 << self._number[one] for one in {*made})


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


def _told_apart(state: str) -> str:
    return {"revise": "active", "none": ""}.get(state, state)
