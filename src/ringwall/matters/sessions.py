"""Sessions: which were opened, under which nonces, and which have ended.

Nonces that no proof in date can carry are dropped, and all proofs that end on the same
day count as used from then on. Must never let one proof open two sessions, nor a date
that somebody made up close the door on everybody.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.matters.reviews import instant_told
from ringwall.model.identity import Proof

__all__ = ["Sessions"]

_HOUR: Final = 60 * 60 * 1_000_000
_DAY: Final = 24 * _HOUR
# The longest that a provider can have a session last, and what clocks may differ.
_LONGEST: Final = 25 * _HOUR
# The earliest of so many events says how late it is: one with a date made up says
# nothing, whether it is too early or too late.
_TELLING: Final = 64


class _Said(NamedTuple):
    """What the record says of the proof that opened a session."""

    subject: str
    point: str
    method: str
    provider: str
    nonce: str
    until: int


class _Opened(NamedTuple):
    """A session: by what, at which entry it was opened, and until when it lasts."""

    said: _Said
    entry: int
    until: int

    @property
    def subject(self) -> str:
        """Whose it is."""
        return self.said.subject


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
        self._forgotten: frozenset[int] = frozenset()
        self._latest: deque[int] = deque(maxlen=_TELLING)
        self._swept = 0

    def take_in(self, index: int, event: Mapping[str, Any]) -> None:
        """Take in an event, in the order of the log.

        Args:
            index: of its entry.
            event: of one of the three kinds.
        """
        kind, at = event["kind"], parse_instant(event["at"])
        if kind == "session.opened":
            self._open(index, at, event)
        elif kind == "session.ended" and event["id"]:
            self._ended.add(event["id"])
        elif kind == "session.ended":
            self._all_ended[event["subject"]] = index
        else:
            self._left.setdefault(event["person"], index)
        self._latest.append(at)
        if len(self._latest) == _TELLING:
            self._sweep(min(self._latest))

    def is_used(self, nonce: str, until: int) -> bool:
        """Return whether a proof may have opened a session before.

        Args:
            nonce: of the proof, hex.
            until: instant at which the proof ends. One that ends on a day of which
                nonces were dropped counts as used, whatever the clock says now.
        """
        # INVARIANT: asked in this order, since a sweep goes in the other.
        return nonce in self._nonces or until // _DAY in self._forgotten

    def is_ended(self, session: str, subject: str) -> bool:
        """Return whether a session of a subject is over, or was never opened."""
        found = self._opened.get(session)
        if found is None or found.subject != subject or session in self._ended:
            return True
        return found.entry < self._all_ended.get(subject, -1)

    def is_as_opened(self, proof: Proof) -> bool:
        """Return whether just this proof has opened the session that it names.

        A program in whose memory a gate stands can make up a proof; it gets no further
        with it than the one on record goes. How strongly it was proven is not on
        record.

        Args:
            proof: as a gate has it.
        """
        found = self._opened.get(proof.session)
        told = _Said(
            proof.subject,
            proof.point,
            proof.method,
            proof.provider or proof.key,
            proof.nonce,
            proof.until,
        )
        return found is not None and found.said == told

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

    def _open(self, index: int, at: int, event: Mapping[str, Any]) -> None:
        # What names no instant is over at once.
        told = instant_told(event["until"], at)
        until = min(told, at + _LONGEST)
        # INVARIANT: the first to use a nonce keeps it; the gate refuses the second
        # before it is on record.
        self._nonces.setdefault(event["nonce"], until)
        said = _Said(
            event["subject"],
            event["point"],
            event["method"],
            event["provider"],
            event["nonce"],
            told,
        )
        self._opened.setdefault(event["id"], _Opened(said, index, until))

    def _sweep(self, now: int) -> None:
        """Drop what ended on a day that is over for a day, once in a day of the log."""
        today = now // _DAY
        if today == self._swept:
            return
        self._swept = today
        # INVARIANT: first those days count as used, then their nonces are dropped.
        gone = {end // _DAY for end in self._nonces.values() if end // _DAY < today - 1}
        self._forgotten |= gone
        kept = self._nonces.items()
        self._nonces = {k: end for k, end in kept if end // _DAY not in gone}
        opened = self._opened.items()
        self._opened = {k: one for k, one in opened if one.until // _DAY >= today - 1}
        self._ended = self._ended & self._opened.keys()
