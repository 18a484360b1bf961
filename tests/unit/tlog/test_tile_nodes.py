"""Tiles give every hash of the tree; one that has another length is refused."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.tlog import (
    MAX_TREE_SIZE,
    TILE_BYTES,
    TileNodes,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    tile_root,
    tiles_of,
)
from tests.oracle import merkle

SIZE = 70_001
LEAVES = [leaf_hash(b"%d" % number) for number in range(SIZE)]
MTH = merkle.mth_of([b"%d" % number for number in range(SIZE)])


def tiles_at(size: int) -> dict[tuple[int, int], bytes]:
    """Return the tiles of the first leaves, made from the leaves up."""
    tiles: dict[tuple[int, int], bytes] = {}
    for tile in tiles_of(size):
        start = tile.index * 256
        if tile.level:
            below = (
                tiles[tile.level - 1, number]
                for number in range(start, start + tile.width)
            )
            tiles[tile.level, tile.index] = b"".join(map(tile_root, below))
        else:
            tiles[0, tile.index] = b"".join(LEAVES[start : start + tile.width])
    return tiles


class Shelf:
    """Tiles in memory that remember what was read."""

    def __init__(self, tiles: dict[tuple[int, int], bytes]) -> None:
        self.tiles = tiles
        self.read: list[tuple[int, int]] = []

    def __call__(self, level: int, index: int) -> bytes:
        """Return one tile."""
        self.read.append((level, index))
        return self.tiles[level, index]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_536, SIZE])
def test_the_root_over_tiles_is_that_of_the_recursion(size: int) -> None:
    assert root_of(size, TileNodes(size, Shelf(tiles_at(size)))) == MTH(0, size)


def test_each_perfect_subtree_of_a_tree_is_found() -> None:
    size = 1_234
    nodes = TileNodes(size, Shelf(tiles_at(size)))
    for level in range(12):
        for index in range(size >> level):
            expected = MTH(index << level, (index + 1) << level)
            assert nodes(level, index) == expected


def test_proofs_over_tiles_are_those_of_the_recursion() -> None:
    nodes = TileNodes(SIZE, Shelf(tiles_at(SIZE)))
    for index in (0, 1, 255, 256, 65_535, 65_536, 69_887, SIZE - 1):
        proof = inclusion_proof(index, SIZE, nodes)
        assert list(proof) == merkle.inclusion(index, 0, SIZE, MTH)
        check_inclusion(index, SIZE, LEAVES[index], proof, MTH(0, SIZE))
        assert list(consistency_proof(index + 1, SIZE, nodes)) == merkle.consistency(
            index + 1, SIZE, MTH
        )


def test_a_proof_reads_few_tiles_and_those_once() -> None:
    shelf = Shelf(tiles_at(SIZE))
    nodes = TileNodes(SIZE, shelf)

    inclusion_proof(300, SIZE, nodes)
    first = list(shelf.read)
    inclusion_proof(301, SIZE, nodes)

    # Its own, those above it, and what is partial at the right edge.
    assert set(first) == {(0, 1), (1, 0), (1, 1), (0, 273)}
    assert shelf.read == first


def test_no_more_tiles_are_kept_than_allowed() -> None:
    shelf = Shelf(tiles_at(1_024))
    nodes = TileNodes(1_024, shelf, capacity=2)

    for index in (0, 256, 0, 512, 0, 256):
        nodes(0, index)

    # The one used longest ago makes room.
    assert shelf.read == [(0, 0), (0, 1), (0, 2), (0, 1)]


@pytest.mark.parametrize(
    ("level", "index"),
    [(0, 300), (0, -1), (-1, 0), (1, 150), (8, 1), (9, 0), (64, 0), (2**70, 0)],
)
def test_a_subtree_that_is_not_complete_is_a_mistake_of_the_program(
    level: int, index: int
) -> None:
    shelf = Shelf(tiles_at(300))
    with pytest.raises(ValueError, match="no perfect subtree"):
        TileNodes(300, shelf)(level, index)
    assert shelf.read == []


@pytest.mark.parametrize(("place", "index"), [((0, 0), 0), ((0, 1), 299), ((1, 0), 0)])
def test_a_tile_of_another_length_is_refused(
    place: tuple[int, int], index: int
) -> None:
    tiles = tiles_at(300)
    right = tiles[place]
    for wrong in (b"", right[:-1], right[:-32], right + b"\x00", right + bytes(32)):
        nodes = TileNodes(300, Shelf({**tiles, place: wrong}))
        with pytest.raises(IntegrityError) as caught:
            nodes(8 * place[0], index)
        assert caught.value.code == "tile-malformed"


def test_a_complete_tile_does_not_pass_for_the_partial_one_of_a_smaller_tree() -> None:
    nodes = TileNodes(300, Shelf(tiles_at(512)))

    with pytest.raises(IntegrityError, match="has 8192 bytes, not 1408"):
        nodes(0, 299)


def test_the_root_of_a_tile_is_that_of_its_256_hashes() -> None:
    assert tile_root(tiles_at(512)[0, 1]) == MTH(256, 512)


@pytest.mark.parametrize("length", [0, 32, TILE_BYTES - 32, TILE_BYTES + 32])
def test_only_a_complete_tile_has_a_root(length: int) -> None:
    with pytest.raises(IntegrityError) as caught:
        tile_root(bytes(length))
    assert caught.value.code == "tile-malformed"


@pytest.mark.parametrize("size", [-1, MAX_TREE_SIZE + 1])
def test_tiles_of_no_tree_are_a_mistake_of_the_program(size: int) -> None:
    with pytest.raises(ValueError, match="below 2\\^63"):
        TileNodes(size, Shelf({}))


def test_a_reader_that_keeps_nothing_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="at least one tile"):
        TileNodes(300, Shelf({}), capacity=0)
