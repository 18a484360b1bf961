"""Which entries are not the signed ones, if the leaves do not add up to a signed root.

Complete tiles tell; behind the last of them it is tried which two leaves, exchanged,
give the root. Must never name an entry that the signed root does not speak against.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import combinations
from typing import NamedTuple

from ringwall.ledger.verification.tree_walk import TreeWalk

__all__ = ["Accused", "accuse"]


class Accused(NamedTuple):
    """The entries that keep the leaves from the signed root.

    Attributes:
        moved: sorted indices of entries that stand in each other's place.
        replaced: sorted indices of entries in place of others that are gone.
    """

    moved: tuple[int, ...]
    replaced: tuple[int, ...]


def accuse(tree: TreeWalk, root: bytes) -> Accused | None:
    """Return the entries that are wrong if the root is right, None if none explain it.

    Args:
        tree: of all leaves, whose root is another.
        root: the signed one, of as many leaves.
    """
    wrong = {
        index: (leaf, told)
        for misfit in tree.misfits
        for index, leaf, told in misfit.leaves
    }
    if not wrong:
        pair = _exchanged_in_tail(tree, root)
        return pair and Accused(pair, ())
    tail, moved = _mended_tail(tree, wrong)
    if tree.root_by_tiles(tail) != root:
        return None
    found = {leaf for leaf, _ in wrong.values()} | {tree.tail[i] for i in moved}
    first = tree.size - len(tree.tail)
    strayed = {index for index, (_, told) in wrong.items() if told in found}
    others = set(wrong) - strayed
    return Accused(
        tuple(sorted(strayed | {first + i for i in moved})), tuple(sorted(others))
    )


def _mended_tail(
    tree: TreeWalk, wrong: dict[int, tuple[bytes, bytes]]
) -> tuple[list[bytes], list[int]]:
    """Return the tail with leaves that belong into a tile changed for those there.

    Also the places in it that were changed.
    """
    tail, moved = list(tree.tail), []
    inside = {leaf for leaf, _ in wrong.values()}
    outside = {told: leaf for leaf, told in wrong.values() if told not in inside}
    for place, leaf in enumerate(tree.tail):
        if leaf in outside:
            tail[place] = outside[leaf]
            moved.append(place)
    return tail, moved


def _exchanged_in_tail(tree: TreeWalk, root: bytes) -> tuple[int, int] | None:
    """Return two leaves of the tail that, exchanged, give the root."""
    tail = tree.tail
    first = tree.size - len(tail)
    peaks = _Peaks(tail)
    for one, other in combinations(range(len(tail)), 2):
        swapped = peaks.exchanged(one, other)
        if tree.root_over(swapped) == root:
            return first + one, first + other
    return None


class _Peaks:
    """The perfect subtrees of a few leaves; one exchange costs a path or two.

    Args:
        leaves: fewer than 256 hashes.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = iter(self._levels[-1])
            pairs = zip(below, below, strict=False)
            self._levels.append([_node(one, two) for one, two in pairs])

    def exchanged(self, one: int, other: int) -> list[bytes]:
        """Return the roots of the subtrees with two leaves exchanged, largest first."""
        leaves = self._levels[0]
        changed = {one: leaves[other], other: leaves[one]}
        peaks = []
        for level, row in enumerate(self._levels):
            last = len(row) - 1
            if not last % 2:  # nothing beside it: the root of a subtree
                peaks.append(changed.get(last, row[last]))
            changed = dict(self._risen(level, changed))
        return peaks[::-1]

    def _risen(
        self, level: int, changed: dict[int, bytes]
    ) -> Iterator[tuple[int, bytes]]:
        row = self._levels[level]
        for place in {index // 2 for index in changed}:
            left, right = 2 * place, 2 * place + 1
            if right < len(row):
                one, two = changed.get(left, row[left]), changed.get(right, row[right])
                yield place, _node(one, two)


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
