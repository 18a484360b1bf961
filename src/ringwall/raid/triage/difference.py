"""Two versions of the tables row by row, and how much of them cases have reached.

Pure. Must never say that two versions are equal because their rows are in another
order, nor hide a row that is gone.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ringwall.raid.triage.outcomes import SCALES
from ringwall.raid.triage.tables import TriageTables

__all__ = ["Change", "Cover", "cover", "differences"]


class Change(NamedTuple):
    """A cell that is another.

    Attributes:
        table: name of the file.
        row: its id; of points the point and the value.
        column: empty where the whole row came or went.
        before: what stood there; empty for a new row.
        after: what stands there now; empty for one that is gone.
    """

    table: str
    row: str
    column: str
    before: str
    after: str


class Cover(NamedTuple):
    """How often a word is given.

    Attributes:
        outcome: e.g. `priority`.
        word: of it.
        rows: of the main table that give it.
        rules: overrides and legal triggers that raise to it.
    """

    outcome: str
    word: str
    rows: int
    rules: int


def differences(
    before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> list[Change]:
    """Return each cell that differs, file by file and row by row.

    Args:
        before: name -> CSV with a header.
        after: likewise.
    """
    return [
        change
        for name in sorted({*before, *after})
        for change in _changes(
            name, _rows(before.get(name, b"")), _rows(after.get(name, b""))
        )
    ]


def cover(tables: TriageTables) -> list[Cover]:
    """Return how often each word of each outcome is given."""
    rows = Counter(pair for row in tables.main.values() for pair in row.words.items())
    rules = Counter(pair for rule in tables.rules for pair in rule.words.items())
    return [
        Cover(outcome, word, rows[outcome, word], rules[outcome, word])
        for outcome, words in SCALES.items()
        for word in words
    ]


def _rows(data: bytes) -> dict[str, dict[str, str]]:
    """Return id -> cells; a table without ids is told by its first three columns."""
    reader = csv.DictReader(io.StringIO(data.decode("utf-8", "replace"), newline=""))
    found: dict[str, dict[str, str]] = {}
    for line in reader:
        cells = {str(name): str(cell or "") for name, cell in line.items()}
        key = cells.get("id") or ":".join(_head(cells.values()))
        found[key] = cells
    return found


def _head(cells: Iterable[str]) -> list[str]:
    return list(cells)[:3]


def _changes(
    name: str,
    before: Mapping[str, Mapping[str, str]],
    after: Mapping[str, Mapping[str, str]],
) -> Iterator[Change]:
    for row in dict.fromkeys([*before, *after]):
        old, new = before.get(row), after.get(row)
        if old is None or new is None:
            told = [",".join(one.values()) if one else "" for one in (old, new)]
            yield Change(name, row, "", *told)
            continue
        for column in dict.fromkeys([*old, *new]):
            was, now = old.get(column, ""), new.get(column, "")
            if was != now:
                yield Change(name, row, column, was, now)
