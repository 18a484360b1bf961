"""A condition in words, for people who don't read matchers.

Says what the expression says and no more; must never simplify it.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.matcher import (
    And,
    Call,
    ColumnRef,
    Compare,
    Expression,
    Literal,
    Not,
    Or,
    Path,
)
from ringwall.policy.schema import Schema
from ringwall.policy.typecheck import guarded_column, operand_type
from ringwall.policy.value_types import InstantType, NumberType

__all__ = ["in_words"]

_TESTS: Final[Mapping[str, str]] = MappingProxyType(
    {"==": "is", "!=": "is not", "in": "is among", "within": "is within"}
)
_ORDERS: Final[Mapping[tuple[str, type | None], str]] = MappingProxyType(
    {
        ("at_least", NumberType): "or more",
        ("at_most", NumberType): "or less",
        ("at_least", InstantType): "or later",
        ("at_most", InstantType): "or earlier",
        ("at_least", None): "or higher",
        ("at_most", None): "or lower",
    }
)


def in_words(tree: Expression, schema: Schema) -> str:
    """Return an expression as the part of a sentence that follows `that`.

    Args:
        tree: a condition of the concern, or part of one.
        schema: the concern's schema.
    """
    match tree:
        case And(operands):
            words = _joined(operands, "and", schema)
        case Or(operands):
            words = _joined(operands, "or", schema)
        case Not(operand):
            words = _negated(operand, schema)
        case Path(path):
            words = f"`{path}` is true"
        case Compare(_, ColumnRef(name), _) if guarded_column(tree):
            words = f"column `{name}` is left open"
        case Compare(name, left, right) | Call(name, (left, right)):
            words = _compared(name, left, right, schema)
        case _:
            words = _value(tree)
    return words


def _negated(tree: Expression, schema: Schema) -> str:
    match tree:
        case Path(path):
            return f"`{path}` is false"
        case Compare("in", left, right):
            return f"{_value(left)} is not among {_value(right)}"
        case _:
            return f"not ({in_words(tree, schema)})"


def _joined(operands: Sequence[Expression], joint: str, schema: Schema) -> str:
    parts = [
        f"({in_words(item, schema)})"
        if isinstance(item, And | Or)
        else in_words(item, schema)
        for item in operands
    ]
    return f" {joint} ".join(parts)


def _compared(name: str, left: Expression, right: Expression, schema: Schema) -> str:
    first, second = _value(left), _value(right)
    if name in _TESTS:
        return f"{first} {_TESTS[name]} {second}"
    if not FUNCTIONS[name].relation:
        kind = type(operand_type(left, schema) or operand_type(right, schema))
        tail = _ORDERS.get((name, kind), _ORDERS[name, None])
        return f"{first} is {second} {tail}"
    return f"{first} holds {second}, or what includes it"


def _value(tree: Expression) -> str:
    match tree:
        case Path(path):
            return f"`{path}`"
        case ColumnRef(name):
            return f"column `{name}`"
        case Literal(text):
            return f"`{text}`"
        case _:
            raise ValueError("a condition is no value")
