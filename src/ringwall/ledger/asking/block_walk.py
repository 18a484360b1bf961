"""The way to decisions: from block to block of the log, the newest first.

Where a block has slices they say which places to look at; where it has none each row
is looked at. Must never believe a slice: what it names is asked of the row.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from sqlalchemy import Connection, TextClause, text

from ringwall.ledger.asking.outcomes import outcomes_told
from ringwall.ledger.asking.spans import Piece, Span, Window, pieces_of
from ringwall.ledger.founded import table_differs
from ringwall.ledger.slices import Told, places_of
from ringwall.ledger.statements import fetch
from ringwall.tlog.checkpoints import MAX_TREE_SIZE

__all__ = ["BlockWalk", "Condition", "decision_place"]

# Rows that are looked at in one go.
_AT_ONCE: Final = 512
# So few are looked at sooner than it takes to find out which to leave out.
_FEW: Final = 32


class Condition(NamedTuple):
    """A condition in SQL, and the values in it in their order."""

    sql: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class BlockWalk:
    """A way through the decisions.

    Attributes:
        pieces: where they can stand, the newest first.
        values: field of slices -> the values of which theirs has to be one.
        takes: which outcomes theirs may be, by their words; None for any.
        conditions: all that they have to be.
    """

    pieces: Sequence[Piece]
    values: Mapping[str, Sequence[str]]
    takes: Callable[[str], bool] | None
    conditions: tuple[Condition, ...]

    @property
    def table(self) -> str:
        """Name of the table that it leads through."""
        return "decision"

    def newest(self, connection: Connection, below: int, count: int) -> list[int]:
        """Return the indexes of the newest decisions before one, the newest first.

        Args:
            connection: to the ledger's database.
            below: index that they stand before.
            count: how many at most.

        Raises:
            IntegrityError: `table-differs`, a row is not what one of a block can be.
        """
        found: list[int] = []
        for span, block in self.pieces:
            within = Span(span.low, min(span.end, below))
            if within.low < within.end and len(found) < count:
                wanted = count - len(found)
                found += self._within(connection, Piece(within, block), wanted)
        return found

    def _within(self, connection: Connection, piece: Piece, count: int) -> list[int]:
        (low, end), block = piece
        values = [value for condition in self.conditions for value in condition.values]
        places = None if block is None else self._places(connection, block)
        if places is None:
            query = _statement(_SPAN, self._conditions())
            return [i for (i,) in fetch(connection, query, end, low, *values, count)]
        query = _statement(_AMONG, self._conditions())
        indexes = sorted((low + place for place in places), reverse=True)
        found: list[int] = []
        for start in range(0, len(indexes), _AT_ONCE):
            if len(found) < count:
                some = json.dumps(indexes[start : start + _AT_ONCE])
                asked = (some, end, low, *values, count - len(found))
                found += [index for (index,) in fetch(connection, query, *asked)]
        return found

    def _conditions(self) -> tuple[str, ...]:
        return tuple(condition.sql for condition in self.conditions)

    def _places(self, connection: Connection, block: int) -> set[int] | None:
        """Return the places of a block to look at, None for all that it has."""
        told, wanted = self._outcomes(connection, block)
        if told is not None and not any(wanted):
            return set()
        found = _narrowed(list(self._candidates(connection, block)))
        if told is None or (found is not None and len(found) <= _FEW):
            return found
        places = told.places(wanted)
        return {*places} if found is None else found.intersection(places)

    def _outcomes(
        self, connection: Connection, block: int
    ) -> tuple[Told | None, Sequence[bool]]:
        """Return what a block tells of outcomes, and which of them are asked for."""
        told = None if self.takes is None else outcomes_told(connection, block)
        if told is None or self.takes is None:
            return None, ()
        return told, list(map(self.takes, told.words))

    def _candidates(
        self, connection: Connection, block: int
    ) -> Iterator[Sequence[int]]:
        """Give the places that the slices of a block name, a list for each of them."""
        for field, values in self.values.items():
            for (data,) in fetch(connection, _SLICE, field, block):
                try:
                    lists = [places_of(data, value) for value in values]
                except ValueError as error:
                    message = f"row {field}/{block}: {error}"
                    raise table_differs("slice", message) from None
                yield list(chain.from_iterable(lists))


def decision_place(connection: Connection, name: str) -> int | None:
    """Return the index of the newest decision of an id, None if there is none.

    Args:
        connection: to the ledger's database.
        name: the id.

    Raises:
        IntegrityError: as `BlockWalk.newest`.
    """
    is_named = Condition("id = :id", (name,))
    everywhere = pieces_of(connection, Window())
    walk = BlockWalk(everywhere, {"id": (name,)}, None, (is_named,))
    found = walk.newest(connection, MAX_TREE_SIZE, 1)
    return found[0] if found else None


def _narrowed(lists: list[Sequence[int]]) -> set[int] | None:
    """Return places that may be in all lists; among them all that are."""
    if not lists:
        return None
    first, *others = sorted(lists, key=len)
    found = {*first}
    for other in others:
        if len(found) > _FEW:
            found.intersection_update(other)
    return found


@cache
def _statement(where: str, conditions: tuple[str, ...]) -> TextClause:
    """Return the query for decisions; made of constants only."""
    every = " AND ".join((where, *conditions))
    query = f"idx FROM decision NOT INDEXED WHERE {every} ORDER BY idx DESC"
    return text(" ".join(("SELECT", query, "LIMIT :count")))


_SPAN: Final = "idx < :end AND idx >= :low"
# By each of the places on its own, not through all the rows between them.
_AMONG: Final = (
    "idx IN (SELECT value FROM json_each(:indexes)) AND +idx < :end AND +idx >= :low"
)
_SLICE: Final = text("SELECT data FROM slice WHERE field = :field AND block = :block")
