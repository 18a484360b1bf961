"""Rewrapping: a container's data key goes to another key; its data stays as it is.

`docs/vault-format.md` section 6, in two steps: `add_slot`, then `drop_other_slot`. At
each instant a crash leaves one whole slot. Must never touch header or chunks.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ringwall.vault.container.faults import busy, damaged, unwritable
from ringwall.vault.container.json_block import EMPTY_BLOCK
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.container.slot_pair import SLOT_PLACES
from ringwall.vault.container.slots import KeySlot

__all__ = ["add_slot", "drop_other_slot", "erase_slots"]

_WRITE: Final = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def add_slot(path: Path, old: KeySlot, new: KeySlot) -> None:
    """Write a new slot beside an old one, durably; both hold from then on.

    Whatever stands in its place is written over, also half a slot.

    Args:
        path: of the container.
        old: the slot that the data key was taken from.
        new: of the next generation, by `Unlocked.new_slot`.

    Raises:
        ActRefused: `container-busy`.
        IntegrityError: `container-changed`; or as `ContainerReader.open`.
        ConfigurationError: `container-unwritable`.
        ValueError: the new slot is not of the next generation.
    """
    if new.generation != old.generation + 1:
        raise ValueError("a new slot is of the next generation")
    with _locked(path) as handle:
        _check_has(path, handle, old)
        _write(path, handle, SLOT_PLACES[new.place], new.block())


def drop_other_slot(path: Path, kept: KeySlot) -> None:
    """Empty the place beside a slot, durably; done twice it does nothing more.

    Raises:
        ActRefused, IntegrityError, ConfigurationError: as `add_slot`.
    """
    with _locked(path) as handle:
        _check_has(path, handle, kept)
        _write(path, handle, SLOT_PLACES[1 - kept.place], EMPTY_BLOCK)


def erase_slots(path: Path) -> None:
    """Empty both places, durably: without a data key nobody opens the container.

    Takes any file, also one that is damaged. What a disk keeps of blocks that were
    written over is beyond reach; nobody reads it without the key-encryption key.

    Raises:
        ActRefused: `container-busy`.
        ConfigurationError: `container-unwritable`.
    """
    with _locked(path) as handle:
        room = max(0, os.fstat(handle).st_size - SLOT_PLACES[0])
        _write(path, handle, SLOT_PLACES[0], (EMPTY_BLOCK * 2)[:room])


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Give the file of a container for writing, to one process at a time."""
    try:
        handle = os.open(path, _WRITE)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        _take(path, handle)
        yield handle
    finally:
        os.close(handle)


def _take(path: Path, handle: int) -> None:
    """Lock a file, which goes with the handle; it has to be a regular one."""
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise unwritable(path, OSError(errno.EINVAL, "it is no regular file"))
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise busy(path) from None


def _check_has(path: Path, handle: int, slot: KeySlot) -> None:
    """Raise unless a container has this slot; half a slot beside it is passed over."""
    found = os.fstat(handle)
    with ContainerReader.open(path, is_mending=True) as reader:
        is_same = reader.file.identity == (found.st_dev, found.st_ino)
        if not is_same or slot not in reader.slots:
            what = "no longer has the key slot that was read"
            raise damaged("container-changed", path, what)


def _write(path: Path, handle: int, start: int, block: bytes) -> None:
    """Write bytes in place, and return once they are on the disk."""
    done = 0
    try:
        while done < len(block):
            done += os.pwrite(handle, block[done:], start + done)
        os.fsync(handle)
    except OSError as error:
        raise unwritable(path, error) from error
