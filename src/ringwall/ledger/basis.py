"""The basis: the events that decisions rest on, as an index and a tally.

In force are the latest event of each entity, the latest policy and all that says
what the institute is. The tally is one number for that whole set, cheap to keep up to
date; with it in the signed head, no event can be taken out of force, or put back
in, without a record. Must never be computed from what a table claims alone.
"""

from collections.abc import Iterable
from hashlib import shake_128
from typing import Final, Self

from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.hashing import HASH_SIZE

__all__ = ["TALLY_SIZE", "Basis"]

TALLY_SIZE: Final = 256
"""Bytes of a tally."""

# A sum of hashes over a modulus this wide is a hash of the set (AdHash: Bellare,
# Micciancio 1997). The best way known to two sets with one sum (Wagner 2002) costs
# over 2^100 steps with all the events that a log of 2^24 facts offers to choose
# from; a sum over 256 bits would be easy prey.
_MODULUS: Final = 1 << (8 * TALLY_SIZE)


class Basis:
    """The set of events in force; mutable, new ones are empty.

    Args:
        last: index of the latest event that was ever put in force, -1 for none.
        tally: what `tally` gave.

    Raises:
        ValueError: the tally does not have 256 bytes.
    """

    __slots__ = ("_sum", "last")

    def __init__(self, last: int = -1, tally: bytes = bytes(TALLY_SIZE)) -> None:
        if len(tally) != TALLY_SIZE:
            raise ValueError(f"a tally has {TALLY_SIZE} bytes")
        self.last = last
        self._sum = int.from_bytes(tally)

    @property
    def tally(self) -> bytes:
        """The 256 bytes that stand for the set, whatever the order it came in."""
        return self._sum.to_bytes(TALLY_SIZE)

    def put_in_force(self, events: Iterable[tuple[object, object]]) -> None:
        """Add events, each given by its index and leaf hash.

        Raises:
            ValueError: something is no index or no hash of 32 bytes.
        """
        self._move(events, 1)

    def take_out(self, events: Iterable[tuple[object, object]]) -> None:
        """Remove events that others replace; as `put_in_force`."""
        self._move(events, -1)

    def copy(self) -> Self:
        """Return a basis of the same events that moves on its own."""
        return type(self)(self.last, self.tally)

    def _move(self, events: Iterable[tuple[object, object]], sign: int) -> None:
        total, last = 0, self.last
        for index, leaf in events:
            # They may come from tables that have been tampered with.
            if not isinstance(index, int) or not 0 <= index <= MAX_TREE_SIZE:
                raise ValueError("an event in force has an index")
            if not isinstance(leaf, bytes) or len(leaf) != HASH_SIZE:
                raise ValueError(f"entry {index} has no leaf hash")
            last = max(last, index)
            # Eight bytes and 32: of fixed lengths, so no two events look alike.
            seen = index.to_bytes(8) + leaf
            total += int.from_bytes(shake_128(seen).digest(TALLY_SIZE))
        self.last = last
        self._sum = (self._sum + sign * total) % _MODULUS
