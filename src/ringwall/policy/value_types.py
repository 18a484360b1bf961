"""The types a request attribute or a policy column can have, and their text forms.

In a running decision a word of an ordered vocabulary is its rank (`int`), any other
word and an id is text, a set is a frozenset of text, a number and an instant are
`int`, a flag is `bool`. Must never guess a type from a value.
"""

from dataclasses import dataclass
from typing import TypeAlias

from ringwall.base.clock import format_instant, parse_instant
from ringwall.policy.dialect import ID
from ringwall.policy.numbers import format_number, parse_number
from ringwall.policy.vocabulary import Vocabulary

__all__ = [
    "FlagType",
    "IdType",
    "InstantType",
    "NumberType",
    "SetType",
    "Value",
    "ValueType",
    "WordType",
    "format_type",
    "format_value",
    "lowest_value",
    "parse_value",
    "value_from_data",
]


@dataclass(frozen=True, slots=True)
class WordType:
    """One word of a vocabulary."""

    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class IdType:
    """An id: lower-case letters, digits, `.`, `_`, `:`, `-`; at most 128."""


@dataclass(frozen=True, slots=True)
class FlagType:
    """True or false; request attributes only."""


@dataclass(frozen=True, slots=True)
class NumberType:
    """A non-negative exact integer up to 1e60."""


@dataclass(frozen=True, slots=True)
class InstantType:
    """An instant in microseconds since the epoch; RFC 3339 with zone as text."""


@dataclass(frozen=True, slots=True)
class SetType:
    """A set of words of one unordered vocabulary, or of ids; attributes only."""

    element: WordType | IdType


ValueType: TypeAlias = WordType | IdType | FlagType | NumberType | InstantType | SetType
Value: TypeAlias = str | int | bool | frozenset[str]


def format_type(kind: ValueType) -> str:
    """Return the type as [types] writes it."""
    match kind:
        case WordType(vocabulary):
            return vocabulary.name
        case SetType(element):
            return f"set({format_type(element)})"
        case IdType():
            return "id"
        case FlagType():
            return "flag"
        case NumberType():
            return "number"
        case _:
            return "instant"


def parse_value(kind: ValueType, text: str) -> Value:
    """Return the running form of one field of a row, or of a literal.

    Raises:
        ValueError: the text is not a value of the type; the message says why.
        TypeError: flags and sets have no text form.
    """
    match kind:
        case WordType(vocabulary):
            rank = vocabulary.rank(text)
            return rank if vocabulary.ordered else text
        case IdType():
            if not ID.fullmatch(text):
                raise ValueError(f"`{text[:40]}` is not an id")
            return text
        case NumberType():
            return parse_number(text)
        case InstantType():
            return parse_instant(text)
        case _:
            raise TypeError(f"a value of type {format_type(kind)} has no text form")


def format_value(kind: ValueType, value: Value) -> str:
    """Return the running form of a value as a person writes it.

    Raises:
        ValueError: the value is not one of the type.
    """
    match kind, value:
        case WordType(Vocabulary(ordered=True) as vocabulary), int():
            if not 0 <= value < len(vocabulary.values):
                raise ValueError(f"{value} is not a rank of `{vocabulary.name}`")
            return vocabulary.values[value]
        case ((WordType() | IdType()), str()):
            return value
        case FlagType(), bool():
            return "true" if value else "false"
        case NumberType(), int():
            return format_number(value)
        case InstantType(), int():
            return format_instant(value)
        case SetType(), frozenset():
            return ", ".join(sorted(value)) or "none"
        case _:
            raise ValueError(f"`{value!r}` is not a value of type {format_type(kind)}")


def value_from_data(kind: ValueType, data: object) -> Value:
    """Return the running form of a value given as plain data (YAML, JSON).

    Sets are lists of text; numbers are integers or text such as `1e25`; instants
    are RFC 3339 text.

    Raises:
        ValueError: the data is not a value of the type.
    """
    match kind, data:
        case FlagType(), bool():
            return data
        case NumberType(), int() if not isinstance(data, bool):
            return parse_number(str(data))
        case SetType(element), (list() | tuple() | frozenset()):
            return frozenset(_text_of(element, item) for item in data)
        case ((WordType() | IdType() | NumberType() | InstantType()), str()):
            return parse_value(kind, data)
        case _:
            raise ValueError(f"`{data!r}` is not a value of type {format_type(kind)}")


def _text_of(element: WordType | IdType, item: object) -> str:
    if not isinstance(item, str):
        raise ValueError(  # noqa: TRY004 - a fault of the data, not of the program
            f"`{item!r}` is not a value of type {format_type(element)}"
        )
    parse_value(element, item)
    return item


def lowest_value(kind: ValueType) -> Value:
    """Return what lapsed evidence counts as: the lowest word, or zero.

    Raises:
        ValueError: the type has no lowest value.
    """
    match kind:
        case WordType(Vocabulary(ordered=True)) | NumberType():
            return 0
        case _:
            raise ValueError(f"type {format_type(kind)} has no lowest value")
