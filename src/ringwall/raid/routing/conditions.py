"""When a row of the routing table holds: read from its cell, judged in three values.

Must never take what is not known for a no: then it is open, and says what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

__all__ = ["Claims", "Condition", "Fact", "Held", "Holding", "parse_condition"]


class Claims(NamedTuple):
    """What is known of a fact.

    Attributes:
        values: of one that has a single value: those that the evidence leaves open;
            of a collection: those that are named.
        among: whether it is a collection.
        is_whole: of a collection, whether nothing may be missing from it.
    """

    values: frozenset[str]
    among: bool = False
    is_whole: bool = True


class Holding(IntEnum):
    """Whether a condition holds."""

    NO = 0
    OPEN = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Held:
    """How far a condition holds.

    Attributes:
        holding: whether it does.
        why: the terms that hold, as `fact=value`, where it holds.
        missing: the facts that would settle it, where it is open.
    """

    holding: Holding
    why: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A term: a fact has one of some values, or none of them.

    Attributes:
        name: of the fact.
        values: any of them will do; none of them must be, where it is an exception.
        is_exception: whether it is told with `!=`.
    """

    name: str
    values: frozenset[str]
    is_exception: bool = False

    def held(self, facts: Mapping[str, Claims]) -> Holding:
        """Return whether it holds; what is open is open for an exception, too."""
        found = self._is_met(facts[self.name])
        return Holding(Holding.YES - found) if self.is_exception else found

    def _is_met(self, known: Claims) -> Holding:
        met = known.values & self.values
        if known.among:
            if met:
                return Holding.YES
            return Holding.NO if known.is_whole else Holding.OPEN
        if not met:
            return Holding.NO
        return Holding.YES if known.values <= self.values else Holding.OPEN

    def told(self, facts: Mapping[str, Claims]) -> str:
        """Return it in words, with the values that it holds by."""
        if self.is_exception:
            return f"{self.name}!={'|'.join(sorted(self.values))}"
        met = sorted(facts[self.name].values & self.values)
        return f"{self.name}={'|'.join(met)}"


@dataclass(frozen=True, slots=True)
class Condition:
    """One of several ways, each of terms that all must hold.

    Attributes:
        ways: the ways; a way without terms always holds.
    """

    ways: tuple[tuple[Fact, ...], ...]

    def held(self, facts: Mapping[str, Claims]) -> Held:
        """Return how far it holds; by the first of the ways that holds furthest."""
        judged = [
            (min((term.held(facts) for term in way), default=Holding.YES), way)
            for way in self.ways
        ]
        best = max(holding for holding, _ in judged)
        if best is Holding.NO:
            return Held(best)
        if best is Holding.YES:
            way = next(way for holding, way in judged if holding is best)
            return Held(best, tuple(term.told(facts) for term in way))
        missing = [
            term.name
            for holding, way in judged
            if holding is Holding.OPEN
            for term in way
            if term.held(facts) is Holding.OPEN
        ]
        return Held(best, (), tuple(dict.fromkeys(missing)))


_ALWAYS: Final = Condition(((),))


def parse_condition(text: str, words: Mapping[str, frozenset[str]]) -> Condition:
    """Return a condition: `fact=value|value; fact!=value / fact=value`.

    Args:
        text: terms that all must hold are parted by `;`, ways by ` / `; empty holds
            always.
        words: name of each fact -> the values that it may have.

    Raises:
        ValueError: it has another form, or a word that is not known.
    """
    if not text:
        return _ALWAYS
    return Condition(
        tuple(
            tuple(_parse_term(term.strip(), words) for term in way.split(";"))
            for way in text.split(" / ")
        )
    )


def _parse_term(text: str, words: Mapping[str, frozenset[str]]) -> Fact:
    name, equals, rest = text.partition("=")
    is_exception = name.endswith("!")
    name = name.removesuffix("!")
    if not equals or name not in words:
        raise ValueError(f"`{text}` does not start with a fact that is known, and `=`")
    values = rest.split("|")
    odd = sorted(set(values) - words[name])
    if odd:
        raise ValueError(f"`{name}` is never `{odd[0]}`")
    if len(set(values)) < len(values):
        raise ValueError(f"`{text}` names a value twice")
    return Fact(name, frozenset(values), is_exception)
