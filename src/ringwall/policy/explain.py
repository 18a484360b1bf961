"""Why a request is denied: the nearest rows and each condition they fail.

Reads the same compiled conditions that decide. Must never change an answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import TypeAlias

from ringwall.policy.concern import Concern
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.index import Row
from ringwall.policy.matcher import (
    Call,
    ColumnRef,
    Compare,
    Expression,
    Literal,
    Not,
    Or,
    Path,
    format_matcher,
)
from ringwall.policy.model import Condition
from ringwall.policy.outcome import FailedCondition, NearRow
from ringwall.policy.rows import Rule
from ringwall.policy.typecheck import guarded_column, operand_type
from ringwall.policy.value_types import InstantType, NumberType

__all__ = ["Explainer", "Test"]

Test: TypeAlias = Callable[[object, Row], bool]

_TAILS = {
    ("at_least", NumberType): "or more",
    ("at_least", InstantType): "or later",
    ("at_most", NumberType): "or less",
    ("at_most", InstantType): "or earlier",
}
_ORDER_TAILS = {"at_least": "or higher", "at_most": "or lower"}


@dataclass(frozen=True, slots=True)
class Explainer:
    """Tries every condition of every row on its own.

    Attributes:
        concern: whose rows.
        tests: one compiled test for each condition, in the same order.
        identifying: places of the conditions that say what a row is about: an
            attribute equals a column.
    """

    concern: Concern
    tests: tuple[Test, ...]
    identifying: frozenset[int]

    def nearest(
        self, request: object, denying: Sequence[str], limit: int
    ) -> tuple[NearRow, ...]:
        """Return the rows that explain a deny.

        Args:
            request: that was denied without an error.
            denying: ids of the rows that deny it; empty for a default deny.
            limit: the most rows to return.
        """
        if denying:
            wanted = frozenset(denying)
            rows = [rule for rule in self.concern.rules if rule.id in wanted]
            return tuple(_near(rule, ()) for rule in rows[:limit])
        tried = (
            (number, self._failures(request, number, rule))
            for number, rule in enumerate(self.concern.rules)
            if rule.effect == "allow"
        )
        best = nsmallest(limit, tried, key=self._distance)
        return tuple(self._describe(request, number, failed) for number, failed in best)

    def _distance(self, item: tuple[int, tuple[int, ...]]) -> tuple[int, int, int, int]:
        """Return how far a row is from permitting, for comparison.

        A row for another action or kind is further than any row for what was asked,
        then the number of failed conditions counts, then how early in the matcher
        the first of them stands, then the place in the file.
        """
        number, failed = item
        other = sum(place in self.identifying for place in failed)
        return other, len(failed), -min(failed), number

    def _failures(self, request: object, number: int, rule: Rule) -> tuple[int, ...]:
        row: Row = (number, *rule.values[1:])
        return tuple(
            place for place, test in enumerate(self.tests) if not test(request, row)
        )

    def _describe(self, request: object, number: int, failed: Sequence[int]) -> NearRow:
        rule = self.concern.rules[number]
        return _near(
            rule,
            tuple(
                self._failure(request, rule, self.concern.conditions[place])
                for place in failed
            ),
        )

    def _failure(
        self, request: object, rule: Rule, condition: Condition
    ) -> FailedCondition:
        schema = self.concern.schema
        seen = [
            (path, schema.seen(request, schema.attribute(path)))
            for path in condition.paths
        ]
        tree = condition.expression
        if isinstance(tree, Or) and len(tree.operands) == 2:
            tree = tree.operands[1] if guarded_column(tree.operands[0]) else tree
        shown, needed = self._compared(tree, rule, dict(seen))
        if not needed:
            shown = ", ".join(f"{path} = {text}" for path, text in seen)
            needed = format_matcher(self._filled(condition.expression, rule))
        return FailedCondition(
            condition.name, condition.code, condition.message, shown, needed
        )

    def _compared(
        self, tree: Expression, rule: Rule, seen: dict[str, str]
    ) -> tuple[str, str]:
        """Return what is seen and needed where one attribute meets one value."""
        match tree:
            case Compare(
                "==", Path(path), (ColumnRef() | Literal()) as other
            ) | Compare("==" | "in", (ColumnRef() | Literal()) as other, Path(path)):
                needed = self._text(other, rule)
            case Call(function, (Path(path), (ColumnRef() | Literal()) as other)):
                needed = self._reached(function, tree, self._text(other, rule))
            case Call("within", (Path(inner), Path(path))):
                needed = f"all of {seen[inner]}"
            case Not(Path(path)) | Path(path):
                needed = "true" if isinstance(tree, Path) else "false"
            case _:
                return "", ""
        return seen[path], needed

    def _reached(self, function: str, tree: Call, text: str) -> str:
        if function in _ORDER_TAILS:
            kind = operand_type(tree.arguments[0], self.concern.schema)
            tail = _TAILS.get((function, type(kind)), _ORDER_TAILS[function])
            return f"{text} {tail}"
        relation = self.concern.relations[FUNCTIONS[function].relation]
        seniors = sorted(relation.included_by[text] - {text})
        return f"one of {', '.join([text, *seniors])}" if seniors else text

    def _text(self, tree: ColumnRef | Literal, rule: Rule) -> str:
        if isinstance(tree, Literal):
            return tree.text
        return rule.text[self.concern.schema.column_index(tree.name)]

    def _filled(self, tree: Expression, rule: Rule) -> Expression:
        """Return an expression with the row's values in place of its columns."""
        match tree:
            case ColumnRef():
                return Literal(self._text(tree, rule))
            case Compare(operator, left, right):
                return Compare(
                    operator, self._filled(left, rule), self._filled(right, rule)
                )
            case Call(function, arguments):
                return Call(function, self._each(arguments, rule))
            case Not(operand):
                return Not(self._filled(operand, rule))
            case Path() | Literal():
                return tree
            case _:
                return type(tree)(self._each(tree.operands, rule))

    def _each(self, trees: Sequence[Expression], rule: Rule) -> tuple[Expression, ...]:
        return tuple(self._filled(tree, rule) for tree in trees)


def _near(rule: Rule, failed: tuple[FailedCondition, ...]) -> NearRow:
    return NearRow(rule.id, rule.file, rule.line, rule.effect, failed)
