"""A container that is about to be made: its header, its key slot, its event.

One builder for what is sealed and what is copied. Must never say of a container on
record what is not in its header.
"""

from dataclasses import dataclass

from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.model.decisions import Decision
from ringwall.model.events import Event
from ringwall.model.places import Point
from ringwall.model.vault_events import vault_sealed
from ringwall.vault.container.header import ContainerHeader
from ringwall.vault.container.slots import KeySlot, wrapped_slot
from ringwall.vault.keys.provider import KeyProvider
from ringwall.vault.opening import act_of

__all__ = ["Draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A container before it is on record.

    Attributes:
        permit: under which it is made.
        header: what it is going to say.
        provider: the key that wraps its data key.
        replaces: id of the container whose place it takes; empty for none.
    """

    permit: Decision
    header: ContainerHeader
    provider: KeyProvider
    replaces: str = ""

    def slot(self, data_key: bytes, header_digest: bytes) -> KeySlot:
        """Return its first key slot."""
        return wrapped_slot(self.provider, 1, data_key, header_digest)

    def event(self, gate: Gatekeeper, slot: bytes, sha256: bytes) -> Event:
        """Return the event by which it goes on record.

        Args:
            gate: at which it is made.
            slot: SHA-256 of the block of its key slot.
            sha256: of the plaintext.
        """
        point = gate.ground.facts.documents().get(gate.point)
        said = {
            "asset": self.header.asset,
            "file": self.header.file,
            "header": self.header.digest.hex(),
            "slot": slot.hex(),
            "key": self.provider.name,
            "key_kind": self.provider.kind,
            "bytes": self.header.bytes,
            "sha256": sha256.hex(),
            "decision": act_of(self.permit),
            "subject": self.permit.request.subject,
            "site": point.site if isinstance(point, Point) else "",
            "copy_of": self.header.copy_of,
            "recipient": self.header.recipient,
            "replaces": self.replaces,
        }
        return vault_sealed(gate.clock.now(), self.header.container, said)
