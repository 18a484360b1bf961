"""Which conditions of a concern can be looked up instead of tried, and the table.

A row stands under every key that it could match, so a lookup finds all rows that
are left to try. Must never leave out a row that could match.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from types import MappingProxyType
from typing import TypeAlias

from ringwall.policy.concern import Concern
from ringwall.policy.matcher import (
    Call,
    ColumnRef,
    Compare,
    Expression,
    Or,
    Path,
)
from ringwall.policy.model import Condition
from ringwall.policy.rows import Rule
from ringwall.policy.schema import Column, Schema
from ringwall.policy.typecheck import guarded_column
from ringwall.policy.value_types import Value, WordType

__all__ = [
    "MAX_ENTRIES",
    "IndexPlan",
    "KeyPart",
    "RoleLookup",
    "Row",
    "Table",
    "build_table",
    "is_lookup",
    "plan_index",
]

MAX_ENTRIES = 2_000_000
"""Most places in a table; an open column that would need more is tried instead."""

Row: TypeAlias = tuple[Value | None, ...]
Table: TypeAlias = Mapping[tuple[Value | None, ...], Mapping[str, tuple[Row, ...]]]


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One condition that says a column equals an attribute.

    Attributes:
        path: the attribute.
        column: where the column stands in a row.
        choices: every running value an open column can take; empty when the column
            is closed, or is an open column of ids, which is looked up twice.
        twice: whether it is looked up by the value and then by None.
    """

    path: str
    column: int
    choices: tuple[Value, ...] = ()
    twice: bool = False


@dataclass(frozen=True, slots=True)
class RoleLookup:
    """The condition that says the request has the role of the row.

    Attributes:
        path: the attribute that holds a role, or roles.
        is_set: whether it is a set.
        column: where the role stands in a row.
    """

    path: str
    is_set: bool
    column: int


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """What is looked up and what is left to try.

    Attributes:
        parts: the conditions that make the key.
        role: the condition on roles that is looked up; None without.
        residual: conditions to try on each row found.
        common: conditions that read no column, to try once.
    """

    parts: tuple[KeyPart, ...]
    role: RoleLookup | None
    residual: tuple[Condition, ...]
    common: tuple[Condition, ...]


def plan_index(concern: Concern) -> IndexPlan:
    """Return the plan for a concern."""
    parts: list[KeyPart] = []
    residual: list[Condition] = []
    common: list[Condition] = []
    role: RoleLookup | None = None
    for condition in concern.conditions:
        part = _key_part(condition.expression, concern.schema)
        found = _role_lookup(condition.expression, concern.schema)
        if not condition.columns:
            common.append(condition)
        elif part is not None and _is_new(part, parts):
            parts.append(part)
        elif found is not None and role is None:
            role = found
        else:
            residual.append(condition)
    plan = IndexPlan(tuple(parts), role, tuple(residual), tuple(common))
    return _within_limit(plan, concern)


def build_table(plan: IndexPlan, concern: Concern) -> Table:
    """Return the table of a plan: key, then role (or "" without), then rows."""
    growing: dict[tuple[Value | None, ...], dict[str, list[Row]]] = {}
    for number, rule in enumerate(concern.rules):
        row: Row = (number, *rule.values[1:])
        roles = _roles(plan, rule, concern)
        for key in product(*(_key_values(part, row) for part in plan.parts)):
            buckets = growing.setdefault(key, {})
            for role in roles:
                buckets.setdefault(role, []).append(row)
    return MappingProxyType(
        {
            key: {role: tuple(rows) for role, rows in buckets.items()}
            for key, buckets in growing.items()
        }
    )


def is_lookup(tree: Expression, schema: Schema) -> bool:
    """Return whether an expression says that an attribute equals a column."""
    return _key_part(tree, schema) is not None


def _key_part(tree: Expression, schema: Schema) -> KeyPart | None:
    is_open = False
    if isinstance(tree, Or) and len(tree.operands) == 2:
        guard, tree = tree.operands
        name = guarded_column(guard)
        is_open = bool(name) and schema.columns[schema.column_index(name)].open
        if not is_open:
            return None
    match tree:
        case Compare("==", Path(path), ColumnRef(name)):
            pass
        case Compare("==", ColumnRef(name), Path(path)):
            pass
        case _:
            return None
    index = schema.column_index(name)
    column = schema.columns[index]
    if column.open != is_open:
        return None
    return KeyPart(path, index, *_open_choices(column))


def _open_choices(column: Column) -> tuple[tuple[Value, ...], bool]:
    if not column.open:
        return (), False
    if not isinstance(column.type, WordType):
        return (), True
    vocabulary = column.type.vocabulary
    if vocabulary.ordered:
        return tuple(range(len(vocabulary.values))), False
    return vocabulary.values, False


def _role_lookup(tree: Expression, schema: Schema) -> RoleLookup | None:
    match tree:
        case Call("holds" | "g" as function, (Path(path), ColumnRef(name))):
            return RoleLookup(path, function == "holds", schema.column_index(name))
        case _:
            return None


def _is_new(part: KeyPart, parts: Iterable[KeyPart]) -> bool:
    return all(
        part.column != other.column and not (part.twice and other.twice)
        for other in parts
    )


def _within_limit(plan: IndexPlan, concern: Concern) -> IndexPlan:
    """Take open columns out of the key until the table fits."""
    while _entries(plan, concern) > MAX_ENTRIES:
        widest = max(plan.parts, key=lambda part: len(part.choices))
        if not widest.choices:
            break
        name = concern.schema.columns[widest.column].name
        moved = next(
            item
            for item in concern.conditions
            if item.columns == (name,) and item not in plan.residual
        )
        plan = replace(
            plan,
            parts=tuple(part for part in plan.parts if part is not widest),
            residual=(*plan.residual, moved),
        )
    return plan


def _entries(plan: IndexPlan, concern: Concern) -> int:
    return sum(
        prod(
            len(part.choices)
            for part in plan.parts
            if part.choices and rule.values[part.column] is None
        )
        * len(_roles(plan, rule, concern))
        for rule in concern.rules
    )


def _roles(plan: IndexPlan, rule: Rule, concern: Concern) -> Sequence[str]:
    if plan.role is None:
        return ("",)
    return sorted(concern.roles.included_by[rule.text[plan.role.column]])


def _key_values(part: KeyPart, row: Row) -> Sequence[Value | None]:
    value = row[part.column]
    if value is None and part.choices:
        return part.choices
    return (value,)
