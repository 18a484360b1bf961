"""The frontier of a growing tree: all that is needed to append and give the root.

It keeps one hash for each set bit of the size, the roots of the perfect subtrees
from left to right (the compact range of the whole tree). Must never hold a leaf
it could forget, so memory stays at 64 hashes whatever the size.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Self

from ringwall.tlog.hashing import EMPTY_ROOT, HASH_SIZE

__all__ = ["Frontier"]


class Frontier:
    """A mutable tree head that grows leaf by leaf; new ones are empty.

    Not safe to share between threads; `copy` before a batch that may fail.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self) -> None:
        self._size = 0
        # INVARIANT: len(_peaks) == _size.bit_count(), largest subtree first.
        self._peaks: list[bytes] = []

    @classmethod
    def load(cls, size: int, data: bytes) -> Self:
        """Return the frontier that `dump` wrote when the tree had this size.

        Raises:
            ValueError: the size is negative, or the bytes are not one 32-byte
                hash for each set bit of the size.
        """
        if size < 0:
            raise ValueError("the size of a tree is not negative")
        if len(data) != size.bit_count() * HASH_SIZE:
            raise ValueError(f"{len(data)} bytes are no frontier of {size} leaves")
        starts = range(0, len(data), HASH_SIZE)
        return cls._of(size, [data[start : start + HASH_SIZE] for start in starts])

    @property
    def size(self) -> int:
        """Number of leaves in the tree."""
        return self._size

    def append(self, leaf_hash: bytes) -> None:
        """Add the next leaf, given by its 32-byte leaf hash.

        Raises:
            ValueError: the hash does not have 32 bytes; the tree is unchanged.
        """
        self.extend((leaf_hash,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves in their order, each given by its 32-byte leaf hash.

        Raises:
            ValueError: a hash does not have 32 bytes; the tree holds those before it.
        """
        size, peaks = self._size, self._peaks
        try:
            for leaf_hash in leaf_hashes:
                if len(leaf_hash) != HASH_SIZE:
                    raise ValueError("a leaf hash has 32 bytes")
                node, bits = leaf_hash, size
                while bits & 1:
                    # `node_hash`, written out: its call and checks cost a third of
                    # the speed, and both sides are known to have 32 bytes.
                    node = sha256(b"\x01" + peaks.pop() + node).digest()
                    bits >>= 1
                peaks.append(node)
                size += 1
        finally:
            self._size = size

    def root(self) -> bytes:
        """Return the 32-byte root of the tree as it now is."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            root = sha256(b"\x01" + peak + root).digest()  # as in `append`
        return root

    def dump(self) -> bytes:
        """Return the 32-byte subtree hashes in a row, largest subtree first."""
        return b"".join(self._peaks)

    def copy(self) -> Self:
        """Return a frontier of the same tree that grows on its own."""
        return self._of(self._size, self._peaks.copy())

    @classmethod
    def _of(cls, size: int, peaks: list[bytes]) -> Self:
        frontier = cls()
        frontier._size = size
        frontier._peaks = peaks
        return frontier
