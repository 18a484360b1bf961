"""The types of the values that a report is made of.

Must never turn a value into another: what a reporter wrote stays as written, and is
refused or kept. Control characters may stand in a text; the screen is kept from them.
"""

import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from ringwall.base.clock import parse_instant
from ringwall.base.months import months_after
from ringwall.model.values import is_printable

__all__ = [
    "STATES",
    "Line",
    "Paragraph",
    "Prose",
    "SourceId",
    "State",
    "Title",
    "Unknown",
    "When",
    "span_of",
]

Unknown = Literal["unknown"]

STATES: Final = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR"),
    *("HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI"),
    *("SK", "IS", "LI", "NO"),
)
"""ISO 3166-1 codes of the member states of the Union, then those of the EEA alone."""

_DAY: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", re.ASCII)
_SOURCE_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,63})", re.ASCII)
_MICROSECONDS_A_DAY: Final = 86_400_000_000


def _told(text: str) -> str:
    """Refuse a text in which nothing can be seen."""
    if not any(is_printable(char) and not char.isspace() for char in text):
        raise ValueError("text holds nothing that can be read")
    return text


def _when(text: str) -> str:
    span_of(text)
    return text


def _source_id(text: str) -> str:
    if not _SOURCE_ID.fullmatch(text):
        raise ValueError(f"`{text[:40]}` is not an id such as AML.CS0001")
    return text


def _state(code: str) -> str:
    if code not in STATES:
        raise ValueError(
            f"`{code[:40]}` is not the ISO code of a state of the EEA, such as FR or GR"
        )
    return code


def span_of(text: str) -> tuple[int, int]:
    """Return the instants between which a date of a report lies.

    A month stays a month: `2026-03` spans the whole of it, in UTC.

    Args:
        text: `2026`, `2026-03`, `2026-03-14` or an instant of RFC 3339.

    Returns:
        The first instant, and the first one after.

    Raises:
        ValueError: it is none of these.
    """
    if not _DAY.fullmatch(text):
        try:
            instant = parse_instant(text)
        except ValueError as error:
            told = f"{error}, nor a date such as 2027-01-31, 2027-01 or 2027"
            raise ValueError(told) from None
        return instant, instant + 1
    year, month, day = [*text.split("-"), "", ""][:3]
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError(f"`{text}` is not a real date") from None
    first = parse_instant(f"{year}-{month or '01'}-{day or '01'}T00:00:00Z")
    if day:
        return first, first + _MICROSECONDS_A_DAY
    return first, months_after(first, 1 if month else 12)


def _text(limit: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": limit})


Title = Annotated[
    str, Field(min_length=1, max_length=200), AfterValidator(_told), _text(200)
]
Line = Annotated[
    str, Field(min_length=1, max_length=500), AfterValidator(_told), _text(500)
]
Paragraph = Annotated[
    str, Field(min_length=1, max_length=4000), AfterValidator(_told), _text(4000)
]
Prose = Annotated[
    str, Field(min_length=1, max_length=20_000), AfterValidator(_told), _text(20_000)
]
When = Annotated[
    str,
    AfterValidator(_when),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.+)?)?)?$",
            "examples": ["2026-03-14", "2026-03", "2026", "2026-03-14T09:30:00Z"],
        }
    ),
]
SourceId = Annotated[
    str,
    AfterValidator(_source_id),
    WithJsonSchema({"type": "string", "pattern": f"^{_SOURCE_ID.pattern}$"}),
]
State = Annotated[
    str,
    Field(json_schema_extra={"enum": list(STATES)}),
    AfterValidator(_state),
]
