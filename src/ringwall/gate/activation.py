"""Putting policies and threat models in force: an event says from where they count.

Must never put in force a bundle that can't be used, nor one that was read before
another was put in force.
"""

from contextlib import suppress
from typing import Final

from ringwall.base.clock import Clock
from ringwall.base.errors import RecordUnavailable
from ringwall.gate.ground import LoadedPolicies, PolicySource
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.events import policy_activated

__all__ = ["ReadAhead", "activate_policies"]

_ATTEMPTS: Final = 8


class ReadAhead:
    """A source that has been read once already: its first answer costs nothing.

    What it answers is never taken on trust: the ground compares it with the record.

    Args:
        loaded: what the source gave.
        source: is asked from the second time on.
    """

    def __init__(self, loaded: LoadedPolicies, source: PolicySource) -> None:
        self._loaded: LoadedPolicies | None = loaded
        self._source = source

    def load(self) -> LoadedPolicies:
        """Return what was read ahead; later what there is then."""
        loaded, self._loaded = self._loaded, None
        return self._source.load() if loaded is None else loaded


def activate_policies(
    ledger: Ledger, source: PolicySource, clock: Clock
) -> LoadedPolicies:
    """Record what is at hand as in force, unless it is or can't be used.

    INVARIANT: the bundle is read after the basis that its event rests on, so an
    event never brings back what another process has replaced meanwhile.

    Args:
        ledger: opened for writing.
        source: the policies at hand.
        clock: gives the instant of the event.

    Returns:
        What was at hand, which may be what can't be used.

    Raises:
        RecordUnavailable: the event could not be made durable.
        IntegrityError: what is stored is not what was signed or recorded.
    """
    for _ in range(_ATTEMPTS):
        known = ledger.registry_since(-1)
        loaded = source.load()
        if loaded.catalogue is None or loaded.digest == known.policy:
            return loaded
        event = policy_activated(
            clock.now(), loaded.digest, dict(loaded.concerns), loaded.catalogue.digest
        )
        with suppress(StaleBasis):
            ledger.append([event], known.basis)
            return loaded
    raise RecordUnavailable(
        "facts-unsettled", "facts changed faster than a policy could be put in force"
    )
