"""What exports go by: labels in the words of others, tags, fields of forms, releases.

Tables that come with the program. Must never be used if a row of them is doubtful.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from ringwall.base.errors import ConfigurationError
from ringwall.base.plain_folder import read_plain
from ringwall.raid.routing.labels import Tlp, label_of
from ringwall.raid.sheet import MAX_SHEET_BYTES, Line, parse_sheet

__all__ = ["FORMS", "Field", "Marking", "Release", "Standards", "Tag", "read_standards"]

FORMS: Final = ("art73", "gpai", "nis2")
"""The forms of which fields are on file."""

_COLUMNS: Final = {
    "markings.csv": (
        *("label", "marking", "distribution", "pap", "csaf"),
        *("source", "confidence", "verified_on"),
    ),
    "tags.csv": ("about", "name", "value", "tag", "source", "confidence"),
    "forms.csv": ("form", "stage", "field", "name", "takes", "source", "confidence"),
    "releases.csv": ("catalogue", "version", "sha256", "source", "verified_on"),
}
_CONFIDENCE: Final = frozenset({"text", "page", "recalled", "own"})
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SOURCES: Final = frozenset({"case", "point", "report", "clock", "given"})


class Marking(NamedTuple):
    """A label in the words of others.

    Attributes:
        label: of TLP 2.0.
        marking: id of the marking object of OASIS.
        distribution: the widest of MISP that does not go beyond the label.
        pap: of the Permissible Actions Protocol.
        csaf: label of CSAF 2.0, which has those of TLP 1.
    """

    label: Tlp
    marking: str
    distribution: str
    pap: str
    csaf: str


class Tag(NamedTuple):
    """A fact that a taxonomy has a word for.

    Attributes:
        about: `report` or `sector`.
        name: of the field.
        value: that it has.
        tag: in the taxonomy.
    """

    about: str
    name: str
    value: str
    tag: str


class Field(NamedTuple):
    """A field of a form.

    Attributes:
        form: one of `FORMS`.
        stage: of the form that asks for it first.
        id: of the field.
        name: in words.
        takes: what of a case bears on it: sort and name.
        source: provision that asks for it.
        confidence: how far the row can be relied on.
    """

    form: str
    stage: str
    id: str
    name: str
    takes: tuple[tuple[str, str], ...]
    source: str
    confidence: str


class Release(NamedTuple):
    """The one release of a catalogue that ids are checked against.

    Attributes:
        catalogue: e.g. `atlas`.
        version: of it.
        sha256: of its file, hex.
    """

    catalogue: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Standards:
    """All tables.

    Attributes:
        markings: by label; each label has one.
        tags: in order.
        forms: form -> its fields, in order.
        releases: by catalogue.
    """

    markings: Mapping[Tlp, Marking]
    tags: tuple[Tag, ...]
    forms: Mapping[str, tuple[Field, ...]]
    releases: Mapping[str, Release]


def read_standards(folder: Path) -> Standards:
    """Return the tables of a folder.

    Args:
        folder: with the four tables.

    Raises:
        ConfigurationError: `export-tables-refused`, with the first fault.
    """
    rows = {name: _rows(folder / name) for name in _COLUMNS}
    try:
        markings = {row.label: row for row in map(_marking, rows["markings.csv"])}
        fields = tuple(map(_field, rows["forms.csv"]))
        tags = tuple(map(_tag, rows["tags.csv"]))
        releases = {row.catalogue: row for row in map(_release, rows["releases.csv"])}
    except ValueError as error:
        raise _refused(folder, str(error)) from error
    if markings.keys() != set(Tlp):
        raise _refused(folder, "a label of TLP 2.0 has no marking")
    forms = {name: tuple(one for one in fields if one.form == name) for name in FORMS}
    return Standards(markings, tags, forms, releases)


def _rows(path: Path) -> list[Line]:
    try:
        data = read_plain(path, MAX_SHEET_BYTES)
    except OSError as error:
        raise _refused(path, "it can't be read") from error
    sheet = parse_sheet(data, path.name, _COLUMNS[path.name])
    if sheet.faults:
        raise _refused(path, sheet.faults[0].message)
    return sheet.lines


def _marking(row: Line) -> Marking:
    _check(row)
    return Marking(
        label_of(row["label"]),
        *(row["marking"], row["distribution"], row["pap"], row["csaf"]),
    )


def _tag(row: Line) -> Tag:
    _check(row)
    if row["about"] not in ("report", "sector"):
        raise ValueError(f"line {row.number}: no tag is about `{row['about']}`")
    return Tag(row["about"], row["name"], row["value"], row["tag"])


def _field(row: Line) -> Field:
    _check(row)
    takes = tuple(tuple(one.split(":", 1)) for one in row["takes"].split())
    pairs = tuple((sort, rest[0]) for sort, *rest in takes if rest)
    if len(pairs) < len(takes) or {sort for sort, _ in pairs} - _SOURCES:
        raise ValueError(f"line {row.number}: nothing is taken by `{row['takes']}`")
    if row["form"] not in FORMS:
        raise ValueError(f"line {row.number}: `{row['form']}` is no form")
    return Field(
        *(row["form"], row["stage"], row["field"], row["name"], pairs),
        *(row["source"], row["confidence"]),
    )


def _release(row: Line) -> Release:
    date.fromisoformat(row["verified_on"])
    if not _DIGEST.fullmatch(row["sha256"]):
        raise ValueError(f"line {row.number}: `{row['sha256']}` is no digest")
    return Release(row["catalogue"], row["version"], row["sha256"])


def _check(row: Line) -> None:
    """Raise if a row does not say where it comes from."""
    if not row["source"] or row["confidence"] not in _CONFIDENCE:
        raise ValueError(f"line {row.number}: a row has no source or confidence")


def _refused(path: Path, message: str) -> ConfigurationError:
    return ConfigurationError(
        "export-tables-refused",
        f"`{path}`: {message}",
        next_step="install ringwall again",
    )
