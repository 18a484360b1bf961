"""The threat models as flat tables, for a screen or a spreadsheet.

CSV is RFC 4180 with a header. Must never hand a spreadsheet a text that it would run
as a formula.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from ringwall.model.levels import Domain
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.rows import ComputeThreshold, Level, Measure, Protected, Vector

__all__ = ["TABLES", "Row", "Table", "csv_bytes", "csv_files", "table"]

_LAST: Final = ("mapping", "source", "mark", "date")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Row = Mapping[str, Any]
"""A row: column -> cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one shape.

    Attributes:
        columns: the keys of each row, in order.
        rows: cells are text, numbers, truth values, None, or lists of text.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def table(catalogue: Catalogue, name: str) -> Table:
    """Return a table of the threat models by its name; KeyError if there is none."""
    rows = tuple(TABLES[name](catalogue))
    return Table(tuple(rows[0]) if rows else (), rows)


def csv_files(catalogue: Catalogue) -> dict[str, bytes]:
    """Return file name -> CSV, for each table."""
    return {f"{name}.csv": csv_bytes(table(catalogue, name)) for name in TABLES}


def csv_bytes(rows: Table) -> bytes:
    """Return a table as CSV in UTF-8, lines ending as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows.columns)
    for row in rows.rows:
        writer.writerow([_cell(row[name]) for name in rows.columns])
    return out.getvalue().encode()


def _cell(value: object) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(value)
    if value is None:
        text = ""
    elif isinstance(value, bool):
        text = text.lower()
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(row: BaseModel) -> dict[str, Any]:
    """Return a row's fields, where it comes from last."""
    fields = row.model_dump(mode="json")
    last: dict[str, Any] = {n: fields.pop(n) for n in _LAST if n in fields}
    return {**fields, **last}


def _rows(name: str) -> Callable[[Catalogue], list[Row]]:
    """Return what reads a table whose rows are flat as they are."""

    def read(catalogue: Catalogue) -> list[Row]:
        found: Mapping[str, BaseModel] = getattr(catalogue, name)
        return [_plain(row) for row in found.values()]

    return read


def _levels(catalogue: Catalogue) -> list[Row]:
    return [_level(row) for row in catalogue.levels.values()]


def _level(row: Level) -> Row:
    fields = _plain(row)
    name, ladder = fields.pop("id"), fields.pop("ladder")
    goal, benchmark = fields.pop("goal"), fields.pop("benchmark")
    return {"id": name, **goal, **benchmark, **ladder, **fields}


def _vectors(catalogue: Catalogue) -> list[Row]:
    countering = catalogue.countering
    return [_vector(row, countering[row.id]) for row in catalogue.vectors.values()]


def _vector(row: Vector, countering: Iterable[Measure]) -> Row:
    fields = _plain(row)
    head = {name: fields.pop(name) for name in ("id", "category", "name")}
    scores, measures = fields.pop("feasibility"), [m.id for m in countering]
    return {**head, **scores, "countered_by": measures, **fields}


def _measures(catalogue: Catalogue) -> list[Row]:
    return [
        {"id": row.id, "level": str(row.level), **_plain(row)}
        for row in catalogue.measures.values()
    ]


def _compute(catalogue: Catalogue) -> list[Row]:
    return [
        {"id": row.id, "threshold": _threshold(row), **_plain(row)}
        for row in catalogue.compute.values()
    ]


def _threshold(row: ComputeThreshold) -> str:
    """Return what is to be exceeded, however the row states it."""
    if row.flop is not None:
        return f"{row.flop} FLOP"
    if row.performance is not None:
        return f"{row.performance} FLOP/s and {row.network_gbits} Gbit/s"
    return str(row.equivalent)


def _tiers(catalogue: Catalogue) -> list[Row]:
    return [
        {"tier": row.id, "about": row.about, **_plain(need)}
        for row in catalogue.tiers.values()
        for need in row.needs
    ]


def _protected(catalogue: Catalogue) -> list[Row]:
    return [_protected_row(row) for row in catalogue.protected.values()]


def _protected_row(row: Protected) -> Row:
    fields = _plain(row)
    head = {name: fields.pop(name) for name in ("id", "name", "about", "kinds")}
    expected, needs = fields.pop("expected"), fields.pop("needs")
    asked = {need["domain"]: need["level"] for need in needs}
    levels = {domain.value: asked.get(domain.value) for domain in Domain}
    count = len(fields.pop("threats"))
    return {**head, **expected, **levels, "threats": count, **fields}


def _threats(catalogue: Catalogue) -> list[Row]:
    return [
        {"protected": row.id, **threat.model_dump(mode="json")}
        for row in catalogue.protected.values()
        for threat in row.threats
    ]


TABLES: Final[Mapping[str, Callable[[Catalogue], list[Row]]]] = MappingProxyType(
    {
        "actors": _rows("actors"),
        "levels": _levels,
        "categories": _rows("categories"),
        "vectors": _vectors,
        "measures": _measures,
        "capabilities": _rows("capabilities"),
        "compute": _compute,
        "powers": _rows("powers"),
        "tiers": _tiers,
        "protected": _protected,
        "threats": _threats,
    }
)
"""Name of each table -> what reads its rows, all of the same keys in the same order."""
