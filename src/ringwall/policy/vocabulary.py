"""A closed vocabulary: the words a model declares, with or without an order.

Must never grow after it was read: a word that is not in it does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["EFFECTS", "Vocabulary"]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one name.

    Attributes:
        name: as declared in [vocabulary].
        values: the words in declared order, lowest first when ordered.
        ordered: whether the words may be compared by `at_least` and `at_most`.
        ranks: each word's place, 0 for the first.
    """

    name: str
    values: tuple[str, ...]
    ordered: bool
    ranks: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the ranks."""
        ranks = {word: rank for rank, word in enumerate(self.values)}
        object.__setattr__(self, "ranks", MappingProxyType(ranks))

    def rank(self, word: str) -> int:
        """Return the place of a word, 0 for the first.

        Raises:
            ValueError: the word is not in the vocabulary.
        """
        try:
            return self.ranks[word]
        except KeyError:
            raise ValueError(f"`{word}` is not a word of `{self.name}`") from None


EFFECTS = Vocabulary("effect", ("allow", "deny"), ordered=False)
"""What the last column of a row may say."""
