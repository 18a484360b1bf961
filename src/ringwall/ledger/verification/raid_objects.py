"""The objects of the incident desk, event by event, each held against its machine.

Kept in a file that SQLite makes for itself and drops, so that a hundred thousand cases
take no memory. Must never take what an event says it began from for what was there.
"""

import sqlite3
from typing import Final, NamedTuple

from ringwall.ledger.verification.vault_opens import Told
from ringwall.model.events import Event
from ringwall.model.raid_states import MACHINES

__all__ = ["RaidObjects"]

_MOVES: Final = {
    kind: frozenset((move.before, move.act, move.after) for move in moves)
    for kind, moves in MACHINES.items()
}
_TABLE: Final = (
    "CREATE TABLE object (id TEXT PRIMARY KEY, kind TEXT, state TEXT, was TEXT, "
    "case_id TEXT, by TEXT) WITHOUT ROWID"
)
_LINKS: Final = (
    "CREATE TABLE link (report TEXT, case_id TEXT, PRIMARY KEY (report, case_id)) "
    "WITHOUT ROWID"
)
_FIND: Final = "SELECT kind, state, was, case_id, by FROM object WHERE id = ?"
_PUT: Final = "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?)"
_LINK: Final = "INSERT OR IGNORE INTO link VALUES (?, ?)"
_LINKED: Final = "SELECT case_id FROM link WHERE report = ?"
_CASE: Final = "raid.case"
_REPORT: Final = "raid.report"
_CLOCK: Final = "raid.clock"
_UNSTARTED: Final = frozenset({"armed", "void"})
_UNMERGE: Final = "unmerge"
_MERGE: Final = "merge"


class _Object(NamedTuple):
    kind: str
    state: str
    was: str
    case_id: str
    by: str


class RaidObjects:
    """Takes in the acts of a log in their order.

    Args:
        own: a database for its own use, empty.
    """

    def __init__(self, own: sqlite3.Connection) -> None:
        self._own = own.cursor()
        self._own.execute(_TABLE)
        self._own.execute(_LINKS)

    def take(self, event: Event) -> list[Told]:
        """Take in an act; return what is wrong with it.

        Args:
            event: of a kind of `MACHINES`, read and projected without fault.
        """
        name, card = event["id"], event["card"]
        before = self._find(name)
        found = list(_faults(event, before))
        by = event["by"] if before is None else before.by
        was = str(card.get("was", ""))
        row = (name, event["kind"], event["to"], was, event["case"], by)
        self._own.execute(_PUT, row)
        if event["kind"] == "raid.link":
            self._own.execute(_LINK, (card["report"], event["case"]))
        return found

    def maker(self, name: str) -> str:
        """Return who made an object, as the log names them; empty if there is none."""
        known = self._find(name)
        return "" if known is None else known.by

    def linked(self, report: str) -> frozenset[str]:
        """Return the ids of the cases that a report was ever linked to."""
        return frozenset(row[0] for row in self._own.execute(_LINKED, (report,)))

    def _find(self, name: str) -> _Object | None:
        row = self._own.execute(_FIND, (name,)).fetchone()
        return None if row is None else _Object(*row)


def _faults(event: Event, before: _Object | None) -> list[Told]:
    """Return what is wrong with an act, given what there was."""
    kind, name = event["kind"], event["id"]
    state = "" if before is None else before.state
    move = event["from"], event["act"], event["to"]
    is_known = move in _MOVES[kind] and event["from"] == state
    if before is not None:
        # A report goes from case to case, and its event tells of which.
        is_there = kind == _REPORT or before.case_id == event["case"]
        is_known = is_known and before.kind == kind and is_there
    if kind == _CASE:
        is_known = is_known and event["case"] == name and _is_as_it_was(event, before)
    found = []
    if not is_known:
        message = (
            f"`{name}` was {state or 'not there'} before, and nothing lets anybody "
            f"{event['act']} it from {event['from'] or 'nothing'} to {event['to']}"
        )
        found.append(Told("raid-move-impossible", message, "matters"))
    has_started = event["to"] not in _UNSTARTED
    if kind == _CLOCK and has_started and not event["card"]["start"]:
        message = f"`{name}` is {event['to']}, and nothing says when it began to run"
        found.append(Told("raid-clock-unstarted", message, "beside"))
    return found


def _is_as_it_was(event: Event, before: _Object | None) -> bool:
    """Return whether a merge keeps what a case was, and its end gives that back."""
    if event["act"] == _MERGE:
        return bool(event["card"]["was"] == event["from"])
    if event["act"] == _UNMERGE and before is not None:
        return bool(event["to"] == before.was)
    return True
