"""Stored checkpoints: the newest, the one of a size, and none lost to another."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from ringwall.base.errors import UnknownItem
from ringwall.ledger.publication.published import (
    Published,
    first_published,
    last_published,
    newest_published,
    publish,
    published_at,
    republish,
)
from ringwall.ledger.rebuild import scratch_database


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Give an empty ledger's database."""
    with scratch_database() as connection:
        yield connection


def test_before_the_first_there_is_none(connection: Connection) -> None:
    assert newest_published(connection) is None
    assert published_at(connection, 1) is None
    with pytest.raises(UnknownItem) as caught:
        last_published(connection)
    assert caught.value.code == "checkpoint-unknown"


def test_the_newest_is_that_of_the_largest_size(connection: Connection) -> None:
    for size in (2, 10, 9):
        publish(connection, size, b"note %d" % size)

    assert newest_published(connection) == Published(10, b"note 10")
    assert last_published(connection) == Published(10, b"note 10")
    assert published_at(connection, 9) == Published(9, b"note 9")
    assert published_at(connection, 3) is None


def test_the_first_from_a_size_on_is_the_smallest_of_them(
    connection: Connection,
) -> None:
    assert first_published(connection, 0) is None
    for size in (2, 10, 9):
        publish(connection, size, b"note %d" % size)

    found = [first_published(connection, size) for size in (0, 2, 3, 9, 10, 11)]
    assert [one and one.size for one in found] == [2, 2, 9, 9, 10, None]
    assert found[2] == Published(9, b"note 9")


def test_the_first_of_a_size_stays_until_one_with_more_signatures_comes(
    connection: Connection,
) -> None:
    publish(connection, 2, b"cosigned")
    publish(connection, 2, b"plain")
    assert published_at(connection, 2) == Published(2, b"cosigned")

    republish(connection, 2, b"cosigned twice")
    assert published_at(connection, 2) == Published(2, b"cosigned twice")


def test_what_is_stored_as_something_else_is_no_note(connection: Connection) -> None:
    publish(connection, 2, "text")  # type: ignore[arg-type]  # as in a damaged cell

    assert published_at(connection, 2) == Published(2, b"")
