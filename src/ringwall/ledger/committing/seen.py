"""Whether what somebody has seen of objects is still so when their entries land.

Likewise of permits that something is done under, once. Must never take an older event
for the latest, be it of this very batch.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from ringwall.ledger.entries import Entry
from ringwall.ledger.schema import RAID
from ringwall.ledger.statements import fetch

__all__ = ["SeenObjects"]

_LATEST: Final = select(func.max(RAID.c.idx)).where(RAID.c.id == bindparam("id"))
_UNDER: Final = select(func.max(RAID.c.idx)).where(RAID.c.decision == bindparam("id"))
_PERMIT: Final = "dec-"


class SeenObjects:
    """Where the latest events of objects stand while a transaction goes on.

    Args:
        connection: in a transaction of the writer.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._moved: dict[str, int] = {}

    def are_as(self, seen: Mapping[str, int]) -> bool:
        """Return whether no object has had an event since it was seen.

        Args:
            seen: id -> index of its latest event, -1 for none; of a decision the
                latest event that was recorded under it.
        """
        return all(self._latest(name) == index for name, index in seen.items())

    def take(self, first: int, entries: Iterable[Entry]) -> None:
        """Take in entries that are about to land.

        Args:
            first: index of the first of them.
            entries: side by side.
        """
        for index, entry in enumerate(entries, first):
            for put in entry.puts:
                if put.table == RAID.name:
                    self._moved[put.row["id"]] = index
                    self._moved[put.row["decision"]] = index

    def _latest(self, name: str) -> object:
        moved = self._moved.get(name)
        if moved is not None:
            return moved
        asked = _UNDER if name.startswith(_PERMIT) else _LATEST
        [(latest,)] = fetch(self._connection, asked, name)
        return -1 if latest is None else latest
