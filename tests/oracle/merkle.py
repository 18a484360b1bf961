"""The tree hash as RFC 6962 section 2.1 defines it: slow, recursive, obvious.

Shares nothing with the product, so that one mistake can't be in both.
"""

from collections.abc import Sequence
from hashlib import sha256

__all__ = ["leaf", "root"]


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


def _split(count: int) -> int:
    """Return the largest power of two smaller than the count."""
    split = 1
    while split * 2 < count:
        split *= 2
    return split
