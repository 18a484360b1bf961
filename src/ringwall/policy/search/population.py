"""Those whom a search is about, put into profiles and found by what they hold.

Members of one profile are equal in every attribute that is read, so one of them
answers for all. Must never put two into a profile that a decision could tell apart.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Generic, TypeAlias, TypeVar

from ringwall.policy.value_types import Value

__all__ = ["Population"]

_Member = TypeVar("_Member")
_Postings: TypeAlias = Mapping[Value | None, Sequence[int]]


class Population(Generic[_Member]):
    """Members of the request objects that a search leaves open; immutable.

    A member is known by its rank: its place among the sorted ids, from 0.

    Args:
        members: id -> an object that has the open request objects as attributes.
        paths: the attributes that are read, such as `subject.roles`; at least one.

    Raises:
        AttributeError: a member has no such attribute.
        TypeError: there are no paths.
    """

    def __init__(self, members: Mapping[str, _Member], paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._ids = tuple(sorted(members))
        look = attrgetter(*sorted(self._paths))
        numbers: dict[object, int] = {}
        profiles: list[int] = []
        examples: list[_Member] = []
        for entity in self._ids:
            member = members[entity]
            number = numbers.setdefault(look(member), len(examples))
            if number == len(examples):
                examples.append(member)
            profiles.append(number)
        self._profiles = tuple(profiles)
        self._examples = tuple(examples)
        self._postings: dict[str, _Postings] = {}

    def __len__(self) -> int:
        """Return how many members there are."""
        return len(self._ids)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the members by rank."""
        return self._ids

    @property
    def paths(self) -> frozenset[str]:
        """The attributes in which the members of one profile are equal."""
        return self._paths

    @property
    def profiles(self) -> tuple[int, ...]:
        """The number of the profile of each member, by rank."""
        return self._profiles

    @property
    def examples(self) -> tuple[_Member, ...]:
        """One member of each profile, by its number."""
        return self._examples

    def rank_after(self, entity: str) -> int:
        """Return the least rank whose id sorts after a text; 0 for an empty one."""
        return bisect_right(self._ids, entity)

    def holders(self, path: str, word: Value | None) -> Sequence[int]:
        """Return the ranks of those who hold a word, rising.

        Args:
            path: one of `paths`.
            word: what the attribute equals or, if it is a set, has as an element;
                None for sets that are empty.
        """
        postings = self._postings.get(path)
        if postings is None:
            # Two threads may both collect; they find the same.
            postings = self._postings[path] = self._collect(path)
        return postings.get(word, ())

    def _collect(self, path: str) -> _Postings:
        look = attrgetter(path)
        words = [_words(look(example)) for example in self._examples]
        found: dict[Value | None, list[int]] = {}
        for rank, profile in enumerate(self._profiles):
            for word in words[profile]:
                found.setdefault(word, []).append(rank)
        return {word: tuple(ranks) for word, ranks in found.items()}


def _words(value: Value) -> Iterable[Value | None]:
    if isinstance(value, frozenset):
        return value or (None,)
    return (value,)
