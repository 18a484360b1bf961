"""The tables of a ledger, read off its events one column at a time."""

import json
from collections.abc import Sequence
from typing import Any

from ringwall.base.clock import parse_instant
from ringwall.model.events import Event

Rows = list[tuple[Any, ...]]


def registry(events: Sequence[Event]) -> Rows:
    """Return (id, idx, document) of each entity ever declared, by id."""
    facts = [(i, e) for i, e in enumerate(events) if e["kind"].startswith("fact.")]
    rows = []
    for entity in sorted({event["id"] for _, event in facts}):
        index, event = [(i, e) for i, e in facts if e["id"] == entity][-1]
        document = event.get("document")
        rows.append((entity, index, None if document is None else text(document)))
    return rows


def policy(events: Sequence[Event]) -> Rows:
    """Return (idx, at, digest, concerns) of each activation."""
    return [
        (index, event["at"], event["digest"], text(event["concerns"]))
        for index, event in enumerate(events)
        if event["kind"] == "policy.activated"
    ]


def decision(events: Sequence[Event]) -> Rows:
    """Return idx and columns of each decision."""
    columns = ("id", "at", "subject", "action", "resource", "point", "effect")
    return [
        (
            index,
            *(event[column] for column in columns),
            "".join(reason["code"] for reason in event["reasons"][:1]),
        )
        for index, event in enumerate(events)
        if event["kind"] == "decision.made"
    ]


def amount(events: Sequence[Event]) -> Rows:
    """Return idx and columns of each amount that left."""
    columns = ("at", "subject", "resource", "point", "bytes", "copies")
    return [
        (index, *(event[column] for column in columns))
        for index, event in enumerate(events)
        if event["kind"] == "amount.left"
    ]


def spent(events: Sequence[Event], subject: str, now: int) -> tuple[int, ...]:
    """Return bytes of an hour, of a subject's 30 days and of 365 days, and copies.

    There is one point and one asset.
    """
    left = [
        (now - parse_instant(event["at"]), event)
        for event in events
        if event["kind"] == "amount.left"
    ]
    hour = 3600 * 10**6
    own = [(age, event) for age, event in left if event["subject"] == subject]
    return (
        sum(event["bytes"] for age, event in left if age <= hour),
        sum(event["bytes"] for age, event in own if age <= 30 * 24 * hour),
        sum(event["bytes"] for age, event in left if age <= 365 * 24 * hour),
        sum(event["copies"] for _, event in left),
    )


def institute(events: Sequence[Event]) -> Rows:
    """Return idx and columns of the creation and of each growth."""
    columns = ("name", "tiers", "origin", "vkey")
    return [
        (index, *(event[column] for column in columns))
        for index, event in enumerate(events)
        if event["kind"] in {"institute.created", "institute.grown"}
    ]


def basis(events: Sequence[Event]) -> int:
    """Return the index of the last event that decisions rest on, -1 for none."""
    idle = ("decision.made", "alarm.raised")
    moving = [i for i, e in enumerate(events) if e["kind"] not in idle]
    return max(moving, default=-1)


def text(value: object) -> str:
    """Return the canonical text of a JSON value, by RFC 8785's own rules."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
