"""For which rows a condition holds, found without trying every row.

Asks the compiled test of the condition, once for each group of rows that are alike
in what it reads; or looks the groups up. Must never answer otherwise than the test.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, reduce
from operator import attrgetter, or_
from typing import Any, TypeAlias

from ringwall.policy.explanation.row_groups import Ladder, RowGroups
from ringwall.policy.explanation.rowsets import RowSet
from ringwall.policy.functions import FUNCTIONS, Shape
from ringwall.policy.index import Row
from ringwall.policy.matcher import Call, ColumnRef, Compare, Expression, Or, Path
from ringwall.policy.model import Condition
from ringwall.policy.roles import Roles
from ringwall.policy.typecheck import guarded_column

__all__ = ["Holding", "Test", "rows_holding", "unguarded"]

Test: TypeAlias = Callable[[object, Row], bool]
"""Whether one condition holds for a request and a row."""
Holding: TypeAlias = Callable[[object], RowSet]
"""The rows for which one condition holds, given a request."""

_WORDS_KEPT = 64


def unguarded(tree: Expression) -> Expression:
    """Return what `(p.x == "*" || ...)` asks of a row that leaves nothing open.

    Any other expression is returned as it is.
    """
    if isinstance(tree, Or) and len(tree.operands) == 2:
        guard, inner = tree.operands
        return inner if guarded_column(guard) else tree
    return tree


def rows_holding(
    condition: Condition,
    test: Test,
    groups: RowGroups,
    relations: Mapping[str, Roles],
) -> Holding:
    """Return the function that finds the rows for which a condition holds.

    Args:
        condition: the condition.
        test: its compiled form.
        groups: the rows, grouped by the columns that the condition reads.
        relations: of the concern.
    """
    if len(condition.columns) != 1:
        return _by_trying(test, groups)
    match unguarded(condition.expression):
        case Compare("==", Path(path), ColumnRef()) | Compare(
            "==", ColumnRef(), Path(path)
        ):
            return _by_values(groups, _alone(path))
        case Compare("in", ColumnRef(), Path(path)):
            return _by_values(groups, attrgetter(path))
        case Call(name, (Path() | ColumnRef(), Path() | ColumnRef())) if _orders(name):
            return _by_order(test, Ladder.of(groups))
        case Call(name, (Path(path), ColumnRef())):
            roles = relations[FUNCTIONS[name].relation]
            return _by_roles(groups, _words(name, path), roles.includes)
        case _:
            return _by_trying(test, groups)


def _orders(function: str) -> bool:
    return FUNCTIONS[function].shape is Shape.ORDERED


def _words(function: str, path: str) -> Callable[[object], Iterable[Any]]:
    """Return what gives the words that a request holds by a relation."""
    several = FUNCTIONS[function].shape is Shape.ROLES
    return attrgetter(path) if several else _alone(path)


def _alone(path: str) -> Callable[[object], tuple[Any]]:
    value_at = attrgetter(path)
    return lambda request: (value_at(request),)


def _by_trying(test: Test, groups: RowGroups) -> Holding:
    def holding(request: object) -> RowSet:
        samples = enumerate(groups.samples)
        return groups.union([at for at, row in samples if test(request, row)])

    return holding


def _by_values(groups: RowGroups, values: Callable[[object], Iterable[Any]]) -> Holding:
    open_rows = groups.union(groups.find(None))

    def holding(request: object) -> RowSet:
        found = [at for value in values(request) for at in groups.find(value)]
        return open_rows | groups.union(found)

    return holding


def _by_order(test: Test, ladder: Ladder) -> Holding:
    """Find where in the ascending values the test turns: it does so at most once."""
    groups = ladder.groups
    first, end = len(groups.find(None)), len(groups.samples)
    open_rows = groups.union(range(first))

    def holding(request: object) -> RowSet:
        low = first < end and test(request, groups.samples[first])
        turn = ladder.step(lambda row: test(request, row) is not low, first)
        found = ladder.between(first, turn) if low else ladder.between(turn, end)
        return open_rows | found

    return holding


def _by_roles(
    groups: RowGroups,
    words: Callable[[object], Iterable[Any]],
    includes: Mapping[str, frozenset[str]],
) -> Holding:
    open_rows = groups.union(groups.find(None))

    # Few words are held again and again, and one that includes many takes long.
    @lru_cache(maxsize=_WORDS_KEPT)
    def included(word: str) -> RowSet:
        names = includes.get(word, frozenset())
        return groups.union(at for name in names for at in groups.find(name))

    def holding(request: object) -> RowSet:
        return reduce(or_, map(included, words(request)), open_rows)

    return holding
