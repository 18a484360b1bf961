"""Reports, cases and all else that the incident desk keeps, read from its tables.

Must never hand out a row that is not what its own entry says. That it is the latest
that the log says of its object is for `audit verify` to show.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict

from sqlalchemy import Connection
from typing_extensions import Unpack

from ringwall.ledger.asking.listing import listed_entries
from ringwall.ledger.asking.questions import Question
from ringwall.ledger.asking.raid_acts import RaidActs
from ringwall.ledger.asking.raid_extent import check_extent
from ringwall.ledger.asking.raid_questions import RaidQuestion as RaidQuestion  # noqa: PLC0414 - the mark of a re-export
from ringwall.ledger.asking.raid_questions import Statement, statement_of
from ringwall.ledger.asking.raid_questions import Visible as Visible  # noqa: PLC0414 - the mark of a re-export
from ringwall.ledger.asking.raid_queue import RaidQueue
from ringwall.ledger.entries import open_entry
from ringwall.ledger.founded import table_differs
from ringwall.ledger.memory.disclosing import disclosures_of, known_in
from ringwall.ledger.memory.disclosures import reveal, reveal_text, tokens_in
from ringwall.ledger.raid_tables import JOURNAL, PARTING
from ringwall.ledger.schema import PROJECTIONS
from ringwall.ledger.store import Store
from ringwall.model.events import Event

__all__ = ["ActsAsked", "RaidCard", "RaidEvent", "RaidRows"]

_Row = Sequence[Any]
_AT_ONCE: Final = 1024
_COLUMNS: Final = {"case": "case_id", "about": "id", "kind": "kind", "act": "act"}
_JOURNAL: Final = ", ".join(PROJECTIONS[JOURNAL].columns.keys())
_FIRST: Final = (
    "SELECT (SELECT min(idx) FROM raid WHERE id = asked.value) "
    "FROM json_each(?) AS asked"
)
_LAST: Final = (
    "SELECT (SELECT max(idx) FROM raid WHERE id = asked.value AND act = done.value) "
    "FROM json_each(?) AS asked CROSS JOIN json_each(?) AS done"
)
_LATEST: Final = (
    "SELECT asked.value, (SELECT max(idx) FROM raid WHERE id = asked.value) "
    "FROM json_each(?) AS asked"
)
_LEAVES: Final = (
    "SELECT leaf.idx, leaf.hash, leaf.entry FROM json_each(?) AS asked "
    "CROSS JOIN leaf ON leaf.idx = asked.value"
)


@dataclass(frozen=True, slots=True)
class RaidCard:
    """An object of the desk as its latest event has left it.

    Attributes:
        kind: of that event, e.g. `raid.case`.
        id: of the object.
        case: id of the case that the event belongs to, empty for none.
        index: of the event.
        at: its instant, RFC 3339.
        card: column -> value, people by their ids where they are on record.
        event: the event, what it says in private revealed where that is on record.
    """

    kind: str
    id: str
    case: str
    index: int
    at: str
    card: dict[str, str | int]
    event: Event


@dataclass(frozen=True, slots=True)
class RaidEvent:
    """An act at the desk.

    Attributes:
        index: of its entry.
        event: what it says, as in `RaidCard`.
    """

    index: int
    event: Event


class ActsAsked(TypedDict, total=False):
    """Which acts are asked for.

    Attributes:
        case: id of the case that they belong to.
        about: id of the object.
        kind: of the event.
        act: what was done.
    """

    case: str
    about: str
    kind: str
    act: str


class RaidRows:
    """Reads the desk's tables; each call sees one state of the log.

    Args:
        store: the ledger's file; opening it for reading is enough.

    Every reading raises IntegrityError `table-differs`, `entry-changed`,
    `entry-unreadable` or `disclosure-changed` if something that it takes is not what
    was recorded, and as `Store.reading`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def acts(self) -> RaidActs:
        """When what was done."""
        return RaidActs(self._store)

    @property
    def queue(self) -> RaidQueue:
        """What waits to be worked on, in order."""
        return RaidQueue(self._store)

    def card(self, kind: str, name: str) -> RaidCard | None:
        """Return an object by its id, None if there is none of that kind.

        Args:
            kind: of `CARDS`.
            name: its id.
        """
        found = self.find(RaidQuestion(kind, equal={"id": name}))
        return found[0] if found else None

    def find(self, question: RaidQuestion) -> list[RaidCard]:
        """Return the objects that are asked for, in the order that is asked for.

        A list for somebody is given only where no row of it can have been deleted. One
        that a changed column keeps out of the question is for `audit verify` to tell.
        """
        with self._store.reading() as connection:
            _check_whole(connection, question)
            asked = statement_of(connection, question).ordered(question)
            # Whole rows would take twice as long to sort.
            places = _rows(connection, "SELECT idx ", asked)
            rows = _rows_at(connection, question.table, places)
            _check_latest(connection, question.table, rows)
            return [_card(one) for one in _read(connection, question.table, rows)]

    def count(self, question: RaidQuestion) -> int:
        """Return how many objects are asked for, whatever `limit` and `skip` say.

        The tables' word: no entry is read.
        """
        with self._store.reading() as connection:
            _check_whole(connection, question)
            asked = statement_of(connection, question)
            [(count,)] = _rows(connection, "SELECT count(*) ", asked)
        return int(count)

    def tally(
        self, question: RaidQuestion, *columns: str
    ) -> dict[tuple[str | int, ...], int]:
        """Return how many objects there are of each combination of values; as `count`.

        Args:
            question: which objects.
            columns: of whose values; at least one.

        Raises:
            ValueError: one is no column of the kind.
        """
        RaidQuestion(question.kind, order=columns)
        names = ", ".join(f'"{name}"' for name in columns)
        with self._store.reading() as connection:
            _check_whole(connection, question)
            sql, values = statement_of(connection, question)
            asked = Statement(f"{sql} GROUP BY {names}", values)
            rows = _rows(connection, f"SELECT {names}, count(*) ", asked)
            known = _people_in(connection, rows)
        found: dict[tuple[str | int, ...], int] = {}
        for *cells, count in rows:
            key = tuple(_told(cell, known) for cell in cells)
            found[key] = found.get(key, 0) + count
        return found

    def events(
        self,
        *,
        newest: bool = False,
        limit: int | None = None,
        **wanted: Unpack[ActsAsked],
    ) -> list[RaidEvent]:
        """Return acts in the order of the log.

        Args:
            newest: the newest first.
            limit: how many at most; None for all.
            wanted: as `ActsAsked`; what is empty or not given is not asked.
        """
        asked = {_COLUMNS[name]: value for name, value in wanted.items() if value}
        where = " AND ".join(f"{name} = ?" for name in asked) or "1"
        order = "DESC" if newest else "ASC"
        sql = f"FROM raid WHERE {where} ORDER BY idx {order} LIMIT ?"
        most = -1 if limit is None else limit
        with self._store.reading() as connection:
            return _acts(connection, Statement(sql, (*asked.values(), most)))

    def first(self, ids: Collection[str]) -> dict[str, RaidEvent]:
        """Return id -> the event that made the object, for those that there are."""
        with self._store.reading() as connection:
            asked = json.dumps(sorted({*ids} - {""}))
            sql = f"FROM raid WHERE idx IN ({_FIRST}) ORDER BY idx"
            found = _acts(connection, Statement(sql, (asked,)))
        return {one.event["id"]: one for one in found}

    def latest(
        self, ids: Collection[str], acts: Collection[str]
    ) -> dict[tuple[str, str], RaidEvent]:
        """Return id and act -> the last event by which it was done, where it ever was.

        Args:
            ids: of objects.
            acts: what may have been done to them.
        """
        with self._store.reading() as connection:
            told = json.dumps(sorted({*ids} - {""})), json.dumps(sorted(acts))
            sql = f"FROM raid WHERE idx IN ({_LAST}) ORDER BY idx"
            found = _acts(connection, Statement(sql, told))
        return {(one.event["id"], one.event["act"]): one for one in found}

    def parted(self) -> frozenset[str]:
        """Return the cases of which a merge was ever undone; the journal's word."""
        with self._store.reading() as connection:
            sql = f"FROM raid WHERE {PARTING}"
            found = _rows(connection, "SELECT DISTINCT id ", Statement(sql, ()))
        return frozenset(name for (name,) in found)

    def filed(self) -> list[RaidEvent]:
        """Return the reports that the system has filed by itself, the oldest first."""
        asked = Question(kind="report.filed")
        found = [
            RaidEvent(one.index, one.event)
            for one in listed_entries(self._store, asked)
        ]
        return found[::-1]

    def is_used(self, decision: str) -> bool:
        """Return whether something has been recorded under a permit."""
        with self._store.reading() as connection:
            sql = "FROM raid WHERE decision = ? LIMIT 1"
            return bool(_rows(connection, "SELECT 1 ", Statement(sql, (decision,))))


