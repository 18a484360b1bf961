"""Any stretch of a tree as perfect subtrees, whose hashes a node reader gives.

Must never ask the reader for a subtree that reaches past the end of the tree: what
is not complete has no hash that stays.
"""

from collections.abc import Callable

from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.hashing import EMPTY_ROOT, node_hash

__all__ = ["NodeReader", "root_of", "stretch_root"]

NodeReader = Callable[[int, int], bytes]
"""Given (level, index), gives the 32-byte hash of the perfect subtree that covers
the leaves `index << level` up to, not including, `(index + 1) << level`."""


def root_of(size: int, node: NodeReader) -> bytes:
    """Return the 32-byte root of the tree of this many leaves.

    Raises:
        ValueError: the size is negative or above 2^63 - 1.
    """
    if not 0 <= size <= MAX_TREE_SIZE:
        raise ValueError("a tree size is below 2^63 and not negative")
    return stretch_root(0, size, node) if size else EMPTY_ROOT


def stretch_root(start: int, size: int, node: NodeReader) -> bytes:
    """Return the tree hash of the leaves from `start` up to the end of the tree.

    Args:
        start: first leaf; the stretch must be a right-hand side in the recursion of
            RFC 9162 2.1.1, that is `start` is a multiple of a power of two that is
            at least `size - start`.
        size: leaves in the tree, more than `start`.
        node: gives the perfect subtrees, one for each set bit of `size - start`.
    """
    # The subtrees from right to left are the set bits of the size from below; so
    # each has everything already folded on its right (RFC 9162 2.1.1).
    left = size - start
    end = size
    root = b""
    while left:
        level = (left & -left).bit_length() - 1
        end -= 1 << level
        peak = node(level, end >> level)
        root = node_hash(peak, root) if root else peak
        left &= left - 1
    return root
