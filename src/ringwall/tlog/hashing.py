"""The three hashes of the tree (RFC 6962 section 2.1, RFC 9162 section 2.1.1).

Must never hash a leaf and a node under the same prefix: the prefix is what keeps
an entry from passing for an inner node.
"""

from hashlib import sha256

__all__ = ["EMPTY_ROOT", "HASH_SIZE", "leaf_hash", "node_hash"]

HASH_SIZE = 32
"""Bytes of every hash in the tree."""

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree that has no leaf."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte hash under which an entry stands in the tree."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of the node above two 32-byte hashes.

    Raises:
        ValueError: a side does not have 32 bytes, so that the border between
            them would not be part of what is hashed.
    """
    if len(left) != HASH_SIZE or len(right) != HASH_SIZE:
        raise ValueError("a node hash is made of two hashes of 32 bytes")
    return sha256(b"\x01" + left + right).digest()
