"""One condition over a block of rows: which of them let pass what a row lets pass.

A set of rows is an int, whose bit n is the nth row of the block. Must never let a row
through that `Implication.follows` would not.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import partial
from itertools import accumulate
from operator import or_
from typing import TypeAlias

from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.implication import Implication, behind_guard, is_lower_wider
from ringwall.policy.index import Row, is_lookup
from ringwall.policy.matcher import Call, ColumnRef, Expression, Path
from ringwall.policy.model import Condition
from ringwall.policy.roles import Roles
from ringwall.policy.value_types import Value

__all__ = ["Sieve"]

_Key: TypeAlias = tuple[Value | None, ...]
_OPEN: _Key = (None,)


class Sieve:
    """A condition that reads columns, and what the rows of a block say in them.

    Args:
        implication: between rows of the concern.
        condition: one of the concern's conditions.
        rows: the block.
    """

    def __init__(
        self, implication: Implication, condition: Condition, rows: Iterable[Row]
    ) -> None:
        self._places = [implication.places[name] for name in condition.columns]
        self._groups: dict[_Key, int] = {}
        samples: dict[_Key, Row] = {}
        for bit, row in enumerate(rows):
            key = self._key(row)
            self._groups[key] = self._groups.get(key, 0) | 1 << bit
            samples[key] = row
        self._passing: dict[_Key, int] = {}
        self._work_out = self._way(implication, condition.expression, samples)

    @property
    def fineness(self) -> int:
        """How many kinds of rows it tells apart."""
        return len(self._groups)

    def passing(self, row: Row) -> int:
        """Return the rows of the block that surely meet the condition if `row` does."""
        key = self._key(row)
        found = self._passing.get(key)
        if found is None:
            found = self._passing[key] = self._work_out(row)
        return found

    def _key(self, row: Row) -> _Key:
        return tuple([row[at] for at in self._places])

    def _way(
        self, implication: Implication, tree: Expression, samples: dict[_Key, Row]
    ) -> Callable[[Row], int]:
        """Return the quickest way to tell which groups pass."""
        core = behind_guard(tree)
        lower = is_lower_wider(core)
        if lower is not None:
            return self._order(lower=lower)
        if is_lookup(tree, implication.concern.schema):
            return lambda row: self._united({_OPEN, self._key(row)})
        match core:
            case Call(function, (Path(), ColumnRef())):
                relation = FUNCTIONS[function].relation
                return partial(self._juniors, implication.concern.relations[relation])
            case _:
                return lambda row: self._united(
                    key
                    for key, sample in samples.items()
                    if implication.follows(tree, row, sample)
                )

    def _united(self, keys: Iterable[_Key]) -> int:
        bits = 0
        for key in keys:
            bits |= self._groups.get(key, 0)
        return bits

    def _juniors(self, roles: Roles, row: Row) -> int:
        (role,) = self._key(row)
        # An open field is no word, not even in a vocabulary that has the word `None`.
        below = roles.includes[role] if isinstance(role, str) else frozenset[str]()
        return self._united([_OPEN, *((junior,) for junior in below)])

    def _order(self, *, lower: bool) -> Callable[[Row], int]:
        """Return what finds the values that are at least as wide, the widest first."""
        sign = 1 if lower else -1
        ranked = sorted(
            (sign * value, bits)
            for (value,), bits in self._groups.items()
            if isinstance(value, int)
        )
        steps = [value for value, _ in ranked]
        prefixes = [0, *accumulate((bits for _, bits in ranked), or_)]
        left_open = self._groups.get(_OPEN, 0)

        def wider(row: Row) -> int:
            (value,) = self._key(row)
            if not isinstance(value, int):
                return left_open
            bits: int = prefixes[bisect_right(steps, sign * value)]
            return left_open | bits

        return wider
