"""Labels of the Traffic Light Protocol 2.0, ordered.

Must never take what nobody labelled for what may go around.
"""

from enum import IntEnum
from typing import Final

__all__ = ["UNLABELLED", "Tlp", "label_of"]


class Tlp(IntEnum):
    """A label; a higher one may be told to fewer."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def word(self) -> str:
        """The label as the desk writes it, e.g. `amber+strict`."""
        return self.name.lower().replace("_", "+")


_WORDS = {label.word: label for label in Tlp}


UNLABELLED: Final = Tlp.AMBER_STRICT
"""What a report counts as that came without a label: for the one recipient alone."""


def label_of(word: str) -> Tlp:
    """Return a label by its word.

    Args:
        word: e.g. `amber`; empty if nobody set a label.

    Raises:
        ValueError: it is another word.
    """
    if not word:
        return UNLABELLED
    if word not in _WORDS:
        raise ValueError(f"`{word[:40]}` is none of {', '.join(_WORDS)}")
    return _WORDS[word]
