"""The tree hash and its proofs as RFC 6962 section 2.1 defines them, recursively.

And the checks of proofs step by step as RFC 9162 section 2.1 has them. Slow, obvious.
Shares nothing with the product, so that one mistake can't be in both.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import sha256

__all__ = [
    "MTH",
    "consistency",
    "inclusion",
    "leaf",
    "mth_of",
    "root",
    "shows_consistency",
    "shows_inclusion",
    "sparse_mth",
]

MTH = Callable[[int, int], bytes]
"""The tree hash of the entries from the first number up to before the second."""


def leaf(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(bytes([0]) + entry).digest()


def root(entries: Sequence[bytes]) -> bytes:
    """Return the tree hash of the entries, in order."""
    if not entries:
        return sha256().digest()
    if len(entries) == 1:
        return leaf(entries[0])
    split = _split(len(entries))
    below = root(entries[:split]) + root(entries[split:])
    return sha256(bytes([1]) + below).digest()


def inclusion(index: int, start: int, end: int, mth: MTH) -> list[bytes]:
    """Return PATH(index, D[start:end]) of RFC 6962 section 2.1.1."""
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle - start:
        return [*inclusion(index, start, middle, mth), mth(middle, end)]
    below = inclusion(index - (middle - start), middle, end, mth)
    return [*below, mth(start, middle)]


def consistency(old: int, new: int, mth: MTH) -> list[bytes]:
    """Return PROOF(old, D[0:new]) of RFC 6962 section 2.1.2, for 0 < old <= new."""
    return _subproof(old, 0, new, mth, known=True)


def shows_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], top: bytes
) -> bool:
    """Return what the steps of RFC 9162 section 2.1.3.2 come to."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf_hash
    for p in proof:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            r = sha256(bytes([1]) + p + r).digest()
            fn, sn = _shifted(fn, sn)
        else:
            r = sha256(bytes([1]) + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == top


def shows_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return what the steps of RFC 9162 section 2.1.4.2 come to, for 0 < old."""
    if old >= new:
        # The RFC has no steps for equal sizes: nothing is to be shown but equality.
        return old == new and not proof and old_root == new_root
    if not proof:
        return False
    path = list(proof)
    if bin(old).count("1") == 1:
        path.insert(0, old_root)
    fn, sn = old - 1, new - 1
    while fn % 2 == 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            fr = sha256(bytes([1]) + c + fr).digest()
            sr = sha256(bytes([1]) + c + sr).digest()
            fn, sn = _shifted(fn, sn)
        else:
            sr = sha256(bytes([1]) + sr + c).digest()
        fn, sn = fn >> 1, sn >> 1
    return fr == old_root and sr == new_root and sn == 0


def mth_of(entries: Sequence[bytes]) -> MTH:
    """Return the tree hash of any stretch of the entries; each is worked out once."""

    @cache
    def mth(start: int, end: int) -> bytes:
        if end - start <= 1:
            return root(entries[start:end])
        middle = start + _split(end - start)
        return sha256(bytes([1]) + mth(start, middle) + mth(middle, end)).digest()

    return mth


def sparse_mth(common: bytes, others: Iterable[tuple[int, bytes]]) -> MTH:
    """Return the tree hash in a tree of any size with one entry nearly everywhere.

    Args:
        common: the entry at every place but a few.
        others: those places and what is there.
    """
    there = dict(others)

    @cache
    def alike(count: int) -> bytes:
        if count == 1:
            return leaf(common)
        split = _split(count)
        return sha256(bytes([1]) + alike(split) + alike(count - split)).digest()

    @cache
    def mth(start: int, end: int) -> bytes:
        if not any(start <= place < end for place in there):
            return alike(end - start)
        if end - start == 1:
            return leaf(there[start])
        middle = start + _split(end - start)
        return sha256(bytes([1]) + mth(start, middle) + mth(middle, end)).digest()

    return mth


def _subproof(old: int, start: int, end: int, mth: MTH, *, known: bool) -> list[bytes]:
    """Return SUBPROOF(old, D[start:end], known) of RFC 6962 section 2.1.2."""
    if old == end - start:
        return [] if known else [mth(start, end)]
    middle = start + _split(end - start)
    if old <= middle - start:
        below = _subproof(old, start, middle, mth, known=known)
        return [*below, mth(middle, end)]
    below = _subproof(old - (middle - start), middle, end, mth, known=False)
    return [*below, mth(start, middle)]


def _shifted(fn: int, sn: int) -> tuple[int, int]:
    """Return both shifted right until the lowest bit of `fn` is set, or it is 0."""
    while fn % 2 == 0 and fn != 0:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _split(count: int) -> int:
    """Return the largest power of two smaller than the count."""
    split = 1
    while split * 2 < count:
        split *= 2
    return split
