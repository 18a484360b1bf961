"""Which marks stand for a decoy, as the record tells it.

A mark names its asset only to whoever has the key. Must never know that key, nor
which asset a mark is of.
"""

from typing import Any

__all__ = ["Decoys"]


class Decoys:
    """The marks in force; a value is replaced whole, so readers need no lock.

    Attributes:
        version: grows with each change, for whoever remembers what followed from it.
    """

    def __init__(self) -> None:
        self._marks: frozenset[str] = frozenset()
        self.version = 0

    def __bool__(self) -> bool:
        """Return whether there is any decoy."""
        return bool(self._marks)

    def __contains__(self, mark: object) -> bool:
        """Return whether a mark (hex) is in force."""
        return mark in self._marks

    def take_in(self, _index: int, event: dict[str, Any]) -> None:
        """Take in an event of a decoy, in the order of the log.

        Args:
            _index: of its entry; what counts is the order.
            event: `decoy.placed` or `decoy.lifted`.
        """
        mark = {event["mark"]}
        is_placed = event["kind"] == "decoy.placed"
        self._marks = self._marks | mark if is_placed else self._marks - mark
        self.version += 1

    def marks(self) -> frozenset[str]:
        """Return the marks in force."""
        return self._marks
