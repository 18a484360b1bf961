"""What an expression says of given attributes and a row, worked out in the open.

Slow and plain, for whoever studies a policy at leisure. Must never decide a request:
the compiled form does that.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ringwall.policy.concern import Concern
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.index import Row
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
from ringwall.policy.typecheck import guarded_column, operand_type
from ringwall.policy.value_types import SetType, Value, parse_value

__all__ = ["Meaning"]

_TESTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {
        "==": operator.eq,
        "!=": operator.ne,
        "in": lambda item, items: item in items,
        "at_least": operator.ge,
        "at_most": operator.le,
        "within": operator.le,
    }
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of the checked expressions of one concern.

    Attributes:
        concern: whose types and relations they speak of.
    """

    concern: Concern

    def holds(self, tree: Expression, values: Mapping[str, Value], row: Row) -> bool:
        """Return whether an expression holds.

        Args:
            tree: part of a condition of the concern, true or false by itself.
            values: running value of each attribute it reads, by path.
            row: the values of a rule.
        """
        match tree:
            case And(operands):
                found = all(self.holds(item, values, row) for item in operands)
            case Or(operands):
                found = any(self.holds(item, values, row) for item in operands)
            case Not(operand):
                found = not self.holds(operand, values, row)
            case Path(path):
                found = values[path] is True
            case Compare(name, left, right) | Call(name, (left, right)):
                found = self._test(name, (left, right), values, row)
            case _:
                raise ValueError("a value is neither true nor false")
        return found

    def constant(self, tree: Expression, other: Expression, row: Row) -> Value | None:
        """Return the running value of a column or a literal.

        Args:
            tree: the column or literal.
            other: what it is compared with, which gives a literal its type.
            row: the values of a rule.

        Returns:
            None for a column that the row leaves open, and for the literal `*`.
        """
        match tree:
            case ColumnRef(name):
                return row[self.concern.schema.column_index(name)]
            case Literal(text) if not guarded_column(Compare("==", other, tree)):
                kind = operand_type(other, self.concern.schema)
                kind = kind.element if isinstance(kind, SetType) else kind
                return None if kind is None else parse_value(kind, text)
            case _:
                return None

    def seniors(self, function: str, role: Value | None) -> frozenset[str]:
        """Return the words of which `g` or `holds` asks for any."""
        roles = self.concern.relations[FUNCTIONS[function].relation]
        return roles.included_by[str(role)]

    def _test(
        self,
        name: str,
        operands: tuple[Expression, Expression],
        values: Mapping[str, Value],
        row: Row,
    ) -> bool:
        first, second = operands
        left = self._value(first, second, values, row)
        right = self._value(second, first, values, row)
        if name in _TESTS:
            return _TESTS[name](left, right)
        held = left if isinstance(left, frozenset) else {left}
        return not self.seniors(name, right).isdisjoint(held)

    def _value(
        self,
        tree: Expression,
        other: Expression,
        values: Mapping[str, Value],
        row: Row,
    ) -> Value | None:
        if isinstance(tree, Path):
            return values[tree.path]
        return self.constant(tree, other, row)
