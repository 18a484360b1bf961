"""The stored tree: at any size the one that all leaf hashes give, or a refusal."""

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from ringwall.base.errors import IntegrityError
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.rows import write_leaves
from ringwall.ledger.tile_rows import write_tiles
from ringwall.ledger.tree import check_begins, root_at, tree_of
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import EMPTY_ROOT, leaf_hash
from ringwall.tlog.proofs import check_inclusion, inclusion_proof

SIZE = 66_000
"""More than a tile of tiles, so that there is one of level 1 that is complete."""
LEAVES = [leaf_hash(number.to_bytes(4)) for number in range(SIZE)]
SIZES = (1, 2, 255, 256, 257, 300, 511, 512, 65_535, 65_536, 65_537, 65_793, SIZE)


def roots() -> dict[int, bytes]:
    """Return size -> root, from the leaf hashes alone."""
    frontier, found = Frontier(), {0: EMPTY_ROOT}
    for leaf in LEAVES:
        frontier.append(leaf)
        if frontier.size in SIZES:
            found[frontier.size] = frontier.root()
    return found


ROOTS = roots()


@pytest.fixture(scope="module")
def stored() -> Iterator[Connection]:
    """Give a database that holds the leaves and the tiles."""
    with scratch_database() as connection:
        write_leaves(connection, [(i, leaf, b"") for i, leaf in enumerate(LEAVES)])
        write_tiles(connection, 0, SIZE)
        # What has not been committed can't be copied.
        for statement in ("COMMIT", "BEGIN"):
            edit(connection, statement)
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


def edit(connection: Connection, sql: str, *values: object) -> None:
    """Change what is stored."""
    connection.connection.cursor().execute(sql, values)


def refused(code: str, connection: Connection, size: int) -> None:
    """Check that the tree of a size can't be had."""
    with pytest.raises(IntegrityError) as caught:
        root_at(connection, size)
    assert caught.value.code == code


@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_root_at_any_size_is_that_of_its_leaves(
    stored: Connection, size: int
) -> None:
    assert root_at(stored, size) == ROOTS[size]


def test_a_tree_has_a_size() -> None:
    with scratch_database() as connection, pytest.raises(ValueError, match="size"):
        root_at(connection, -1)


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, SIZE - 1])
def test_proofs_made_of_it_hold(stored: Connection, index: int) -> None:
    node = tree_of(stored, SIZE)

    proof = inclusion_proof(index, SIZE, node)

    check_inclusion(index, SIZE, LEAVES[index], proof, ROOTS[SIZE])


@pytest.mark.parametrize("old", [0, *SIZES])
def test_the_log_begins_with_each_tree_that_it_had(
    stored: Connection, old: int
) -> None:
    check_begins(stored, (old, ROOTS[old]), (SIZE, ROOTS[SIZE]))


@pytest.mark.parametrize("old", SIZES)
def test_a_tree_that_it_never_had_is_a_fork(stored: Connection, old: int) -> None:
    with pytest.raises(IntegrityError) as caught:
        check_begins(stored, (old, b"x" * 32), (SIZE, ROOTS[SIZE]))

    assert caught.value.code == "log-forked"


def test_a_larger_tree_than_there_is_was_rolled_back(stored: Connection) -> None:
    with pytest.raises(IntegrityError) as caught:
        check_begins(stored, (SIZE, ROOTS[SIZE]), (512, ROOTS[512]))

    assert caught.value.code == "log-rolled-back"
    assert caught.value.next_step


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND idx = 1",
        "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 1 AND idx = 0",
        "UPDATE tile SET root = zeroblob(32) WHERE level = 0 AND idx = 256",
        "UPDATE leaf SET hash = zeroblob(32) WHERE idx = 65999",
    ],
)
def test_whatever_is_stored_no_other_tree_passes(edited: Connection, sql: str) -> None:
    edit(edited, sql)

    with pytest.raises(IntegrityError) as caught:
        check_begins(edited, (300, ROOTS[300]), (SIZE, ROOTS[SIZE]))

    assert caught.value.code == "log-forked"


def test_a_tile_that_is_not_there_is_missing(edited: Connection) -> None:
    edit(edited, "DELETE FROM tile WHERE level = 0 AND idx = 1")

    refused("tile-missing", edited, 512)
    refused("tile-missing", edited, 65_535)
    with pytest.raises(IntegrityError) as caught:
        tree_of(edited, SIZE)(0, 300)
    assert caught.value.code == "tile-missing"


def test_a_leaf_that_is_not_there_is_missing(edited: Connection) -> None:
    edit(edited, "DELETE FROM leaf WHERE idx = 299")

    refused("entry-missing", edited, 300)


@pytest.mark.parametrize("cell", ["text", 7, b"0", bytes(8193)])
def test_a_tile_that_is_none_is_malformed(edited: Connection, cell: object) -> None:
    edit(edited, "UPDATE tile SET hashes = ?, root = ? WHERE idx = 0", cell, cell)

    refused("tile-malformed", edited, 256)
    refused("tile-malformed", edited, 65_535)


def test_what_is_under_a_tile_is_asked_no_more(edited: Connection) -> None:
    edit(edited, "DELETE FROM leaf WHERE idx < 65536")
    edit(edited, "DELETE FROM tile WHERE level = 0 AND idx < 256")

    assert root_at(edited, 65_536) == ROOTS[65_536]
