"""Field types of the threat-model rows: ids, tags, scores, days and lists.

Each refuses what has not its form; none looks anything up.
"""

import datetime
import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from ringwall.model.fields import Level
from ringwall.model.levels import SecurityLevel
from ringwall.model.requests import ACTION_PATTERN, parse_action

__all__ = [
    "ANY",
    "CLASSES",
    "MAX_ITEMS",
    "SOME",
    "ActionName",
    "ActorClass",
    "AtlasId",
    "CategoryId",
    "CsfTag",
    "DateText",
    "Items",
    "LevelId",
    "Many",
    "Mark",
    "MeasureCode",
    "NeedLevel",
    "RuleSpan",
    "Scope",
    "Score",
    "TestName",
    "VectorId",
]

ActorClass = Literal["OC1", "OC2", "OC3", "OC4", "OC5"]
CLASSES: Final[tuple[ActorClass, ...]] = ("OC1", "OC2", "OC3", "OC4", "OC5")
"""Classes of attack by operational capacity, weakest first."""
LevelId = Literal["SL1", "SL2", "SL3", "SL4", "SL5"]
Mark = Literal["C", "C2", "R", "OWN"]
"""How sure a row is: confirmed, second-hand, recalled, our own."""
Scope = Literal["site", "institute", "system"]
"""What a measure is true of: a place, the whole organisation, or a served model."""
MAX_ITEMS: Final = 1000
"""Most items of one list."""


def _distinct(values: object) -> object:
    """Turn a YAML list into a tuple; refuse an item that stands in it twice."""
    if not isinstance(values, list | tuple):
        return values
    if all(isinstance(item, str) for item in values) and len(set(values)) < len(values):
        raise PydanticCustomError("item-twice", "an item stands in the list twice")
    return tuple(values)


def _matching(pattern: str, example: str) -> tuple[AfterValidator, WithJsonSchema]:
    whole = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not whole.fullmatch(text):
            raise ValueError(f"`{text[:40]}` is not of the form of {example}")
        return text

    schema = {"type": "string", "pattern": f"^(?:{pattern})$", "examples": [example]}
    return AfterValidator(check), WithJsonSchema(schema)


def _date(text: str) -> str:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError(f"`{text[:40]}` is not a day such as 2026-11-21")
    return text


def _score(value: int) -> int:
    if not 1 <= value <= 5:
        raise PydanticCustomError("score-out-of-range", "a score is from 1 to 5")
    return value


def _above_zero(level: SecurityLevel) -> SecurityLevel:
    if level is SecurityLevel.SL0:
        raise ValueError("a need starts at SL1")
    return level


_DATE_SCHEMA: Final = WithJsonSchema({"type": "string", "format": "date"})
DateText = Annotated[str, AfterValidator(_date), _DATE_SCHEMA]
Score = Annotated[
    int,
    AfterValidator(_score),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 5}),
]
Many = Annotated[int, Field(ge=1, lt=2**53)]
NeedLevel = Annotated[Level, AfterValidator(_above_zero)]
Items = BeforeValidator(_distinct)
SOME: Final = Field(min_length=1, max_length=MAX_ITEMS)
ANY: Final = Field(max_length=MAX_ITEMS)
VectorId = Annotated[str, *_matching(r"[A-Z]{3}-[1-9][0-9]?", "RUC-1")]
CategoryId = Annotated[str, *_matching(r"[A-Z]{3}", "RUC")]
MeasureCode = Annotated[str, *_matching(r"[A-Z]{2}", "WS")]
CsfTag = Annotated[str, *_matching(r"[A-Z]{2}\.[A-Z]{2}", "PR.DS")]
AtlasId = Annotated[str, *_matching(r"AML\.T[0-9]{4}(?:\.[0-9]{3})?", "AML.T0010.001")]
RuleSpan = Annotated[
    str,
    *_matching(
        r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*)?",
        "acc-030 or acc-030..acc-038",
    ),
]
TestName = Annotated[str, *_matching(r"test_[a-z0-9_]{1,200}", "test_x_is_refused")]
ActionName = Annotated[
    str,
    AfterValidator(parse_action),
    WithJsonSchema({"type": "string", "pattern": ACTION_PATTERN, "maxLength": 64}),
]
