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
    "case_id TEXT, by TEXT, tie TEXT) WITHOUT ROWID"
)
_LINKS: Final = (
    "CREATE TABLE link (report TEXT, case_id TEXT, PRIMARY KEY (report, case_id)) "
    "WITHOUT ROWID"
)
_FIND: Final = "SELECT kind, state, was, case_id, by, tie FROM object WHERE id = ?"
_PUT: Final = "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?)"
_LINK: Final = "INSERT OR IGNORE INTO link VALUES (?, ?)"
_LINKED: Final = "SELECT case_id FROM link WHERE report = ?"
_CASE: Final = "raid.case"
_REPORT: Final = "raid.report"
_CLOCK: Final = "raid.clock"
_PROPOSAL: Final = "raid.proposal"
_INQUIRY: Final = "raid.inquiry"
_UNSTARTED: Final = frozenset({"armed", "void"})
_TIES: Final = {"raid.case": "redirect", "raid.clock": "home"}
_TAKE: Final = "take-over"
_GIVE: Final = "give-back"
_MERGED: Final = "merged"
_UNMERGE: Final = "unmerge"
_MERGE: Final = "merge"


class _Object(NamedTuple):
    # `tie` of a case: what it was merged into; of a clock: where it goes back to; of a
    # proposal: what it binds itself to.
    kind: str
    state: str
    was: str
    case_id: str
    by: str
    tie: str


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
        is_there = self._is_there(event, before)
        found = list(_faults(event, before, is_there=is_there))
        by = event["by"] if before is None else before.by
        was = str(card.get("was", ""))
        tie = _tie(event)
        row = (name, event["kind"], event["to"], was, event["case"], by, tie)
        self._own.execute(_PUT, row)
        if event["kind"] == _CASE and event["act"] == _MERGE:
            for gone in {name} | self.linked(name):
                self._own.execute(_LINK, (tie, gone))
        if event["kind"] == "raid.link":
            self._own.execute(_LINK, (card["report"], event["case"]))
        return found

    def maker(self, name: str) -> str:
        """Return who made an object, as the log names them; empty if there is none."""
        known = self._find(name)
        return "" if known is None else known.by

    def linked(self, report: str) -> frozenset[str]:
        """Return the ids of the cases that a report was ever linked to.

        Of a case: of those that were ever merged into it, by way of others too.
        """
        return frozenset(row[0] for row in self._own.execute(_LINKED, (report,)))

    def _find(self, name: str) -> _Object | None:
        row = self._own.execute(_FIND, (name,)).fetchone()
        return None if row is None else _Object(*row)

    def _is_there(self, event: Event, before: _Object | None) -> bool:
        """Return whether an object is of the case that it can be of."""
        case = event["case"]
        if event["kind"] != _CLOCK:
            return _is_kept(event, before)
        home = event["card"]["home"]
        if before is None:
            return not home or home in self.linked(case)
        if event["act"] == _TAKE:
            gone = self._find(before.case_id)
            is_gone = gone is not None and (gone.state, gone.tie) == (_MERGED, case)
            return is_gone and home == (before.tie or before.case_id)
        if event["act"] == _GIVE:
            back = self._find(case)
            is_back = back is not None and back.state != _MERGED
            is_under = case in self.linked(before.case_id)
            return is_back and is_under and self._is_home(before.tie, case, home)
        return bool(before.case_id == case and before.tie == home)

    def _is_home(self, tie: str, case: str, home: str) -> bool:
        """Return whether a clock comes home, or stays with what is part of a case."""
        if tie == case:
            return not home
        return home == tie and tie in self.linked(case)


def _is_kept(event: Event, before: _Object | None) -> bool:
    """Return whether what is no clock stays with its case."""
    # A report goes from case to case, and its event tells of which.
    if before is None or event["kind"] == _REPORT:
        return True
    if event["kind"] == _INQUIRY:
        # Of none, until it is answered about one.
        return before.case_id in ("", event["case"])
    is_same = event["kind"] != _PROPOSAL or before.tie == _tie(event)
    return before.case_id == event["case"] and is_same


def _tie(event: Event) -> str:
    """Return what an object is tied to by its event; empty for nothing."""
    kind, card = event["kind"], event["card"]
    if kind == _PROPOSAL:
        return f"{card['what']} {card['binds']}"
    return str(card.get(_TIES.get(kind, ""), ""))


def _faults(event: Event, before: _Object | None, *, is_there: bool) -> list[Told]:
    """Return what is wrong with an act, given what there was."""
    kind, name = event["kind"], event["id"]
    state = "" if before is None else before.state
    move = event["from"], event["act"], event["to"]
    is_known = move in _MOVES[kind] and event["from"] == state and is_there
    if before is not None:
        is_known = is_known and before.kind == kind
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
