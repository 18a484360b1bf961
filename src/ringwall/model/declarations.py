"""What an institute declares, one document for each party, place and asset.

A declaration states facts with a date, a source and an assessor; what they
amount to at an instant is worked out in `pdp`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from ringwall.model.assets import Asset
from ringwall.model.fields import Listed
from ringwall.model.ids import ASSET_KINDS, prefix_of
from ringwall.model.parties import Organisation, Person, Service
from ringwall.model.places import Point, Site
from ringwall.model.providers import Provider
from ringwall.model.values import EntityId, Strict

__all__ = [
    "SECTIONS",
    "Declaration",
    "Document",
    "Reference",
    "document_of",
    "dump_document",
    "references_of",
]

Document = Organisation | Person | Service | Provider | Site | Point | Asset
Reference = tuple[tuple[str | int, ...], str]
"""Path of a field in a document, and the id that it holds."""

SECTIONS: Final[dict[str, type[Document]]] = {
    "organisations": Organisation,
    "people": Person,
    "services": Service,
    "providers": Provider,
    "sites": Site,
    "points": Point,
    "assets": Asset,
}
"""Section of a declaration file -> what its items are."""


class Declaration(Strict):
    """One declaration file; `remove` lists ids to strike from the registry."""

    organisations: Annotated[tuple[Organisation, ...], Listed] = ()
    people: Annotated[tuple[Person, ...], Listed] = ()
    services: Annotated[tuple[Service, ...], Listed] = ()
    providers: Annotated[tuple[Provider, ...], Listed] = ()
    sites: Annotated[tuple[Site, ...], Listed] = ()
    points: Annotated[tuple[Point, ...], Listed] = ()
    assets: Annotated[tuple[Asset, ...], Listed] = ()
    remove: Annotated[tuple[EntityId, ...], Listed] = ()


_BY_PREFIX: Final[dict[str, type[Document]]] = {
    "org": Organisation,
    "gov": Organisation,
    "user": Person,
    "service": Service,
    "idp": Provider,
    "site": Site,
    "point": Point,
    **dict.fromkeys(ASSET_KINDS, Asset),
}


def document_of(data: dict[str, Any]) -> Document:
    """Return the declared value that a recorded document holds.

    Raises:
        ValueError: it is not a document of any kind (pydantic's error is one).
    """
    kind = _BY_PREFIX.get(prefix_of(str(data.get("id", ""))))
    if kind is None:
        raise ValueError("a document has no id of a known kind")
    return kind.model_validate(data)


def dump_document(document: Document) -> dict[str, Any]:
    """Return the JSON form of a declared value; what is absent is left out."""
    return document.model_dump(mode="json", exclude_none=True)


def references_of(document: Document) -> tuple[Reference, ...]:
    """Return (path of the field, id) for each other document that this one names."""
    named: list[Reference] = [
        ((name,), getattr(document, name)) for name in _REFERENCES[type(document)]
    ]
    if isinstance(document, Organisation | Site):
        named += _of_measures(document)
    elif isinstance(document, Person | Service):
        named += _of_subject(document)
    elif isinstance(document, Asset):
        named += _of_asset(document)
    return tuple(named)


_REFERENCES: Final[dict[type[Document], tuple[str, ...]]] = {
    Organisation: (),
    Person: ("organisation",),
    Service: ("organisation", "operator"),
    Provider: (),
    Site: ("operator",),
    Point: ("site",),
    Asset: (),
}


def _of_measures(holder: Organisation | Site) -> Iterator[Reference]:
    for number, attestation in enumerate(holder.attestations):
        yield ("attestations", number, "assessor"), attestation.assessor
    for number, exception in enumerate(holder.exceptions):
        for other, person in enumerate(exception.approved_by):
            yield ("exceptions", number, "approved_by", other), person


def _of_subject(subject: Person | Service) -> Iterator[Reference]:
    if isinstance(subject, Person):
        for name in ("manager", "account_of"):
            other = getattr(subject, name)
            if other is not None:
                yield (name,), other
    for number, login in enumerate(subject.logins):
        yield ("logins", number, "provider"), login.provider


def _of_asset(asset: Asset) -> Iterator[Reference]:
    if asset.developer is not None:
        yield ("developer",), asset.developer
    for name in ("derived_from", "held_at", "authors"):
        for number, entity in enumerate(getattr(asset, name)):
            yield (name, number), entity
    for number, safeguard in enumerate(asset.safeguards):
        yield ("safeguards", number, "assessor"), safeguard.assessor
