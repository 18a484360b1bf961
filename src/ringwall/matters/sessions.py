"""Sessions: which were opened, under which nonces, and which have ended.

Nonces that no proof in date can carry are dropped, and all proofs of their age count
as used from then on. Must never let one proof open two sessions.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ringwall.base.clock import parse_instant

__all__ = ["Sessions"]

# Longer than any leeway of a provider's clock or a writer's.
_KEPT: Final = 24 * 60 * 60 * 1_000_000


class _Opened(NamedTuple):
    """A session: whose it is, at which entry it was opened, until when it lasts."""

    subject: str
    entry: int
    until: int


class Sessions:
    """The fold of `session.opened`, `session.ended` and `person.left`.

    Written by one thread at a time, and only by putting values in their places: who
    reads meanwhile sees the state before or after.
    """

    def __init__(self) -> None:
        self._nonces: dict[str, int] = {}
        self._opened: dict[str, _Opened] = {}
        self._ended: set[str] = set()
        self._all_ended: dict[str, int] = {}
        self._left: dict[str, int] = {}
        self._forgotten = -1
        self._swept = 0

    def take_in(self, index: int, event: Mapping[str, Any]) -> None:
        """Take in an event, in the order of the log.

        Args:
            index: of its entry.
            event: of one of the three kinds.
        """
        kind = event["kind"]
        if kind == "session.opened":
            self._open(index, event)
        elif kind == "session.ended" and event["id"]:
            self._ended.add(event["id"])
        elif kind == "session.ended":
            self._all_ended[event["subject"]] = index
        else:
            self._left.setdefault(event["person"], index)
        self._sweep(parse_instant(event["at"]))

    def is_used(self, nonce: str, until: int) -> bool:
        """Return whether a proof may have opened a session before.

        Args:
            nonce: of the proof, hex.
            until: instant at which the proof ends. One that ends no later than what
                was dropped counts as used, whatever the clock says now.
        """
        return until <= self._forgotten or nonce in self._nonces

    def is_ended(self, session: str, subject: str) -> bool:
        """Return whether a session of a subject is over, or was never opened."""
        found = self._opened.get(session)
        if found is None or found.subject != subject or session in self._ended:
            return True
        return found.entry < self._all_ended.get(subject, -1)

    def has_left(self, person: str) -> bool:
        """Return whether a person has left; what ends then stays ended."""
        return person in self._left

    def opened_by(self, subject: str) -> tuple[str, ...]:
        """Return the ids of a subject's sessions that were not ended, oldest first.

        Those that ran out may be among them for a day.
        """
        return tuple(
            session
            for session, found in self._opened.items()
            if found.subject == subject and not self.is_ended(session, subject)
        )

    def _open(self, index: int, event: Mapping[str, Any]) -> None:
        until = parse_instant(event["until"])
        # INVARIANT: the first to use a nonce keeps it; the gate refuses the second
        # before it is on record.
        self._nonces.setdefault(event["nonce"], until)
        self._opened.setdefault(event["id"], _Opened(event["subject"], index, until))

    def _sweep(self, now: int) -> None:
        """Drop what ended more than a day ago, once in a day of the log's time."""
        if now - self._swept < _KEPT:
            return
        self._swept = now
        limit = now - _KEPT
        # INVARIANT: first nothing of that age is taken, then its nonces are dropped.
        gone = [until for until in self._nonces.values() if until <= limit]
        self._forgotten = max([self._forgotten, *gone])
        self._nonces = {k: end for k, end in self._nonces.items() if end > limit}
        opened = self._opened
        self._opened = {k: one for k, one in opened.items() if one.until > limit}
        self._ended = self._ended & self._opened.keys()
