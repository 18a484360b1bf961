"""Values of an attribute that stand for all the values it could have.

Two values that no test of the attribute tells apart are as good as one. Must never
leave out a value that some test tells from all the others.
"""

from dataclasses import dataclass, field
from itertools import combinations

from ringwall.policy.value_types import (
    FlagType,
    IdType,
    NumberType,
    SetType,
    Value,
    ValueType,
    WordType,
)

__all__ = ["MAX_SAMPLES", "Comparisons"]

MAX_SAMPLES = 512
"""Most values that are told apart; there may be more, and then it is not known."""

# Not an id, so that it differs from each one that a row or the matcher names.
_OTHER_ID = ""


@dataclass(slots=True)
class Comparisons:
    """What the tests of one attribute compare it with.

    Attributes:
        kind: the type of the attribute.
        bounds: values that it is compared with by an order.
        targets: sets of words or ids of which it is asked for any; one that is
            compared with a single word is a set of one.
        whole: whether it is compared with another attribute, so that every word
            counts.
    """

    kind: ValueType
    bounds: set[int] = field(default_factory=set)
    targets: set[frozenset[str]] = field(default_factory=set)
    whole: bool = False

    def samples(self) -> tuple[Value, ...] | None:
        """Return values that stand for all, or None if they can't be listed."""
        match self.kind:
            case FlagType():
                return (False, True)
            case SetType():
                return None if self.whole else _subsets(self._apart())
            case WordType(vocabulary) if vocabulary.ordered:
                last = len(vocabulary.values) - 1
                return tuple(range(last + 1)) if self.whole else self._near(0, last)
            case WordType() | IdType():
                return self._words()
            case NumberType():
                return None if self.whole else self._near(0, None)
            case _:
                return None if self.whole else self._near(None, None)

    def _near(self, least: int | None, most: int | None) -> tuple[int, ...]:
        """Return each bound and its neighbours, as far as they are values."""
        close = {value + step for value in self.bounds or {0} for step in (-1, 0, 1)}
        return tuple(
            value
            for value in sorted(close)
            if (least is None or value >= least) and (most is None or value <= most)
        )

    def _words(self) -> tuple[str, ...] | None:
        if not isinstance(self.kind, WordType):
            return None if self.whole else (*self._apart(), _OTHER_ID)
        every = self.kind.vocabulary.values
        if self.whole:
            return every
        named = frozenset[str]().union(*self.targets)
        rest = next((word for word in every if word not in named), None)
        return self._apart() if rest is None else (*self._apart(), rest)

    def _apart(self) -> tuple[str, ...]:
        """Return one word for each way to be in some targets and not in others."""
        kinds: dict[frozenset[frozenset[str]], str] = {}
        for word in sorted(frozenset[str]().union(*self.targets)):
            hit = frozenset(target for target in self.targets if word in target)
            kinds.setdefault(hit, word)
        return tuple(kinds.values())


def _subsets(words: tuple[str, ...]) -> tuple[frozenset[str], ...] | None:
    if 2 ** len(words) > MAX_SAMPLES:
        return None
    return tuple(
        frozenset(chosen)
        for size in range(len(words) + 1)
        for chosen in combinations(words, size)
    )
