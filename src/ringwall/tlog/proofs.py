"""Inclusion and consistency proofs, made and checked (RFC 9162 sections 2.1.3, 2.1.4).

Checking takes nothing but the numbers and hashes at hand. Must never accept a proof
that is longer or shorter than the one there is, nor a hash that has not 32 bytes.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256

from ringwall.base.errors import IntegrityError
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.hashing import HASH_SIZE
from ringwall.tlog.subtrees import NodeReader, stretch_root

__all__ = [
    "check_consistency",
    "check_inclusion",
    "consistency_proof",
    "inclusion_proof",
]


def inclusion_proof(index: int, size: int, node: NodeReader) -> tuple[bytes, ...]:
    """Return PATH of RFC 9162 2.1.3.1: that a leaf is in the tree of this size.

    Args:
        index: which leaf, counted from 0.
        size: leaves in the tree, at most 2^63 - 1.
        node: gives the hashes of perfect subtrees inside the tree.

    Returns:
        Hashes of 32 bytes, the leaf's sibling first; none if it is the only leaf.

    Raises:
        ValueError: there is no such leaf, or no tree of that size.
    """
    if not 0 <= index < size <= MAX_TREE_SIZE:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return _path(0, index, size, node)


def consistency_proof(old: int, new: int, node: NodeReader) -> tuple[bytes, ...]:
    """Return PROOF of RFC 9162 2.1.4.1: that one tree begins with another.

    Args:
        old: leaves in the older tree; from 0 or to itself the proof is empty.
        new: leaves in the newer tree, at most 2^63 - 1.
        node: gives the hashes of perfect subtrees inside the newer tree.

    Returns:
        Hashes of 32 bytes, in the order in which the RFC has them.

    Raises:
        ValueError: the old tree is larger than the new one, or a size is none.
    """
    if not 0 <= old <= new <= MAX_TREE_SIZE:
        raise ValueError(f"a tree of {new} leaves does not begin with {old} leaves")
    if old in (0, new):
        return ()
    # The last subtree that the old tree had complete is the start of the path; a
    # verifier knows it already if it is the old tree as a whole.
    level = (old & -old).bit_length() - 1
    last = (old >> level) - 1
    path = _path(level, last, new, node)
    return (node(level, last), *path) if last else path


def check_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf stands at a place in the tree of this root (RFC 9162 2.1.3.2).

    Args:
        index: the place, counted from 0.
        size: leaves in the tree.
        leaf: 32-byte leaf hash.
        proof: what `inclusion_proof` returns.
        root: 32-byte root of the tree. It does not say of how many leaves: size and
            root have to be of one checkpoint.

    Raises:
        IntegrityError: `proof-invalid`, it is not shown.
    """
    if not 0 <= index < size <= MAX_TREE_SIZE:
        raise _invalid(f"a tree of {size} leaves has no leaf {index}")
    _check_lengths(leaf, root, *proof)
    apart = _apart(index, size - 1, len(proof))
    seen, way = leaf, index
    # `node_hash`, written out here and below: its call would cost a third of the
    # speed, and all lengths have been checked.
    for sibling in proof[:apart]:
        pair = sibling + seen if way & 1 else seen + sibling
        seen = sha256(b"\x01" + pair).digest()
        way >>= 1
    for sibling in proof[apart:]:
        seen = sha256(b"\x01" + sibling + seen).digest()
    if not hmac.compare_digest(seen, root):
        raise _invalid(f"the proof does not lead from leaf {index} to the root")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that one tree begins with another (RFC 9162 2.1.4.2).

    Args:
        old: leaves in the older tree, at least 1: every tree begins with the empty
            one, so a proof from there shows nothing.
        new: leaves in the newer tree.
        old_root: 32-byte root of the older tree, of one checkpoint with its size.
        new_root: 32-byte root of the newer tree, likewise.
        proof: what `consistency_proof` returns.

    Raises:
        IntegrityError: `proof-invalid`, it is not shown.
    """
    if not 0 < old <= new <= MAX_TREE_SIZE:
        raise _invalid(f"no proof leads from {old} leaves to {new} leaves")
    _check_lengths(old_root, new_root, *proof)
    if old == new:
        _apart(0, 0, len(proof))
        roots = (new_root, old_root)
    else:
        roots = _roots_shown(old, new, old_root, proof)
    # Both are compared, whatever the comparison of the first says.
    if not hmac.compare_digest(b"".join(roots), old_root + new_root):
        raise _invalid(f"the tree of {new} leaves does not begin with that of {old}")


def _path(level: int, start: int, size: int, node: NodeReader) -> tuple[bytes, ...]:
    """Return the siblings on the way from a perfect subtree to the root.

    Args:
        level: height of the subtree; it is node `start` of that level.
        start: see there.
        size: leaves in the tree.
        node: gives the hashes of perfect subtrees.
    """
    last = (size - 1) >> level
    # Below this many levels the way and the right edge of the tree are apart: the
    # siblings are perfect, but for the topmost, which is all that is right of it.
    apart = (start ^ last).bit_length()
    found = [node(level + up, (start >> up) ^ 1) for up in range(apart - 1)]
    if apart:
        up = level + apart - 1
        found.append(stretch_root(((start >> (apart - 1)) ^ 1) << up, size, node))
    # From there on the way is the right edge, so all siblings are on the left.
    rest = start >> apart
    found += [
        node(level + apart + up, (rest >> up) - 1)
        for up in range(rest.bit_length())
        if rest >> up & 1
    ]
    return tuple(found)


def _roots_shown(
    old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the old and the new root to which a consistency proof leads."""
    # The path starts at the last subtree that the old tree had complete. RFC 9162
    # 2.1.4.2 step 2: an old tree that is one perfect subtree is itself that start.
    level = (old & -old).bit_length() - 1
    way = (old - 1) >> level
    path = proof[1:] if way else proof
    apart = _apart(way, (new - 1) >> level, len(path))
    fr = sr = proof[0] if way else old_root
    for sibling in path[:apart]:
        if way & 1:
            fr = sha256(b"\x01" + sibling + fr).digest()
            sr = sha256(b"\x01" + sibling + sr).digest()
        else:
            sr = sha256(b"\x01" + sr + sibling).digest()
        way >>= 1
    for sibling in path[apart:]:
        fr = sha256(b"\x01" + sibling + fr).digest()
        sr = sha256(b"\x01" + sibling + sr).digest()
    return fr, sr


def _apart(way: int, last: int, length: int) -> int:
    """Return how many hashes of a path lie below where it meets the right edge.

    The RFC walks up with both numbers and finds at each level whether they are still
    apart (fn, sn); their highest different bit says so for all levels at once. Below
    it each level adds a hash, on the side that the bit of `way` says; above it only
    the set bits of `way` do, each on the left.

    Args:
        way: number of the node at which the path starts, at its level.
        last: number of the last node of that level.
        length: hashes that the path has.

    Raises:
        IntegrityError: `proof-invalid`, that is not the number it must have.
    """
    apart = (way ^ last).bit_length()
    if length != apart + (way >> apart).bit_count():
        raise _invalid("the proof has too many or too few hashes")
    return apart


def _check_lengths(*hashes: bytes) -> None:
    # An empty text for a hash would make some wrong proofs come out right.
    if set(map(len, hashes)) != {HASH_SIZE}:
        raise _invalid("a hash in a proof, a leaf hash and a root have 32 bytes")


def _invalid(message: str) -> IntegrityError:
    return IntegrityError(
        "proof-invalid",
        message,
        next_step="ask for the proof again; if the next one fails, too, keep both: "
        "the log can't show what it claims",
    )
