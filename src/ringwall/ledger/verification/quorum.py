"""Which witnesses a verifier knows, and how many of them it takes.

By what the log has on record, or by the policy that the checker brings along. Must
never count a cosignature that has not been verified.
"""

from collections.abc import Iterable
from typing import Final

from ringwall.ledger.verification.log_events import LogEvents
from ringwall.signing.cosigner_keys import CosignerVerifier
from ringwall.tlog.cosignatures import Cosignature, open_cosignatures
from ringwall.tlog.trust_policy import TrustPolicy

__all__ = ["Quorum"]

_DASH: Final = "\u2014 ".encode()


class Quorum:
    """Opens cosignatures and says whether they are enough.

    Args:
        events: what the log says of its witnesses.
        policy: what the checker says instead; None to go by the log.

    Attributes:
        is_asked: whether cosignatures are asked for at all.
        is_due: whether a log without them is at fault.
    """

    def __init__(self, events: LogEvents, policy: TrustPolicy | None = None) -> None:
        self._policy = policy
        self._need = events.need
        self._in_force = {key.public for key in events.in_force.values()}
        known = list(events.witnesses.values())
        if policy is not None:
            known = [item.verifier for item in policy.witnesses] + known
        self._known = tuple(_unlike(known))
        self.is_asked = policy is not None or self._need > 0
        self.is_due = policy is not None or (self._need > 0 and events.mandatory)

    def cosignatures(self, note: bytes) -> tuple[Cosignature, ...]:
        """Return the cosignatures of known witnesses under a checkpoint.

        Raises:
            IntegrityError: as `open_cosignatures`.
        """
        # Most have the line of the log alone.
        if not self._known or note.count(_DASH) < 2:
            return ()
        return open_cosignatures(note, self._known)

    def is_met(self, cosignatures: tuple[Cosignature, ...]) -> bool:
        """Return whether these are enough."""
        if self._policy is not None:
            return self._policy.is_met(self._policy.names_of(cosignatures))
        counted = {line.cosigner.public for line in cosignatures}
        return len(counted & self._in_force) >= self._need


def _unlike(keys: Iterable[CosignerVerifier]) -> Iterable[CosignerVerifier]:
    """Give the keys that neither repeat one before nor are called like one."""
    publics: set[bytes] = set()
    refs: set[tuple[str, bytes]] = set()
    for key in keys:
        ref = key.name, key.key_id
        if key.public not in publics and ref not in refs:
            publics.add(key.public)
            refs.add(ref)
            yield key
