"""Field types of declared values that stand on the scales of the domain.

A word of a scale is read and printed as text; a list that is a set has one form.
"""

from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from ringwall.model.levels import Domain, Integrity, Scale, SecurityLevel
from ringwall.model.measures import MEASURE_PATTERN, parse_measure_id
from ringwall.model.tiers import Tier
from ringwall.model.values import AssetId, PersonId, SiteId, Word

__all__ = [
    "AssetIds",
    "Count",
    "DomainWord",
    "IntegrityWord",
    "Level",
    "Listed",
    "MeasureId",
    "MeasureIds",
    "PersonIds",
    "SiteIds",
    "TierWord",
    "Words",
]


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


_AS_TEXT: Final = PlainSerializer(str, return_type=str)
_AS_SET: Final = BeforeValidator(_sorted)

Listed: Final = BeforeValidator(_listed)
"""Reads a list of a file as the tuple that a frozen value holds."""

Level = Annotated[SecurityLevel, _scale(SecurityLevel), _AS_TEXT, _words(SecurityLevel)]
TierWord = Annotated[Tier, _scale(Tier), _AS_TEXT, _words(Tier)]
IntegrityWord = Annotated[Integrity, _scale(Integrity), _AS_TEXT, _words(Integrity)]
DomainWord = Annotated[Domain, Field(strict=False)]
Words = Annotated[tuple[Word, ...], _AS_SET]
AssetIds = Annotated[tuple[AssetId, ...], _AS_SET]
PersonIds = Annotated[tuple[PersonId, ...], _AS_SET]
SiteIds = Annotated[tuple[SiteId, ...], _AS_SET]
# What canonical JSON can hold: an integer below 2^53.
Count = Annotated[int, Field(ge=0, lt=2**53)]
MeasureId = Annotated[
    str,
    AfterValidator(parse_measure_id),
    WithJsonSchema(
        {"type": "string", "pattern": MEASURE_PATTERN, "examples": ["SL3-WS-1"]}
    ),
]
MeasureIds = Annotated[tuple[MeasureId, ...], _AS_SET, Field(min_length=1)]