def _check_whole(connection: Connection, question: RaidQuestion) -> None:
    """Check a table that is gone through for somebody; of a few objects the desk knows.

    Raises:
        IntegrityError: `table-differs`.
    """
    if question.visible is not None:
        check_extent(connection, (question.kind,))


def _rows(connection: Connection, head: str, statement: Statement) -> Sequence[_Row]:
    values = tuple(statement.values)
    return connection.exec_driver_sql(head + statement.sql, values).all()


def _rows_at(connection: Connection, table: str, places: Sequence[_Row]) -> list[_Row]:
    """Return the rows at some places, in their order."""
    columns = ", ".join(f'own."{c.name}"' for c in PROJECTIONS[table].columns)
    sql = (
        f"SELECT {columns} FROM json_each(?) AS asked "  # noqa: S608 - our own names
        f"CROSS JOIN {table} AS own ON own.idx = asked.value ORDER BY asked.key"
    )
    found: list[_Row] = []
    for some in _chunks(places):
        asked = _dumped(table, [index for (index,) in some])
        found += connection.exec_driver_sql(sql, (asked,)).all()
    return found


def _acts(connection: Connection, asked: Statement) -> list[RaidEvent]:
    rows = _rows(connection, f"SELECT {_JOURNAL} ", asked)
    return [RaidEvent(*one) for one in _read(connection, JOURNAL, rows)]


