"""Whether the witnesses that the record should have are in time.

Asked before each decision, so it looks at the record only when their time is up.
Must never take a cosignature that it has not read from the record for one.
"""

import threading
from collections.abc import Callable
from typing import Final

from ringwall.ledger.asking.witnessing import Witnessing
from ringwall.model.decisions import Reason, Stage

__all__ = ["Vigil"]

_SECOND: Final = 1_000_000
_NEVER: Final = 1 << 62
_LONG_AGO: Final = -_NEVER
# A new lapse is found late by this share of the time that witnesses have, at most.
_SHARE: Final = 16
_LONGEST_PAUSE: Final = 60 * _SECOND


class Vigil:
    """Watches over the watchers; shared by all threads.

    Args:
        read: gives what is on record of witnesses.
        alarm: puts on record that they are overdue, once for each time that they
            are; returns the instant of the alarm, -1 if it is not there yet.

    Raises:
        IntegrityError: what is stored of them is not what was recorded.
    """

    def __init__(
        self,
        read: Callable[[], Witnessing],
        alarm: Callable[[Witnessing, int], int],
    ) -> None:
        self._read = read
        self._alarm = alarm
        self._guard = threading.Lock()
        self._told = _LONG_AGO
        self._looked = _LONG_AGO
        self._pause = 0
        self._known = read()
        self._deadline = _deadline(self._known)

    def renew(self) -> None:
        """Read again: who is asked, or how many it takes, may have changed.

        Raises:
            IntegrityError: as when it was made.
        """
        with self._guard:
            self._known = self._read()
            self._deadline = _deadline(self._known)
            self._looked = _LONG_AGO

    def is_quiet(self, now: int) -> bool:
        """Return whether `obstacle` is sure to give None, without reading anything."""
        return now <= self._deadline or 0 <= now - self._looked < self._pause

    def obstacle(self, now: int) -> Reason | None:
        """Return why nothing may be permitted, None if nothing stands in the way.

        Where the witnesses are overdue the alarm is on record before this returns.

        Args:
            now: instant of the decision.

        Raises:
            IntegrityError: as when it was made.
            RecordUnavailable: the alarm can't be recorded.
        """
        if now <= self._deadline or self.is_quiet(now):
            return None
        # Where nothing hangs on it, nobody waits for whoever looks already.
        if not self._guard.acquire(blocking=self._known.mandatory):
            return None
        try:
            if not self.is_quiet(now):
                self._look(now)
            known, deadline = self._known, self._deadline
        finally:
            self._guard.release()
        if now <= deadline or not known.mandatory:
            return None
        return _reason(known, (now - deadline) // _SECOND)

    def _look(self, now: int) -> None:
        self._known = known = self._read()
        self._deadline = _deadline(known)
        if now <= self._deadline:
            return
        if self._told <= self._deadline:
            self._told = self._alarm(known, now)
        if not known.mandatory:
            # Else each decision looks: it is a denial until they have cosigned.
            self._looked = now
            self._pause = _pause(known) if self._told > self._deadline else _SECOND


def _deadline(known: Witnessing) -> int:
    """Return the instant up to which nothing need be read again."""
    return _NEVER if known.deadline is None else known.deadline


def _pause(known: Witnessing) -> int:
    """Return for how long not to look whether witnesses have cosigned after all."""
    return min(max(known.seconds * _SECOND // _SHARE, _SECOND), _LONGEST_PAUSE)


def _reason(known: Witnessing, late: int) -> Reason:
    return Reason(
        Stage.RECORD,
        "witnesses-overdue",
        f"{known.need} of {len(known.witnesses)} witnesses have not cosigned the "
        f"record for {known.seconds + late} s; have them do it (`ringwall audit "
        "witness request NAME`)",
        condition="witnesses",
        seen=f"{known.seconds + late} s ago",
        needed=f"{known.seconds} s ago or less",
    )
