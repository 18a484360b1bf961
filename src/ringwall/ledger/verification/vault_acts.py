"""Whether each act of the vault was permitted, by a permit of its own.

Keeps the acts, and looks for their permits once the log has been walked through: of
millions of decisions few are for one. Must never take a permit that comes later.
"""

import sqlite3
from collections.abc import Callable
from typing import Final, NamedTuple

from ringwall.ledger.verification.stored_decision import stored_decision
from ringwall.ledger.verification.vault_opens import Told
from ringwall.model.events import Event

__all__ = ["ACTS", "VaultActs"]

ACTS: Final = {
    "vault.sealed": "weights.seal",
    "vault.rewrapped": "weights.rewrap",
    "vault.destroyed": "weights.delete",
}
"""Kind -> the action that permits it, unless it is a copy."""
_COPY: Final = "weights.copy"
_WANTED: Final = ("effect", "action", "resource")
# The keys of canonical JSON are sorted, so each decision begins with its action.
_BEGINS: Final = tuple(
    b'{"action":"%s"' % action.encode() for action in (*ACTS.values(), _COPY)
)
_PERMITS: Final = (
    "SELECT idx, hash, entry FROM leaf WHERE idx < ? AND ("  # noqa: S608 - our own words
    + " OR ".join(f"substr(entry, 1, {len(begins)}) = ?" for begins in _BEGINS)
    + ") ORDER BY idx"
)


class _Act(NamedTuple):
    idx: int
    decision: str
    subject: str
    action: str
    asset: str


class VaultActs:
    """Takes in the acts of a log in their order.

    Args:
        is_same: tells whether two texts may name one person.
    """

    def __init__(self, is_same: Callable[[object, object], bool]) -> None:
        self._is_same = is_same
        self._acts: list[_Act] = []
        self._done: set[str] = set()

    def take(self, index: int, event: Event, asset: str) -> list[Told]:
        """Take in an act; return that its permit was used before, if it was.

        Args:
            index: of its entry.
            event: has been read and projected without fault.
            asset: id of the asset whose container it is; empty if there is none.
        """
        decision = event["decision"]
        action = _COPY if event.get("copy_of") else ACTS[event["kind"]]
        self._acts.append(_Act(index, decision, event["subject"], action, asset))
        if decision in self._done:
            message = f"what `{decision}` permits was done before: a permit is for one"
            return [Told("vault-permit-reused", message)]
        self._done.add(decision)
        return []

    def finish(self, cursor: sqlite3.Cursor) -> list[tuple[int, Told]]:
        """Return index and fault of each act that nothing before it permits.

        Args:
            cursor: to the ledger's database.
        """
        if not self._acts:
            return []
        permits = self._permits(cursor)
        return [
            (act.idx, _unpermitted(act))
            for act in self._acts
            if not any(
                self._is_for(act, *permit) for permit in permits.get(act.decision, ())
            )
        ]

    def _permits(self, cursor: sqlite3.Cursor) -> dict[str, list[tuple[int, Event]]]:
        """Return id -> index and decision of each that an act names."""
        found: dict[str, list[tuple[int, Event]]] = {}
        for row in cursor.execute(_PERMITS, (self._acts[-1].idx, *_BEGINS)):
            decision = stored_decision(*row[1:])
            if decision is not None and decision["id"] in self._done:
                found.setdefault(decision["id"], []).append((row[0], decision))
        return found

    def _is_for(self, act: _Act, index: int, decision: Event) -> bool:
        """Return whether a decision permits an act that comes after it."""
        said = tuple(decision.get(name) for name in _WANTED)
        is_right = said == ("permit", act.action, act.asset) and index < act.idx
        return is_right and self._is_same(act.subject, decision.get("subject"))


def _unpermitted(act: _Act) -> Told:
    asset = f"`{act.asset}`" if act.asset else "what is no container on record"
    message = (
        f"no decision before it, `{act.decision}` by name, permits `{act.subject}` "
        f"`{act.action}` of {asset}"
    )
    return Told("vault-permit-missing", message, "log")
