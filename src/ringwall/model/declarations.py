"""What an institute declares about its parties, sites and assets.

A declaration states facts with a date, a source and an assessor; what they
amount to at an instant is worked out in `pdp`. People carry a pseudonymous id
only: names don't belong in a log that never forgets.
"""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from ringwall.base.clock import parse_instant
from ringwall.model.ids import ASSET_KINDS, prefix_of
from ringwall.model.levels import Capability, Domain, Scale, SecurityLevel
from ringwall.model.tiers import Tier
from ringwall.model.values import (
    AssetId,
    EntityId,
    Flop,
    InstantText,
    OrganisationId,
    PersonId,
    PointId,
    ServiceId,
    Sha256,
    SiteId,
    Strict,
    Text,
    Word,
    parse_flop,
)

__all__ = [
    "MAX_TENSORS_LISTED",
    "SECTIONS",
    "Asset",
    "Attestation",
    "Compute",
    "Content",
    "Count",
    "Dated",
    "Declaration",
    "Document",
    "Evidence",
    "Level",
    "Organisation",
    "Person",
    "Point",
    "Relation",
    "Screened",
    "Service",
    "Site",
    "Tensor",
    "TierWord",
    "WeightsFile",
    "Words",
    "document_of",
    "dump_document",
    "references_of",
]

Relation = Literal[
    "institute", "partner", "licensee", "member-state", "associated-state"
]
Content = Literal["open", "internal", "restricted", "raid", "defence"]
MAX_TENSORS_LISTED: Final = 256
"""Most tensors that a `WeightsFile` lists."""


def _scale(kind: type[Scale]) -> PlainValidator:
    def parse(value: object) -> object:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise ValueError(f"expected one of {', '.join(map(str, kind))}")  # noqa: TRY004 - pydantic turns ValueError into a fault
        return kind.parse(value)

    return PlainValidator(parse, json_schema_input_type=str)


def _words(kind: type[Scale]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [str(m) for m in kind]})


def _sorted(values: object) -> object:
    """Order is no part of a set's meaning: keep one form, refuse doubles."""
    if not isinstance(values, list | tuple):
        return values
    if not all(isinstance(value, str) for value in values):
        return tuple(values)
    if len(set(values)) != len(values):
        raise ValueError("a word stands in the list twice")
    return tuple(sorted(values))


def _listed(values: object) -> object:
    return tuple(values) if isinstance(values, list) else values


_AS_TEXT = PlainSerializer(str, return_type=str)
Level = Annotated[SecurityLevel, _scale(SecurityLevel), _AS_TEXT, _words(SecurityLevel)]
TierWord = Annotated[Tier, _scale(Tier), _AS_TEXT, _words(Tier)]
Words = Annotated[tuple[Word, ...], BeforeValidator(_sorted)]
# What canonical JSON can hold: an integer below 2^53.
Count = Annotated[int, Field(ge=0, lt=2**53)]
_DomainWord = Annotated[Domain, Field(strict=False)]


class Dated(Strict):
    """A statement that counts from one instant until another."""

    assessor: Text
    start: InstantText = Field(alias="from")
    until: InstantText
    source: Text | None = None
    evidence: Sha256 | None = None

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if parse_instant(self.start) >= parse_instant(self.until):
            raise ValueError("`until` is not after `from`")
        return self


class Screened(Dated):
    """Personnel screening of one person, up to a level."""

    level: Level


class Attestation(Dated):
    """A site was found to meet every measure of a level in one domain."""

    domain: _DomainWord
    level: Level


