"""Whether the witnesses that the record must have are in time.

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


class Vigil:
    """Watches over the watchers; shared by all threads.

    Args:
        read: gives what is on record of witnesses.

    Raises:
        IntegrityError: what is stored of them is not what was recorded.
    """

    def __init__(self, read: Callable[[], Witnessing]) -> None:
        self._read = read
        self._guard = threading.Lock()
        self._known = read()
        self._until = _until(self._known)

    def renew(self) -> None:
        """Read again: who is asked, or how many it takes, may have changed.

        Raises:
            IntegrityError: as when it was made.
        """
        with self._guard:
            self._known = self._read()
            self._until = _until(self._known)

    def is_quiet(self, now: int) -> bool:
        """Return whether `obstacle` is sure to give None, without reading anything."""
        return now <= self._until

    def obstacle(self, now: int) -> Reason | None:
        """Return why nothing may be permitted, None if nothing stands in the way.

        Args:
            now: instant of the decision.

        Raises:
            IntegrityError: as when it was made.
        """
        if now <= self._until:
            return None
        with self._guard:
            if now > self._until:
                self._known = self._read()
                # Each time: it is a denial until they have cosigned.
                self._until = _until(self._known)
            known, until = self._known, self._until
        if now <= until:
            return None
        late = (now - until) // _SECOND
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


def _until(known: Witnessing) -> int:
    """Return the instant up to which nothing need be read again."""
    deadline = known.deadline
    return _NEVER if deadline is None or not known.mandatory else deadline
