"""Tiles have one name each, and a tree has the tiles that C2SP says it has."""

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.tlog import (
    MAX_TREE_SIZE,
    Tile,
    entries_path,
    new_tiles,
    parse_entries_path,
    parse_tile_path,
    tile_path,
    tiles_of,
)

# The last tiles of the largest tree, by level.
LARGEST = [MAX_TREE_SIZE >> 8 * level for level in range(8)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 1234067, 5), "tile/0/x001/x234/067.p/5"),
        (Tile(2, 1000000, 255), "tile/2/x001/x000/000.p/255"),
        (Tile(7, 0, 127), "tile/7/000.p/127"),
        (Tile(0, 2**55 - 1, 255), "tile/0/x036/x028/x797/x018/x963/967.p/255"),
    ],
)
def test_a_tile_and_its_path_stand_for_each_other(tile: Tile, path: str) -> None:
    assert tile_path(tile) == path
    assert parse_tile_path(path) == tile


def test_entries_have_the_place_of_their_tile() -> None:
    tile = Tile(0, 1234067, 5)

    assert entries_path(tile) == "tile/entries/x001/x234/067.p/5"
    assert parse_entries_path("tile/entries/x001/x234/067.p/5") == tile
    assert parse_entries_path("tile/entries/000") == Tile(0, 0)


def test_only_a_tile_of_leaf_hashes_has_entries() -> None:
    with pytest.raises(ValueError, match="level 0"):
        entries_path(Tile(1, 0))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/x01/000",
        "tile/0/001/000",
        "tile/0/X001/000",
        "tile/0/000/",
        "tile/0//000",
        "/tile/0/000",
        "tile/00/000",
        "tile/01/000",
        "tile/-1/000",
        "tile/+0/000",
        "tile/8/000",
        "tile/63/000",
        "tile/64/000",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/999",
        "tile/0/000.P/5",
        "tile/0/x001.p/5",
        "tile/7/000",
        "tile/7/000.p/128",
        "tile/7/001.p/1",
        "tile/0/x036/x028/x797/x018/x963/967",
        "tile/0/x036/x028/x797/x018/x963/968.p/1",
        "tile/0/" + "x001/" * 1000 + "000",
        "tile/0/000\n",
        " tile/0/000",
        "tile/0/000 ",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/../0/000",
        "tile/0/000.p/5/../6",
        "tile/entries/000.p/0",
        "tile/data/000",
        "tile/8/0/000",
    ],
)
def test_a_path_that_is_printed_for_no_tile_is_refused(path: str) -> None:
    for parse in (parse_tile_path, parse_entries_path):
        with pytest.raises(IntegrityError) as caught:
            parse(path)
        assert caught.value.code == "tile-path-malformed"
        assert caught.value.message.isprintable()


def test_hashes_and_entries_are_not_taken_for_one_another() -> None:
    with pytest.raises(IntegrityError, match="path of no tile"):
        parse_tile_path("tile/entries/000")
    with pytest.raises(IntegrityError, match="path of no tile"):
        parse_entries_path("tile/0/000")


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [
        (-1, 0, 1),
        (0, -1, 256),
        (0, 0, 0),
        (0, 0, 257),
        (7, 0, 128),
        (8, 0, 1),
        (2**70, 0, 1),
        (0, 2**55, 1),
        (0, 2**55 - 1, 256),
    ],
)
def test_a_tile_that_no_tree_has_is_a_mistake_of_the_program(
    level: int, index: int, width: int
) -> None:
    with pytest.raises(ValueError, match=r"a tile has a place|beyond the end"):
        Tile(level, index, width)


# --- the tiles of a tree -----------------------------------------------------


def test_the_empty_tree_has_no_tile() -> None:
    assert list(tiles_of(0)) == []


def test_small_trees_have_the_tiles_that_the_specification_names() -> None:
    assert list(tiles_of(1)) == [Tile(0, 0, 1)]
    assert list(tiles_of(255)) == [Tile(0, 0, 255)]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(257)) == [Tile(0, 0), Tile(0, 1, 1), Tile(1, 0, 1)]


def test_seventy_thousand_leaves_have_the_tiles_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))

    assert tiles[:273] == [Tile(0, index) for index in range(273)]
    assert tiles[273:] == [
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]


def test_a_grown_tree_has_the_tiles_of_before_but_the_widened_ones() -> None:
    for old, new in [(0, 300), (1, 2), (255, 256), (256, 257), (300, 300), (7, 66000)]:
        before, after = list(tiles_of(old)), list(tiles_of(new))
        assert list(new_tiles(old, new)) == [
            tile for tile in after if tile not in set(before)
        ]


def test_one_more_leaf_is_few_new_tiles_however_large_the_tree_is() -> None:
    assert list(new_tiles(MAX_TREE_SIZE - 1, MAX_TREE_SIZE)) == [
        Tile(0, 2**55 - 1, 255)
    ]
    assert list(new_tiles(2**56 - 1, 2**56)) == [
        *(Tile(level, (1 << 48 - 8 * level) - 1) for level in range(7)),
        Tile(7, 0, 1),
    ]


def test_every_level_of_the_largest_tree_ends_in_a_partial_tile() -> None:
    for level, hashes in enumerate(LARGEST):
        tile = Tile(level, hashes // 256, hashes % 256)
        assert parse_tile_path(tile_path(tile)) == tile


@pytest.mark.parametrize(("old", "new"), [(1, 0), (-1, 1), (0, MAX_TREE_SIZE + 1)])
def test_a_tree_that_shrinks_is_a_mistake_of_the_program(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not grow"):
        new_tiles(old, new)
