"""The checkpoints that a log has published, as they are stored.

Must never replace one by a note that lacks a line of it: witnesses' cosignatures are
joined to it later.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ringwall.base.errors import UnknownItem
from ringwall.ledger.schema import CHECKPOINT
from ringwall.ledger.statements import fetch, send

__all__ = [
    "Published",
    "first_published",
    "last_published",
    "newest_published",
    "publish",
    "published_at",
    "republish",
]

_NEWEST: Final = select(CHECKPOINT).where(
    CHECKPOINT.c.size == select(func.max(CHECKPOINT.c.size)).scalar_subquery()
)
_AT: Final = select(CHECKPOINT).where(CHECKPOINT.c.size == bindparam("size"))
_FIRST: Final = select(CHECKPOINT).where(
    CHECKPOINT.c.size
    == select(func.min(CHECKPOINT.c.size))
    .where(CHECKPOINT.c.size >= bindparam("size"))
    .scalar_subquery()
)
_INSERT: Final = insert(CHECKPOINT).prefix_with("OR IGNORE")
_UPDATE: Final = (
    update(CHECKPOINT)
    .values(note=bindparam("new"))
    .where(CHECKPOINT.c.size == bindparam("at"))
)


class Published(NamedTuple):
    """A checkpoint as it is stored, not verified.

    Attributes:
        size: of the log that it is of, as the row says.
        note: signed by the log's key and maybe by witnesses.
    """

    size: int
    note: bytes


def newest_published(connection: Connection) -> Published | None:
    """Return the checkpoint of the largest size, None if there is none."""
    return _only(fetch(connection, _NEWEST))


def last_published(connection: Connection) -> Published:
    """Return the checkpoint of the largest size.

    Raises:
        UnknownItem: `checkpoint-unknown`, none has been published.
    """
    found = newest_published(connection)
    if found is None:
        raise UnknownItem(
            "checkpoint-unknown",
            "no checkpoint has been published yet",
            next_step="publish one with `ringwall audit checkpoint --now`",
        )
    return found


def published_at(connection: Connection, size: int) -> Published | None:
    """Return the checkpoint of a size, None if none was published there."""
    return _only(fetch(connection, _AT, size))


def first_published(connection: Connection, size: int) -> Published | None:
    """Return the smallest checkpoint of at least a size, None if there is none yet."""
    return _only(fetch(connection, _FIRST, size))


def publish(connection: Connection, size: int, note: bytes) -> None:
    """Store a checkpoint unless there is one of this size already."""
    send(connection, _INSERT, size, note)


def republish(connection: Connection, size: int, note: bytes) -> None:
    """Store a checkpoint in place of the same one with fewer signatures."""
    send(connection, _UPDATE, note, size)


def _only(rows: Sequence[tuple[Any, ...]]) -> Published | None:
    if not rows:
        return None
    size, note = rows[0]
    # Whatever else stands there is no note, and opening it says so.
    return Published(size, note if isinstance(note, bytes) else b"")
