"""The registry as declarations would leave it, and where each of them is written.

Looks at what would be on record afterwards, so that order within a file does not
matter. Must never change anything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar

from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.model.declarations import Document

__all__ = ["Draft", "FieldPath", "Place", "Proposal", "Sheet", "propose"]

FieldPath = tuple[str | int, ...]
"""Keys and 0-based indexes that lead to a field."""
_ONCE = "each id once"
_Kind = TypeVar("_Kind")


class Sheet(Protocol):
    """Something that declares: a file, a table of attestations, an order."""

    def documents(self) -> Iterator[tuple[Document, FieldPath]]:
        """Give each document with its path in the sheet."""

    def removals(self) -> Iterator[tuple[str, FieldPath]]:
        """Give each id to remove with its path in the sheet."""

    def fault(self, path: FieldPath, code: str, message: str, expected: str) -> Fault:
        """Return a fault at a place of the sheet."""


Draft = Callable[[Mapping[str, Document]], Sequence[Sheet]]
"""What is to be declared, given what is on record."""


class Place(NamedTuple):
    """Where something is declared or removed."""

    sheet: Sheet
    path: FieldPath

    def fault(self, path: FieldPath, code: str, message: str, expected: str) -> Fault:
        """Return a fault at a field below this place."""
        return self.sheet.fault((*self.path, *path), code, message, expected)


@dataclass(frozen=True)
class Proposal:
    """What declarations ask for.

    Attributes:
        current: id -> document on record.
        wanted: id -> document declared.
        places: id -> where it is declared.
        removed: id -> where its removal is asked for.
        retired: ids that were on record once and have been removed.
    """

    current: Mapping[str, Document]
    wanted: Mapping[str, Document]
    places: Mapping[str, Place]
    removed: Mapping[str, Place]
    retired: Set[str] = frozenset()

    @cached_property
    def after(self) -> Mapping[str, Document]:
        """Id -> document as it would be on record."""
        merged = {**self.current, **self.wanted}
        return {k: doc for k, doc in merged.items() if k not in self.removed}

    def declared(self, kind: type[_Kind]) -> Iterator[_Kind]:
        """Give the documents of a kind that are declared here."""
        return (doc for doc in self.wanted.values() if isinstance(doc, kind))

    def before(self, document: _Kind) -> _Kind | None:
        """Return what is on record under the id of a document, if of its kind."""
        kind = type(document)
        old = self.current.get(getattr(document, "id", ""))
        return old if isinstance(old, kind) else None

    def fault(
        self, entity: str, path: FieldPath, code: str, message: str, expected: str
    ) -> Fault:
        """Return a fault at a field of a document declared here."""
        return self.places[entity].fault(path, code, message, expected)


def propose(
    current: Mapping[str, Document],
    sheets: Sequence[Sheet],
    retired: Set[str] = frozenset(),
) -> tuple[Proposal, list[Fault]]:
    """Return what sheets ask for together, and where they ask for one id twice.

    Args:
        current: id -> document on record.
        sheets: what is to be declared and removed.
        retired: ids that were on record once and have been removed.

    Returns:
        The proposal, and faults `duplicate-id` and `unknown-id`.
    """
    wanted: dict[str, Document] = {}
    places: dict[str, Place] = {}
    removed: dict[str, Place] = {}
    faults = []
    for sheet in sheets:
        for document, path in sheet.documents():
            entity, place = document.id, Place(sheet, path)
            if entity in wanted:
                message = f"`id`: `{entity}` is declared twice"
                faults.append(place.fault(("id",), "duplicate-id", message, _ONCE))
            wanted[entity] = _with_kept_file(document, current.get(entity))
            places[entity] = place
    for sheet in sheets:
        for entity, path in sheet.removals():
            place = Place(sheet, path)
            if entity in wanted or entity in removed:
                message = f"`remove`: `{entity}` is declared or removed elsewhere, too"
                faults.append(place.fault((), "duplicate-id", message, _ONCE))
            elif entity not in current:
                message = f"`remove`: `{entity}` is not on record"
                expected = "the id of something declared before"
                faults.append(place.fault((), "unknown-id", message, expected))
            removed[entity] = place
    return Proposal(current, wanted, places, removed, retired), faults


def _with_kept_file(document: Document, before: Document | None) -> Document:
    """Return an asset with the weights file on record, unless it names another."""
    if not isinstance(document, Asset) or not isinstance(before, Asset):
        return document
    if document.file is not None or before.file is None:
        return document
    return document.model_copy(update={"file": before.file})
