"""The frontier: right at each size, kept and loaded, not to be misled."""

import pytest

from ringwall.tlog import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from tests.oracle import merkle

ENTRIES = [str(number).encode() for number in range(130)]
ROOT_OF_SEVEN = "3560191803028444b232018ac047fdb561c09c23a7a6876c85e08b5e4d48e9f3"


def frontier_of(entries: list[bytes]) -> Frontier:
    """Return the frontier of a tree that holds the entries."""
    frontier = Frontier()
    for entry in entries:
        frontier.append(leaf_hash(entry))
    return frontier


def test_a_new_frontier_is_that_of_the_empty_tree() -> None:
    frontier = Frontier()

    assert frontier.size == 0
    assert frontier.root() == EMPTY_ROOT
    assert frontier.dump() == b""


def test_the_root_of_seven_leaves_stays_what_it_was() -> None:
    frontier = frontier_of([bytes([number]) for number in range(7)])

    assert frontier.root().hex() == ROOT_OF_SEVEN


def test_the_root_is_that_of_the_recursion_at_each_size_up_to_130() -> None:
    frontier = Frontier()
    for size, entry in enumerate(ENTRIES, start=1):
        frontier.append(leaf_hash(entry))
        assert frontier.size == size
        assert frontier.root() == merkle.root(ENTRIES[:size])


def test_asking_for_the_root_changes_nothing() -> None:
    frontier = frontier_of(ENTRIES[:13])

    assert frontier.root() == frontier.root()
    assert frontier.size == 13


def test_the_dump_is_the_largest_subtree_first() -> None:
    a, b, c = (leaf_hash(entry) for entry in ENTRIES[:3])

    assert frontier_of(ENTRIES[:3]).dump() == node_hash(a, b) + c


def test_a_loaded_frontier_goes_on_where_the_dumped_one_was() -> None:
    for size in range(40):
        kept = frontier_of(ENTRIES[:size])
        loaded = Frontier.load(size, kept.dump())
        assert (loaded.size, loaded.root()) == (size, kept.root())
        loaded.append(leaf_hash(ENTRIES[size]))
        assert loaded.root() == merkle.root(ENTRIES[: size + 1])


def test_a_frontier_of_the_largest_size_can_be_loaded() -> None:
    frontier = Frontier.load(2**63 - 1, bytes(32 * 63))

    frontier.append(bytes(32))

    assert frontier.size == 2**63
    assert len(frontier.dump()) == 32


@pytest.mark.parametrize(
    ("size", "length"), [(0, 32), (1, 0), (1, 31), (1, 33), (3, 32), (4, 64), (8, 96)]
)
def test_a_dump_of_another_size_is_refused(size: int, length: int) -> None:
    with pytest.raises(ValueError, match=f"no frontier of {size} leaves"):
        Frontier.load(size, bytes(length))


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Frontier.load(-1, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_leaf_hash_of_another_length_leaves_the_tree_as_it_was(length: int) -> None:
    frontier = frontier_of(ENTRIES[:5])

    with pytest.raises(ValueError, match="a leaf hash has 32 bytes"):
        frontier.append(bytes(length))

    assert (frontier.size, frontier.root()) == (5, merkle.root(ENTRIES[:5]))


def test_a_copy_and_its_original_grow_apart() -> None:
    original = frontier_of(ENTRIES[:6])
    copy = original.copy()

    copy.append(leaf_hash(b"only in the copy"))

    assert copy.root() == merkle.root([*ENTRIES[:6], b"only in the copy"])
    assert (original.size, original.root()) == (6, merkle.root(ENTRIES[:6]))


def test_many_leaves_at_once_are_as_many_one_by_one() -> None:
    for first in (0, 1, 5, 64):
        frontier = frontier_of(ENTRIES[:first])
        frontier.extend(map(leaf_hash, ENTRIES[first:]))
        assert frontier.dump() == frontier_of(ENTRIES).dump()
        assert frontier.size == len(ENTRIES)


def test_of_many_leaves_those_before_a_wrong_one_are_there() -> None:
    frontier = frontier_of(ENTRIES[:3])
    with pytest.raises(ValueError, match="32 bytes"):
        frontier.extend([leaf_hash(ENTRIES[3]), b"short", leaf_hash(ENTRIES[4])])

    assert frontier.size == 4
    assert frontier.root() == merkle.root(ENTRIES[:4])
