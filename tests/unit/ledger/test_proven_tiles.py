"""Proven tiles: those of the signed tree, whatever is stored."""

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from ringwall.base.errors import IntegrityError
from ringwall.ledger.proven_tiles import ProvenTiles
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.rows import write_leaves
from ringwall.ledger.tile_rows import write_tiles
from ringwall.tlog.checkpoints import Checkpoint
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import leaf_hash
from ringwall.tlog.tile_nodes import tile_root
from ringwall.tlog.tiles import Tile, tiles_of

SIZE = 66_000
"""More than a tile of tiles, so that there is one of level 1 that is complete."""
LEAVES = [leaf_hash(number.to_bytes(4)) for number in range(SIZE)]
SIZES = (0, 1, 255, 256, 257, 512, 700, 65_535, 65_536, 65_537, SIZE)


def heads() -> dict[int, Checkpoint]:
    """Return size -> head, from the leaf hashes alone."""
    frontier = Frontier()
    found = {0: Checkpoint("log.example", 0, frontier.root())}
    for leaf in LEAVES:
        frontier.append(leaf)
        size = frontier.size
        if size in SIZES:
            found[size] = Checkpoint("log.example", size, frontier.root())
    return found


HEADS = heads()


@pytest.fixture(scope="module")
def stored() -> Iterator[Connection]:
    """Give a database that holds the leaves and the tiles."""
    with scratch_database() as connection:
        write_leaves(connection, [(i, leaf, b"") for i, leaf in enumerate(LEAVES)])
        write_tiles(connection, 0, SIZE)
        connection.commit()
        yield connection


@pytest.fixture
def edited(stored: Connection) -> Iterator[Connection]:
    """Give a copy for edits."""
    source = stored.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    copy = sqlite3.connect(":memory:")
    source.backup(copy)
    for verb in ("update", "delete"):
        copy.execute(f"DROP TRIGGER IF EXISTS leaf_no_{verb}")
    with create_engine("sqlite://", creator=lambda: copy).connect() as connection:
        yield connection


def read_all(connection: Connection, size: int) -> dict[Tile, bytes]:
    """Return all tiles of a size."""
    tiles = ProvenTiles(connection, HEADS[size])
    return {tile: tiles.read(connection, tile) for tile in tiles_of(size)}


@pytest.mark.parametrize("size", SIZES)
def test_the_tiles_of_any_size_are_those_of_its_leaves(
    stored: Connection, size: int
) -> None:
    row = LEAVES[:size]
    expected: dict[Tile, bytes] = {}
    level = 0
    while row:
        cut = [b"".join(row[at : at + 256]) for at in range(0, len(row), 256)]
        for index, hashes in enumerate(cut):
            expected[Tile(level, index, len(hashes) // 32)] = hashes
        row = [tile_root(hashes) for hashes in cut if len(hashes) == 8192]
        level += 1

    assert read_all(stored, size) == expected


def test_in_any_order_they_are_the_same(stored: Connection) -> None:
    expected = read_all(stored, SIZE)
    tiles = ProvenTiles(stored, HEADS[SIZE])

    for tile in reversed(expected):
        assert tiles.read(stored, tile) == expected[tile]


@pytest.mark.parametrize(
    ("level", "index"), [(0, 0), (0, 100), (0, 255), (0, 256), (1, 0)]
)
def test_a_tile_that_does_not_lie_under_the_root_is_not_given(
    edited: Connection, level: int, index: int
) -> None:
    edited.exec_driver_sql(
        "UPDATE tile SET hashes = "
        "CAST(substr(hashes, 33) || substr(hashes, 1, 32) AS BLOB) "
        "WHERE level = ? AND idx = ?",
        (level, index),
    )
    tiles = ProvenTiles(edited, HEADS[SIZE])
    with pytest.raises(IntegrityError) as caught:
        tiles.read(edited, Tile(level, index))
    assert caught.value.code == "tile-changed"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE leaf SET hash = zeroblob(32) WHERE idx = 65999",
        "UPDATE tile SET root = zeroblob(32) WHERE level = 0 AND idx = 256",
        "UPDATE tile SET root = zeroblob(32) WHERE level = 1 AND idx = 0",
    ],
)
def test_a_right_edge_that_does_not_give_the_root_is_refused(
    edited: Connection, sql: str
) -> None:
    edited.exec_driver_sql(sql)
    with pytest.raises(IntegrityError) as caught:
        ProvenTiles(edited, HEADS[SIZE])
    assert caught.value.code == "root-differs"


def test_another_root_is_refused(stored: Connection) -> None:
    with pytest.raises(IntegrityError) as caught:
        ProvenTiles(stored, Checkpoint("log.example", 700, HEADS[700].root[::-1]))
    assert caught.value.code == "root-differs"


def test_a_tile_that_is_gone_is_missing(edited: Connection) -> None:
    edited.exec_driver_sql("DELETE FROM tile WHERE level = 0 AND idx = 7")
    tiles = ProvenTiles(edited, HEADS[SIZE])
    with pytest.raises(IntegrityError) as caught:
        tiles.read(edited, Tile(0, 7))
    assert caught.value.code == "tile-missing"
