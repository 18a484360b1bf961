"""The slices of decisions held against the decisions that the log records.

A block that has none is no fault: they follow behind the log. Must never take a slice
for right because the table of decisions agrees with it.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

from ringwall.ledger.printable import shown
from ringwall.ledger.row_difference import row_difference
from ringwall.ledger.schema import BEHIND
from ringwall.ledger.slices import BLOCK, FIELDS, columns_of, sliced
from ringwall.ledger.verification.findings import MAX_FINDINGS, Finding, Findings

__all__ = ["SliceCheck"]

_Row = tuple[Any, ...]
_Rows = dict[tuple[str, _Row], _Row]
_KNOWN: Final = f"field IN {FIELDS} AND typeof(block) = 'integer'"
_OF_BLOCK: Final = {
    "block": "SELECT * FROM block WHERE number = ?",
    "slice": f"SELECT * FROM slice WHERE {_KNOWN} AND block = ?",  # noqa: S608 - our own names
}
_WITHIN: Final = (
    "SELECT number FROM block WHERE number >= ?1 AND number < ?2 "  # noqa: S608 - our own names
    f"UNION SELECT block FROM slice WHERE {_KNOWN} AND block >= ?1 AND block < ?2"
)
_BEYOND: Final = {
    "block": "SELECT number FROM block WHERE number < ? OR number >= ? LIMIT ?",
    "slice": "SELECT field, block FROM slice "  # noqa: S608 - our own names
    f"WHERE NOT ({_KNOWN}) OR block < ? OR block >= ? LIMIT ?",
}
_UNFOUNDED: Final = "the log has no such block that it fills and has not pruned"


class SliceCheck:
    """Takes in the decisions of a log in their order.

    Args:
        cursor: to the ledger's database.
        findings: takes in what differs.
    """

    def __init__(self, cursor: sqlite3.Cursor, findings: Findings) -> None:
        self._cursor = cursor
        self._findings = findings
        self._block = 0
        self._rows: list[_Row] = []
        self._seen: set[int] = set()
        # With the number of its block: which may turn out to have been pruned.
        self._differing: list[tuple[int, Finding]] = []

    def take(self, decisions: Sequence[_Row]) -> None:
        """Take in the rows that the next entries give the table of decisions."""
        if decisions and _block_of(decisions[0]) == _block_of(decisions[-1]):
            self._take(_block_of(decisions[0]), decisions)
            return
        for block, rows in groupby(decisions, key=_block_of):
            self._take(block, rows)

    def finish(self, size: int, pruned: int) -> None:
        """Tell of the rows that are wrong.

        Args:
            size: the index behind the last entry.
            pruned: index before which entries have been pruned.
        """
        self._compare()
        bounds = -(-pruned // BLOCK), size // BLOCK
        # Of those without a decision nothing has been taken in.
        for (block,) in self._cursor.execute(_WITHIN, bounds).fetchall():
            if block not in self._seen:
                self._block = block
                self._compare()
        for block, finding in self._differing:
            if bounds[0] <= block < bounds[1]:
                entries = range(block * BLOCK, (block + 1) * BLOCK)
                self._findings.add_row(finding, frozenset(entries))
        for table, query in _BEYOND.items():
            for key in self._cursor.execute(query, (*bounds, MAX_FINDINGS)).fetchall():
                place = f"table {table} row {'/'.join(map(shown, key))}"
                self._findings.add_row(Finding("row-unfounded", place, _UNFOUNDED))

    def _take(self, block: int, rows: Iterable[_Row]) -> None:
        if block != self._block:
            self._compare()
            self._block = block
        self._rows += rows

    def _compare(self) -> None:
        """Compare what is kept of a block with what its decisions give."""
        rows, self._rows = self._rows, []
        self._seen.add(self._block)
        kept = self._kept()
        made = self._made(rows) if kept else {}
        for (table, key), row in kept.items():
            if row != made.get((table, key)) and len(self._differing) < MAX_FINDINGS:
                found = row_difference(BEHIND[table], row, made.get((table, key)))
                place = f"table {found.table} row {found.key}"
                finding = Finding(found.code, place, found.message)
                self._differing.append((self._block, finding))

    def _kept(self) -> _Rows:
        return {
            (table, row[: len(BEHIND[table].primary_key)]): row
            for table, query in _OF_BLOCK.items()
            for row in self._cursor.execute(query, (self._block,)).fetchall()
        }

    def _made(self, rows: Sequence[_Row]) -> _Rows:
        try:
            made = list(sliced(columns_of(self._block, rows)))
        except ValueError:
            return {}  # entries like these were never sliced
        return {(t, row[: len(BEHIND[t].primary_key)]): row for t, row in made}


def _block_of(row: _Row) -> int:
    index: int = row[0]
    return index // BLOCK
