"""What may belong to a report or a case: offered, with reasons, and never more.

Must never be taken for a link: only somebody's act makes one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Alike", "Candidate", "Likeness"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may belong to a report or case; nothing links it by itself.

    Attributes:
        id: of the report or case.
        reasons: why, in words, the strongest first.
        score: how alike, 0 to 100.
        cases: ids of the cases that a report belongs to, of which the asker may know.
        is_hub: whether all that speaks for it is a report of so many cases that it
            speaks for nothing.
    """

    id: str
    reasons: tuple[str, ...]
    score: int
    cases: tuple[str, ...] = ()
    is_hub: bool = False


class Likeness(Protocol):
    """A report that is like another one."""

    @property
    def report(self) -> str:
        """Its id."""
        ...

    @property
    def reasons(self) -> tuple[str, ...]:
        """In words, the strongest first."""
        ...

    @property
    def overlap(self) -> int:
        """How much of the two is the same, in per cent."""
        ...


class Alike(Protocol):
    """Finds reports that say nearly the same."""

    def candidates(self, report: str) -> Sequence[Likeness]:
        """Return reports that are like one, the likeliest first.

        Args:
            report: id.
        """
        ...
