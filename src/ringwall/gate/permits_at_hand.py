"""Permits that this very gate has put on record and nobody has acted on yet.

So that who acts on one at once need not have it read back from the log. Must never hand
one out twice, nor hold what has no receipt.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final, NamedTuple

from ringwall.model.decisions import Decision
from ringwall.model.raid_events import RAID_ACTIONS

__all__ = ["Permit", "PermitsAtHand"]

_MOST: Final = 1024
# What only lets somebody look is nothing to act on.
_ACTED_ON: Final = frozenset(
    action for named in RAID_ACTIONS.values() for action, _ in named
)


class Permit(NamedTuple):
    """What a permit on record says.

    Attributes:
        id: of the decision.
        subject: id of whose it is.
        action: that it is for.
        resource: id of what it is for.
        binds: digest of what it is bound to; empty for nothing.
    """

    id: str
    subject: str
    action: str
    resource: str
    binds: str = ""


class PermitsAtHand:
    """Remembers the newest permits, each until it is taken; shared by all threads.

    Args:
        most: so many are remembered; the oldest goes first.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._permits: OrderedDict[str, Permit] = OrderedDict()
        self._lock = Lock()

    def note(self, decision: Decision) -> None:
        """Remember a decision if it is a permit on record that an act can go by.

        Args:
            decision: that this gate has made.
        """
        request = decision.request
        is_recorded = decision.permitted and decision.receipt is not None
        if not is_recorded or request.action not in _ACTED_ON:
            return
        permit = Permit(
            *(decision.id, request.subject, request.action, request.resource),
            request.binds,
        )
        with self._lock:
            self._permits[decision.id] = permit
            if len(self._permits) > self._most:
                self._permits.popitem(last=False)

    def take(self, decision: str) -> Permit | None:
        """Return a permit and forget it; None if the log has to be asked.

        Args:
            decision: its id.
        """
        with self._lock:
            return self._permits.pop(decision, None)
