"""Who could be permitted: found by index from the rows that are about the question.

A row is found by what is known, and leads to those who hold what it asks for. Must
never leave out anybody whom a row could permit; who is on the list need not be.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from heapq import merge
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, TypeAlias

from ringwall.policy.concern import Concern
from ringwall.policy.index import Row
from ringwall.policy.search.population import Population
from ringwall.policy.search.ties import Inclusion, read_inclusions, read_ties
from ringwall.policy.value_types import Value

__all__ = ["Shortlist"]

_Rows: TypeAlias = Mapping[Value | None, Sequence[Row]]
_Key: TypeAlias = tuple[str, Value | None]
"""An attribute and a word, for those who hold it."""
_Reach: TypeAlias = tuple[int, Collection[_Key]]
"""How many hold one of some words, counted once for each, and the words."""


class Shortlist:
    """Finds those of a population whom some allow row of a concern could permit.

    Immutable, but for indexes that are made when they are first needed.

    Args:
        concern: whose rows.
        population: of whom.

    Raises:
        ValueError: the concern reads an attribute of them that their profiles leave
            out.
    """

    def __init__(self, concern: Concern, population: Population[Any]) -> None:
        open_objects = {path.partition(".")[0] for path in population.paths}
        read = {
            item.path
            for item in concern.schema.attributes
            if item.subject in open_objects
        }
        if not read <= population.paths:
            missing = ", ".join(sorted(read - population.paths))
            raise ValueError(f"the profiles leave out {missing}")
        ties = read_ties(concern)
        self._population = population
        self._rows = [rule.values for rule in concern.rules if rule.effect == "allow"]
        self._open = tuple(tie for tie in ties if tie.path in read)
        self._closed = tuple(tie for tie in ties if tie.path not in read)
        self._inclusions = read_inclusions(concern)
        self._tables: dict[int, _Rows] = {}

    def ranks(self, known: Mapping[str, object], after: str = "") -> Iterator[int]:
        """Give the ranks of those who could be permitted, rising, each once.

        Args:
            known: request objects by name. Those that are neither known nor of the
                population may be anything.
            after: only those whose ids sort after it.

        Raises:
            AttributeError: a known object lacks an attribute that the concern reads.
        """
        start = self._population.rank_after(after)
        request = SimpleNamespace(**known)
        size, keys = self._asked(self._rows_about(request))
        for inclusion in self._inclusions:
            size, keys = min(
                (size, keys), self._included(inclusion, request), key=_size
            )
        if size >= len(self._population):
            yield from range(start, len(self._population))
            return
        holders = [self._population.holders(path, word) for path, word in keys]
        last = -1
        for rank in merge(*(_from(ranks, start) for ranks in holders)):
            if rank != last:
                yield rank
            last = rank

    def _rows_about(self, request: SimpleNamespace) -> Sequence[Row]:
        """Return the rows that no tie to what is known shuts out."""
        served = {
            number: tie.fields_served(attrgetter(tie.path)(request))
            for number, tie in enumerate(self._closed)
            if _is_known(tie.path, request)
        }
        if not served:
            return self._rows
        counts = {
            number: sum(len(self._table(number).get(f, ())) for f in (*fields, None))
            for number, fields in served.items()
        }
        best = min(counts, key=counts.__getitem__)
        table = self._table(best)
        rows = [row for f in (*served.pop(best), None) for row in table.get(f, ())]
        others = [(self._closed[number].column, f) for number, f in served.items()]
        return [
            row
            for row in rows
            if all(row[at] is None or row[at] in fields for at, fields in others)
        ]

    def _table(self, number: int) -> _Rows:
        """Return the rows by their field in the column of a tie."""
        table = self._tables.get(number)
        if table is None:
            column = self._closed[number].column
            growing: dict[Value | None, list[Row]] = {}
            for row in self._rows:
                growing.setdefault(row[column], []).append(row)
            # Two threads may both make it; they make the same.
            table = self._tables[number] = growing
        return table

    def _asked(self, rows: Iterable[Row]) -> _Reach:
        """Return the words of which a member has to hold one for some row to match."""
        columns = [tie.column for tie in self._open]
        reach = cache(self._reach)
        chosen: dict[_Key, int] = {}
        for fields in {tuple([row[at] for at in columns]) for row in rows}:
            reaches = (
                reach(number, field)
                for number, field in enumerate(fields)
                if field is not None
            )
            best = min(reaches, key=_size, default=self._everybody())
            if best[0] >= len(self._population):
                return best
            chosen.update((key, len(self._population.holders(*key))) for key in best[1])
        return sum(chosen.values()), chosen

    def _everybody(self) -> _Reach:
        return len(self._population), ()

    def _reach(self, number: int, field: Value) -> _Reach:
        tie = self._open[number]
        return self._reached(tie.path, tie.words_serving(field))

    def _included(self, inclusion: Inclusion, request: SimpleNamespace) -> _Reach:
        """Return the words of which a member has to hold one to be in, or to hold."""
        inner, outer = inclusion.inner, inclusion.outer
        paths = self._population.paths
        if inner in paths and _is_known(outer, request):
            return self._reached(inner, (*attrgetter(outer)(request), None))
        if outer in paths and _is_known(inner, request):
            words = attrgetter(inner)(request)
            each = [self._reached(outer, (word,)) for word in words]
            return min(each, key=_size, default=self._everybody())
        return self._everybody()

    def _reached(self, path: str, words: Iterable[Value | None]) -> _Reach:
        keys = [(path, word) for word in words]
        return sum(len(self._population.holders(*key)) for key in keys), keys


def _size(reach: _Reach) -> int:
    return reach[0]


def _is_known(path: str, request: SimpleNamespace) -> bool:
    return hasattr(request, path.partition(".")[0])


def _from(ranks: Sequence[int], start: int) -> Sequence[int]:
    return ranks[bisect_left(ranks, start) :] if start else ranks
