"""The rows of the incident desk held against the latest event of each object.

Keeps an index and a hash for each object, so that no entry is read a second time where
all is well. Must never take a row for the latest since it is the only one.
"""

import secrets
import sqlite3
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Table

from ringwall.ledger.projections import RowPut
from ringwall.ledger.schema import RAID_CARDS

__all__ = ["CardWalk"]

_Row = tuple[Any, ...]
_Tell = Callable[[Table, _Row | None, _Row | None], None]
_INDEX: Final = 8
_ID: Final = 1
_ALL: Final = {
    name: "SELECT {} FROM {} ORDER BY idx".format(  # noqa: S608 - our own names
        ", ".join(f'"{column.name}"' for column in table.columns), name
    )
    for name, table in RAID_CARDS.items()
}


class CardWalk:
    """Takes in the rows that the log gives, then looks at those that are stored.

    Args:
        cursor: to the ledger's database.
        recorded: returns the row that the entry at an index puts into a table, None
            where it can't be read; has told of it then.
        tell: takes in a table, a stored row and the one that the log gives.
    """

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        recorded: Callable[[Table, int], _Row | None],
        tell: _Tell,
    ) -> None:
        self._cursor = cursor
        self._recorded = recorded
        self._tell = tell
        self._key = secrets.token_bytes(16)
        self._latest: dict[str, dict[object, bytes]] = {n: {} for n in RAID_CARDS}

    def take(self, index: int, put: RowPut) -> None:
        """Take in a row of an object, if it is one.

        Args:
            index: of the entry that puts it.
            put: in whatever table.
        """
        rows = self._latest.get(put.table)
        if rows is not None:
            mark = self._mark(tuple(put.row.values()))
            rows[put.key] = index.to_bytes(_INDEX) + mark

    def finish(self) -> None:
        """Compare the stored rows with the latest of each object."""
        for name, table in RAID_CARDS.items():
            waiting = self._latest[name]
            rows = self._cursor.connection.cursor().execute(_ALL[name])
            for row in rows:
                known = waiting.pop(row[_ID], b"")
                if known[_INDEX:] != self._mark(row):
                    self._tell(table, row, self._row_of(table, known))
            for known in waiting.values():
                recorded = self._row_of(table, known)
                if recorded is not None:
                    self._tell(table, None, recorded)

    def _row_of(self, table: Table, known: bytes) -> _Row | None:
        if not known:
            return None
        return self._recorded(table, int.from_bytes(known[:_INDEX]))

    def _mark(self, row: _Row) -> bytes:
        # Keyed anew for each run: nobody can have two rows with one mark ready.
        return blake2b(repr(row).encode(), key=self._key, digest_size=16).digest()
