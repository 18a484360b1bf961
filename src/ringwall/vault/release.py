"""The release of a data key: only on a permit on record, for this act, and once.

INVARIANT: nothing else in the vault unwraps a data key. Must never take a deny, a
permit without a receipt, for something else, or used before.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from ringwall.base.clock import Clock
from ringwall.base.errors import ActRefused, IntegrityError
from ringwall.model.decisions import Decision
from ringwall.model.requests import Reach
from ringwall.vault.container.slots import KeySlot, wrap_context
from ringwall.vault.keys.provider import KeyProvider, Wrapped

__all__ = ["Act", "Releases"]

_LASTS: Final = 60 * 1_000_000
"""Microseconds for which a permit opens a container; it is used at once."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a data key is asked for.

    Attributes:
        action: e.g. `weights.read`.
        resource: id of the asset.
        reach: the container, and no bytes of it yet.
        binds: hex digest of what the act is bound to; empty for nothing.
        continues: id of the permit of the same act that was interrupted; empty for
            none.
    """

    action: str
    resource: str
    reach: Reach
    binds: str = ""
    continues: str = ""


class Releases:
    """Releases data keys at one enforcement point; shared by all threads.

    Args:
        point: id of the enforcement point.
        clock: gives the instant.
        provider: gives the provider of a key by its name.
    """

    def __init__(
        self, point: str, clock: Clock, provider: Callable[[str], KeyProvider]
    ) -> None:
        self._point = point
        self._clock = clock
        self._provider = provider
        self._guard = threading.Lock()
        self._used: OrderedDict[str, int] = OrderedDict()

    def unwrap(
        self, decision: Decision, act: Act, slot: KeySlot, header_digest: bytes
    ) -> bytes:
        """Return the data key of a container.

        Args:
            decision: the permit; it is used up.
            act: what it has to be for.
            slot: holds the data key, wrapped.
            header_digest: of the container.

        Raises:
            ActRefused: `permit-missing`, `permit-for-another` or `permit-used`.
            IntegrityError: `key-wrong`; or as the provider of the key.
        """
        self._use(decision, act)
        provider = self._provider(slot.key)
        if provider.kind != slot.kind:
            raise IntegrityError(
                "key-wrong",
                f"the key `{slot.key}` is of another kind than the container says",
                next_step="look at `ringwall vault keys`, and who has changed it",
            )
        words = slot.generation, slot.key, slot.kind
        wrapped = Wrapped(dict(slot.params), slot.wrapped)
        return provider.unwrap(wrapped, wrap_context(header_digest, *words))

    def _use(self, decision: Decision, act: Act) -> None:
        """Take a permit as used, if it is one for this act."""
        request = decision.request
        if not decision.permitted or decision.receipt is None:
            _refuse(
                "permit-missing", "no permit on record lets the container be opened"
            )
        asked = request.action, request.resource, request.reach, request.binds
        is_same = asked == (act.action, act.resource, act.reach, act.binds)
        here = request.point, request.continues
        if not is_same or here != (self._point, act.continues):
            _refuse("permit-for-another", "the permit is for something else")
        now = self._clock.now()
        with self._guard:
            self._forget(now)
            if decision.id in self._used or abs(now - decision.at) > _LASTS:
                _refuse("permit-used", "the permit was used before, or is too old")
            self._used[decision.id] = decision.at

    def _forget(self, now: int) -> None:
        """Forget permits that are too old to be used anyway."""
        # Not in order of their instants if a clock was set back; then some stay longer.
        while self._used:
            oldest = next(iter(self._used))
            if now - self._used[oldest] <= _LASTS:
                return
            del self._used[oldest]


def _refuse(code: str, message: str) -> NoReturn:
    next_step = "ask for it with `gate.vault`, which decides on each open"
    raise ActRefused(code, message, next_step=next_step)
