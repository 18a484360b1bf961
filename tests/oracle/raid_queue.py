"""The order of the desk's queue, slowly: every item against every other."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

__all__ = ["queue_of"]

Row = Mapping[str, Any]


def queue_of(
    cases: Sequence[Row],
    reports: Sequence[Row],
    now: datetime,
    days: tuple[int, int],
) -> list[tuple[str, int]]:
    """Return id and number of copies of each item, in order.

    Args:
        cases: rows of the table.
        reports: likewise.
        now: whole second.
        days: of the horizon, and of a step of ageing.
    """
    horizon = now + timedelta(days=days[0])
    items = [_case(row, horizon) for row in cases]
    waiting = [one for one in items if one is not None] + _groups(reports)
    for item in waiting:
        _age(item, now, days[1])
    ordered: list[dict[str, Any]] = []
    for item in waiting:
        place = sum(not _before(item, other) for other in ordered)
        ordered.insert(place, item)
    return [(item["id"], item["copies"]) for item in ordered]


def _case(row: Row, horizon: datetime) -> dict[str, Any] | None:
    due = _instant(row["host_due"])
    is_soon = due is not None and due <= horizon
    worked = row["state"] in ("new", "triaged", "owned", "coordinating")
    elsewhere = row["state"] in ("handed-over", "watch", "declined", "resolved")
    if not worked and not (elsewhere and is_soon):
        return None
    item = {key: row[key] for key in ("id", "imminent", "priority", "owned", "reach")}
    item["compute"] = row["compute"]
    return {
        **item,
        "copies": 0,
        "due": due if is_soon else None,
        "since": _instant(row["opened"]),
    }


def _groups(reports: Sequence[Row]) -> list[dict[str, Any]]:
    """Return an item for the waiting reports of each head."""
    found: dict[str, list[Row]] = {}
    for row in reports:
        if row["state"] == "received":
            found.setdefault(row["alike"] or row["id"], []).append(row)
    return [_group(head, rows) for head, rows in found.items()]


def _group(head: str, rows: list[Row]) -> dict[str, Any]:
    rows = sorted(rows, key=lambda row: (row["received"], row["id"]))
    ids = [row["id"] for row in rows]
    keys = ("imminent", "priority", "owned", "compute", "reach")
    return {
        **{key: max(row[key] for row in rows) for key in keys},
        "id": head if head in ids else ids[0],
        "copies": len(rows) - 1,
        "due": None,
        "since": _instant(rows[0]["received"]),
    }


def _age(item: dict[str, Any], now: datetime, days: int) -> None:
    """Lift an item step by step, each in the first key that is left to be lifted."""
    item["compute"] = min(item["compute"], 2)
    moment = item["since"] + timedelta(days=days)
    while moment <= now:
        for key, top in (("priority", 4), ("owned", 1), ("compute", 2), ("reach", 4)):
            if item[key] < top:
                item[key] += 1
                break
        else:
            return
        moment += timedelta(days=days)


def _before(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether one item stands before another."""
    if one["due"] != other["due"]:
        if one["due"] is None or other["due"] is None:
            return other["due"] is None
        return bool(one["due"] < other["due"])
    for key in ("imminent", "priority", "owned", "compute", "reach"):
        if one[key] != other[key]:
            return bool(one[key] > other[key])
    if one["since"] != other["since"]:
        return bool(one["since"] < other["since"])
    return bool(one["id"] < other["id"])


def _instant(text: str) -> Any:  # noqa: ANN401 - an instant or nothing
    return datetime.fromisoformat(text) if text else None
