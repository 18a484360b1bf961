"""Any stretch of a tree is folded from perfect subtrees inside it, and no others."""

from hashlib import sha256

import pytest

from ringwall.tlog import EMPTY_ROOT, MAX_TREE_SIZE, leaf_hash, root_of
from ringwall.tlog.subtrees import stretch_root
from tests.oracle import merkle

ENTRIES = [str(number).encode() for number in range(70)]
MTH = merkle.mth_of(ENTRIES)


def node(level: int, index: int) -> bytes:
    """Return a perfect subtree of the seventy entries."""
    return MTH(index << level, (index + 1) << level)


def test_the_root_is_that_of_the_recursion_at_each_size() -> None:
    assert [root_of(size, node) for size in range(71)] == [
        merkle.root(ENTRIES[:size]) for size in range(71)
    ]


def test_the_empty_tree_asks_for_no_subtree() -> None:
    asked: list[tuple[int, int]] = []

    def reader(level: int, index: int) -> bytes:
        asked.append((level, index))
        return bytes(32)

    assert root_of(0, reader) == EMPTY_ROOT
    assert asked == []


def test_a_root_asks_once_for_each_set_bit_of_the_size() -> None:
    asked: list[tuple[int, int]] = []

    def reader(level: int, index: int) -> bytes:
        asked.append((level, index))
        return node(level, index)

    root_of(0b1000101, reader)

    assert asked == [(0, 68), (2, 16), (6, 0)]


def test_the_root_of_one_leaf_is_its_leaf_hash() -> None:
    assert root_of(1, node) == leaf_hash(ENTRIES[0])


def test_a_stretch_up_to_the_end_is_hashed_as_if_it_stood_alone() -> None:
    for start in (0, 32, 64):
        for size in range(start + 1, min(2 * start or 70, 70) + 1):
            assert stretch_root(start, size, node) == merkle.root(ENTRIES[start:size])


@pytest.mark.parametrize("size", [-1, MAX_TREE_SIZE + 1])
def test_a_size_that_no_tree_has_is_a_mistake_of_the_program(size: int) -> None:
    with pytest.raises(ValueError, match="below 2\\^63"):
        root_of(size, node)


def test_the_largest_tree_has_a_root() -> None:
    every_subtree = [leaf_hash(b"")]
    for _ in range(62):
        below = every_subtree[-1]
        every_subtree.append(sha256(b"\x01" + below + below).digest())

    root = root_of(MAX_TREE_SIZE, lambda level, _: every_subtree[level])

    assert root == merkle.sparse_mth(b"", [])(0, MAX_TREE_SIZE)
