"""The rows nearest to permitting a request: which conditions each allow row fails.

Sets of rows do the counting, so that no row is looked at on its own until it is
known to be among the nearest. Must give the very rows that trying each would.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ringwall.policy.concern import Concern
from ringwall.policy.explanation.holding import Holding, Test, rows_holding
from ringwall.policy.explanation.row_groups import RowGroups, group_rows
from ringwall.policy.explanation.rowsets import RowSet, by_count, by_first, members
from ringwall.policy.rows import Rule

__all__ = ["NearRows"]


@dataclass(frozen=True, slots=True)
class NearRows:
    """The allow rows of a concern, ready to be asked about; row 0 is the first.

    Attributes:
        rules: the allow rows in file order.
        holding: for each condition the rows for which it holds.
    """

    rules: tuple[Rule, ...]
    holding: tuple[Holding, ...]

    @classmethod
    def of(cls, concern: Concern, tests: Sequence[Test]) -> "NearRows":
        """Return the allow rows of a concern.

        Args:
            concern: whose rows.
            tests: one compiled test for each condition, in the same order.
        """
        rules = tuple(rule for rule in concern.rules if rule.effect == "allow")
        rows = [rule.values for rule in rules]
        grouped: dict[tuple[str, ...], RowGroups] = {}
        holding = []
        for condition, test in zip(concern.conditions, tests, strict=True):
            names = condition.columns
            if names not in grouped:
                columns = [concern.schema.column_index(name) for name in names]
                grouped[names] = group_rows(rows, columns)
            found = rows_holding(condition, test, grouped[names], concern.relations)
            holding.append(found)
        return cls(rules, tuple(holding))

    def failing(self, request: object) -> tuple[RowSet, ...]:
        """Return for each condition the rows for which it does not hold."""
        every = self._every()
        return tuple(every ^ holds(request) for holds in self.holding)

    def nearest(
        self, failing: Sequence[RowSet], identifying: Sequence[int]
    ) -> Iterator[int]:
        """Give the rows, nearest first.

        A row for another action or kind is further than any row for what was asked,
        then the number of failed conditions counts, then how early in the matcher
        the first of them stands, then the place in the file.

        Args:
            failing: from `failing`.
            identifying: places of the conditions that say what a row is about.
        """
        for alike in by_count(self._every(), [failing[at] for at in identifying]):
            for part in by_count(alike, failing):
                for last in by_first(part, failing):
                    yield from members(last)

    def changeable(
        self, failing: Sequence[RowSet], paths: Mapping[int, str]
    ) -> Iterator[int]:
        """Give the rows that fail only where an attribute can be changed.

        Those for which the fewest attributes change come first, then those whose
        first failed condition stands latest in the matcher, then the place in the
        file.

        Args:
            failing: from `failing`.
            paths: for each condition that can be met the attribute to be changed.
        """
        rows = self._every()
        by_path: dict[str, RowSet] = {}
        for at, found in enumerate(failing):
            if at in paths:
                by_path[paths[at]] = by_path.get(paths[at], 0) | found
            else:
                rows &= ~found
        for part in by_count(rows, by_path.values()):
            for last in by_first(part, failing):
                yield from members(last)

    def _every(self) -> RowSet:
        return (1 << len(self.rules)) - 1
