"""Which conditions tie a row to certain values of an attribute, read both ways.

A search starts from them: from a value to the rows it can serve, and from a row to
the values that can serve it. Must never tie where the row could match otherwise.
"""

from collections.abc import Collection
from dataclasses import dataclass

from ringwall.policy.concern import Concern
from ringwall.policy.functions import FUNCTIONS, Shape
from ringwall.policy.matcher import Call, ColumnRef, Compare, Expression, Or, Path
from ringwall.policy.roles import Roles
from ringwall.policy.typecheck import guarded_column
from ringwall.policy.value_types import Value

__all__ = ["Inclusion", "Tie", "read_inclusions", "read_ties"]

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tie:
    """A condition that a row meets for certain values of one attribute only.

    A row whose field is open (None) meets it for all.

    Attributes:
        path: the attribute.
        column: where the column stands in a row.
        roles: the relation by which a word also serves the words it includes; None
            where it serves just itself.
    """

    path: str
    column: int
    roles: Roles | None

    def fields_served(self, value: Value) -> Collection[Value]:
        """Return the fields of the column that a value of the attribute meets.

        Of a set, each element counts.
        """
        words = value if isinstance(value, frozenset) else (value,)
        if self.roles is None:
            return words
        includes = self.roles.includes
        return frozenset().union(*(includes.get(str(word), _NONE) for word in words))

    def words_serving(self, field: Value) -> Collection[Value]:
        """Return the values, or elements of a set, each of which meets a field."""
        return (field,) if self.roles is None else self.roles.included_by[str(field)]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`within(r.inner, r.outer)`: every element of one set is in the other."""

    inner: str
    outer: str


def read_ties(concern: Concern) -> tuple[Tie, ...]:
    """Return the ties of a concern, in matcher order.

    They come from conditions of the forms `r.x == p.c`, `p.c in r.x`, `g(r.x, p.c)`
    and `holds(r.x, p.c)` (of any relation), an open column guarded.
    """
    found = (_tie(item.expression, concern) for item in concern.conditions)
    return tuple(tie for tie in found if tie is not None)


def read_inclusions(concern: Concern) -> tuple[Inclusion, ...]:
    """Return the conditions of a concern that put one attribute within another."""
    found = []
    for condition in concern.conditions:
        match condition.expression:
            case Call("within", (Path(inner), Path(outer))):
                found.append(Inclusion(inner, outer))
            case _:
                pass
    return tuple(found)


def _tie(tree: Expression, concern: Concern) -> Tie | None:
    guarded = ""
    if isinstance(tree, Or) and len(tree.operands) == 2:
        guard, tree = tree.operands
        guarded = guarded_column(guard)
        if not guarded:
            return None
    relation = ""
    match tree:
        case Compare("==", Path(path), ColumnRef(name)):
            pass
        case Compare("==" | "in", ColumnRef(name), Path(path)):
            pass
        case Call(function, (Path(path), ColumnRef(name))) if _is_role(function):
            relation = FUNCTIONS[function].relation
        case _:
            return None
    if guarded not in {"", name}:
        return None
    return Tie(
        path,
        concern.schema.column_index(name),
        concern.relations[relation] if relation else None,
    )


def _is_role(function: str) -> bool:
    return FUNCTIONS[function].shape in {Shape.ROLE, Shape.ROLES}
