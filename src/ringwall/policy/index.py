"""Which conditions of a concern can be looked up instead of tried, and the table.

A row stands under every key that it could match, so one lookup finds all rows that
are left to try. Must never leave out a row that could match.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product, repeat
from math import prod
from operator import itemgetter, or_
from typing import TypeAlias

from ringwall.policy.concern import Concern
from ringwall.policy.functions import FUNCTIONS, Shape
from ringwall.policy.matcher import (
    Call,
    ColumnRef,
    Compare,
    Expression,
    Or,
    Path,
)
from ringwall.policy.model import Condition
from ringwall.policy.schema import Column, Schema
from ringwall.policy.typecheck import guarded_column
from ringwall.policy.value_types import Value, WordType

__all__ = [
    "MAX_ENTRIES",
    "MAX_SCANNED",
    "Bucket",
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
"""Most places in a table; a column that would need more is tried instead."""

MAX_SCANNED = 4
"""Most rows of one key that are tried one by one; more are split by role."""

Row: TypeAlias = tuple[Value | None, ...]
Bucket: TypeAlias = tuple[Row, ...] | dict[str, tuple[Row, ...]]
"""The rows of one key in file order; where they are many, by each role that fits."""
Table: TypeAlias = Mapping[object, Bucket]
"""Rows by key: the value itself for a key of one part, else the tuple of them."""

_Places: TypeAlias = Mapping[Value | None, Sequence[Value]]
_AllPlaces: TypeAlias = Sequence[_Places]
_ONE = (0,)  # a value that is in no `_Places` stands for itself alone


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One condition that ties a column to an attribute by a lookup.

    Attributes:
        path: the attribute.
        column: where the column stands in a row.
        choices: every running value an open column can take; empty when the column
            is closed, or is an open column of ids, which is looked up twice.
        twice: whether it is looked up by the value and then by None.
        relation: the relation by which a row also stands under the words that
            include its own; empty where the two must be equal.
        condition: the condition itself.
    """

    path: str
    column: int
    choices: tuple[Value, ...]
    twice: bool
    relation: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class RoleLookup:
    """The condition that says the request holds the role of the row.

    Attributes:
        path: the attribute that holds a set of roles.
        column: where the role stands in a row.
        relation: the relation asked.
        condition: the condition itself.
    """

    path: str
    column: int
    relation: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """What is looked up and what is left to try.

    Attributes:
        parts: the conditions that make the key.
        role: the condition on roles that splits large buckets; None without.
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
        part = _key_part(condition, concern.schema)
        found = _role_lookup(condition, concern.schema)
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
    """Return the table of a plan."""
    rows = [rule.values for rule in concern.rules]
    places = [_places(part, rows, concern) for part in plan.parts]
    spreads: Iterator[bool] = repeat(False)  # noqa: FBT003 - what is repeated
    for part, known in zip(plan.parts, places, strict=True):
        if known:
            found = map(known.__contains__, map(itemgetter(part.column), rows))
            spreads = map(or_, spreads, found)
    # Most keys have one row: the lists are for the others alone.
    table: dict[object, tuple[Row, ...]] = {}
    more: defaultdict[object, list[Row]] = defaultdict(list)
    for row, key, is_spread in zip(rows, map(_key_of(plan.parts), rows), spreads):  # noqa: B905 - one has no end
        for place in _spread_keys(plan.parts, row, places) if is_spread else (key,):
            if place in table:
                more[place].append(row)
            else:
                table[place] = (row,)
    filled: dict[object, Bucket] = {**table}
    for key, others in more.items():
        filled[key] = _bucket([*table[key], *others], plan, concern)
    return filled


def is_lookup(tree: Expression, schema: Schema) -> bool:
    """Return whether an expression says that an attribute equals a column."""
    found = _looked_up(tree, schema)
    return found is not None and not found[2]


def _key_of(parts: Sequence[KeyPart]) -> Callable[[Row], object]:
    if not parts:
        return lambda _: ()
    return itemgetter(*(part.column for part in parts))


def _spread_keys(
    parts: Sequence[KeyPart], row: Row, places: _AllPlaces
) -> Iterator[object]:
    values = (
        known.get(row[part.column], (row[part.column],))
        for part, known in zip(parts, places, strict=True)
    )
    for key in product(*values):
        yield key[0] if len(parts) == 1 else key


def _bucket(rows: list[Row], plan: IndexPlan, concern: Concern) -> Bucket:
    role = plan.role
    if role is None or len(rows) <= MAX_SCANNED:
        return tuple(rows)
    seniors = concern.relations[role.relation].included_by
    by_role: dict[str, list[Row]] = {}
    for row in rows:
        for word in seniors[str(row[role.column])]:
            by_role.setdefault(word, []).append(row)
    return {word: tuple(found) for word, found in by_role.items()}


def _looked_up(tree: Expression, schema: Schema) -> tuple[str, int, str] | None:
    """Return path, column and relation of a condition that a lookup can answer."""
    is_open = False
    if isinstance(tree, Or) and len(tree.operands) == 2:
        guard, tree = tree.operands
        name = guarded_column(guard)
        is_open = bool(name) and schema.columns[schema.column_index(name)].open
        if not is_open:
            return None
    relation = ""
    match tree:
        case Compare("==", Path(path), ColumnRef(name)):
            pass
        case Compare("==", ColumnRef(name), Path(path)):
            pass
        case Call(function, (Path(path), ColumnRef(name))) if _asks(
            function, Shape.ROLE
        ):
            relation = FUNCTIONS[function].relation
        case _:
            return None
    index = schema.column_index(name)
    column = schema.columns[index]
    if column.open != is_open:
        return None
    return path, index, relation


def _key_part(condition: Condition, schema: Schema) -> KeyPart | None:
    found = _looked_up(condition.expression, schema)
    if found is None:
        return None
    path, index, relation = found
    choices, twice = _open_choices(schema.columns[index])
    return KeyPart(path, index, choices, twice, relation, condition)


def _asks(function: str, shape: Shape) -> bool:
    return FUNCTIONS[function].shape is shape


def _open_choices(column: Column) -> tuple[tuple[Value, ...], bool]:
    if not column.open:
        return (), False
    if not isinstance(column.type, WordType):
        return (), True
    vocabulary = column.type.vocabulary
    if vocabulary.ordered:
        return tuple(range(len(vocabulary.values))), False
    return vocabulary.values, False


def _role_lookup(condition: Condition, schema: Schema) -> RoleLookup | None:
    match condition.expression:
        case Call(function, (Path(path), ColumnRef(name))) if _asks(
            function, Shape.ROLES
        ):
            relation = FUNCTIONS[function].relation
            return RoleLookup(path, schema.column_index(name), relation, condition)
        case _:
            return None


def _is_new(part: KeyPart, parts: Iterable[KeyPart]) -> bool:
    return all(
        part.column != other.column and not (part.twice and other.twice)
        for other in parts
    )


def _within_limit(plan: IndexPlan, concern: Concern) -> IndexPlan:
    """Take columns that spread rows out of the key until the table fits."""
    rows = [rule.values for rule in concern.rules]
    while True:
        places = [_places(part, rows, concern) for part in plan.parts]
        if not any(places) or _entries(plan.parts, rows, places) <= MAX_ENTRIES:
            return plan
        spreads = [max(map(len, known.values()), default=0) for known in places]
        widest = plan.parts[spreads.index(max(spreads))]
        plan = replace(
            plan,
            parts=tuple(part for part in plan.parts if part is not widest),
            residual=(*plan.residual, widest.condition),
        )


def _entries(parts: Sequence[KeyPart], rows: Sequence[Row], places: _AllPlaces) -> int:
    """Return how many places the rows take in the table, before roles split them."""
    spreading = [
        (part.column, known) for part, known in zip(parts, places, strict=True) if known
    ]
    columns = (map(itemgetter(column), rows) for column, _ in spreading)
    alike = Counter(zip(*columns, strict=True))
    return sum(
        count
        * prod(
            len(known.get(value, _ONE))
            for (_, known), value in zip(spreading, values, strict=True)
        )
        for values, count in alike.items()
    )


def _places(part: KeyPart, rows: Iterable[Row], concern: Concern) -> _Places:
    """Return under which values a row also stands, for values where they are many."""
    found: dict[Value | None, Sequence[Value]] = {}
    if not (part.choices or part.relation):
        return found
    for value in {row[part.column] for row in rows}:
        if value is None:
            found[value] = part.choices
        elif part.relation:
            seniors = concern.relations[part.relation].included_by[str(value)]
            found[value] = sorted(seniors)
    return {value: words for value, words in found.items() if list(words) != [value]}
