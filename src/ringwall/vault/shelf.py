"""Containers on record, and the ones on disk that they have to be.

What is on disk counts only as far as the record vouches for it. Must never take an
older slot, or another container, for the one that is current.
"""

import hmac
from typing import Final, NamedTuple

from ringwall.base.errors import (
    ActRefused,
    IntegrityError,
    RequestError,
    RingwallError,
    UnknownItem,
)
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.matters.containers import ContainerRecord
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.container.slots import KeySlot
from ringwall.vault.damage import alarmed
from ringwall.vault.places import Places

__all__ = ["OnDisk", "Shelf", "slot_on_record"]

_USUAL: Final = "model.safetensors"
_MOST_NAMES: Final = 20


class OnDisk(NamedTuple):
    """A container whose structure is sound and whose header and slot are on record.

    Attributes:
        record: what is on record of it.
        reader: open, still locked.
        slot: the one on record.
    """

    record: ContainerRecord
    reader: ContainerReader
    slot: KeySlot


class Shelf:
    """The containers of one institute.

    Args:
        gate: knows what is on record.
        places: knows where containers lie.

    Attributes:
        places: likewise.
    """

    def __init__(self, gate: Gatekeeper, places: Places) -> None:
        self._gate = gate
        self.places = places

    def named(self, asset: str, file: str) -> ContainerRecord | RingwallError:
        """Return the container of a file, or why there is none; looks at no disk.

        For whoever asks first and may tell only afterwards.

        Args:
            asset: id.
            file: name of the file; empty for the only one, or `model.safetensors`.

        Returns:
            A container that can be used; or `UnknownItem` `file-unknown`,
            `RequestError` `file-ambiguous`, `IntegrityError` `container-disputed`.
        """
        containers = self._gate.ground.matters.containers
        kept = {one.file: one for one in containers.of(asset) if _is_original(one)}
        if not file and len(kept) > 1 and _USUAL not in kept:
            return _ambiguous(sorted(kept))
        name = file or (_USUAL if _USUAL in kept else "".join(kept))
        record = containers.current(asset, name)
        if record is None:
            return UnknownItem(
                "file-unknown",
                f"no container of `{asset[:80]}` holds `{name[:80]}`",
                next_step="see `ringwall vault ls` for what is in the vault",
            )
        return record if record.is_usable else _disputed(record)

    def on_disk(self, record: ContainerRecord) -> OnDisk:
        """Return a container, open, once it was held against its record.

        Raises:
            IntegrityError: `container-rolled-back`, `container-unknown`,
                `container-foreign`, `container-altered`, or as `ContainerReader.open`;
                the alarm is on record.
            ActRefused: `container-gone`, it was replaced or destroyed meanwhile.
        """
        with alarmed(self._gate, record.id):
            try:
                return self._held(record)
            except IntegrityError:
                # Another process may have moved on by a record not yet taken in.
                self._gate.refresh()
                now = self._gate.ground.matters.containers.get(record.id)
                if now is not None and not now.is_usable:
                    raise _gone(record) from None
                if now is None or now == record:
                    raise
                return self._held(now)

    def _held(self, record: ContainerRecord) -> OnDisk:
        path = self.places.container(record.asset, record.file)
        reader = ContainerReader.open(path, below=self.places.root)
        try:
            self._check_header(reader, record)
            return OnDisk(record, reader, slot_on_record(reader, record))
        except BaseException:
            reader.close()
            raise

    def _check_header(self, reader: ContainerReader, record: ContainerRecord) -> None:
        found = reader.header.container
        if found != record.id:
            other = self._gate.ground.matters.containers.get(found)
            code, what = _in_its_place(found, other, record)
            raise _fault(code, record, f"in its place lies {what}")
        if not hmac.compare_digest(reader.header_digest.hex(), record.header):
            raise _fault(
                "container-altered", record, "its header is not the one on record"
            )


def slot_on_record(reader: ContainerReader, record: ContainerRecord) -> KeySlot:
    """Return the slot of a container that is the one on record.

    Raises:
        IntegrityError: `container-rolled-back`, it has only one that counted before;
            `container-altered`, it has none that ever did.
    """
    digests = {slot.digest.hex(): slot for slot in reader.slots}
    if record.slot in digests:
        return digests[record.slot]
    if digests.keys() & set(record.slots):
        raise _fault(
            "container-rolled-back", record, "it is as it was before its last rewrap"
        )
    raise _fault("container-altered", record, "its key slot is not the one on record")


def _in_its_place(
    found: str, other: ContainerRecord | None, record: ContainerRecord
) -> tuple[str, str]:
    """Return what it is that another container lies there, as a code and in words."""
    if other is None:
        return "container-unknown", f"`{found}`, which is not on record"
    if other.is_copy or (other.asset, other.file) != (record.asset, record.file):
        place = f" for `{other.recipient}`" if other.is_copy else ""
        what = f"`{found}`, which is `{other.file}` of `{other.asset}`{place}"
        return "container-foreign", f"{what}, and was never sealed for here"
    return "container-rolled-back", f"`{found}`, which is not the one in force there"


def _is_original(record: ContainerRecord) -> bool:
    return record.state == "kept" and not record.is_copy


def _ambiguous(names: list[str]) -> RingwallError:
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES])
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return RequestError(
        "file-ambiguous",
        f"the asset has more than one file: {shown}{more}",
        next_step="name one of them",
    )


def _disputed(record: ContainerRecord) -> IntegrityError:
    return _fault(
        "container-disputed", record, "what is on record of it contradicts itself"
    )


def _gone(record: ContainerRecord) -> ActRefused:
    return ActRefused(
        "container-gone",
        f"`{record.id}` was replaced or destroyed meanwhile",
        next_step="ask again: what is in its place now is another container",
    )


def _fault(code: str, record: ContainerRecord, what: str) -> IntegrityError:
    return IntegrityError(
        code,
        f"`{record.id}` of `{record.asset}`, `{record.file}`: {what}",
        next_step="run `ringwall vault verify-inventory`; put the right file back, or "
        "finish what was interrupted by running it again",
    )
