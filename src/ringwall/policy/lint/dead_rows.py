"""Rows that no request can match, whatever anybody asks.

Tries values that stand for all requests, so a contradiction it names is one. Must
never name a row that some request matches; it may miss one that none does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from ringwall.policy.concern import Concern
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.implication import behind_guard
from ringwall.policy.index import Row
from ringwall.policy.lint.meaning import Meaning
from ringwall.policy.lint.samples import MAX_SAMPLES, Comparisons
from ringwall.policy.matcher import Call, Compare, Expression, Path, walk
from ringwall.policy.model import Condition
from ringwall.policy.rows import Rule
from ringwall.policy.value_types import Value, ValueType

__all__ = ["DeadRow", "find_dead_rows"]


@dataclass(frozen=True, slots=True)
class DeadRow:
    """A row that nothing matches, and the conditions that rule each other out."""

    rule: Rule
    conditions: tuple[Condition, ...]


def find_dead_rows(concern: Concern) -> tuple[DeadRow, ...]:
    """Return the rows that no request can match, in file order.

    Args:
        concern: any concern.
    """
    meaning = Meaning(concern)
    groups = [_Group(meaning, tuple(group)) for group in _grouped(concern.conditions)]
    found = []
    for rule in concern.rules:
        for group in groups:
            clash = group.clash(rule.values)
            if clash:
                found.append(DeadRow(rule, clash))
                break
    return tuple(found)


def _grouped(conditions: Iterable[Condition]) -> list[list[Condition]]:
    """Return conditions in groups: only those of one group share attributes."""
    groups: list[list[Condition]] = []
    for condition in conditions:
        paths = set(condition.paths)
        near = [
            group
            for group in groups
            if any(paths & set(other.paths) for other in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([item for group in near for item in group] + [condition])
    return groups


class _Group:
    """Conditions that speak of the same attributes, and what is known of rows."""

    def __init__(self, meaning: Meaning, conditions: Sequence[Condition]) -> None:
        schema = meaning.concern.schema
        self._meaning = meaning
        self._conditions = conditions
        names = {name for condition in conditions for name in condition.columns}
        self._places = sorted(schema.column_index(name) for name in names)
        self._known: dict[Row, tuple[Condition, ...]] = {}

    def clash(self, row: Row) -> tuple[Condition, ...]:
        """Return conditions that no request meets together for a row, if any."""
        first, *others = self._conditions
        if not others and _is_one_test(first.expression):
            return ()
        key = tuple(row[at] for at in self._places)
        if key not in self._known:
            self._known[key] = self._work_out(row)
        return self._known[key]

    def _work_out(self, row: Row) -> tuple[Condition, ...]:
        if self._can_hold(self._conditions, row):
            return ()
        # What is not needed for the contradiction only distracts from it.
        left = list(self._conditions)
        for condition in self._conditions:
            fewer = [item for item in left if item is not condition]
            if fewer and not self._can_hold(fewer, row):
                left = fewer
        return tuple(left)

    def _can_hold(self, conditions: Sequence[Condition], row: Row) -> bool:
        """Return whether some request may meet all conditions; True if unknown."""
        trees = [
            condition.expression
            for condition in conditions
            if self._samples([condition.expression], row) is not None
        ]
        samples = self._samples(trees, row)
        return samples is None or any(
            all(self._meaning.holds(tree, values, row) for tree in trees)
            for values in _each(samples)
        )

    def _samples(
        self, trees: Iterable[Expression], row: Row
    ) -> dict[str, Sequence[Value]] | None:
        """Return values to try for each attribute, or None if there are too many."""
        found: dict[str, Sequence[Value]] = {}
        for path, compared in _compared(self._meaning, trees, row).items():
            values = compared.samples()
            if values is None:
                return None
            found[path] = values
        many = prod(len(values) for values in found.values()) > MAX_SAMPLES
        return None if many else found


def _is_one_test(tree: Expression) -> bool:
    """Return whether an expression is a single comparison, which something meets."""
    core = behind_guard(tree)
    return isinstance(core, Call | Path) or (
        isinstance(core, Compare) and core.operator != "!="
    )


def _each(samples: Mapping[str, Sequence[Value]]) -> Iterator[dict[str, Value]]:
    for values in product(*samples.values()):
        yield dict(zip(samples, values, strict=True))


def _compared(
    meaning: Meaning, trees: Iterable[Expression], row: Row
) -> dict[str, Comparisons]:
    """Return what each attribute that expressions read is compared with."""
    found: dict[str, Comparisons] = {}
    for node in (node for tree in trees for node in walk(tree)):
        match node:
            case Path(path):
                found.setdefault(path, Comparisons(_kind(meaning, node)))
            case Compare(name, Path() as path, other) | Call(
                name, (Path() as path, other)
            ):
                _note(found, meaning, (name, path, other), row)
            case Compare(name, other, Path() as path) | Call(
                name, (other, Path() as path)
            ):
                _note(found, meaning, (name, path, other), row)
            case _:
                pass
    return found


def _note(
    found: dict[str, Comparisons],
    meaning: Meaning,
    test: tuple[str, Path, Expression],
    row: Row,
) -> None:
    """Take down what a comparison holds against an attribute."""
    name, path, other = test
    item = found.setdefault(path.path, Comparisons(_kind(meaning, path)))
    if isinstance(other, Path):
        item.whole = True
        found.setdefault(other.path, Comparisons(_kind(meaning, other))).whole = True
        return
    value = meaning.constant(other, path, row)
    if isinstance(value, int):
        item.bounds.add(value)
    elif isinstance(value, str):
        asks_roles = name in FUNCTIONS and FUNCTIONS[name].relation
        item.targets.add(
            meaning.seniors(name, value) if asks_roles else frozenset({value})
        )


def _kind(meaning: Meaning, path: Path) -> ValueType:
    return meaning.concern.schema.attribute(path.path).type
