"""When a condition that holds for one row must hold for another, too.

Looks at the values of the rows alone, for every request at once. Must never say so
of rows for which some request tells otherwise; it may miss that it is so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ringwall.policy.concern import Concern
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.index import Row
from ringwall.policy.matcher import (
    And,
    Call,
    ColumnRef,
    Expression,
    Not,
    Or,
    Path,
    walk,
)
from ringwall.policy.typecheck import guarded_column

__all__ = ["Implication", "behind_guard", "is_lower_wider"]

# Whether a lower value in the row is the easier one to meet.
_LOWER_WIDER: Mapping[tuple[str, type, type], bool] = {
    ("at_least", Path, ColumnRef): True,
    ("at_most", Path, ColumnRef): False,
    ("at_least", ColumnRef, Path): False,
    ("at_most", ColumnRef, Path): True,
}


def behind_guard(tree: Expression) -> Expression:
    """Return what an expression says of a column that is not left open.

    Where the guard is for another column than the one that is read, that is all of
    it: the two can't be told apart.
    """
    match tree:
        case Or((guard, core)) if _columns(core) == [guarded_column(guard)]:
            return core
        case _:
            return tree


def _columns(tree: Expression) -> list[str]:
    """Return the column that each reference in an expression names."""
    return [node.name for node in walk(tree) if isinstance(node, ColumnRef)]


def is_lower_wider(tree: Expression) -> bool | None:
    """Return whether a lower value of the column is easier to meet.

    Returns:
        None if the expression doesn't compare an attribute with a column by an order.
    """
    match tree:
        case Call(function, (first, second)):
            return _LOWER_WIDER.get((function, type(first), type(second)))
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Implication:
    """Compares rows of one concern.

    Attributes:
        concern: whose rows.
        places: where each column stands in a row.
    """

    concern: Concern
    places: Mapping[str, int]

    @classmethod
    def of(cls, concern: Concern) -> "Implication":
        """Return the implication between rows of a concern."""
        columns = concern.schema.columns
        return cls(concern, {column.name: at for at, column in enumerate(columns)})

    def covers(self, wide: Row, narrow: Row) -> bool:
        """Return whether one row surely matches whatever another matches."""
        return all(
            self.follows(condition.expression, narrow, wide)
            for condition in self.concern.conditions
        )

    def follows(self, tree: Expression, narrow: Row, wide: Row) -> bool:
        """Return whether an expression surely holds for `wide` if it does for `narrow`.

        Args:
            tree: part of a condition of the concern, true or false by itself.
            narrow: values of the row for which it holds.
            wide: values of the other row.
        """
        match tree:
            case Not(operand):
                return self.follows(operand, wide, narrow)
            case And(operands):
                return all(self.follows(item, narrow, wide) for item in operands)
            case Or(operands):
                return self._either(operands, narrow, wide)
            case _:
                return self._test(tree, narrow, wide)

    def _either(self, operands: Sequence[Expression], narrow: Row, wide: Row) -> bool:
        guards = [
            self.places[name] for item in operands if (name := guarded_column(item))
        ]
        if any(wide[at] is None for at in guards):
            return True
        if any(narrow[at] is None for at in guards):
            return False
        return all(
            self.follows(item, narrow, wide)
            for item in operands
            if not guarded_column(item)
        )

    def _test(self, tree: Expression, narrow: Row, wide: Row) -> bool:
        places = [self.places[name] for name in _columns(tree)]
        pairs = [(narrow[at], wide[at]) for at in places]
        lower = is_lower_wider(tree)
        match tree, pairs:
            case _, [(int() as left, int() as right)] if lower is not None:
                return right <= left if lower else right >= left
            case Call(function, (Path(), ColumnRef())), [(str() as left, right)]:
                roles = self.concern.relations[FUNCTIONS[function].relation]
                return right in roles.includes[left]
            case _:
                return all(left == right for left, right in pairs)
