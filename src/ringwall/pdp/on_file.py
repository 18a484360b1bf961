"""Documents that a fact rests on, taken from the registry by their kind.

Must never give one of another kind, nor let a service act by somebody who is not of
its own organisation.
"""

from collections.abc import Mapping
from typing import TypeVar

from ringwall.model.declarations import Document
from ringwall.model.parties import Person, Service
from ringwall.pdp.missing import FactMissing

__all__ = ["needed", "operator_of"]

_T = TypeVar("_T")


def needed(
    documents: Mapping[str, Document], entity: str, kind: type[_T], role: str
) -> _T:
    """Return a document that has to be there, and of a kind.

    Args:
        documents: id -> declared value.
        entity: its id.
        kind: class of the document.
        role: what it is needed as.

    Raises:
        FactMissing: `unknown-<role>`.
    """
    document = documents.get(entity)
    if not isinstance(document, kind):
        raise FactMissing(f"unknown-{role}", f"`{entity[:128]}` is not on record")
    return document


def operator_of(service: Service, documents: Mapping[str, Document]) -> Person:
    """Return who answers for a service, and so must be of the same organisation.

    Else a partner's employee could act with the institute's standing.

    Args:
        service: on record.
        documents: id -> declared value.

    Raises:
        FactMissing: `unknown-operator`, `operator-elsewhere`.
    """
    person = needed(documents, service.operator, Person, "operator")
    if person.organisation != service.organisation:
        raise FactMissing(
            "operator-elsewhere",
            f"`{person.id}`, who runs `{service.id}`, is of another organisation",
        )
    return person
