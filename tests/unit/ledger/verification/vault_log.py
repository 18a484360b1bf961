"""Logs with a vault in them: permits, acts, openings and readings, right unless told.

Held in memory, as the walk takes them in; what the tables would say is of no account.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from ringwall.base.canonical import dump_canonical
from ringwall.ledger.memory.disclosures import Disclosure, commitment
from ringwall.ledger.verification.findings import Finding, Findings
from ringwall.ledger.verification.leaf_walk import LeafRow, Stretch
from ringwall.ledger.verification.vault_walk import VaultWalk
from ringwall.matters.containers import Containers
from ringwall.model.events import Event, amount_left, load_event
from ringwall.model.requests import AccessRequest, Reach
from ringwall.model.vault_events import (
    vault_destroyed,
    vault_opened,
    vault_read,
    vault_rewrapped,
    vault_sealed,
)
from ringwall.tlog.hashing import leaf_hash
from tests.fault.ledger_simulator import AT, decision
from tests.matter_events import SEALED

__all__ = [
    "ASSET",
    "BOX",
    "COPY",
    "SIZE",
    "WIDTH",
    "Way",
    "codes",
    "cursor_of",
    "destroyed",
    "disclosure",
    "found",
    "opened",
    "permit",
    "read",
    "rewrapped",
    "rows",
    "sealed",
    "skimmed",
    "walked",
]

ASSET: Final = "weights:aurora-2"
BOX: Final = "box-" + "a" * 20
COPY: Final = "box-" + "b" * 20
SIZE: Final = 1000
WIDTH: Final = 256
POINT: Final = "point:trainer"
_WHO: Final = "org:ada"


def permit(name: str, action: str = "weights.read", **changes: object) -> Event:
    """Return a decision that permits something of the asset."""
    return {**decision(name), "action": action, "resource": ASSET, **changes}


def sealed(
    name: str, box: str = BOX, action: str = "weights.seal", **changes: object
) -> list[Event]:
    """Return a permit, and the sealing of a container or of a copy."""
    act = {"decision": name, "subject": _WHO, "bytes": SIZE, "asset": ASSET}
    said: dict[str, Any] = {**SEALED, **act, **changes}
    return [permit(name, action), vault_sealed(AT, box, said)]


def rewrapped(name: str, **changes: object) -> list[Event]:
    """Return a permit, and that a container was rewrapped."""
    said: dict[str, Any] = {
        "slot": "7" * 64,
        "key": "k",
        "key_kind": "file",
        "generation": 2,
        "decision": name,
        "subject": _WHO,
        **changes,
    }
    return [permit(name, "weights.rewrap"), vault_rewrapped(AT, BOX, said)]


def destroyed(name: str, **changes: str) -> list[Event]:
    """Return a permit, and that a container was destroyed."""
    said = {"decision": name, "subject": _WHO, "reason": "over", **changes}
    return [permit(name, "weights.delete"), vault_destroyed(AT, BOX, said)]


def opened(name: str, action: str = "weights.read", box: str = BOX) -> list[Event]:
    """Return a permit, and that it let a container be opened."""
    reach = Reach(box, 0, 0)
    request = AccessRequest(_WHO, action, ASSET, POINT, amount=0, reach=reach)
    return [permit(name, action, bytes=0), vault_opened(AT, name, request)]


def read(
    name: str,
    start: int,
    stop: int,
    size: int | None = None,
    *,
    of: str = "dec-open",
    action: str = "weights.read",
) -> list[Event]:
    """Return a permit, what it takes, and that it let a range be read.

    Args:
        name: of the permit.
        start: first byte.
        stop: the one behind the last.
        size: bytes that it takes off the budgets; all of them if None.
        of: the permit of the opening.
        action: of both.
    """
    size = stop - start if size is None else size
    request = AccessRequest(
        *(_WHO, action, ASSET, POINT),
        amount=size,
        continues=of,
        reach=Reach(BOX, start, stop),
    )
    taken = [amount_left(AT, name, request, size, 0)] if size else []
    first = permit(name, action, bytes=size, continues=of)
    return [first, *taken, vault_read(AT, name, request)]


def rows(events: Sequence[Event | None], first: int = 0) -> list[LeafRow]:
    """Return the entries of events; of one that is None there is none."""
    there = []
    for index, event in enumerate(events, first):
        if event is not None:
            data = dump_canonical(event)
            there.append((index, leaf_hash(data), data))
    return there


def disclosure(person: str, salt: int) -> Disclosure:
    """Return a token of a person and what it stands for; another for each salt."""
    value = f'"{person}"'.encode()
    token = commitment("user:", bytes([salt] * 32), value)
    return Disclosure(token, token, bytes([salt] * 32), value)


def cursor_of(
    entries: Iterable[LeafRow] = (), disclosures: Iterable[Disclosure] = ()
) -> sqlite3.Cursor:
    """Return a cursor to the two tables that are looked at."""
    cursor = sqlite3.connect(":memory:").cursor()
    cursor.execute("CREATE TABLE leaf (idx INTEGER PRIMARY KEY, hash, entry)")
    cursor.execute("CREATE TABLE disclosure (token, owner, salt, value)")
    cursor.executemany("INSERT INTO leaf VALUES (?, ?, ?)", entries)
    cursor.executemany("INSERT INTO disclosure VALUES (?, ?, ?, ?)", disclosures)
    return cursor


Way = Callable[[VaultWalk, Stretch], None]


def walked(walk: VaultWalk, stretch: Stretch) -> None:
    """Take in a stretch as whoever reads all of it."""
    walk.begin(stretch)
    for index, _, data in stretch.entries:
        walk.take(index, load_event(data))


def skimmed(walk: VaultWalk, stretch: Stretch) -> None:
    """Take in a stretch as whoever reads but the log."""
    others = [row for row in stretch.entries if b"decision.made" not in row[2]]
    walk.skim(stretch, others)


def found(
    events: Sequence[Event | None],
    way: Way = walked,
    disclosures: Iterable[Disclosure] = (),
    findings: Findings | None = None,
) -> tuple[Finding, ...]:
    """Return what is found in a log of these events."""
    findings = findings or Findings()
    entries = rows(events)
    cursor = cursor_of(entries, disclosures)
    walk = VaultWalk(cursor, findings, Containers)
    covered = 0
    for start in range(0, len(events), WIDTH):
        end = min(start + WIDTH, len(events))
        here = [row for row in entries if start <= row[0] < end]
        if here:  # a stretch without any is a part of the next one
            way(walk, Stretch(covered, end, here))
            covered = end
    walk.finish(cursor)
    return findings.listed()


def codes(events: Sequence[Event | None], way: Way = walked) -> list[tuple[str, str]]:
    """Return code and place of each finding."""
    return [(one.code, one.place) for one in found(events, way)]
