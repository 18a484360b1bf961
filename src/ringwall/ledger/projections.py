"""What an event changes in the tables; pure and total over the known kinds.

The same function serves the append, the replay and the verifier, so that they
can't disagree. Must never depend on what a table holds already.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.model.events import Event

__all__ = ["RowPut", "TableRows", "latest_rows", "project"]

TableRows = dict[str, list[dict[str, Any]]]
"""Table -> its rows, each column -> value in the order of the table's columns."""

_TEXTS: Final = {
    "decision.made": (
        "id",
        "at",
        "subject",
        "action",
        "resource",
        "point",
        "effect",
    ),
    "fact.declared": ("id",),
    "fact.removed": ("id",),
    "policy.activated": ("at", "digest"),
    "institute.created": ("name", "tiers", "origin", "vkey"),
    "institute.grown": ("name", "tiers", "origin", "vkey"),
    "amount.left": ("decision", "at", "subject", "resource", "point"),
    "alarm.raised": ("code", "decision", "policy", "concern", "compiled", "casbin"),
}
"""Kind -> the keys that hold text; what is in a column has the column's name."""

_LIMIT: Final = 2**53


class RowPut(NamedTuple):
    """A row that replaces the one with the same key.

    Attributes:
        table: name of the projection.
        key: value of its primary key.
        row: column -> value, in the order of the table's columns.
    """

    table: str
    key: str | int
    row: dict[str, Any]

    def moved(self, index: int) -> "RowPut":
        """Return the row that the same event puts if it stands at `index`."""
        row = {**self.row, "idx": index}
        return RowPut(self.table, index if type(self.key) is int else self.key, row)


def project(index: int, event: Event) -> RowPut | None:
    """Return the row that the event at `index` puts, None for one that puts none.

    An alarm puts none: it is read from the log itself, so that no table can lose it.

    Raises:
        ValueError: its kind is unknown, a key of its kind is missing, or the
            value of one is not of its type.
    """
    kind = event.get("kind")
    if not isinstance(kind, str) or kind not in _TEXTS:
        raise ValueError("it is of no known kind")
    try:
        texts = {name: _word(event[name]) for name in _TEXTS[kind]}
        return _put(index, kind, texts, event)
    except (KeyError, TypeError):
        raise ValueError(f"a key of `{kind}` is missing or of another type") from None


def latest_rows(puts: Iterable[RowPut]) -> TableRows:
    """Return the rows to write, of those with the same key only the last."""
    tables: dict[str, dict[str | int, dict[str, Any]]] = {}
    for put in puts:
        tables.setdefault(put.table, {})[put.key] = put.row
    return {table: list(rows.values()) for table, rows in tables.items()}


def _put(index: int, kind: str, texts: dict[str, str], event: Event) -> RowPut | None:
    match kind:
        case "alarm.raised":
            return None
        case "decision.made":
            reasons = event["reasons"]
            code = _word(reasons[0]["code"]) if reasons else ""
            return RowPut("decision", index, {"idx": index, **texts, "code": code})
        case "amount.left":
            del texts["decision"]  # the entry tells, no query asks
            counts = {name: _count(event[name]) for name in ("bytes", "copies")}
            return RowPut("amount", index, {"idx": index, **texts, **counts})
        case "policy.activated":
            _word(event["catalogue"])
            concerns = _document(event["concerns"])
            row = {"idx": index, **texts, "concerns": concerns}
            return RowPut("policy", index, row)
        case "institute.created" | "institute.grown":
            # An institute grows; nothing on record ever takes a tier away.
            if kind == "institute.grown" and texts["tiers"] != "three":
                raise TypeError
            return RowPut("institute", index, {"idx": index, **texts})
        case _:
            declared = kind == "fact.declared"
            document = _document(event["document"]) if declared else None
            row = {**texts, "idx": index, "document": document}
            return RowPut("registry", texts["id"], row)


def _word(value: object) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _count(value: object) -> int:
    # Less than nothing would give back a budget that is spent.
    if type(value) is not int or not 0 <= value < _LIMIT:
        raise TypeError
    return value


def _document(value: object) -> str:
    if not isinstance(value, dict):
        raise TypeError
    return dump_canonical(value).decode("utf-8")
