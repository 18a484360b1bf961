"""The inventory: every container on record, and whether it is what lies on disk.

Needs no key, and changes nothing. Must never call a container found that is not, byte
for byte of its header and slot, the one on record.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.ledger.open_files import is_ledger_file
from ringwall.matters.containers import ContainerRecord, Containers
from ringwall.vault.container.header import ContainerHeader
from ringwall.vault.container.reading import ContainerReader
from ringwall.vault.mending import header_block, is_held
from ringwall.vault.places import PART, SUFFIX, Places, walk
from ringwall.vault.shelf import slot_on_record

__all__ = ["Finding", "Inventory"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not on disk as it is on record.

    Attributes:
        code: of what it is.
        container: id, empty if none is known.
        path: where; of what is missing, where it should be.
        told: one line for an officer.
    """

    code: str
    container: str
    path: str
    told: str


class _File(NamedTuple):
    """A file that was found.

    Attributes:
        path: where.
        header: None if it has none that can be read.
        digest: of its first 4096 bytes, hex.
    """

    path: Path
    header: ContainerHeader | None
    digest: str


class Inventory:
    """Holds a folder of containers against the record.

    Args:
        containers: as the record has them.
        places: where those of the institute lie.
        site: id of the site whose copies lie in the folder; empty for the vault of
            the institute.
    """

    def __init__(self, containers: Containers, places: Places, site: str = "") -> None:
        self._containers = containers
        self._places = places
        self._site = site
        self._seen: dict[str, list[Path]] = defaultdict(list)

    def check(self, folder: Path) -> tuple[Finding, ...]:
        """Return all that is not as it should be, in order of the paths.

        Args:
            folder: with all that is below it; one that is not there holds nothing.

        Raises:
            ConfigurationError: `folder-unreadable`.
        """
        findings: list[Finding] = []
        try:
            if os.path.lexists(folder):
                for entry in walk(folder):
                    findings += self._looked_at(Path(entry.path))
        except OSError as error:
            raise ConfigurationError(
                "folder-unreadable",
                f"`{error.filename}` can't be read: {error.strerror}",
                next_step="run this as somebody who may read the whole folder",
            ) from error
        findings += self._missing(folder)
        return tuple(sorted(findings, key=lambda one: (one.path, one.code)))

    def _looked_at(self, path: Path) -> Iterator[Finding]:
        """Give what is wrong with one file."""
        if path.is_symlink():
            yield Finding("link", "", str(path), "a link stands where only files may")
            return
        if is_ledger_file(path):
            told = "it is a file of the ledger, which is open here, and was not read"
            yield Finding("ledger-in-the-way", "", str(path), told)
            return
        file = _file(path)
        name = "" if file.header is None else file.header.container
        record = self._containers.get(name)
        if path.name.endswith(PART):
            yield self._part(file, record)
        elif file.header is None:
            # Beside the copies of a site may lie what is none of ours.
            if self._site and not path.name.endswith(SUFFIX):
                return
            told = "this is no container, or its header is damaged"
            yield Finding("not-a-container", "", str(path), told)
        elif record is None:
            told = f"`{name}` is not on record"
            yield Finding("container-unknown", name, str(path), told)
        else:
            self._seen[name].append(path)
            yield from self._of_known(file, record)

    def _part(self, file: _File, record: ContainerRecord | None) -> Finding:
        """Return what an unfinished file is."""
        path = str(file.path)
        if record is not None and is_held(file.path, record):
            told = "it is on record and not in its place yet; run the same again"
            return Finding("container-pending", record.id, path, told)
        if record is not None and file.digest == record.header:
            told = "it is on record and never got its key; destroy it, make another"
            return Finding("container-unfinished", record.id, path, told)
        told = "what was left unfinished, and is not on record; it may be removed"
        return Finding("part-left-over", "", path, told)

    def _of_known(self, file: _File, record: ContainerRecord) -> Iterator[Finding]:
        """Give what is wrong with a file that calls itself a container on record."""
        path, name = str(file.path), record.id
        if file.digest != record.header:
            told = "its header is not the one on record"
            yield Finding("container-altered", name, path, told)
            return
        if record.state == "destroyed":
            told = "it is on record as destroyed; run the same again to erase it"
            yield Finding("destroyed-still-there", name, path, told)
            return
        if record.is_disputed:
            told = "what is on record of it contradicts itself"
            yield Finding("container-disputed", name, path, told)
        yield from self._of_place(file.path, record)
        yield from _of_structure(file.path, record)

    def _of_place(self, path: Path, record: ContainerRecord) -> Iterator[Finding]:
        kept = self._kept(record)
        # Amid a replacement one file has two names, of which one is out of place.
        if kept != path and not os.path.samefile(kept, path):
            # That it is out of place as well would ask for the opposite.
            told = f"it lies at `{kept}`, too"
            yield Finding("container-doubled", record.id, str(path), told)
            return
        if record.recipient != self._site:
            told = f"it is for {record.recipient or 'the vault of the institute'}"
            yield Finding("container-misplaced", record.id, str(path), told)
        elif not self._site and path != self._place_of(record):
            told, code = (
                f"its place is `{self._place_of(record)}`",
                "container-misplaced",
            )
            if self._is_pending(path, record):
                told = "another one is to take its place; run the same again"
                code = "container-pending"
            yield Finding(code, record.id, str(path), told)

    def _kept(self, record: ContainerRecord) -> Path:
        """Return which is the one to keep if a container lies there more than once."""
        home = self._place_of(record)
        if record.recipient == self._site == "" and is_held(home, record):
            return home
        return self._seen[record.id][0]

    def _is_pending(self, path: Path, record: ContainerRecord) -> bool:
        """Return whether a container lies where it does amid a replacement."""
        place = self._places.container(record.asset, record.file)
        staging = self._places.staging(record.asset, record.file)
        if record.state == "replaced":
            return path == place
        return path == staging

    def _place_of(self, record: ContainerRecord) -> Path:
        """Return where a container of the institute should lie."""
        if record.state == "replaced":
            return self._places.aside(record.id)
        return self._places.container(record.asset, record.file)

    def _missing(self, folder: Path) -> Iterator[Finding]:
        """Give the containers that should be here and are not."""
        for record in self._containers.all():
            is_here = record.recipient == self._site and record.state != "destroyed"
            if is_here and record.id not in self._seen:
                place = folder if self._site else self._place_of(record)
                told = f"`{record.file}` of `{record.asset}` is not there"
                yield Finding("container-missing", record.id, str(place), told)


def _of_structure(path: Path, record: ContainerRecord) -> Iterator[Finding]:
    """Give what is wrong with the length and the slots of a container."""
    try:
        with ContainerReader.open(path) as reader:
            slot_on_record(reader, record)
            if len(reader.slots) > 1:
                told = "a key that was replaced still opens it; run the rewrap again"
                yield Finding("slot-left-over", record.id, str(path), told)
    except IntegrityError as error:
        yield Finding(error.code, record.id, str(path), error.message)


def _file(path: Path) -> _File:
    block = header_block(path)
    try:
        header = ContainerHeader.parse(block)
    except ValueError:
        return _File(path, None, "")
    return _File(path, header, hashlib.sha256(block).hexdigest())
