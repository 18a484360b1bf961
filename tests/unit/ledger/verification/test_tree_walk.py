"""The tree beside the tiles: its roots are the RFC's, and each wrong tile is noted."""

import sqlite3
from collections.abc import Sequence

import pytest

from ringwall.ledger.verification.tree_walk import Misfit, TreeWalk, surplus_tiles
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import leaf_hash
from ringwall.tlog.tile_nodes import tile_root
from tests.oracle import merkle

ENTRIES = [f"entry {number}".encode() for number in range(700)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def tiles(*rows: tuple[object, object, bytes, bytes]) -> sqlite3.Cursor:
    """Return a cursor to a table of tiles."""
    cursor = sqlite3.connect(":memory:").cursor()
    cursor.execute("CREATE TABLE tile (level, idx, root, hashes)")
    cursor.executemany("INSERT INTO tile VALUES (?, ?, ?, ?)", rows)
    return cursor


def tile(
    level: int, index: int, hashes: Sequence[bytes]
) -> tuple[int, int, bytes, bytes]:
    data = b"".join(hashes)
    return level, index, tile_root(data), data


SOUND = (tile(0, 0, LEAVES[:256]), tile(0, 1, LEAVES[256:512]))


def walk(
    cursor: sqlite3.Cursor, leaves: Sequence[bytes], sizes: Sequence[int] = ()
) -> TreeWalk:
    tree = TreeWalk(cursor, sizes)
    for start in range(0, len(leaves), 256):
        part = leaves[start : start + 256]
        tree.take(start, start + len(part), part)
    return tree


def test_the_roots_at_all_sizes_asked_for_are_those_of_the_rfc() -> None:
    sizes = [0, 1, 2, 3, 100, 255, 256, 257, 300, 511, 512, 513, 699, 700, 701]
    tree = walk(tiles(*SOUND), LEAVES, sizes)

    assert tree.roots == {s: merkle.root(ENTRIES[:s]) for s in sizes if s <= 700}
    assert (tree.size, tree.root()) == (700, merkle.root(ENTRIES))
    assert tree.misfits == []
    assert tree.tail == LEAVES[512:]
    frontier = Frontier()
    for leaf in LEAVES:
        frontier.append(leaf)
    assert tree.frontier().dump() == frontier.dump()


def test_many_sizes_may_be_asked_for() -> None:
    sizes = [*range(40), *range(240, 300)]
    tree = walk(tiles(*SOUND), LEAVES[:300], sizes)

    assert tree.roots == {size: merkle.root(ENTRIES[:size]) for size in sizes}


def test_a_missing_tile_is_noted() -> None:
    assert walk(tiles(SOUND[1]), LEAVES).misfits == [Misfit(0, 0, is_there=False)]


@pytest.mark.parametrize(
    "row",
    [
        (0, 0, bytes(32), SOUND[0][3]),
        (0, 0, SOUND[0][2], bytes(8192)),
        (0, 0, SOUND[0][2], b""),
        (0, 0, SOUND[0][2], "text"),
    ],
)
def test_a_tile_that_does_not_fit_its_own_root_accuses_no_entry(
    row: tuple[object, object, bytes, bytes],
) -> None:
    tree = walk(tiles(row, SOUND[1]), LEAVES)

    assert tree.misfits == [Misfit(0, 0, is_there=True)]
    assert tree.root_by_tiles(tree.tail) == tree.root()


def test_a_whole_tile_tells_which_leaves_are_others() -> None:
    leaves = [*LEAVES[:3], bytes(32), *LEAVES[4:]]
    tree = walk(tiles(*SOUND), leaves)

    [misfit] = tree.misfits
    assert misfit.leaves == ((3, bytes(32), LEAVES[3]),)
    assert tree.root() != merkle.root(ENTRIES)
    assert tree.root_by_tiles(tree.tail) == merkle.root(ENTRIES)


def test_a_gap_ends_the_tree_and_later_tiles_are_still_compared() -> None:
    tree = TreeWalk(tiles(*SOUND), [100, 300])
    tree.take(0, 256, LEAVES[1:256])
    tree.take(256, 512, [bytes(32), *LEAVES[257:512]])
    tree.take(512, 700, LEAVES[512:])

    assert (tree.size, tree.broken_at, tree.roots) == (0, 0, {})
    assert [misfit.place for misfit in tree.misfits] == [1]


def test_the_first_gap_is_the_one_that_counts() -> None:
    tree = TreeWalk(tiles(), [])
    tree.break_at(7)
    tree.take(0, 256, LEAVES[:7])

    assert tree.broken_at == 7


def test_tiles_above_the_leaves_are_compared() -> None:
    bottom = [tile(0, index, LEAVES[:256]) for index in range(256)]
    above = tile(1, 0, [row[2] for row in bottom])
    leaves = LEAVES[:256] * 256

    assert walk(tiles(*bottom, above), leaves).misfits == []
    assert walk(tiles(*bottom), leaves).misfits == [Misfit(1, 0, is_there=False)]
    changed = (1, 0, bytes(32), above[3])
    assert walk(tiles(*bottom, changed), leaves).misfits == [
        Misfit(1, 0, is_there=True)
    ]


def test_of_very_many_misfits_the_first_are_kept() -> None:
    assert len(walk(tiles(), LEAVES[:256] * 120).misfits) == 100


def test_surplus_tiles_are_those_that_a_tree_lacks() -> None:
    rows = [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (-1, 0),
        (0, -1),
        ("x", 0),
        (0, None),
        (99, 0),
    ]
    cursor = tiles(*((level, index, b"", b"") for level, index in rows))

    assert set(surplus_tiles(cursor, 700)) == set(rows[2:])
    assert set(surplus_tiles(tiles((0, 0, b"", b"")), 256)) == set()
    assert set(surplus_tiles(tiles((0, 0, b"", b"")), 255)) == {(0, 0)}
