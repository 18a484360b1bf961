"""Whether each transaction of the incident desk has a permit of its own.

Kept as `raid_objects` keeps its rows, and held against the permits once the log has
been walked through. Must never take a permit that comes later, or for another case.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

from ringwall.ledger.verification.stored_decision import stored_decision
from ringwall.ledger.verification.vault_opens import Told
from ringwall.model.events import Event
from ringwall.model.raid_permits import (
    BROUGHT,
    OPENING,
    gone_in,
    is_permit_for,
    keeps_to_opening,
)
from ringwall.model.raid_release_laws import is_bound

__all__ = ["RaidPermits"]

_RUNS: Final = (
    "CREATE TABLE run (decision TEXT PRIMARY KEY, idx INTEGER, is_permitted INTEGER) "
    "WITHOUT ROWID"
)
_ACTS: Final = (
    "CREATE TABLE act (decision TEXT, idx INTEGER, event TEXT, "
    "PRIMARY KEY (decision, idx)) WITHOUT ROWID"
)
_BEGIN: Final = "INSERT OR IGNORE INTO run VALUES (?, ?, 0)"
_PUT: Final = "INSERT INTO act VALUES (?, ?, ?)"
_OF_RUN: Final = "SELECT event FROM act WHERE decision = ? ORDER BY idx"
_PLACE: Final = "SELECT idx FROM run WHERE decision = ?"
_PERMIT: Final = "UPDATE run SET is_permitted = 1 WHERE decision = ?"
_LEFT: Final = "SELECT decision, idx FROM run WHERE is_permitted = 0 ORDER BY idx"
_LAST: Final = "SELECT max(idx) FROM run"
# The keys of canonical JSON are sorted, so each decision begins with its action.
_BEGINS: Final = b'{"action":"raid.'
_PERMITS: Final = (
    "SELECT idx, hash, entry FROM leaf WHERE idx < ? AND substr(entry, 1, ?) = ? "
    "ORDER BY idx"
)
_KEPT: Final = ("kind", "act", "id", "case", "by")
_Linked = Callable[[str], frozenset[str]]


class RaidPermits:
    """Takes in the acts of a log in their order.

    Args:
        own: a database for its own use.
        linked: tells the cases that a report was ever linked to, or that were ever
            merged into a case.
        is_same: tells whether two texts may name one person.
    """

    def __init__(
        self,
        own: sqlite3.Connection,
        linked: _Linked,
        is_same: Callable[[object, object], bool],
    ) -> None:
        self._own = own
        own.execute(_RUNS)
        own.execute(_ACTS)
        self._linked = linked
        self._is_same = is_same

    def begin(self, index: int, decision: str) -> list[Told]:
        """Take in the first act of a transaction; return that its permit was used."""
        cursor = self._own.execute(_BEGIN, (decision, index))
        if cursor.rowcount:
            return []
        message = f"what `{decision}` permits was done before: a permit is for one act"
        return [Told("raid-permit-reused", message, "matters")]

    def take(self, index: int, event: Event) -> None:
        """Take in an act of the transaction that was begun.

        Args:
            index: of its entry.
            event: has been read and projected without fault.
        """
        said = {name: event.get(name, "") for name in _KEPT}
        # Rules are proposed under another permit than all else.
        known = event.get("card", {})
        card = {name: known.get(name, "") for name in ("what", "terms")}
        told = json.dumps({**said, "card": card})
        self._own.execute(_PUT, (event["decision"], index, told))

    def finish(self, cursor: sqlite3.Cursor) -> Iterator[tuple[int, Told]]:
        """Give index and fault of each transaction that nothing before it permits.

        Args:
            cursor: to the ledger's database.
        """
        (last,) = self._own.execute(_LAST).fetchone()
        if last is None:
            return
        rows = cursor.connection.cursor()
        for row in rows.execute(_PERMITS, (last, len(_BEGINS), _BEGINS)):
            decision = stored_decision(*row[1:])
            if decision is not None:
                self._take_permit(row[0], decision)
        for decision_id, index in self._own.execute(_LEFT).fetchall():
            message = (
                f"no decision before it, `{decision_id}` by name, permits all that was "
                "recorded under it"
            )
            yield index, Told("raid-permit-missing", message, "log")

    def _take_permit(self, index: int, decision: Event) -> None:
        """Note what a decision permits."""
        place = self._own.execute(_PLACE, (decision["id"],)).fetchone()
        if place is None or place[0] <= index or decision.get("effect") != "permit":
            return
        rows = self._own.execute(_OF_RUN, (decision["id"],)).fetchall()
        acts = [json.loads(row[0]) for row in rows]
        if all(self._is_for(decision, act, acts) for act in acts):
            self._own.execute(_PERMIT, (decision["id"],))

    def _is_for(self, decision: Event, act: Event, acts: list[Event]) -> bool:
        action, resource = decision.get("action", ""), decision.get("resource", "")
        linked = self._linked(act["id"])
        if act["act"] in BROUGHT:
            linked = gone_in(acts) & self._linked(act["case"])
        is_opening = (action, resource) == OPENING
        return (
            is_permit_for(act, action, resource, linked)
            and is_bound(act, str(decision.get("binds", "")))
            and (not is_opening or keeps_to_opening(act, acts))
            and self._is_same(act["by"], decision.get("subject"))
        )
