"""Proofs are those of the RFC; the least thing wrong with one refuses it."""

from collections.abc import Sequence

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.tlog import (
    MAX_TREE_SIZE,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)
from tests.oracle import merkle

ENTRIES = [str(number).encode() for number in range(40)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
MTH = merkle.mth_of(ENTRIES)


def node(level: int, index: int) -> bytes:
    """Return a perfect subtree of the forty entries."""
    return MTH(index << level, (index + 1) << level)


def root(size: int) -> bytes:
    """Return the root of the first entries."""
    return MTH(0, size)


def refused_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], top: bytes
) -> str:
    """Return the words with which an inclusion proof is refused."""
    with pytest.raises(IntegrityError) as caught:
        check_inclusion(index, size, leaf, proof, top)
    assert caught.value.next_step
    assert caught.value.code == "proof-invalid"
    return caught.value.message


def refused_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> str:
    """Return the words with which a consistency proof is refused."""
    with pytest.raises(IntegrityError) as caught:
        check_consistency(old, new, old_root, new_root, proof)
    assert caught.value.next_step
    assert caught.value.code == "proof-invalid"
    return caught.value.message


# --- inclusion ---------------------------------------------------------------


def test_the_only_leaf_needs_no_proof() -> None:
    assert inclusion_proof(0, 1, node) == ()
    check_inclusion(0, 1, LEAVES[0], (), LEAVES[0])


def test_an_inclusion_proof_starts_with_the_sibling_of_the_leaf() -> None:
    # The tree of seven leaves that RFC 9162 draws in section 2.1.5.
    a, b, c, d, e, f, g = LEAVES[:7]
    k = node_hash(node_hash(a, b), node_hash(c, d))
    i, j = node_hash(e, f), g

    assert inclusion_proof(0, 7, node) == (b, node_hash(c, d), node_hash(i, j))
    assert inclusion_proof(3, 7, node) == (c, node_hash(a, b), node_hash(i, j))
    assert inclusion_proof(4, 7, node) == (f, j, k)
    assert inclusion_proof(6, 7, node) == (i, k)


def test_each_leaf_of_each_tree_has_its_proof() -> None:
    for size in range(1, len(ENTRIES) + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, node)
            assert list(proof) == merkle.inclusion(index, 0, size, MTH)
            check_inclusion(index, size, LEAVES[index], proof, root(size))
            check_inclusion(index, size, LEAVES[index], list(proof), root(size))


def test_each_flipped_bit_refuses_an_inclusion_proof() -> None:
    proof = inclusion_proof(5, 7, node)
    given = b"".join((LEAVES[5], root(7), *proof))
    for bit in range(8 * len(given)):
        flipped = bytearray(given)
        flipped[bit // 8] ^= 1 << bit % 8
        leaf, top, *path = (
            bytes(flipped[start : start + 32]) for start in range(0, len(given), 32)
        )
        assert "does not lead" in refused_inclusion(5, 7, leaf, path, top)


def test_a_proof_of_another_length_is_refused() -> None:
    proof = inclusion_proof(5, 7, node)
    for wrong in (
        (),
        proof[:-1],
        proof[1:],
        (*proof, root(7)),
        (LEAVES[5], *proof),
        proof * 30,
    ):
        message = refused_inclusion(5, 7, LEAVES[5], wrong, root(7))
        assert "too many or too few" in message


def test_a_proof_is_for_one_place_of_one_tree() -> None:
    proof = inclusion_proof(5, 8, node)
    for size in range(1, 10):
        for index in range(size):
            if (index, size) != (5, 8):
                refused_inclusion(index, size, LEAVES[5], proof, root(size))


@pytest.mark.parametrize(
    ("index", "size"),
    [(-1, 7), (7, 7), (8, 7), (0, 0), (0, -1), (5, MAX_TREE_SIZE + 1)],
)
def test_a_leaf_that_the_tree_does_not_have_is_refused(index: int, size: int) -> None:
    assert "has no leaf" in refused_inclusion(index, size, LEAVES[0], (), LEAVES[0])
    with pytest.raises(ValueError, match=f"{size} leaves has no leaf {index}"):
        inclusion_proof(index, size, node)


@pytest.mark.parametrize("wrong", [b"", b"\x00" * 31, b"\x00" * 33, b"\x00" * 64])
def test_a_hash_of_another_length_refuses_an_inclusion_proof(wrong: bytes) -> None:
    proof = inclusion_proof(2, 3, node)

    for leaf, path, top in (
        (wrong, proof, root(3)),
        (LEAVES[2], (wrong,), root(3)),
        (LEAVES[2], proof, wrong),
    ):
        assert "have 32 bytes" in refused_inclusion(2, 3, leaf, path, top)
    assert "have 32 bytes" in refused_inclusion(0, 1, wrong, (), wrong)


def test_the_largest_tree_has_proofs_for_its_first_and_last_leaf() -> None:
    mth = merkle.sparse_mth(b"common", [(0, b"first"), (MAX_TREE_SIZE - 1, b"last")])

    def reader(level: int, index: int) -> bytes:
        return mth(index << level, (index + 1) << level)

    top = root_of(MAX_TREE_SIZE, reader)
    for index, entry, length in ((0, b"first", 63), (MAX_TREE_SIZE - 1, b"last", 62)):
        proof = inclusion_proof(index, MAX_TREE_SIZE, reader)
        assert len(proof) == length
        check_inclusion(index, MAX_TREE_SIZE, leaf_hash(entry), proof, top)


# --- consistency -------------------------------------------------------------


def test_a_consistency_proof_is_that_of_the_drawn_tree() -> None:
    # RFC 9162 section 2.1.5 again: from three, four and six leaves to seven.
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    right = node_hash(i, j)

    assert consistency_proof(3, 7, node) == (c, d, g, right)
    assert consistency_proof(4, 7, node) == (right,)
    assert consistency_proof(6, 7, node) == (i, j, node_hash(g, h))


def test_each_tree_is_shown_to_begin_with_each_smaller_one() -> None:
    for new in range(1, len(ENTRIES) + 1):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, node)
            assert list(proof) == merkle.consistency(old, new, MTH)
            check_consistency(old, new, root(old), root(new), proof)
            check_consistency(old, new, root(old), root(new), list(proof))


