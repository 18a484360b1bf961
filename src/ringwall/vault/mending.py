"""What is on record and was not finished on disk, because something broke in between.

Brings the disk to where the record is, and asks for no key. Must never move, name or
erase a file that is not, byte for byte of its header and slot, the one on record.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ringwall.base.durable_file import flush_folder
from ringwall.base.errors import IntegrityError, RingwallError
from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.matters.containers import ContainerRecord, Containers
from ringwall.vault.container.faults import unwritable
from ringwall.vault.container.header import ContainerHeader
from ringwall.vault.container.json_block import BLOCK_BYTES
from ringwall.vault.container.part_file import PartFile
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.container.rewrapping import drop_other_slot, erase_slots
from ringwall.vault.container.sealed_file import SealedFile
from ringwall.vault.places import PART, Places
from ringwall.vault.shelf import slot_on_record

__all__ = ["Mending", "erase", "header_block", "is_held", "publish_left"]


class Mending:
    """Finishes what the record says was done.

    Args:
        gate: knows what is on record.
        places: knows where containers lie.
    """

    def __init__(self, gate: Gatekeeper, places: Places) -> None:
        self._gate = gate
        self._places = places

    def settle(self, asset: str, file: str) -> ContainerRecord | None:
        """Bring the place of a file in line with the record.

        Returns:
            The container on record for it, if something was finished; None if there
            was nothing to finish, or nothing that could be.

        Raises:
            ConfigurationError: `container-unwritable`.
        """
        record = self._containers.current(asset, file)
        if record is None:
            return None
        place = self._places.container(asset, file)
        staging = self._places.staging(asset, file)
        is_done = publish_left(staging, record) or publish_left(place, record)
        if not is_held(place, record) and is_held(staging, record):
            is_done = self.take_over(place, staging)
        return record if is_done else None

    def take_over(self, place: Path, staging: Path) -> bool:
        """Put a container in the place of the one that it replaces, which is kept.

        Returns:
            Whether it is there now; not if what it replaces is none on record.

        Raises:
            ConfigurationError: `container-unwritable`.
        """
        with _writing(place):
            if os.path.lexists(place) and not self._set_aside(place):
                return False
            # Somebody else may have done the same just now.
            with suppress(FileNotFoundError):
                os.rename(staging, place)
            flush_folder(place.parent)
            flush_folder(staging.parent)
        return True

    def _set_aside(self, place: Path) -> bool:
        """Give a container that was replaced a second name, under which it stays."""
        try:
            header = ContainerHeader.parse(header_block(place))
        except ValueError:
            return False
        known = self._containers.get(header.container)
        if known is None or known.state == "kept":
            return False
        aside = self._places.aside(known.id)
        self._places.make_room(aside)
        with suppress(FileExistsError):
            os.link(place, aside, follow_symlinks=False)
        flush_folder(aside.parent)
        return os.path.samefile(place, aside)

    def drop_stale_slot(self, record: ContainerRecord) -> bool:
        """Empty the slot beside the one on record, if there is one, or half of one.

        Args:
            record: of a container that nobody else is rewrapping; see `held_alone`.

        Returns:
            Whether there was one to be emptied.

        Raises:
            ConfigurationError: `container-unwritable`.
        """
        place = self._places.container(record.asset, record.file)
        try:
            root = self._places.root
            with ContainerReader.open(place, is_mending=True, below=root) as reader:
                is_right = reader.header_digest.hex() == record.header
                has_other = reader.is_torn or len(reader.slots) > 1
                if not (is_right and has_other):
                    return False
                kept = slot_on_record(reader, record)
        except IntegrityError:
            return False
        drop_other_slot(place, kept)
        return True

    @property
    def _containers(self) -> Containers:
        return self._gate.ground.matters.containers


def is_held(path: Path, record: ContainerRecord) -> bool:
    """Return whether a file is the container on record, by header and slot."""
    try:
        with ContainerReader.open(path) as reader:
            if reader.header_digest.hex() != record.header:
                return False
            slot_on_record(reader, record)
    except IntegrityError:
        return False
    return True


def publish_left(target: Path, record: ContainerRecord) -> bool:
    """Give a whole container its name that was left without, if it is the right one.

    Where it has its name already, and the other one as well, it loses that.

    Returns:
        Whether that was done.
    """
    part = target.with_name(target.name + PART)
    if not is_held(part, record):
        return False
    try:
        with PartFile.left(target) as left:
            left.publish()
    except RingwallError:
        # Somebody is at it, or something lies in its place: nothing to be done here,
        # unless that is the very container.
        return is_held(target, record) and not os.path.lexists(part)
    return True


def erase(path: Path, record: ContainerRecord) -> bool:
    """Empty the key slots of a container and remove it, if it is the one on record.

    Returns:
        Whether that was done; not if the file is another one, or not there.

    Raises:
        ActRefused: `container-busy`, another process is writing its slots.
        ConfigurationError: `container-unwritable`.
    """
    if hashlib.sha256(header_block(path)).hexdigest() != record.header:
        return False
    erase_slots(path)
    with _writing(path):
        os.unlink(path)
        flush_folder(path.parent)
    return True


def header_block(path: Path) -> bytes:
    """Return the first 4096 bytes of a file; none of what is shorter, or no file."""
    block = bytearray(BLOCK_BYTES)
    try:
        file = SealedFile(path)
    except IntegrityError:
        return b""
    with closing(file), memoryview(block) as view:
        try:
            file.read_into(0, view)
        except IntegrityError:
            return b""
    return bytes(block)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Tell what the disk refuses in words of the vault."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error
