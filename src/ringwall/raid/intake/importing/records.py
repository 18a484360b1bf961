"""Records of a source on their way to reports, and what was left of their fields.

Pure. Must never drop a field in silence: what nobody takes is named as unmapped.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import Fault
from ringwall.raid.intake.document import MAX_DOCUMENT_BYTES, REQUIRED

__all__ = [
    "MOST_FAULTS",
    "MOST_RECORDS",
    "WITHHELD",
    "Batch",
    "Draft",
    "Record",
    "digest_of_record",
]

WITHHELD: Final = "left out: who reported or found it has no place in a report"
"""Stands for a field that says who somebody is."""

MOST_RECORDS: Final = 50_000
"""Most records that are read of one file: all of them are in memory at once."""
MOST_FAULTS: Final = 1000
"""Most records of one file of which it is told why they can't be read."""

_MOST_LINE: Final = 500
_MOST_TEXT: Final = 4000
_MOST_ITEMS: Final = 200
_MOST_NARRATIVE: Final = 20_000
_MOST_TITLE: Final = 200
_REST: Final = " … (the original has it whole)"


class Record(NamedTuple):
    """One record of a source.

    Attributes:
        scheme: of the source, e.g. `atlas`.
        id: there.
        pointer: where it stands in the original.
        digest: hex SHA-256 of the record as the source has it.
        document: JSON data of a report, not judged yet.
    """

    scheme: str
    id: str
    pointer: str
    digest: str
    document: dict[str, Any]

    @property
    def source(self) -> str:
        """Scheme and id in one."""
        return f"{self.scheme}:{self.id}"


class Batch(NamedTuple):
    """What a file of records holds.

    Attributes:
        scheme: of the source.
        records: that could be read.
        faults: of the others, each with its place.
    """

    scheme: str
    records: list[Record]
    faults: list[Fault]

    def is_full(self, file: str, line: int) -> bool:
        """Return whether no more records are taken of a file; named when it is so.

        Args:
            file: its name.
            line: of the next record; 0 if it has none.
        """
        if len(self.records) < MOST_RECORDS:
            return False
        message = f"only the first {MOST_RECORDS:,} records are read; split the file"
        self.faults.append(Fault(file, line, 0, "too-many-records", message))
        return True

    def refuse(self, fault: Fault) -> None:
        """Name a record that can't be read; of very many no more than that there are.

        Args:
            fault: with its place.
        """
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        elif len(self.faults) == MOST_FAULTS:
            message = "others further on can't be read either"
            self.faults.append(Fault(fault.file, 0, 0, "more-faults", message))


class Draft:
    """The report that a record is to become; keeps count of the fields taken.

    Args:
        fields: of the record.
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields
        self._taken: set[tuple[str, ...]] = set()
        self._unmapped: list[dict[str, str]] = []
        self._references: dict[str, None] = {}
        self.document: dict[str, Any] = dict.fromkeys(REQUIRED, "unknown")

    def take(self, *path: str) -> Any:  # noqa: ANN401 - of a source
        """Return what stands at a path, None if nothing does; it counts as mapped."""
        self._taken.add(path)
        value: Any = self._fields
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def text(self, *path: str) -> str:
        """Return the text at a path without blanks around it, empty if there is none.

        What is no text is named as unmapped.
        """
        value = self.take(*path)
        if isinstance(value, str):
            return value.strip()
        if value not in (None, [], {}):
            self.name(".".join(path), _told(value))
        return ""

    def withhold(self, *path: str) -> None:
        """Name a field that says who somebody is, without what it says."""
        if self.take(*path) not in (None, "", [], {}):
            self.name(".".join(path), WITHHELD)

    def name(self, field: str, text: str) -> None:
        """Name what could not be mapped."""
        if text.strip():
            told = {"field": _cut(field, _MOST_LINE), "text": _cut(text, _MOST_TEXT)}
            self._unmapped.append(told)

    def refer(self, text: str) -> None:
        """Add a reference, once."""
        line = " ".join(text.split())
        if line:
            self._references.setdefault(_cut(line, _MOST_LINE))

    def put_title(self, text: str) -> None:
        """Set the title; what goes beyond its bound is named."""
        line = " ".join(text.split())
        self.document["title"] = _cut(line, _MOST_TITLE, " …")
        if len(line) > _MOST_TITLE:
            self.name("title", line)

    def put_narrative(self, text: str) -> None:
        """Set the narrative; the original has what goes beyond its bound."""
        self.document["narrative"] = _cut(text, _MOST_NARRATIVE)
        if len(text) > _MOST_NARRATIVE:
            self.name("narrative", f"{len(text)} characters, of which the first stand")

    def done(self) -> dict[str, Any]:
        """Return the report, with all that nobody took named as unmapped."""
        for path, value in _leaves(self._fields, ()):
            if not any(path[: len(taken)] == taken for taken in self._taken):
                self.name(".".join(path), _told(value))
        references = list(self._references)
        if len(references) > _MOST_ITEMS:
            more = len(references) - _MOST_ITEMS
            self.name("references", f"{more} more; the original has them")
        if references:
            self.document["references"] = references[:_MOST_ITEMS]
        return self._fitted()

    def _fitted(self) -> dict[str, Any]:
        """Return the report, its longest lists shortened until it fits an entry."""
        document = self.document
        kept = self._unmapped[: _MOST_ITEMS - 2]
        if len(self._unmapped) > len(kept):
            more = len(self._unmapped) - len(kept)
            kept.append({"field": "unmapped", "text": f"{more} more fields"})
        if kept:
            document["unmapped"] = kept
        steps = len(document.get("chain", ()))
        while _size(document) > MAX_DOCUMENT_BYTES and document.get("chain"):
            document["chain"].pop()
        left = steps - len(document.get("chain", ()))
        if left:
            told = f"the last {left} of {steps} steps stand in the original alone"
            document["unmapped"] = [*kept, {"field": "chain", "text": told}]
            if not document["chain"]:
                del document["chain"]
        return document


def digest_of_record(record: object) -> str:
    """Return the digest by which a record is known again, unchanged.

    Args:
        record: JSON data.
    """
    text = json.dumps(record, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).hexdigest()


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 - JSON data
    """Give each value that says something, with the names on the way to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, str(name)))
    elif value not in (None, "", []):
        yield path, value


def _told(value: object) -> str:
    """Return a value as text."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _cut(text: str, most: int, rest: str = _REST) -> str:
    return text if len(text) <= most else text[: most - len(rest)].rstrip() + rest


def _size(document: dict[str, Any]) -> int:
    return len(dump_canonical(document))
