"""Which entries are accused, if the leaves are not those that were signed."""

import sqlite3
from collections.abc import Sequence
from itertools import combinations

import pytest

from ringwall.ledger.verification.reordering import Accused, accuse
from ringwall.ledger.verification.tree_walk import TreeWalk
from ringwall.tlog.hashing import leaf_hash
from ringwall.tlog.tile_nodes import tile_root
from tests.oracle import merkle

ENTRIES = [f"entry {number}".encode() for number in range(600)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def walked(leaves: Sequence[bytes], recorded: Sequence[bytes]) -> TreeWalk:
    """Return the tree of leaves beside the tiles of those that were recorded."""
    cursor = sqlite3.connect(":memory:").cursor()
    cursor.execute("CREATE TABLE tile (level, idx, root, hashes)")
    for index in range(len(recorded) // 256):
        data = b"".join(recorded[256 * index : 256 * (index + 1)])
        row = 0, index, tile_root(data), data
        cursor.execute("INSERT INTO tile VALUES (?, ?, ?, ?)", row)
    tree = TreeWalk(cursor, ())
    for start in range(0, len(leaves), 256):
        part = leaves[start : start + 256]
        tree.take(start, start + len(part), part)
    return tree


def exchanged(leaves: Sequence[bytes], one: int, other: int) -> list[bytes]:
    changed = list(leaves)
    changed[one], changed[other] = changed[other], changed[one]
    return changed


@pytest.mark.parametrize("count", [2, 3, 7, 8, 13])
def test_any_two_entries_exchanged_in_a_short_log_are_named(count: int) -> None:
    root = merkle.root(ENTRIES[:count])
    for one, other in combinations(range(count), 2):
        tree = walked(exchanged(LEAVES[:count], one, other), LEAVES[:count])

        assert accuse(tree, root) == Accused((one, other), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [(3, 200), (3, 300), (255, 256), (3, 599), (511, 512), (513, 599)],
)
def test_two_entries_exchanged_in_a_long_log_are_named(one: int, other: int) -> None:
    tree = walked(exchanged(LEAVES, one, other), LEAVES)

    assert accuse(tree, merkle.root(ENTRIES)) == Accused((one, other), ())


def test_three_entries_that_changed_places_are_named() -> None:
    leaves = exchanged(exchanged(LEAVES, 3, 300), 300, 400)

    assert accuse(walked(leaves, LEAVES), merkle.root(ENTRIES)) == Accused(
        (3, 300, 400), ()
    )


def test_an_entry_in_the_place_of_another_is_named() -> None:
    leaves = exchanged(LEAVES, 7, 9)
    leaves[300] = bytes(32)

    accused = accuse(walked(leaves, LEAVES), merkle.root(ENTRIES))

    assert accused == Accused((7, 9), (300,))


def test_nobody_is_accused_if_that_does_not_give_the_signed_root() -> None:
    replaced = [*LEAVES[:599], bytes(32)]
    both = [bytes(32), *LEAVES[1:599], bytes(32)]

    assert accuse(walked(replaced, LEAVES), merkle.root(ENTRIES)) is None
    assert accuse(walked(both, LEAVES), merkle.root(ENTRIES)) is None
    assert accuse(walked(LEAVES, LEAVES), bytes(32)) is None
    assert accuse(walked([], []), bytes(32)) is None
