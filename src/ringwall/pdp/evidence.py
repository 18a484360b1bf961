"""Which of several dated statements count at an instant.

A statement counts from its start until, and not at, its end. Must never let one
that is out of date count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ringwall.base.clock import parse_instant
from ringwall.model.dated import Timed
from ringwall.model.facts import Lapse

__all__ = ["FOREVER", "Span", "Statement", "best_at"]

FOREVER: Final = 2**62
"""An instant after all others."""


@dataclass(frozen=True, slots=True)
class Span:
    """Instants, start included and end excluded, between which nothing changes."""

    start: int = -FOREVER
    end: int = FOREVER

    @classmethod
    def of(cls, timed: Timed) -> "Span":
        """Return when a declared statement counts."""
        return cls(parse_instant(timed.start), parse_instant(timed.until))

    def holds(self, now: int) -> bool:
        """Return whether the instant lies inside."""
        return self.start <= now < self.end

    def meet(self, other: "Span") -> "Span":
        """Return the instants that lie in both."""
        return Span(max(self.start, other.start), min(self.end, other.end))

    def around(self, now: int) -> "Span":
        """Return the instants about `now` at which `holds` says the same as there."""
        if self.holds(now):
            return self
        return Span(end=self.start) if now < self.start else Span(start=self.end)


@dataclass(frozen=True, slots=True)
class Statement:
    """A dated claim that an attribute has a rank on its scale.

    Attributes:
        attribute: what it is about, e.g. `personnel`.
        rank: the value as an integer; greater is stronger.
        word: the value as text.
        span: when it counts.
    """

    attribute: str
    rank: int
    word: str
    span: Span

    @classmethod
    def of(cls, timed: Timed, attribute: str, rank: int, word: str) -> "Statement":
        """Return the statement that a declared, dated value makes."""
        return cls(attribute, rank, word, Span.of(timed))


def best_at(
    statements: Iterable[Statement], now: int
) -> tuple[int, tuple[Lapse, ...], Span]:
    """Return the strongest rank that counts at `now` (0 if none does).

    With it come the statements out of date that would have been stronger, and
    the span around `now` in which the answer stays the same.
    """
    rank, span = 0, Span()
    out_of_date = []
    for statement in statements:
        span = span.meet(statement.span.around(now))
        if statement.span.holds(now):
            rank = max(rank, statement.rank)
        else:
            out_of_date.append(statement)
    lapses = tuple(
        Lapse(s.attribute, s.word, s.span.start, s.span.end)
        for s in out_of_date
        if s.rank > rank
    )
    return rank, lapses, span
