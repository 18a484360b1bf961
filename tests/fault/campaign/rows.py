"""Every cell of every row that is computed from the log, or kept beside it, edited.

Must never take an edit that changed nothing for one that was missed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Table

from ringwall.base.errors import RingwallError
from ringwall.ledger.schema import (
    BEHIND,
    CHECKPOINT,
    DISCLOSURE,
    HEAD,
    PROJECTIONS,
    TILE,
)
from ringwall.ledger.slices import BLOCK
from tests.fault.campaign.logs import Log, plain_log, rich_log
from tests.fault.campaign.tally import Work

__all__ = ["edit_rows"]

_TABLES = (*PROJECTIONS.values(), DISCLOSURE, CHECKPOINT, HEAD)
_FOLLOWING = tuple(" ".join(("DELETE FROM", name, "")) for name in BEHIND)
# Beside the projections, what is signed or committed to is named in its own words.
_NAMED = {"checkpoint": "checkpoint", "head": "head", "tile": "tile "}


class _Edit(NamedTuple):
    """One change of a table.

    Attributes:
        kind: what it is called in the report.
        sql: the statement.
        values: for it.
    """

    kind: str
    sql: str
    values: tuple[Any, ...]


def edit_rows(work: Work) -> None:
    """Change each cell of each row, remove each row, add rows to each table."""
    _edit_log(work, rich_log(work.folder()), _TABLES)
    _edit_log(work, plain_log(work.folder(), 520), (TILE,))
    _edit_log(work, plain_log(work.folder(), BLOCK + 20), tuple(BEHIND.values()))


def _edit_log(work: Work, log: Log, tables: tuple[Table, ...]) -> None:
    pristine = log.path.read_bytes()
    for table in tables:
        edits = [edit for row in _rows(log, table) for edit in _edits(table, row)]
        for done, edit in enumerate(edits[:: work.step], 1):
            _try(work, log, table, edit)
            log.path.write_bytes(pristine)
            work.tell(f"rows of `{table.name}`", done, len(edits[:: work.step]))


def _try(work: Work, log: Log, table: Table, edit: _Edit) -> None:
    before = _typed(log.path, table)
    try:
        log.edit(edit.sql, *edit.values)
    except sqlite3.IntegrityError:
        return  # The schema has no room for it.
    if _typed(log.path, table) == before:
        return
    fault = f"`{table.name}`: {edit.kind}"
    named = _NAMED.get(table.name, f"table {table.name} row ")
    try:
        found = log.verify().findings
        places = {finding.place for finding in found}
        is_named = any(place.startswith(named) for place in places)
        outcome = "found and named"
        if not found and edit.sql.startswith("DELETE FROM checkpoint"):
            # No table says which were published; whoever was given one has it.
            is_named, outcome = True, "sound: nothing else rests on that one"
        if not found and edit.sql.startswith(_FOLLOWING):
            is_named, outcome = True, "sound: it is made anew from the decisions"
    except RingwallError as error:
        is_named, places, outcome = True, set(), f"refused: {error.code}"
    except Exception as error:  # noqa: BLE001 - whatever it is, a verifier must not
        is_named, places, outcome = False, {repr(error)}, ""
    wrong = "" if is_named else f"{edit.sql} {edit.values!r:.200}: {sorted(places)}"
    work.tally.judge(fault, outcome, wrong)


def _rows(log: Log, table: Table) -> list[dict[str, Any]]:
    columns = list(table.columns.keys())
    names = ", ".join(map(_quoted, columns))
    query = f"SELECT {names} FROM {table.name}"  # noqa: S608 - our own names
    return [dict(zip(columns, row, strict=True)) for row in log.query(query)]


def _edits(table: Table, row: dict[str, Any]) -> Iterator[_Edit]:
    """Give the changes to try on one row."""
    keys = [column.name for column in table.primary_key.columns]
    where = " AND ".join(f"{_quoted(key)} = ?" for key in keys)
    which = tuple(row[key] for key in keys)
    for column, value in row.items():
        if (table.name, column) == ("head", "one"):
            continue  # Nothing rests on the name of the only row.
        sql = f"UPDATE {table.name} SET {_quoted(column)} = ? WHERE {where}"  # noqa: S608 - our own names
        for other in _others(value):
            yield _Edit(f"`{column}` changed", sql, (other, *which))
    yield _Edit("a row removed", f"DELETE FROM {table.name} WHERE {where}", which)  # noqa: S608 - as above
    if table is not HEAD:
        added = {**row, keys[-1]: _key_of_another(row[keys[-1]])}
        marks = ", ".join("?" * len(added))
        names = ", ".join(map(_quoted, added))
        sql = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - as above
        yield _Edit("a row added", sql, tuple(added.values()))


def _quoted(name: str) -> str:
    """Return a column's name as SQL takes it, though it be a word of its own."""
    return f'"{name}"'


def _others(value: object) -> tuple[object, ...]:
    """Return what a cell may be changed to."""
    if isinstance(value, int):
        return (value + 1, value - 1, value + 4096, -1, "x", b"\xff", 2**62)
    if isinstance(value, bytes):
        flipped = bytes([value[0] ^ 1]) + value[1:] if value else b"x"
        return (flipped, value[:-1], value + b"\0", b"", "x", 7)
    if isinstance(value, str):
        return (f"{value}x", value[:-1], value.swapcase(), "", value.encode(), 7, None)
    return ("x", 7)


def _key_of_another(key: object) -> object:
    return key + 1_000 if isinstance(key, int) else f"{key}2"


def _typed(path: Path, table: Table) -> list[tuple[Any, ...]]:
    """Return what a table holds, and of what types."""
    typed = ", ".join(f"typeof({n}), {n}" for n in map(_quoted, table.columns.keys()))
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        return connection.execute(f"SELECT {typed} FROM {table.name}").fetchall()  # noqa: S608 - our own names