def _check_latest(connection: Connection, table: str, rows: Sequence[_Row]) -> None:
    """Check that the journal knows no later act on an object than its row tells.

    Raises:
        IntegrityError: `table-differs`.
    """
    for some in _chunks(rows):
        told = {row[1]: row[0] for row in some}
        latest = connection.exec_driver_sql(_LATEST, (_dumped(table, told),)).all()
        if dict(map(tuple, latest)) != told:
            raise table_differs(table, "a row is not the latest of its object")


def _read(
    connection: Connection, table: str, rows: Sequence[_Row]
) -> Iterator[tuple[int, Event]]:
    """Give index and event of each row, which has to be what its entry says.

    Raises:
        IntegrityError: see `RaidRows`.
    """
    for some in _chunks(rows):
        asked = _dumped(table, [row[0] for row in some])
        leaves = connection.exec_driver_sql(_LEAVES, (asked,)).all()
        stored = {index: (leaf, data) for index, leaf, data in leaves}
        known = known_in(connection, [data for _, data in stored.values()])
        for row in some:
            leaf, data = stored.get(row[0], (None, None))
            if data is None:
                raise table_differs(table, "a row points to an entry that is not there")
            yield row[0], _event(table, row, (leaf, data), known)


def _event(
    table: str,
    row: _Row,
    stored: tuple[object, Any],
    known: Mapping[str, bytes],
) -> Event:
    """Return the event behind a row, in plain words as far as they are known."""
    index = row[0]
    _, puts = open_entry(index, *stored)
    put = next((put for put in puts if put.table == table), None)
    if put is None or tuple(put.row.values()) != tuple(row):
        raise table_differs(table, f"a row is not what entry {index} says")
    return reveal(stored[1], known)


def _card(read: tuple[int, Event]) -> RaidCard:
    index, event = read
    kind, name, case, at = (event[key] for key in ("kind", "id", "case", "at"))
    return RaidCard(kind, name, case, index, at, event["card"], event)


def _chunks(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _dumped(table: str, cells: Collection[object]) -> str:
    """Return what stands in rows as JSON, as a statement takes it.

    Raises:
        IntegrityError: `table-differs`, something is no text and no number.
    """
    try:
        return json.dumps(list(cells))
    except TypeError:
        raise table_differs(table, "a row holds what none can") from None


def _people_in(connection: Connection, rows: Sequence[_Row]) -> Mapping[str, bytes]:
    """Return token -> value for the people whom rows name."""
    texts = [cell for row in rows for cell in row if isinstance(cell, str)]
    found = disclosures_of(connection, tokens_in(" ".join(texts)))
    return {token: one.value for token, one in found.items()}


def _told(cell: object, known: Mapping[str, bytes]) -> Any:  # noqa: ANN401 - as the cell is
    return reveal_text(cell, known) if isinstance(cell, str) else cell
