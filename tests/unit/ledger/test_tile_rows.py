"""Tiles: what is complete is stored, once, and is what the leaves give."""

import random

import pytest
from sqlalchemy import Connection, select

from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.rows import write_leaves
from ringwall.ledger.schema import TILE
from ringwall.ledger.tile_rows import TILE_WIDTH, write_tiles
from ringwall.tlog.hashing import leaf_hash
from tests.oracle import merkle


def leaves(size: int) -> list[bytes]:
    """Return so many entries."""
    return [number.to_bytes(4) for number in range(size)]


def put(connection: Connection, old: int, new: int) -> None:
    """Append entries and complete tiles."""
    rows = [(i, leaf_hash(data), data) for i, data in enumerate(leaves(new))]
    write_leaves(connection, rows[old:])
    write_tiles(connection, old, new)


def tiles(connection: Connection) -> list[tuple[int, int, bytes, bytes]]:
    """Return the stored tiles in order."""
    rows = connection.execute(select(TILE).order_by(TILE.c.level, TILE.c.idx))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 1000])
def test_each_complete_tile_holds_hashes_and_root_of_its_leaves(size: int) -> None:
    entries = leaves(size)
    with scratch_database() as connection:
        put(connection, 0, size)

        assert tiles(connection) == [
            (
                0,
                index,
                merkle.root(entries[index * 256 : index * 256 + 256]),
                b"".join(map(leaf_hash, entries[index * 256 : index * 256 + 256])),
            )
            for index in range(size // TILE_WIDTH)
        ]


def test_however_a_tree_grows_its_tiles_are_the_same() -> None:
    steps = sorted(random.Random(5).sample(range(1, 1500), 12))
    with scratch_database() as connection, scratch_database() as other:
        put(connection, 0, 1500)
        for old, new in zip([0, *steps], [*steps, 1500], strict=True):
            put(other, old, new)

        assert tiles(connection) == tiles(other)


def test_tiles_of_tiles_hold_their_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringwall.ledger.tile_rows.TILE_WIDTH", 4)
    entries = leaves(70)
    with scratch_database() as connection:
        put(connection, 0, 70)
        stored = tiles(connection)

    assert [(level, index) for level, index, *_ in stored] == [
        *((0, index) for index in range(17)),
        *((1, index) for index in range(4)),
        (2, 0),
    ]
    for level, index, root, _ in stored:
        width = 4 ** (level + 1)
        assert root == merkle.root(entries[index * width : (index + 1) * width])


def test_a_tile_without_all_its_leaves_is_not_made() -> None:
    with scratch_database() as connection:
        write_leaves(connection, [(0, bytes(32), b"")])
        with pytest.raises(ValueError, match="tile 0 of level 0 lacks a hash"):
            write_tiles(connection, 0, 256)


def test_a_hash_of_another_length_is_in_no_tile() -> None:
    with scratch_database() as connection:
        write_leaves(connection, [(i, bytes(31 + (i != 7)), b"") for i in range(256)])
        with pytest.raises(ValueError, match="lacks a hash"):
            write_tiles(connection, 0, 256)
        assert tiles(connection) == []
