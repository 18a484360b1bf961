"""Integrity tests drawn by lot: who, by which root of the log, and by which rule.

A size that the log has yet to reach is named first; the root that it has there decides.
Anybody can work a draw out again. Must never let one count whose size was not named
before the log had it.
"""

import base64
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ringwall.base.clock import parse_instant
from ringwall.matters.reviews import instant_told

__all__ = ["AGAIN", "WEEK", "Draw", "Draws", "TestPlan", "chosen"]

WEEK: Final = 7 * 24 * 3600 * 1_000_000
"""How long a slot lasts, in microseconds."""
AGAIN: Final = 26
"""Of so many who have been drawn before, one is drawn again: nobody is through."""

_ROOT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw on record.

    Attributes:
        index: of its entry.
        at: instant.
        slot: which week of the plan, counted from 0.
        size: of the tree whose root decided.
        root: that root, 32 bytes, or empty if what is on record is none.
        people: who were drawn, sorted.
    """

    index: int
    at: int
    slot: int
    size: int
    root: bytes
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestPlan:
    """Of whom tests are drawn in a period, each at least once.

    Attributes:
        id: its id.
        index: of the entry that began it.
        first: instant at which the first slot begins.
        until: instant at which the last one is over.
        people: their ids, sorted.
        sizes: slot -> size that was named for it, and index of the entry.
        draws: in the order of the record; of a slot only the first counts.
    """

    # Not a test, whatever its name begins with.
    __test__ = False

    id: str
    index: int
    first: int
    until: int
    people: tuple[str, ...]
    sizes: dict[int, tuple[int, int]] = field(default_factory=dict)
    draws: tuple[Draw, ...] = ()

    @property
    def slots(self) -> int:
        """How many weeks there are, a part of one counted as one."""
        return max(-(-(self.until - self.first) // WEEK), 1)

    def begins(self, slot: int) -> int:
        """Return the instant at which a slot begins."""
        return self.first + slot * WEEK

    def drawn(self, slot: int) -> Draw | None:
        """Return the draw of a slot, None if there is none."""
        return next((draw for draw in self.draws if draw.slot == slot), None)

    def next_slot(self) -> int | None:
        """Return the first slot that has not been drawn, None if all have been."""
        done = {draw.slot for draw in self.draws}
        return next((slot for slot in range(self.slots) if slot not in done), None)

    def before(self, slot: int) -> frozenset[str]:
        """Return whom the earlier slots have drawn."""
        earlier = (draw.people for draw in self.draws if draw.slot < slot)
        return frozenset[str]().union(*earlier)


def chosen(plan: TestPlan, slot: int, root: bytes) -> tuple[str, ...]:
    """Return whom a root chooses in a slot of a plan, sorted.

    For each person HMAC-SHA256 with the root as key, over plan, slot and person parted
    by `|`, is a fraction of 2^256. Below one in as many slots as are left it chooses
    who has not been drawn yet, so that in the last slot it chooses all of them; below
    one in `AGAIN` it chooses who has been.

    Args:
        plan: with the draws of all earlier slots.
        slot: counted from 0.
        root: 32 bytes.
    """
    left = plan.slots - slot
    before = plan.before(slot)
    return tuple(
        person
        for person in plan.people
        if _is_below(
            hmac.digest(root, f"{plan.id}|{slot}|{person}".encode(), "sha256"),
            AGAIN if person in before else left,
        )
    )


def _is_below(lot: bytes, one_in: int) -> bool:
    """Return whether a lot, as a fraction of 2^256, is less than one in so many."""
    return int.from_bytes(lot, "big") * one_in < 1 << 8 * len(lot)


class Draws:
    """All plans of a log and what was drawn; values are replaced whole, never changed.

    An entry of a plan that names a size for a slot a second time, or for a slot that
    the plan has not, or a size that the log had when it was written, is left out. So is
    a draw of what is no plan.
    """

    def __init__(self) -> None:
        self._by_id: dict[str, TestPlan] = {}

    def take_in(self, index: int, event: dict[str, Any]) -> None:
        """Take in an event of a plan or a draw, in the order of the log."""
        name = event["id"] if event["kind"] == "tests.planned" else event["plan"]
        known = self._by_id.get(name)
        if event["kind"] == "tests.planned":
            plan = _begun(index, event) if known is None else known
            self._by_id[name] = _named(plan, index, event)
        elif known is not None:
            draw = _draw(index, event)
            self._by_id[name] = replace(known, draws=(*known.draws, draw))

    def all(self) -> tuple[TestPlan, ...]:
        """Return every plan there ever was, the oldest first."""
        return tuple(self._by_id.values())

    def last(self) -> TestPlan | None:
        """Return the latest plan, None if there is none."""
        return next(reversed(self._by_id.values()), None)

    def tested(self) -> Iterator[tuple[str, int]]:
        """Give each person that was drawn, and the instant of the draw."""
        for plan in self._by_id.values():
            for draw in plan.draws:
                yield from ((person, draw.at) for person in draw.people)


def _begun(index: int, event: dict[str, Any]) -> TestPlan:
    at = parse_instant(event["at"])
    first = instant_told(event["first"], at)
    return TestPlan(
        id=event["id"],
        index=index,
        first=first,
        until=instant_told(event["until"], first),
        people=tuple(sorted(set(event["people"]))),
    )


def _named(plan: TestPlan, index: int, event: dict[str, Any]) -> TestPlan:
    """Return the plan with the size that an entry names for one of its slots."""
    # Of a text that names no instant: before the plan, so of no slot.
    begins = instant_told(event["first"], plan.first - 1)
    slot, rest = divmod(begins - plan.first, WEEK)
    is_slot = not rest and 0 <= slot < plan.slots and slot not in plan.sizes
    # The tree of `index + 1` entries is the first with this one: somebody else's has
    # to follow it.
    if not is_slot or event["size"] <= index + 1:
        return plan
    return replace(plan, sizes={**plan.sizes, slot: (event["size"], index)})


def _draw(index: int, event: dict[str, Any]) -> Draw:
    return Draw(
        index=index,
        at=parse_instant(event["at"]),
        slot=event["slot"],
        size=event["size"],
        root=_root(event["root"]),
        people=tuple(event["people"]),
    )


def _root(text: str) -> bytes:
    try:
        root = base64.b64decode(text, validate=True)
    except ValueError:  # binascii's own is one; what is not ASCII raises another
        return b""
    return root if len(root) == _ROOT_BYTES else b""