class Evidence(Dated):
    """What an organisation has shown; each kind has its own measure of it.

    `cybersecurity` carries a level, `rule-of-law` and `freedoms` a score from 0
    to 100, `screening` nothing more.
    """

    kind: Literal["cybersecurity", "rule-of-law", "freedoms", "screening"]
    level: Level | None = None
    score: Annotated[int, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _measured(self) -> Self:
        wants_level = self.kind == "cybersecurity"
        wants_score = self.kind in {"rule-of-law", "freedoms"}
        if wants_level != (self.level is not None):
            raise ValueError("cybersecurity evidence, and only that, has a `level`")
        if wants_score != (self.score is not None):
            raise ValueError(
                "rule-of-law and freedoms evidence, and only that, has a `score`"
            )
        return self


class Organisation(Strict):
    """The institute itself, a partner, a licensee or a government."""

    id: OrganisationId
    relation: Relation
    evidence: Annotated[tuple[Evidence, ...], BeforeValidator(_listed)] = ()
    suspended: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        state = self.relation in {"member-state", "associated-state"}
        if state != (prefix_of(self.id) == "gov"):
            raise ValueError("states have ids gov:..., all others org:...")
        return self


class Person(Strict):
    """A natural person, known by a pseudonymous id."""

    id: PersonId
    organisation: OrganisationId
    roles: Words = ()
    compartments: Words = ()
    screening: Screened | None = None
    suspended: bool = False
    note: Text | None = None


class Service(Strict):
    """A program with an identity; its operator answers for it."""

    id: ServiceId
    organisation: OrganisationId
    operator: PersonId
    roles: Words = ()
    compartments: Words = ()
    suspended: bool = False
    note: Text | None = None


class Site(Strict):
    """A place with machines, and what it was attested to meet."""

    id: SiteId
    operator: OrganisationId
    attestations: Annotated[tuple[Attestation, ...], BeforeValidator(_listed)] = ()
    note: Text | None = None


class Point(Strict):
    """An enforcement point: the tool that asks, at its site."""

    id: PointId
    site: SiteId
    note: Text | None = None


class Compute(Strict):
    """Training compute as an interval of operations; a straddle counts as above."""

    low: Flop
    high: Flop

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if parse_flop(self.low) > parse_flop(self.high):
            raise ValueError("`low` is above `high`")
        return self


class Tensor(Strict):
    """Name, element type and shape of one tensor."""

    name: Text
    dtype: Text
    shape: Annotated[tuple[Count, ...], BeforeValidator(_listed)]


class WeightsFile(Strict):
    """What was read from a weights file: its digest, size and tensors.

    At most 256 tensors are listed; `tensors_sha256` covers the names, types and
    shapes of all `tensor_count` of them.
    """

    sha256: Sha256
    bytes: Count
    tensor_count: Count
    tensors_sha256: Sha256
    tensors: Annotated[
        tuple[Tensor, ...],
        BeforeValidator(_listed),
        Field(max_length=MAX_TENSORS_LISTED),
    ] = ()

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if len(self.tensors) > self.tensor_count:
            raise ValueError("more tensors are listed than `tensor_count` says")
        return self


class Asset(Strict):
    """A thing that is guarded; without a `tier` it is unclassified: nobody gets in."""

    id: AssetId
    tier: TierWord | None = None
    content: Content
    compartments: Words = ()
    compute: Compute | None = None
    capability: Literal["below", "near", "reached", "unknown"] | None = None
    file: WeightsFile | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _model_facts(self) -> Self:
        if self.is_model and self.compute is None:
            raise ValueError("a model needs `compute` with `low` and `high`")
        if not self.is_model and (self.capability or self.file):
            raise ValueError("only weights and checkpoints have capability or a file")
        return self

    @property
    def is_model(self) -> bool:
        """Whether it holds weights."""
        return ASSET_KINDS[prefix_of(self.id)] in {"model-weights", "checkpoint"}

    def evaluated(self) -> Capability:
        """Return the capability that counts: unknown or missing is `reached`."""
        if not self.is_model:
            return Capability.NONE
        if self.capability is None or self.capability == "unknown":
            return Capability.REACHED
        return Capability.parse(self.capability)


Document = Organisation | Person | Service | Site | Point | Asset
SECTIONS: Final[dict[str, type[Document]]] = {
    "organisations": Organisation,
    "people": Person,
    "services": Service,
    "sites": Site,
    "points": Point,
    "assets": Asset,
}
"""Section of a declaration file -> what its items are."""

_Items = BeforeValidator(_listed)


class Declaration(Strict):
    """One declaration file; `remove` lists ids to strike from the registry."""

    organisations: Annotated[tuple[Organisation, ...], _Items] = ()
    people: Annotated[tuple[Person, ...], _Items] = ()
    services: Annotated[tuple[Service, ...], _Items] = ()
    sites: Annotated[tuple[Site, ...], _Items] = ()
    points: Annotated[tuple[Point, ...], _Items] = ()
    assets: Annotated[tuple[Asset, ...], _Items] = ()
    remove: Annotated[tuple[EntityId, ...], _Items] = ()


_BY_PREFIX: Final[dict[str, type[Document]]] = {
    "org": Organisation,
    "gov": Organisation,
    "user": Person,
    "service": Service,
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


_REFERENCES: Final[dict[type[Document], tuple[str, ...]]] = {
    Organisation: (),
    Person: ("organisation",),
    Service: ("organisation", "operator"),
    Site: ("operator",),
    Point: ("site",),
    Asset: (),
}


def references_of(document: Document) -> tuple[tuple[str, str], ...]:
    """Return (field, id) for each other document that this one leans on."""
    names = _REFERENCES[type(document)]
    return tuple((name, getattr(document, name)) for name in names)
