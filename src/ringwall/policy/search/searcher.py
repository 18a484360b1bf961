"""Who is permitted, of many: the shortlist, asked one profile at a time.

Every answer is a decision of the compiled concern. Must never answer by itself.
"""

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.search.population import Population
from ringwall.policy.search.shortlist import Shortlist

__all__ = ["Searcher"]


class Searcher:
    """Searches one population by one concern; may be asked by several threads.

    Args:
        compiled: decides.
        population: of whom; its paths have every attribute of them that the concern
            reads.

    Raises:
        ValueError: the population leaves such an attribute out.
    """

    def __init__(self, compiled: CompiledConcern, population: Population[Any]) -> None:
        self._decide = compiled.decide
        self._population = population
        self._shortlist = Shortlist(compiled.concern, population)
        self._open = {path.partition(".")[0] for path in population.paths}

    def who(self, known: Mapping[str, object], after: str = "") -> Iterator[str]:
        """Give the ids of those who are permitted, sorted.

        The work is done as they are taken, so that a page costs what it holds.

        Args:
            known: every request object that the population does not stand for.
            after: only ids that sort after it.

        Raises:
            AttributeError: a known object lacks an attribute that the concern reads.
        """
        population = self._population
        ids, profiles = population.ids, population.profiles
        answers: dict[int, bool] = {}
        for rank in self._shortlist.ranks(known, after):
            profile = profiles[rank]
            permitted = answers.get(profile)
            if permitted is None:
                request = self._request(known, population.examples[profile])
                permitted = answers[profile] = self._decide(request).permitted
            if permitted:
                yield ids[rank]

    def _request(self, known: Mapping[str, object], member: object) -> object:
        return SimpleNamespace(
            **known, **{name: getattr(member, name) for name in self._open}
        )
