"""The rows that say who has a log open for writing, and from where on.

A row that outlives its process says that it ended uncleanly: whatever stands from
its `size` on may never have been acknowledged. Written in the transactions of the
batches, never by themselves.
"""

import os
import secrets
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, update

from ringwall.base.clock import SystemClock, format_instant
from ringwall.ledger.schema import WRITER
from ringwall.ledger.statements import send

__all__ = ["Writer", "enter_writer", "move_writer", "new_writer", "strike_writer"]

_INSERT: Final = insert(WRITER)
_MOVE: Final = (
    update(WRITER).values(size=bindparam("at")).where(WRITER.c.id == bindparam("whose"))
)
_STRIKE: Final = delete(WRITER).where(WRITER.c.id == bindparam("whose"))


class Writer(NamedTuple):
    """One process that appends.

    Attributes:
        id: a name that no other process ever has.
        pid: its number.
        since: RFC 3339 instant at which it opened the log.
    """

    id: str
    pid: int
    since: str


def new_writer() -> Writer:
    """Return a row for this process."""
    since = format_instant(SystemClock().now())
    return Writer(secrets.token_hex(16), os.getpid(), since)


def enter_writer(connection: Connection, writer: Writer, size: int) -> None:
    """Put the row of a process that is about to append its first batch.

    Args:
        connection: to the ledger's database, in the transaction of the batch.
        writer: who.
        size: of the log before the batch.
    """
    send(connection, _INSERT, *writer, size)


def move_writer(connection: Connection, writer: Writer, size: int) -> None:
    """Say that all before `size` has been acknowledged, save by an unclean end."""
    send(connection, _MOVE, size, writer.id)


def strike_writer(connection: Connection, writer: Writer) -> None:
    """Take the row away: the process has nothing more to append."""
    send(connection, _STRIKE, writer.id)
