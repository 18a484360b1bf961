"""Putting a policy bundle in force: an event says from where in the log it counts.

Must never put in force a bundle that can't be used, nor one that was read before
another was put in force.
"""

from contextlib import suppress
from typing import Final

from ringwall.base.clock import Clock
from ringwall.base.errors import RecordUnavailable
from ringwall.gate.ground import PolicySource
from ringwall.ledger.ledger import Ledger, StaleBasis
from ringwall.model.events import policy_activated

__all__ = ["activate_policies"]

_ATTEMPTS: Final = 8


def activate_policies(ledger: Ledger, source: PolicySource, clock: Clock) -> None:
    """Record the bundle at hand as in force, unless it is or can't be used.

    INVARIANT: the bundle is read after the basis that its event rests on, so an
    event never brings back what another process has replaced meanwhile.

    Args:
        ledger: opened for writing.
        source: the policies at hand.
        clock: gives the instant of the event.

    Raises:
        RecordUnavailable: the event could not be made durable.
        IntegrityError: what is stored is not what was signed or recorded.
    """
    for _ in range(_ATTEMPTS):
        known = ledger.registry_since(-1)
        loaded = source.load()
        if loaded.decider is None or loaded.digest == known.policy:
            return
        concerns = dict(loaded.concerns)
        event = policy_activated(clock.now(), loaded.digest, concerns)
        with suppress(StaleBasis):
            ledger.append([event], known.basis)
            return
    raise RecordUnavailable(
        "facts-unsettled", "facts changed faster than a policy could be put in force"
    )
