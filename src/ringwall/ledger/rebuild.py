"""Rebuilding tables from the entries alone, and comparing them with what is stored.

The same code replays a log into a new file and gives the verifier its second
opinion. Must never read a projection to make one.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, insert, select
from sqlalchemy.exc import DBAPIError

from ringwall.base.errors import RecordUnavailable
from ringwall.ledger.basis import Basis
from ringwall.ledger.connections import scratch_engine
from ringwall.ledger.head import Head
from ringwall.ledger.projections import RowPut, project
from ringwall.ledger.row_difference import Difference, row_difference
from ringwall.ledger.rows import put_rows, write_leaves
from ringwall.ledger.schema import BEHIND, HEAD, PROJECTIONS, TILE, create_schema
from ringwall.ledger.slicing import fill_slices
from ringwall.ledger.statements import send_many
from ringwall.ledger.tile_rows import write_tiles
from ringwall.model.events import Event

__all__ = ["Rebuilder", "differences", "scratch_database"]

_CHUNK: Final = 2000
_Row = Row[*tuple[Any, ...]]
_Key = tuple[int, int | float | bytes]


class Rebuilder:
    """Puts events into a scratch database, a chunk at a time.

    Args:
        connection: to an empty database of the ledger's shape.
        with_leaves: whether to store the leaves, too.
    """

    def __init__(self, connection: Connection, *, with_leaves: bool = False) -> None:
        self._connection = connection
        self._with_leaves = with_leaves
        self._puts: list[RowPut] = []
        self._leaves: list[tuple[int, bytes, bytes | None]] = []
        self._size = 0
        self._in_force: dict[tuple[str, str | int], tuple[int, bytes]] = {}

    def add(self, index: int, event: Event, leaf: bytes, entry: bytes) -> None:
        """Take in the next event.

        Raises:
            ValueError: the event can't be projected.
            RecordUnavailable: as `flush`.
        """
        puts = project(index, event)
        self._puts += puts
        for standing in filter(None, (put.standing() for put in puts)):
            self._in_force[standing] = index, leaf
        if self._with_leaves:
            self._leaves.append((index, leaf, entry))
        if max(len(self._puts), len(self._leaves)) >= _CHUNK:
            self.flush()

    def add_pruned(self, index: int, leaf: bytes) -> None:
        """Take in an entry of which the leaf hash alone is left; raises as `flush`."""
        self._leaves.append((index, leaf, None))
        if len(self._leaves) >= _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what has been taken in.

        Raises:
            RecordUnavailable: `rebuild-failed`, the scratch database is full.
        """
        with _writing_scratch():
            write_leaves(self._connection, self._leaves)
            write_tiles(self._connection, self._size, self._size + len(self._leaves))
            put_rows(self._connection, self._puts)
        self._size += len(self._leaves)
        self._puts, self._leaves = [], []

    def copy_rows(self, table: Table, source: Connection) -> None:
        """Take over the rows of a table as they are; raises as `flush`."""
        rows = source.execute(select(table), execution_options={"yield_per": _CHUNK})
        with _writing_scratch():
            for chunk in rows.partitions():
                send_many(self._connection, insert(table), [tuple(r) for r in chunk])

    def slice_blocks(self) -> None:
        """Slice the decisions that have been written, block by block; as `flush`."""
        with _writing_scratch():
            fill_slices(self._connection, self._size)

    def write_head(self, head: Head) -> None:
        """Write the head row; raises as `flush`."""
        with _writing_scratch():
            self._connection.execute(insert(HEAD), head.row())

    def basis(self) -> Basis:
        """Return the events in force after those taken in, added up afresh."""
        basis = Basis()
        basis.put_in_force(self._in_force.values())
        return basis


@contextmanager
def scratch_database(path: Path | None = None) -> Iterator[Connection]:
    """Give a transaction in a new database of a ledger's shape; commit it at the end.

    Args:
        path: an empty file; None for a nameless one that is gone afterwards.

    Raises:
        RecordUnavailable: `rebuild-failed`, it can't be written.
    """
    engine = scratch_engine(path)
    try:
        with _writing_scratch():
            connection = engine.connect()
        with connection:
            with _writing_scratch():
                create_schema(connection)
            yield connection
            with _writing_scratch():
                connection.commit()
    finally:
        engine.dispose()


@contextmanager
def _writing_scratch() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        raise RecordUnavailable(
            "rebuild-failed",
            f"the rebuilt tables can't be written: {getattr(error, 'orig', error)}",
            next_step="free some space and try again",
        ) from error


def differences(stored: Connection, rebuilt: Connection) -> Iterator[Difference]:
    """Give each row in which the stored tables differ from the rebuilt ones.

    Those are the projections, the tiles and, where they are there, the slices.

    Args:
        stored: the ledger's database.
        rebuilt: a database the entries were replayed into.
    """
    for table in (*PROJECTIONS.values(), TILE):
        for here, there in _pairs(table, stored, rebuilt):
            if here != there:
                yield row_difference(table, here, there)
    # They follow behind the log: one that is not there is not missing.
    for table in BEHIND.values():
        for here, there in _pairs(table, stored, rebuilt):
            if here is not None and here != there:
                yield row_difference(table, here, there)


def _pairs(
    table: Table, stored: Connection, rebuilt: Connection
) -> Iterator[tuple[_Row | None, _Row | None]]:
    """Give the rows with the same key side by side, None where there is none."""
    lefts, rights = _stream(stored, table), _stream(rebuilt, table)
    left, right = next(lefts, None), next(rights, None)
    while left is not None or right is not None:
        order = _order(table, left, right)
        yield left if order <= 0 else None, right if order >= 0 else None
        if order <= 0:
            left = next(lefts, None)
        if order >= 0:
            right = next(rights, None)


def _stream(connection: Connection, table: Table) -> Iterator[_Row]:
    query = select(table).order_by(*table.primary_key.columns)
    return iter(connection.execute(query, execution_options={"yield_per": _CHUNK}))


def _order(table: Table, left: _Row | None, right: _Row | None) -> int:
    """Return -1, 0 or 1 as the left key comes before, with or after the right."""
    if left is None or right is None:
        return 1 if left is None else -1
    width = len(table.primary_key)
    one, other = list(map(_sort_key, left[:width])), list(map(_sort_key, right[:width]))
    return int(one > other) - int(one < other)


def _sort_key(value: object) -> _Key:
    """Return what sorts as SQLite does: NULL, numbers, text, bytes."""
    match value:
        case None:
            return 0, 0
        case int() | float():
            return 1, value
        case bytes():
            return 3, value
        case _:
            return 2, str(value).encode("utf-8", "surrogateescape")
