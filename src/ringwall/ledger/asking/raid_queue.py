"""What waits at the incident desk, in the order that it is to be worked on.

Cases in work, and reports that wait to be screened: of those that are alike the first,
with the gravest of what all of them say. Must never give a case to whom it is not open.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from ringwall.base.clock import format_instant
from ringwall.ledger.asking.raid_extent import check_extent
from ringwall.ledger.asking.raid_questions import Statement
from ringwall.ledger.asking.raid_sources import (
    COLUMNS,
    before,
    first_of_each,
    ordered,
    owed_and_reports,
    small_ordered,
    sources_of,
)
from ringwall.ledger.asking.raid_waiting import KEYS, QueueTerms, Waiting, waited
from ringwall.ledger.store import Store

__all__ = ["RaidQueue"]

_FEW: Final = 4
# Beyond so many items it is quicker to look at all of them.
_PAGE: Final = 200
_KINDS: Final = ("raid.case", "raid.report")
_CELLS: Final = Statement(", ".join(COLUMNS), ())
_ALL: Final = Statement("", ())


class RaidQueue:
    """Reads the queue; each call sees one state of the log.

    What it gives is the tables' word: whoever shows an item reads its card
    (`RaidRows`), which is held against the entry.

    Args:
        store: the ledger's file; opening it for reading is enough.

    Every reading raises as `Store.reading`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def top(self, terms: QueueTerms, limit: int, skip: int = 0) -> list[Waiting]:
        """Return items from the front of the queue.

        Args:
            terms: the order.
            limit: how many at most.
            skip: how many to leave out, the first.

        Raises:
            IntegrityError: `table-differs`, some may lack.
        """
        last = limit + skip
        with self._store.reading() as connection:
            check_extent(connection, _KINDS)
            if last <= _PAGE:
                return _front(connection, terms, last)[skip:]
            found = _items(
                connection, terms, sources_of(connection, terms), ordered(terms, last)
            )
        return found[skip:last]

    def small(self, terms: QueueTerms, limit: int) -> list[Waiting]:
        """Return cases below 1e25 operations, those of the widest reach first.

        Those are left out that a clock of the host puts first.
        """
        found = self._items(terms, small_ordered(terms, limit))
        return sorted(found, key=lambda one: (-one.reach, one.key))[:limit]

    def one(self, terms: QueueTerms, name: str) -> Waiting | None:
        """Return the item that a case or report is; None if it is none."""
        found = self._items(terms, Statement("WHERE id = ?", (name,)))
        return found[0] if found else None

    def outranked(self, terms: QueueTerms, item: Waiting) -> dict[str, int]:
        """Return how many items stand before one: by each of `KEYS` alone.

        An item counts under the first key in which the two differ.
        """
        found = dict.fromkeys(range(len(KEYS)), 0)
        tail = Statement("WHERE place IS NOT NULL GROUP BY place", ())
        sql, values = before(terms, item)
        head = Statement(f"{sql} AS place, count(*)", values)
        for place, count in self._rows(terms, head, tail):
            found[place] += count
        return {name: found[place] for place, name in enumerate(KEYS)}

    def due(self, terms: QueueTerms, until: int, limit: int) -> list[Waiting]:
        """Return items of which a clock is due by an instant, the soonest first."""
        sql = "WHERE due != '' AND due <= ? ORDER BY due, id LIMIT ?"
        found = self._items(terms, Statement(sql, (format_instant(until), limit)))
        return sorted(found, key=lambda one: (one.due, one.id))[:limit]

    def count(self, terms: QueueTerms) -> int:
        """Return how many items there are."""
        head = Statement("count(*)", ())
        return sum(count for (count,) in self._rows(terms, head, _ALL))

    def tally(
        self, terms: QueueTerms, *columns: str
    ) -> dict[tuple[str | int, ...], int]:
        """Return how many items there are of each combination of values.

        Args:
            terms: the order, of which only `horizon` and `visible` matter.
            columns: as the tables name them, e.g. `class`; at least one.

        Raises:
            ValueError: one is no column of the queue.
        """
        odd = set(columns) - set(COLUMNS)
        if odd or not columns:
            raise ValueError(f"the queue has no column {', '.join(sorted(odd))}")
        names = ", ".join(columns)
        head = Statement(f"{names}, count(*)", ())
        found: dict[tuple[str | int, ...], int] = {}
        for *cells, count in self._rows(
            terms, head, Statement(f"GROUP BY {names}", ())
        ):
            key = tuple(cells)
            found[key] = found.get(key, 0) + count
        return found

    def _items(self, terms: QueueTerms, tail: Statement) -> list[Waiting]:
        with self._store.reading() as connection:
            return _items(connection, terms, sources_of(connection, terms), tail)

    def _rows(
        self, terms: QueueTerms, head: Statement, tail: Statement
    ) -> list[Sequence[Any]]:
        """Return what is asked of each of the sources, one after the other."""
        with self._store.reading() as connection:
            return _asked(connection, head, sources_of(connection, terms), tail)


def _front(connection: Connection, terms: QueueTerms, limit: int) -> list[Waiting]:
    """Return the front of the queue without looking at each case.

    Of each combination of keys the first few are looked at. What comes behind those is
    looked for only where all of them are in front.
    """
    others = owed_and_reports(connection, terms)
    known = _items(connection, terms, others, ordered(terms, limit))
    few = _FEW
    while True:
        source = first_of_each(connection, terms, few)
        cases = _items(connection, terms, [source], _ALL)
        every = {one.id: one for one in (*known, *cases)}
        front = sorted(every.values(), key=lambda one: one.key)[:limit]
        if few >= limit or not _may_lack(cases, front, few, limit):
            return front
        few *= 4


def _may_lack(
    cases: Iterable[Waiting], front: Sequence[Waiting], few: int, limit: int
) -> bool:
    """Return whether more of some combination may belong to the front."""
    alike: dict[tuple[int, ...], list[Waiting]] = defaultdict(list)
    for one in cases:
        keys = one.imminent, one.priority, one.owned, one.compute, one.reach
        alike[keys].append(one)
    whole = [some for some in alike.values() if len(some) == few]
    if len(front) < limit:
        return bool(whole)
    last = front[-1].key if front else None
    return last is not None and any(some[-1].key <= last for some in whole)


def _items(
    connection: Connection,
    terms: QueueTerms,
    sources: Sequence[Statement],
    tail: Statement,
) -> list[Waiting]:
    rows = _asked(connection, _CELLS, sources, tail)
    found = [waited(Waiting(*row), terms) for row in rows]
    return sorted(found, key=lambda one: one.key)


def _asked(
    connection: Connection,
    head: Statement,
    sources: Sequence[Statement],
    tail: Statement,
) -> list[Sequence[Any]]:
    found: list[Sequence[Any]] = []
    for source in sources:
        sql = " ".join(("SELECT", head.sql, f"FROM ({source.sql})", tail.sql))
        values = (*head.values, *source.values, *tail.values)
        found += connection.exec_driver_sql(sql, values).all()
    return found
