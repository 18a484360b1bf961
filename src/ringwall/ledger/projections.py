"""What an event changes in the tables; pure and total over the known kinds.

The same function serves the append, the replay and the verifier, so that they
can't disagree. Must never depend on what a table holds already.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.model.events import Event

__all__ = ["RowPut", "latest_rows", "project"]


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


def project(index: int, event: Event) -> RowPut:
    """Return the row that the event at `index` puts.

    Raises:
        KeyError: the event lacks a key of its kind.
        ValueError: its kind is unknown.
    """
    match event["kind"]:
        case "decision.made":
            reasons = event["reasons"]
            row = {
                "id": event["id"],
                "idx": index,
                "at": event["at"],
                "subject": event["subject"],
                "action": event["action"],
                "resource": event["resource"],
                "point": event["point"],
                "effect": event["effect"],
                "code": reasons[0]["code"] if reasons else "",
            }
            return RowPut("decision", event["id"], row)
        case "fact.declared":
            document = _text(event["document"])
            row = {"id": event["id"], "idx": index, "document": document}
            return RowPut("registry", event["id"], row)
        case "fact.removed":
            row = {"id": event["id"], "idx": index, "document": None}
            return RowPut("registry", event["id"], row)
        case "policy.activated":
            return RowPut("policy", index, _policy_row(index, event))
        case "institute.created":
            columns = ("name", "tiers", "origin", "vkey")
            return RowPut(
                "institute", index, {"idx": index, **{c: event[c] for c in columns}}
            )
        case kind:
            raise ValueError(f"`{kind}` is not a known kind of event")


def latest_rows(puts: Iterable[RowPut]) -> dict[str, list[dict[str, Any]]]:
    """Return table -> rows, keeping the last of those with the same key."""
    tables: dict[str, dict[str | int, dict[str, Any]]] = {}
    for put in puts:
        tables.setdefault(put.table, {})[put.key] = put.row
    return {table: list(rows.values()) for table, rows in tables.items()}


def _policy_row(index: int, event: Event) -> dict[str, Any]:
    return {
        "idx": index,
        "at": event["at"],
        "digest": event["digest"],
        "concerns": _text(event["concerns"]),
    }


def _text(value: object) -> str:
    return dump_canonical(value).decode("utf-8")
