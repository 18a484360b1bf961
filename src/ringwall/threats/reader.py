"""The files of the threat models to a checked `Catalogue`, or every fault in them.

Pure: takes bytes by file name. Must never return a catalogue that has a fault.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import DeclarationError, Fault, first_faults
from ringwall.base.yaml_tree import MAX_FAULTS, Node, parse_yaml, position, to_data
from ringwall.model.field_faults import field_faults, shown
from ringwall.model.values import Strict
from ringwall.threats.catalogue import Catalogue, Place, file_path
from ringwall.threats.cross_check import check_catalogue
from ringwall.threats.fields import CLASSES
from ringwall.threats.files import (
    FILES,
    MAX_BYTES,
    MAX_FILE_BYTES,
    MAX_PROTECTED,
    PROTECTED_FOLDER,
)
from ringwall.threats.rows import Protected

__all__ = ["is_protected_file", "parse_catalogue"]

_MAX_NODES: Final = 100_000
_MAX_DEPTH: Final = 8
_PROTECTED: Final = re.compile(
    rf"{PROTECTED_FOLDER}/[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.yaml", re.ASCII
)
# A key whose absence has a name of its own.
_MISSING: Final[dict[str, str]] = {
    **dict.fromkeys(("source", "mark", "date"), "unsourced"),
    **dict.fromkeys(CLASSES, "class-missing"),
}
_Value = TypeVar("_Value", bound=Strict)


def is_protected_file(name: str) -> bool:
    """Return whether a name is that of a protected thing's threat model."""
    return _PROTECTED.fullmatch(name) is not None


def parse_catalogue(files: Mapping[str, bytes], place: str = "") -> Catalogue:
    """Return the catalogue that files describe.

    Args:
        files: contents by file name: the eight of `files.FILES`, and one or more
            named `protected/<name>.yaml`.
        place: the folder, as faults shall name it.

    Raises:
        DeclarationError: `threat-models-refused`, with the faults of all files: what
            `base.yaml_tree` finds, `unknown-key`, `missing-key`, `unsourced`,
            `wrong-type`, `wrong-value`, `unknown-word`, `item-twice`,
            `score-out-of-range`, `feasibility-falls`, `class-missing`,
            `category-differs`, `threshold-form`, `duplicate-id`, `name-differs`,
            `file-missing`, `file-unknown`, `too-large`, `too-many-files`, or those of
            `cross_check`.
    """
    known = _parsed(_Source(tuple(files.items()), place))
    return known if known.folder == place else replace(known, folder=place)


@dataclass(frozen=True, slots=True)
class _Source:
    """What to read; files of the same names and bytes are the same, wherever."""

    files: tuple[tuple[str, bytes], ...]
    place: str = field(compare=False)


# One command reads the same files several times, a gate those in force again and
# again. What is refused is not remembered: its faults name the place.
@lru_cache(maxsize=4)
def _parsed(source: _Source) -> Catalogue:
    files = dict(source.files)
    reading = _Reading(source.place)
    reading.check_names(files)
    for name in FILES:
        if name in files:
            reading.read_tables(name, files[name])
    for name in sorted(files):
        if is_protected_file(name):
            reading.read_protected(name, files[name])
    if reading.faults:
        raise _refusal(reading.faults)
    catalogue = reading.catalogue(_digest(files))
    faults = tuple(check_catalogue(catalogue))
    if faults:
        raise _refusal(faults)
    return catalogue


