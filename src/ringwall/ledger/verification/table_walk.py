"""The rows of all projections held against the entries, stretch by stretch.

Keeps in memory only what is lasting: an index for each entity, each witness and each
object of the incident desk. Must never take a row for what the log says.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Table

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.entries import open_entry
from ringwall.ledger.in_force import REPLACED
from ringwall.ledger.printable import shown
from ringwall.ledger.projections import RowPut, project
from ringwall.ledger.row_difference import row_difference
from ringwall.ledger.schema import (
    DECISION,
    PROJECTIONS,
    RAID_CARDS,
    REGISTRY,
    WITNESS,
)
from ringwall.ledger.verification.basis_check import BasisCheck
from ringwall.ledger.verification.card_walk import CardWalk
from ringwall.ledger.verification.decision_forms import DecisionForms
from ringwall.ledger.verification.desk_walks import DeskWalks
from ringwall.ledger.verification.disclosure_walk import DisclosureWalk
from ringwall.ledger.verification.findings import MAX_FINDINGS, Finding, Findings
from ringwall.ledger.verification.leaf_walk import LeafRow, Stretch
from ringwall.ledger.verification.log_events import LogEvents
from ringwall.ledger.verification.slice_check import SliceCheck
from ringwall.model.events import load_event

__all__ = ["TableWalk"]

_Row = tuple[Any, ...]
_KEYED: Final = (REGISTRY, WITNESS)
_INDEXED: Final = tuple(
    table
    for name, table in PROJECTIONS.items()
    if table not in _KEYED and name not in RAID_CARDS
)
_OF_STRETCH: Final = {
    table: f"SELECT {', '.join(table.columns.keys())} FROM {table.name} "  # noqa: S608 - our own names
    "WHERE idx >= ? AND idx < ? ORDER BY idx"
    for table in _INDEXED
}
_OUTSIDE: Final = {
    table: f"SELECT {', '.join(table.columns.keys())} FROM {table.name} "  # noqa: S608 - our own names
    "WHERE idx < 0 OR idx >= ? ORDER BY idx LIMIT ?"
    for table in _INDEXED
}
_ALL: Final = {
    table: f"SELECT {', '.join(table.columns.keys())} FROM {table.name} "  # noqa: S608 - our own names
    f"ORDER BY {next(iter(table.primary_key.columns)).name}"
    for table in _KEYED
}
_ENTRY: Final = "SELECT hash, entry FROM leaf WHERE idx = ?"


class TableWalk:
    """Takes in a log piece by piece and compares its tables with it.

    Args:
        cursor: to the ledger's database.
        findings: takes in what differs.
        events: takes in what the log says of itself.
        disclosures: takes in the tokens.
        desks: takes in the events of vault and incident desk.
    """

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        findings: Findings,
        events: LogEvents,
        disclosures: DisclosureWalk,
        desks: DeskWalks,
    ) -> None:
        self._cursor = cursor
        self._findings = findings
        self._events = events
        self._disclosures = disclosures
        self._desks = desks
        self._forms = DecisionForms()
        self._moves = BasisCheck(findings)
        self._slices = SliceCheck(cursor, findings)
        self._cards = CardWalk(cursor, self._recorded, self._tell)
        self._basis = Basis()
        # (table, key) -> index and leaf of the event that is in force.
        self._lasting: dict[tuple[str, str | int], tuple[int, bytes]] = {}

    def take(self, stretch: Stretch) -> None:
        """Compare the rows of a stretch with its entries."""
        rows: dict[Table, list[_Row]] = {table: [] for table in _INDEXED}
        decisions = rows[DECISION]
        self._moves.begin(stretch)
        self._desks.begin(stretch)
        for index, leaf, data in stretch.entries:
            read = self._forms.read(index, data)
            if read is None:
                self._take_entry((index, leaf, data), rows)
            else:
                row, subject, purpose, basis = read
                decisions.append(row)
                self._moves.take(index, basis)
                self._disclosures.take_decision(data, subject, purpose)
        self._slices.take(decisions)
        bounds = stretch.first, stretch.end
        for table in _INDEXED:
            stored = self._rows(_OF_STRETCH[table], bounds)
            if stored != rows[table]:
                self._compare(table, stored, rows[table])

    def finish(self, size: int) -> Basis:
        """Compare what has no place in a stretch; return the events in force.

        Args:
            size: the index behind the last entry.
        """
        for table, query in _OUTSIDE.items():
            for row in self._cursor.execute(query, (size, MAX_FINDINGS)).fetchall():
                self._tell(table, row, None)
        for table in _KEYED:
            self._finish_keyed(table)
        self._cards.finish()
        self._slices.finish(size, self._events.pruned_before)
        self._basis.put_in_force(self._lasting.values())
        return self._basis

    def _rows(self, query: str, bounds: tuple[int, int]) -> list[_Row]:
        """Return the rows of a query; text that is none as the connection has it."""
        connection = self._cursor.connection
        usual = connection.text_factory
        # To ask a function for each text takes as long as to read it.
        connection.text_factory = str
        try:
            return self._cursor.execute(query, bounds).fetchall()
        except sqlite3.OperationalError:
            connection.text_factory = usual
            return self._cursor.execute(query, bounds).fetchall()
        finally:
            connection.text_factory = usual

    def _take_entry(self, row: LeafRow, rows: dict[Table, list[_Row]]) -> None:
        index, leaf, data = row
        try:
            event = load_event(data)
            puts = project(index, event)
        except ValueError as error:
            message = f"entry {index} is not an event: {shown(error)}"
            self._findings.add_entry("entry-unreadable", index, message)
            return
        self._events.take(index, event)
        self._moves.take_event(index, event)
        self._disclosures.take(data, event)
        self._desks.take(index, event)
        for put in puts:
            self._take_put(put, index, leaf)
            self._cards.take(index, put)
            table = PROJECTIONS[put.table]
            if table in rows:
                rows[table].append(tuple(put.row.values()))

    def _take_put(self, put: RowPut, index: int, leaf: bytes) -> None:
        standing = put.standing()
        if standing is None:
            return
        if put.table not in REPLACED:
            # Nothing replaces it, so it need not be remembered.
            self._basis.put_in_force([(index, leaf)])
        else:
            self._lasting[standing] = index, leaf

    def _compare(
        self, table: Table, stored: Sequence[_Row], recorded: Sequence[_Row]
    ) -> None:
        here, there = {row[0]: row for row in stored}, {row[0]: row for row in recorded}
        for index in sorted(here.keys() | there.keys()):
            if here.get(index) != there.get(index):
                self._tell(table, here.get(index), there.get(index))

    def _finish_keyed(self, table: Table) -> None:
        """Compare a table that has a row for each name with the last entry of each."""
        waiting = {
            key: index
            for (name, key), (index, _) in self._lasting.items()
            if name == table.name
        }
        for row in _chunks(self._cursor, _ALL[table]):
            index = waiting.pop(row[0], None) if isinstance(row[0], str) else None
            recorded = None if index is None else self._recorded(table, index)
            if row != recorded:
                self._tell(table, row, recorded)
        for index in waiting.values():
            recorded = self._recorded(table, index)
            if recorded is not None:
                self._tell(table, None, recorded)

    def _recorded(self, table: Table, index: int) -> _Row | None:
        """Return the row that an entry puts into a table, read once more."""
        # Asked for by its index it may not be what it was in its turn: the tree of a
        # damaged file can lead to two answers.
        rows = self._cursor.execute(_ENTRY, (index,)).fetchall()
        try:
            puts = open_entry(index, *(rows[0] if rows else (None, None)))[1]
        except IntegrityError:
            message = "it is found by reading on from others, not by its index"
            self._findings.add_entry("entry-misplaced", index, message)
            return None
        found = (tuple(put.row.values()) for put in puts if put.table == table.name)
        return next(found, None)

    def _tell(self, table: Table, here: _Row | None, there: _Row | None) -> None:
        found = row_difference(table, here, there)
        place = f"table {found.table} row {found.key}"
        column = list(table.columns.keys()).index("idx")
        indices = frozenset(row[column] for row in (here, there) if row is not None)
        finding = Finding(found.code, place, found.message)
        self._findings.add_row(finding, indices)


def _chunks(cursor: sqlite3.Cursor, query: str) -> Iterator[_Row]:
    """Give the rows of a query on a cursor of its own."""
    yield from cursor.connection.cursor().execute(query)
