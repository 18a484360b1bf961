"""Rewrapping: the data key of a container goes to another key; its data stays.

The new slot is written beside the old one, then recorded, then the old one is emptied:
whatever breaks, the slot on record is there. Must never touch header or chunks.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from ringwall.base.errors import ActRefused
from ringwall.gate.asker import Asker
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.gate.ground import Ground
from ringwall.matters.containers import ContainerRecord
from ringwall.model.events import Event
from ringwall.model.vault_events import vault_rewrapped
from ringwall.vault.binding import binds_of
from ringwall.vault.container.rewrapping import add_slot, drop_other_slot
from ringwall.vault.container.slots import KeySlot, wrapped_slot
from ringwall.vault.keys.provider import KeyProvider
from ringwall.vault.mending import Mending
from ringwall.vault.opening import Opened, Opening, Wanted, act_of
from ringwall.vault.places import held_alone
from ringwall.vault.shelf import Shelf

__all__ = ["Rewrapped", "Rewrapping"]

_REWRAP: Final = "weights.rewrap"


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """A container whose data key has another key.

    Attributes:
        container: its id.
        key: name of the key that wraps its data key now.
        generation: of the slot.
        decision: id of the permit.
        was_finished: whether an earlier rewrap was finished, and no key released.
    """

    container: str
    key: str
    generation: int
    decision: str
    was_finished: bool = False


class Rewrapping:
    """Rewraps data keys at one enforcement point.

    Args:
        gate: decides and records.
        shelf: knows the containers.
        mending: finishes what was interrupted.
        opening: opens containers.
    """

    def __init__(
        self, gate: Gatekeeper, shelf: Shelf, mending: Mending, opening: Opening
    ) -> None:
        self._gate = gate
        self._shelf = shelf
        self._places = shelf.places
        self._mending = mending
        self._opening = opening

    def rewrap(
        self, asker: Asker, asset: str, file: str, provider: KeyProvider
    ) -> Rewrapped:
        """Give the data key of a container to another key.

        Args:
            asker: who asks.
            asset: id.
            file: name of the file; as of `Opening.open`.
            provider: the key that is to wrap it.

        Raises:
            AccessDenied: the answer is no.
            ActRefused: `container-busy`, another process rewraps beside it;
                `container-gone`, it is not as it was when it was opened.
            ConfigurationError: `container-unwritable`.
            RingwallError: as `Opening.open`.
        """
        wanted = Wanted(
            asset, file, _REWRAP, partial(binds_of, key=provider.name), is_act=True
        )
        named = self._shelf.named(asset, file)
        if not isinstance(named, ContainerRecord):
            # Refused by now, or sealed just now: then it may be asked for again.
            self._opening.permitted(asker, wanted)
            raise _moved_on(asset)
        with held_alone(self._places.container(asset, named.file)):
            finished = self._finished(asker, named, provider.name)
            if finished is not None:
                return finished
            opened = self._opening.open(asker, wanted)
            return self._moved(opened, self._new_slot(opened, provider))

    def _finished(
        self, asker: Asker, record: ContainerRecord, key: str
    ) -> Rewrapped | None:
        """Finish what an earlier run has put on record; None if there is nothing.

        Nothing is told of it before the permit is, which continues the earlier one.
        """
        if not self._mending.drop_stale_slot(record) or record.key != key:
            return None
        binds = binds_of(record.id, key=key)
        permit = asker.require(
            action=_REWRAP,
            resource=record.asset,
            amount=0,
            binds=binds,
            continues=asker.begun(_REWRAP, record.asset, binds),
        )
        return Rewrapped(
            record.id, key, record.generation, permit.id, was_finished=True
        )

    def _new_slot(self, opened: Opened, provider: KeyProvider) -> KeySlot:
        """Return the data key wrapped anew; it is forgotten with that."""
        generation = opened.slot.generation + 1

        def slot_of(data_key: bytes, header_digest: bytes) -> KeySlot:
            return wrapped_slot(provider, generation, data_key, header_digest)

        with opened.content as content:
            return content.new_slot(slot_of)

    def _moved(self, opened: Opened, new: KeySlot) -> Rewrapped:
        """Write the new slot, put it on record, and empty the old one."""
        record, permit = opened.record, opened.permit
        place = self._places.container(record.asset, record.file)
        said = {
            "slot": new.digest.hex(),
            "key": new.key,
            "key_kind": new.kind,
            "generation": new.generation,
            "decision": act_of(permit),
            "subject": permit.request.subject,
        }

        def make(ground: Ground) -> list[Event]:
            now = ground.matters.containers.get(record.id)
            is_same = now is not None and now.is_usable and now.slot == record.slot
            if not is_same or ground.matters.containers.is_carried_out(act_of(permit)):
                raise _moved_on(record.asset)
            return [vault_rewrapped(self._gate.clock.now(), record.id, said)]

        add_slot(place, opened.slot, new)
        self._gate.record(make)
        drop_other_slot(place, new)
        return Rewrapped(record.id, new.key, new.generation, permit.id)


def _moved_on(asset: str) -> ActRefused:
    return ActRefused(
        "container-gone",
        f"the containers of `{asset}` changed meanwhile",
        next_step="look at what is in the vault now, and ask again",
    )