@dataclass(slots=True)
class _Reading:
    """Tables and faults found so far."""

    place: str
    faults: list[Fault] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)

    def check_names(self, files: Mapping[str, bytes]) -> None:
        """Note what is too much, unknown or missing; read nothing if too much."""
        protected = sum(map(is_protected_file, files))
        self._check_sizes(protected, sum(map(len, files.values())))
        for name in files:
            if name not in FILES and not is_protected_file(name):
                message = f"no file `{shown(name, 80)}` belongs here"
                self._file_fault(name, "file-unknown", message)
        for name in FILES:
            if name not in files:
                self._file_fault(name, "file-missing", f"`{name}` is missing")
        if not protected:
            message = "no threat model of a protected thing"
            self._file_fault(PROTECTED_FOLDER, "file-missing", message)

    def _check_sizes(self, protected: int, size: int) -> None:
        if protected > MAX_PROTECTED:
            message = f"{protected} files, more than {MAX_PROTECTED}"
            self._file_fault(PROTECTED_FOLDER, "too-many-files", message)
        if size > MAX_BYTES:
            message = f"{size} bytes in all, more than {MAX_BYTES}"
            self._file_fault("", "too-large", message)
        if self.faults:
            raise _refusal(self.faults)

    def read_tables(self, name: str, data: bytes) -> None:
        """Read a file that holds one table for each of its keys."""
        read = self._validated(name, data, FILES[name])
        if read is None:
            return
        tree, value = read
        for table, rows in value:
            for number, row in enumerate(rows):
                self._note(table, row, _place(name, tree, (table, number)))

    def read_protected(self, name: str, data: bytes) -> None:
        """Read a file that is one threat model."""
        read = self._validated(name, data, Protected)
        if read is None:
            return
        tree, value = read
        if name != f"{PROTECTED_FOLDER}/{value.id}.yaml":
            message = f"the file of `{value.id}` has another name than its id"
            place = _place(name, tree, ("id",))
            self._row_fault(place, "name-differs", message)
        self._note("protected", value, _place(name, tree, ()))
        for number, threat in enumerate(value.threats):
            self._note("threats", threat, _place(name, tree, ("threats", number)))

    def catalogue(self, digest: str) -> Catalogue:
        """Return what was read; call it only where there is no fault."""
        tables = {
            name: MappingProxyType(rows)
            for name, rows in self.tables.items()
            if name != "threats"
        }
        places = MappingProxyType(self.places)
        return Catalogue(**tables, digest=digest, places=places, folder=self.place)

    def _validated(
        self, name: str, data: bytes, kind: type[_Value]
    ) -> tuple[Node, _Value] | None:
        file = self._path(name)
        try:
            tree = parse_yaml(
                data,
                file,
                max_bytes=MAX_FILE_BYTES,
                max_nodes=_MAX_NODES,
                max_depth=_MAX_DEPTH,
            )
        except DeclarationError as error:
            self.faults += error.faults
            return None
        try:
            return tree, kind.model_validate(to_data(tree))
        except ValidationError as error:
            self.faults += field_faults(file, tree, error, _MISSING)
            return None

    def _note(self, table: str, row: Any, place: Place) -> None:  # noqa: ANN401 - a row of any table
        rows = self.tables.setdefault(table, {})
        first = self.places.setdefault((table, row.id), place)
        if row.id in rows:
            file = self._path(first.file)
            message = f"`{row.id}` stands in {file}:{first.line} already"
            self._row_fault(place, "duplicate-id", message)
        rows.setdefault(row.id, row)

    def _row_fault(self, place: Place, code: str, message: str) -> None:
        file = self._path(place.file)
        self.faults.append(Fault(file, place.line, place.column, code, message))

    def _path(self, name: str) -> str:
        return file_path(self.place, name)

    def _file_fault(self, name: str, code: str, message: str) -> None:
        self.faults.append(Fault(self._path(name), 0, 0, code, message))


def _place(name: str, tree: Node, path: Sequence[str | int]) -> Place:
    return Place(name, *position(tree, path))


def _digest(files: Mapping[str, bytes]) -> str:
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return hashlib.sha256(dump_canonical(hashes)).hexdigest()


def _refusal(faults: Sequence[Fault]) -> DeclarationError:
    return DeclarationError(
        "threat-models-refused",
        f"the threat models have {len(faults)} fault{'s' if len(faults) > 1 else ''}",
        next_step="mend the lines named; `ringwall schema` prints what is allowed",
        faults=first_faults(faults, MAX_FAULTS),
    )
