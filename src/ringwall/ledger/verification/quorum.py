"""Which witnesses a verifier knows, and how many of them it takes.

By what the log has on record, or by the policy that the checker brings along. Must
never count a cosignature that has not been verified.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from ringwall.base.clock import parse_instant
from ringwall.ledger.asking.witnessing import Sight, Witnessing
from ringwall.ledger.verification.log_events import LogEvents
from ringwall.signing.cosigner_keys import CosignerVerifier
from ringwall.tlog.cosignatures import Cosignature, open_cosignatures
from ringwall.tlog.trust_policy import TrustPolicy

__all__ = ["Quorum", "Watch"]

_DASH: Final = "\u2014 ".encode()


class Watch(NamedTuple):
    """How the witnesses on record stand, whatever policy the checker brings along.

    Attributes:
        asked: how many are on record.
        cosigned: how many of them have cosigned a checkpoint that the log agrees with.
        need: how many it takes; 0 if no quorum is laid down.
        mandatory: whether nothing is permitted without them.
        seconds: how long they may take.
        size: entries that as many as it takes have seen; 0 for none.
        deadline: instant from which they are overdue, None if none are asked for.
        is_overdue: whether they are; None if the checker does not know the time.
    """

    asked: int = 0
    cosigned: int = 0
    need: int = 0
    mandatory: bool = False
    seconds: int = 0
    size: int = 0
    deadline: int | None = None
    is_overdue: bool | None = None


class Quorum:
    """Opens cosignatures and says whether they are enough.

    Args:
        events: what the log says of its witnesses.
        policy: what the checker says instead; None to go by the log.

    Attributes:
        is_asked: whether cosignatures are asked for at all.
        is_due: whether a log without them is at fault: only if the checker asks for
            them. What is on record binds the gate; the record is what it is.
    """

    def __init__(self, events: LogEvents, policy: TrustPolicy | None = None) -> None:
        self._policy = policy
        self._events = events
        self._need = events.need
        self._in_force = {key.public for key in events.in_force.values()}
        # By key: under two names a witness is one.
        self._seen: dict[bytes, Sight] = {}
        known = list(events.witnesses.values())
        if policy is not None:
            known = [item.verifier for item in policy.witnesses] + known
        self._known = tuple(_unlike(known))
        self.is_asked = policy is not None or self._need > 0
        self.is_due = policy is not None

    def cosignatures(self, note: bytes) -> tuple[Cosignature, ...]:
        """Return the cosignatures of known witnesses under a checkpoint.

        Raises:
            IntegrityError: as `open_cosignatures`.
        """
        # Most have the line of the log alone.
        if not self._known or note.count(_DASH) < 2:
            return ()
        return open_cosignatures(note, self._known)

    def see(self, size: int, cosignatures: Iterable[Cosignature]) -> None:
        """Take in who has cosigned a checkpoint; of each witness the last call counts.

        Args:
            size: of the checkpoint, which the log agrees with.
            cosignatures: verified.
        """
        for line in cosignatures:
            if line.cosigner.public in self._in_force:
                self._seen[line.cosigner.public] = Sight(size, line.at)

    def watch(self, now: int | None) -> Watch:
        """Return how the witnesses on record stand.

        Args:
            now: the present instant, None if it is not known.
        """
        events = self._events
        keys = {key.public.hex(): key for key in events.in_force.values()}
        known = Witnessing(
            witnesses=keys,
            seen={public.hex(): sight for public, sight in self._seen.items()},
            need=events.need,
            seconds=events.seconds,
            mandatory=events.mandatory,
            since=parse_instant(events.laid_down) if events.laid_down else 0,
        )
        deadline, is_overdue = known.deadline, None
        if now is not None and deadline is not None:
            is_overdue = now > deadline
        return Watch(
            asked=len(keys),
            cosigned=len(known.seen),
            need=known.need,
            mandatory=known.mandatory,
            seconds=known.seconds,
            size=known.size,
            deadline=deadline,
            is_overdue=is_overdue,
        )

    def names_of(self, cosignatures: tuple[Cosignature, ...]) -> tuple[str, ...]:
        """Return who of those asked is among cosigners, sorted.

        Returns:
            Names of the policy that the checker brings along, else those on record.
        """
        if self._policy is not None:
            return tuple(sorted(self._policy.names_of(cosignatures)))
        counted = {line.cosigner.public for line in cosignatures}
        named = self._events.in_force.items()
        return tuple(sorted(name for name, key in named if key.public in counted))

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