def test_from_nothing_the_proof_is_empty_and_shows_nothing() -> None:
    assert consistency_proof(0, 7, node) == ()
    assert consistency_proof(0, 0, node) == ()
    assert "no proof leads" in refused_consistency(0, 7, root(0), root(7), ())
    assert "no proof leads" in refused_consistency(0, 0, root(0), root(0), ())


def test_a_tree_begins_with_itself_only() -> None:
    check_consistency(7, 7, root(7), root(7), ())

    assert "does not begin" in refused_consistency(7, 7, root(7), root(6), ())
    assert "too many" in refused_consistency(7, 7, root(7), root(7), (root(7),))


@pytest.mark.parametrize("old", [3, 4, 6])
def test_each_flipped_bit_refuses_a_consistency_proof(old: int) -> None:
    proof = consistency_proof(old, 7, node)
    given = b"".join((root(old), root(7), *proof))
    for bit in range(8 * len(given)):
        flipped = bytearray(given)
        flipped[bit // 8] ^= 1 << bit % 8
        old_root, new_root, *path = (
            bytes(flipped[start : start + 32]) for start in range(0, len(given), 32)
        )
        message = refused_consistency(old, 7, old_root, new_root, path)
        assert "does not begin" in message


@pytest.mark.parametrize("old", [3, 4])
def test_a_consistency_proof_of_another_length_is_refused(old: int) -> None:
    proof = consistency_proof(old, 7, node)
    for wrong in ((), proof[:-1], proof[1:], (*proof, root(7)), (root(old), *proof)):
        message = refused_consistency(old, 7, root(old), root(7), wrong)
        assert "too many or too few" in message


def test_a_consistency_proof_is_for_its_two_trees_only() -> None:
    proof = consistency_proof(5, 7, node)
    for new in range(1, 10):
        for old in range(1, new + 1):
            if (old, new) != (5, 7):
                refused_consistency(old, new, root(old), root(new), proof)


def test_a_tree_with_another_beginning_is_refused() -> None:
    forked = merkle.mth_of([*ENTRIES[:4], b"another", *ENTRIES[5:]])
    proof = consistency_proof(5, 9, node)

    refused_consistency(5, 9, forked(0, 5), root(9), proof)
    refused_consistency(5, 9, root(5), forked(0, 9), proof)
    refused_consistency(5, 9, root(5), forked(0, 9), merkle.consistency(5, 9, forked))


@pytest.mark.parametrize(
    ("old", "new"), [(8, 7), (-1, 7), (0, -1), (3, MAX_TREE_SIZE + 1)]
)
def test_sizes_that_no_tree_grows_through_are_refused(old: int, new: int) -> None:
    refused_consistency(old, new, root(7), root(7), ())
    with pytest.raises(ValueError, match=f"{new} leaves does not begin with {old}"):
        consistency_proof(old, new, node)


@pytest.mark.parametrize("wrong", [b"", b"\x00" * 31, b"\x00" * 33])
def test_a_hash_of_another_length_refuses_a_consistency_proof(wrong: bytes) -> None:
    proof = consistency_proof(3, 4, node)

    for old_root, new_root, path in (
        (wrong, root(4), proof),
        (root(3), wrong, proof),
        (root(3), root(4), (wrong, *proof[1:])),
        (root(3), root(4), (*proof[:-1], wrong)),
    ):
        message = refused_consistency(3, 4, old_root, new_root, path)
        assert "have 32 bytes" in message
    assert "have 32 bytes" in refused_consistency(1, 1, wrong, wrong, ())
