"""The tree's hashes are those of the RFC and can't be taken for one another."""

from hashlib import sha256

import pytest

from ringwall.tlog import EMPTY_ROOT, HASH_SIZE, leaf_hash, node_hash
from tests.oracle import merkle

LEFT, RIGHT = leaf_hash(b"left"), leaf_hash(b"right")


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")
    assert merkle.root([]) == EMPTY_ROOT


@pytest.mark.parametrize("entry", [b"", b"\x00", b"entry", bytes(65535)])
def test_a_leaf_is_hashed_behind_a_zero_byte(entry: bytes) -> None:
    assert leaf_hash(entry) == sha256(b"\x00" + entry).digest() == merkle.leaf(entry)
    assert len(leaf_hash(entry)) == HASH_SIZE


def test_a_node_is_hashed_behind_a_one_byte() -> None:
    assert node_hash(LEFT, RIGHT) == sha256(b"\x01" + LEFT + RIGHT).digest()
    assert node_hash(LEFT, RIGHT) == merkle.root([b"left", b"right"])


def test_an_entry_made_of_two_hashes_does_not_pass_for_the_node_above_them() -> None:
    assert leaf_hash(LEFT + RIGHT) != node_hash(LEFT, RIGHT)


def test_the_sides_of_a_node_can_not_be_swapped() -> None:
    assert node_hash(LEFT, RIGHT) != node_hash(RIGHT, LEFT)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (b"", RIGHT),
        (LEFT, b""),
        (LEFT[:31], RIGHT),
        (LEFT, RIGHT + b"\x00"),
        (LEFT + RIGHT[:1], RIGHT[1:]),
    ],
)
def test_a_side_of_another_length_is_refused(left: bytes, right: bytes) -> None:
    with pytest.raises(ValueError, match="two hashes of 32 bytes"):
        node_hash(left, right)
