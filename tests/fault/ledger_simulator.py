"""A ledger and the one who attacks it: small logs, and edits behind their back."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ringwall.ledger.entries import Entry, seal_entry
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.memory.disclosures import Pseudonyms
from ringwall.ledger.store import Store
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.report import Report
from ringwall.ledger.verification.verify import verify_ledger
from ringwall.model.disagreements import Disagreement
from ringwall.model.events import (
    BASIS_KINDS,
    Event,
    alarm_raised,
    amount_left,
    anchor_begun,
    anchor_ended,
    fact_removed,
    institute_created,
    institute_grown,
    key_rotated,
    log_pruned,
    log_recovered,
    policy_activated,
    subject_erased,
    witness_added,
    witness_quorum,
    witness_removed,
)
from ringwall.model.requests import AccessRequest
from ringwall.signing.keys import SigningKey, format_vkey

ORIGIN = "log.example"
KEY = SigningKey(ORIGIN, bytes(range(32)))
VERIFIER = KEY.verifier()
OTHER_KEY = SigningKey(ORIGIN, bytes(range(1, 33)))
AT = 1_800_000_000_000_000


def creation() -> Event:
    """Return the first event of a log."""
    return institute_created(AT, "Hub", "two", ORIGIN, format_vkey(VERIFIER))


def growth() -> Event:
    """Return the event by which the institute of `creation` has a third tier."""
    return institute_grown(AT, creation())


def fact(entity: str, level: str = "SL3") -> Event:
    """Return the declaration of a person at a level."""
    document = {"id": entity, "name": "Ada", "roles": ["reader"], "level": level}
    return {
        "v": 1,
        "kind": "fact.declared",
        "at": "2027-01-15T08:00:00Z",
        "id": entity,
        "document": document,
    }


def removal(entity: str) -> Event:
    """Return the removal of a person."""
    return fact_removed(AT, entity)


def policy(digest: str) -> Event:
    """Return the activation of a bundle."""
    return policy_activated(AT, digest, {"access": digest}, "c" * 64)


def decision(name: str, code: str = "", basis: int = 0) -> Event:
    """Return a permit, or a deny for a reason."""
    return {
        "v": 1,
        "kind": "decision.made",
        "at": "2027-01-15T08:00:01Z",
        "id": name,
        "subject": "org:ada",
        "action": "weights.read",
        "resource": "weights:aurora-2",
        "point": "point:trainer",
        "effect": "deny" if code else "permit",
        "reasons": [{"stage": "access", "code": code, "message": "no"}] if code else [],
        "rules": [] if code else ["acc-021"],
        "basis": basis,
    }


def grounded(events: Sequence[Event], first: int = 0, last: int = -1) -> list[Event]:
    """Return events with the basis in each decision that it has where it stands.

    Args:
        events: in their order.
        first: where the first of them stands.
        last: index of the last one before them that moved the basis.
    """
    found = []
    for index, event in enumerate(events, first):
        if event["kind"] == "decision.made":
            found.append({**event, "basis": last})
        else:
            found.append(event)
        if event["kind"] in BASIS_KINDS:
            last = index
    return found


def alarm(name: str) -> Event:
    """Return the alarm that two engines did not agree on a decision."""
    found = Disagreement("access", "permit by acc-021", "deny")
    return alarm_raised(AT, name, "2" * 64, found)


def amount(
    name: str, size: int, copies: int = 0, *, subject: str = "org:ada", at: int = AT
) -> Event:
    """Return the bytes and copies that left with a permit."""
    request = AccessRequest(
        subject, "weights.read", "weights:aurora-2", "point:trainer"
    )
    return amount_left(at, name, request, size, copies)


def sealed(event: Event) -> Entry:
    """Return the entry of an event; nobody has a token yet."""
    return seal_entry(event, Pseudonyms(lambda _: None))


ABOUT_THE_LOG: tuple[Event, ...] = (
    key_rotated(AT, format_vkey(OTHER_KEY.verifier())),
    witness_added(AT, "witness.example/a", "witness.example/a+00000000+BA"),
    witness_removed(AT, "witness.example/a"),
    witness_quorum(AT, 1, 60, mandatory=True),
    subject_erased(AT, ["user:~" + "A" * 43], "asked for"),
    log_pruned(AT, 4, "older than ten years"),
    log_recovered(AT, 3, 7, ["pid 12"]),
    anchor_begun(AT, "the old disk is lost", "5" * 64),
    anchor_ended(AT, "the machine was taken apart"),
)
"""One event of each kind that is about the log itself."""

HISTORY: tuple[Event, ...] = (
    creation(),
    policy("1" * 64),
    fact("org:ada", "SL3"),
    fact("org:bob", "SL3"),
    decision("dec-1", basis=3),
    fact("org:ada", "SL4"),
    removal("org:bob"),
    decision("dec-2", "level-insufficient", basis=6),
    policy("2" * 64),
    decision("dec-3", basis=8),
)
"""A short log with facts, policies and decisions in it; the basis is 8."""

SPENT: tuple[Event, ...] = (
    *HISTORY,
    amount("dec-3", 1000),
    decision("dec-4", basis=10),
    amount("dec-4", 0, 1),
)
"""The same log, in which something has left, too; the basis is 12."""


class LedgerFile:
    """A ledger on disk, its reader, and who edits it.

    Args:
        folder: where to make it.
        events: its entries; each decision gets the basis that is right.
    """

    def __init__(self, folder: Path, events: Sequence[Event] = HISTORY) -> None:
        self.path = folder / "ledger.db"
        Ledger.create(self.path, KEY, ORIGIN, grounded(events)).close()

    @contextmanager
    def opened(self, *, writable: bool = True) -> Iterator[Ledger]:
        """Give the ledger."""
        ledger = Ledger(self.path, VERIFIER, ORIGIN, KEY if writable else None)
        try:
            yield ledger
        finally:
            ledger.close()

    def verify(self, options: Options | None = None) -> Report:
        """Return what the verifier says."""
        store = Store(self.path, writable=False)
        return verify_ledger(store, VERIFIER, ORIGIN, options)

    def codes(self) -> set[str]:
        """Return the codes that the verifier finds."""
        return {finding.code for finding in self.verify().findings}

    def places(self) -> set[tuple[str, str]]:
        """Return the codes that the verifier finds, and where."""
        return {(found.code, found.place) for found in self.verify().findings}

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql, values).fetchall()

    def edit(self, sql: str, *values: object) -> int:
        """Change the file past the triggers, and put them back; return rows touched."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            triggers = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            touched = connection.execute(sql, values).rowcount
            for _, trigger in triggers:
                connection.execute(trigger)
        return touched

    def script(self, sql: str) -> None:
        """Run statements as they are, the schema open to edits."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema=ON")
            connection.executescript(sql)

    def roll_back_fact(self, entity: str, index: int) -> None:
        """Put a row of the registry back to what an earlier entry says."""
        [(document,)] = self.query(
            "SELECT json_extract(entry, '$.document') FROM leaf WHERE idx = ?", index
        )
        self.edit(
            "UPDATE registry SET idx = ?, document = ? WHERE id = ?",
            index,
            document,
            entity,
        )

    def saved(self, place: Path) -> Callable[[], None]:
        """Copy the file; return what puts the copy's bytes back in place."""
        shutil.copy(self.path, place)
        return lambda: self._put_back(place)

    def _put_back(self, place: Path) -> None:
        # The same inode, as `cp` does it.
        self.path.write_bytes(place.read_bytes())
