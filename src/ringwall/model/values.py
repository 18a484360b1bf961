"""The strict base of every declared value, and the field types they share.

Declared values refuse unknown keys and are frozen once made.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from ringwall.base.clock import format_instant, parse_instant
from ringwall.model.ids import ASSET_KINDS, ID_PATTERN, parse_id, prefix_of

__all__ = [
    "AssetId",
    "EntityId",
    "Flop",
    "InstantText",
    "OrganisationId",
    "PersonId",
    "PointId",
    "ProviderId",
    "ServiceId",
    "Sha256",
    "SiteId",
    "Strict",
    "Text",
    "Word",
    "is_printable",
    "parse_flop",
]

# Controls, what has no width, what turns the direction of text, blanks that pass for
# letters, variation selectors and tags. Spelled out, so that no version of Python
# reads a recorded text otherwise.
_INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000effff]"
)
_FLOP: Final = re.compile(
    r"0|[1-9][0-9]{0,59}|[1-9](?:\.[0-9]{1,20})?e[0-9]{1,2}", re.ASCII
)
_MAX_FLOP: Final = 10**60
_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MAX_WORD_CHARACTERS: Final = 64
_MAX_TEXT_CHARACTERS: Final = 500


class Strict(BaseModel):
    """A frozen value with no unknown keys and no silent conversions."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=False,
    )


def is_printable(text: str) -> bool:
    """Return whether text is free of control and invisible characters."""
    return not _INVISIBLE.search(text)


def parse_flop(text: str) -> int:
    """Return an exact number of operations written `12`, `3e24` or `1.5e25`.

    Raises:
        ValueError: the text has another form, is no whole number or is over 1e60.
    """
    if not _FLOP.fullmatch(text):
        raise ValueError(f"`{text[:40]}` is not a number of operations such as 3e24")
    value = Decimal(text)
    if value > _MAX_FLOP or value != value.to_integral_value():
        raise ValueError(f"`{text[:40]}` is not a whole number up to 1e60")
    return int(value)


def _id(example: str, *prefixes: str) -> AfterValidator:
    def check(text: str) -> str:
        if prefix_of(parse_id(text)) not in prefixes:
            raise ValueError(f"`{text}` is not an id such as {example}")
        return text

    return AfterValidator(check)


def _id_schema(example: str, *prefixes: str) -> WithJsonSchema:
    pattern = rf"^(?:{'|'.join(prefixes)}):[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$"
    schema = {"type": "string", "pattern": pattern, "maxLength": 128}
    return WithJsonSchema({**schema, "examples": [example]})


def _instant(text: str) -> str:
    return format_instant(parse_instant(text))


def _flop(text: str) -> str:
    parse_flop(text)
    return text


def _matching(pattern: re.Pattern[str], limit: int, what: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if len(text) > limit or not pattern.fullmatch(text):
            raise ValueError(f"`{text[:40]}` is not {what}")
        return text

    return check


def _text(text: str) -> str:
    if not text.strip() or len(text) > _MAX_TEXT_CHARACTERS:
        raise ValueError(f"text has 1 to {_MAX_TEXT_CHARACTERS} characters")
    if not is_printable(text):
        raise ValueError("text holds a control or invisible character")
    return text


PersonId = Annotated[str, _id("user:ada", "user"), _id_schema("user:ada", "user")]
ServiceId = Annotated[
    str,
    _id("service:eval-runner", "service"),
    _id_schema("service:eval-runner", "service"),
]
OrganisationId = Annotated[
    str, _id("gov:fr", "org", "gov"), _id_schema("gov:fr", "org", "gov")
]
SiteId = Annotated[
    str, _id("site:hub-north", "site"), _id_schema("site:hub-north", "site")
]
PointId = Annotated[
    str, _id("point:trainer", "point"), _id_schema("point:trainer", "point")
]
ProviderId = Annotated[
    str, _id("idp:institute", "idp"), _id_schema("idp:institute", "idp")
]
AssetId = Annotated[
    str,
    _id("weights:aurora-2", *ASSET_KINDS),
    _id_schema("weights:aurora-2", *ASSET_KINDS),
]
EntityId = Annotated[
    str,
    AfterValidator(parse_id),
    WithJsonSchema({"type": "string", "pattern": ID_PATTERN, "maxLength": 128}),
]
InstantText = Annotated[
    str,
    AfterValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Flop = Annotated[
    str,
    AfterValidator(_flop),
    WithJsonSchema({"type": "string", "pattern": f"^(?:{_FLOP.pattern})$"}),
]
Word = Annotated[
    str,
    AfterValidator(_matching(_WORD, _MAX_WORD_CHARACTERS, "a word such as aurora-2")),
    WithJsonSchema({"type": "string", "pattern": f"^(?:{_WORD.pattern})$"}),
]
Sha256 = Annotated[
    str,
    AfterValidator(_matching(_SHA256, 64, "64 lower-case hex digits")),
    WithJsonSchema({"type": "string", "pattern": f"^{_SHA256.pattern}$"}),
]
Text = Annotated[
    str,
    AfterValidator(_text),
    WithJsonSchema(
        {"type": "string", "minLength": 1, "maxLength": _MAX_TEXT_CHARACTERS}
    ),
]
