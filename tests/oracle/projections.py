"""The tables of a ledger, read off its events one column at a time."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from ringwall.base.clock import parse_instant
from ringwall.model.events import Event
from ringwall.model.raid_events import CARDS

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
            " ".join(sorted({rule for rule in _rules(event) if rule})),
        )
        for index, event in enumerate(events)
        if event["kind"] == "decision.made"
    ]


def _rules(event: Event) -> list[str]:
    return [*event["rules"], *(reason.get("rule", "") for reason in event["reasons"])]


def event(events: Sequence[Event]) -> Rows:
    """Return idx, at and kind of each event but decisions."""
    return [
        (index, said["at"], said["kind"])
        for index, said in enumerate(events)
        if said["kind"] != "decision.made"
    ]


def erasure(events: Sequence[Event]) -> Rows:
    """Return idx and tokens of each erasure."""
    return [(i, text(e["tokens"])) for i, e in _of(events, "subject.erased")]


def epoch(events: Sequence[Event]) -> Rows:
    """Return idx and key of each rotation."""
    return [(i, e["vkey"]) for i, e in _of(events, "key.rotated")]


def witness(events: Sequence[Event]) -> Rows:
    """Return (name, idx, vkey) of each witness there ever was, by name."""
    said = _of(events, "witness.added") + _of(events, "witness.removed")
    rows = []
    for name in sorted({event["name"] for _, event in said}):
        index, last = max((i, e["name"]) for i, e in said if e["name"] == name)
        rows.append((last, index, events[index].get("vkey")))
    return rows


def quorum(events: Sequence[Event]) -> Rows:
    """Return idx and columns of each quorum."""
    columns = ("need", "seconds", "mandatory")
    return [
        (i, *(int(e[column]) for column in columns))
        for i, e in _of(events, "witness.quorum")
    ]


def pruning(events: Sequence[Event]) -> Rows:
    """Return idx and bound of each pruning."""
    return [(i, e["before"]) for i, e in _of(events, "log.pruned")]


def _of(events: Sequence[Event], kind: str) -> list[tuple[int, Event]]:
    return [(i, event) for i, event in enumerate(events) if event["kind"] == kind]


def amount(events: Sequence[Event]) -> Rows:
    """Return idx and columns of each amount that left."""
    columns = ("at", "subject", "resource", "point", "bytes", "copies")
    return [
        (index, *(event[column] for column in columns))
        for index, event in enumerate(events)
        if event["kind"] == "amount.left"
    ]


def matter(events: Sequence[Event]) -> Rows:
    """Return (idx, at, kind, about) of each event of a matter."""
    about = {
        **dict.fromkeys(("request.opened", "session.opened"), "id"),
        **dict.fromkeys(("review.opened", "tests.planned"), "id"),
        **dict.fromkeys(("request.approved", "request.refused"), "request"),
        **dict.fromkeys(("grant.revoked", "grant.spent"), "request"),
        **dict.fromkeys(("person.left", "duty.recorded"), "person"),
        **dict.fromkeys(("decoy.placed", "decoy.lifted"), "mark"),
        **dict.fromkeys(
            ("vault.sealed", "vault.rewrapped", "vault.destroyed", "vault.verified"),
            "container",
        ),
        "session.ended": "subject",
        "review.decided": "review",
        "tests.drawn": "plan",
        "raid.need": "case",
    }
    return [
        (index, event["at"], event["kind"], event[about[event["kind"]]])
        for index, event in enumerate(events)
        if event["kind"] in about
    ]


def raid(events: Sequence[Event]) -> Rows:
    """Return (idx, at, kind, id, case, act, decision) of each act at the desk."""
    columns = ("at", "kind", "id", "case", "act", "decision")
    return [
        (index, *(event.get(column, "") for column in columns))
        for index, event in enumerate(events)
        if event["kind"].startswith("raid.")
    ]


def _cards(events: Sequence[Event], what: str) -> Rows:
    """Return of each object of a kind the row of its latest event, by that."""
    said = _of(events, f"raid.{what}")
    latest = sorted({event["id"]: index for index, event in said}.values())
    head, columns = ("id", "at", "case"), CARDS[f"raid.{what}"]
    return [
        (
            index,
            *(events[index][name] for name in head),
            *(events[index]["card"][name] for name in columns),
        )
        for index in latest
    ]


raid_report = partial(_cards, what="report")
raid_case = partial(_cards, what="case")
raid_link = partial(_cards, what="link")
raid_clock = partial(_cards, what="clock")
raid_handover = partial(_cards, what="handover")
raid_proposal = partial(_cards, what="proposal")
raid_desk = partial(_cards, what="desk")
raid_drill = partial(_cards, what="drill")
raid_identity = partial(_cards, what="identity")
raid_message = partial(_cards, what="message")
raid_box = partial(_cards, what="box")
raid_attachment = partial(_cards, what="attachment")
raid_release = partial(_cards, what="release")
raid_brief = partial(_cards, what="brief")
raid_inquiry = partial(_cards, what="inquiry")
raid_matter = partial(_cards, what="matter")
raid_embargo = partial(_cards, what="embargo")
raid_party = partial(_cards, what="party")
"""Of events, the rows of the objects of each kind of the desk."""


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
    idle = {"decision.made", "alarm.raised", "log.pruned", "log.recovered"}
    idle |= {"finding.recorded", "notice.sent", "proof.refused", "report.filed"}
    idle |= {"vault.opened", "vault.read"}
    idle |= CARDS.keys()
    moving = [i for i, e in enumerate(events) if e["kind"] not in idle]
    return max(moving, default=-1)


def text(value: object) -> str:
    """Return the canonical text of a JSON value, by RFC 8785's own rules."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
