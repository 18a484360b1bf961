"""The measures as a ladder: what level do those in force amount to, domain by domain.

Must never count a step that asks for nothing: a level without measures in a domain
is out of reach there.
"""

from collections.abc import Iterable, Set
from types import MappingProxyType
from typing import Final

from ringwall.base.errors import UnknownItem
from ringwall.model.field_faults import shown
from ringwall.model.levels import Domain, SecurityLevel
from ringwall.threats.fields import Scope
from ringwall.threats.rows import Measure

__all__ = ["Benchmark"]

_STEPS: Final = tuple(SecurityLevel)[1:]


class Benchmark:
    """What each level asks for in each domain.

    Args:
        measures: the rows, each id once.

    Raises:
        ValueError: two rows have the same id.
    """

    def __init__(self, measures: Iterable[Measure]) -> None:
        rows = tuple(measures)
        self._rows = MappingProxyType({row.id: row for row in rows})
        if len(self._rows) != len(rows):
            raise ValueError("two measures have the same id")
        asked: dict[Domain, dict[SecurityLevel, list[str]]] = {
            domain: {level: [] for level in _STEPS} for domain in Domain
        }
        for row in rows:
            asked[row.domain][row.level].append(row.id)
        self._steps = {
            domain: tuple((level, frozenset(ids)) for level, ids in steps.items())
            for domain, steps in asked.items()
        }
        self._asked = {
            domain: {level: tuple(ids) for level, ids in steps.items()}
            for domain, steps in asked.items()
        }

    def __contains__(self, measure_id: object) -> bool:
        """Return whether there is a measure of this id."""
        return measure_id in self._rows

    def __len__(self) -> int:
        """Return how many measures there are."""
        return len(self._rows)

    def levels(self, held: Set[str]) -> dict[Domain, SecurityLevel]:
        """Return the level reached in each domain.

        Args:
            held: ids of measures in force; ids that are not known count for nothing.
        """
        reached = dict.fromkeys(Domain, SecurityLevel.SL0)
        for domain, steps in self._steps.items():
            for level, asked in steps:
                if not asked or not asked.issubset(held):
                    break
                reached[domain] = level
        return reached

    def missing(
        self, domain: Domain, held: Set[str], level: SecurityLevel
    ) -> tuple[str, ...]:
        """Return what a level and those below it ask for in a domain and is not held.

        Lowest level first, in the order of the table.
        """
        return tuple(
            measure
            for step, asked in self._asked[domain].items()
            if step <= level
            for measure in asked
            if measure not in held
        )

    def scope(self, measure_id: str) -> Scope:
        """Return what a measure is true of.

        Raises:
            UnknownItem: `unknown-measure`.
        """
        return self._row(measure_id).scope

    def domain(self, measure_id: str) -> Domain:
        """Return the domain that a measure counts in.

        Raises:
            UnknownItem: `unknown-measure`.
        """
        return self._row(measure_id).domain

    def level_of(self, measure_id: str) -> SecurityLevel:
        """Return the level that adds a measure.

        Raises:
            UnknownItem: `unknown-measure`.
        """
        return self._row(measure_id).level

    def _row(self, measure_id: str) -> Measure:
        row = self._rows.get(measure_id)
        if row is None:
            raise UnknownItem(
                "unknown-measure",
                f"there is no measure `{shown(measure_id, 40)}`",
                next_step="`ringwall threat measures` lists them",
            )
        return row
