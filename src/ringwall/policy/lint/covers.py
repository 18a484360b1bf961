"""Which rows of a concern other rows already cover.

Sets of rows are the bits of an int, so that ten thousand rows are compared with each
other in well under a second. Must never name two rows as covering each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ringwall.policy.concern import Concern
from ringwall.policy.implication import Implication
from ringwall.policy.lint.sieve import Sieve
from ringwall.policy.rows import Rule

__all__ = ["Cover", "find_covers"]

# Rows looked at together. Larger sets would cost more memory than they save time.
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Cover:
    """A row, and another that matches whatever it matches."""

    narrow: Rule
    wide: Rule


def find_covers(concern: Concern, rules: Sequence[Rule]) -> tuple[Cover, ...]:
    """Return each row that can be left out because of another one.

    That is an allow row that a deny row covers, and a row that one of the same
    effect covers. Taking out all of them together changes no answer.

    Args:
        concern: whose rows they are.
        rules: the rows to compare, in file order.

    Returns:
        One cover for each such row, in file order. A deny row comes before an
        allow row and an earlier row before a later one as the one that covers.
    """
    implication = Implication.of(concern)
    found: dict[int, Rule] = {}
    for effect in ("deny", "allow"):
        same = [at for at, rule in enumerate(rules) if rule.effect == effect]
        for start in range(0, len(same), _BLOCK):
            block = _Block(implication, rules, tuple(same[start : start + _BLOCK]))
            for at, rule in enumerate(rules):
                if at not in found and effect in {"deny", rule.effect}:
                    wide = block.covering(at)
                    if wide is not None:
                        found[at] = wide
    return tuple(Cover(rules[at], found[at]) for at in sorted(found))


class _Block:
    """Some rows of one effect, asked which of them cover a row."""

    def __init__(
        self, implication: Implication, rules: Sequence[Rule], members: Sequence[int]
    ) -> None:
        self._implication = implication
        self._rules = rules
        self._members = members
        rows = [rules[at].values for at in members]
        sieves = [
            Sieve(implication, condition, rows)
            for condition in implication.concern.conditions
            if condition.columns
        ]
        # The one that leaves the fewest rows goes first.
        self._sieves = sorted(sieves, key=lambda sieve: -sieve.fineness)

    def covering(self, at: int) -> Rule | None:
        """Return the first row of the block that makes the row at a place needless."""
        rule = self._rules[at]
        bits = (1 << len(self._members)) - 1
        for sieve in self._sieves:
            bits &= sieve.passing(rule.values)
            if not bits:
                return None
        while bits:
            lowest = bits & -bits
            other = self._members[lowest.bit_length() - 1]
            if self._outlives(other, at):
                return self._rules[other]
            bits ^= lowest
        return None

    def _outlives(self, other: int, at: int) -> bool:
        """Return whether a row that covers another is the one to keep.

        Of rows of one effect that cover each other, that is the first. Both ways are
        worked out by the same means, so that never both rows are called needless.
        """
        wide, narrow = self._rules[other], self._rules[at]
        if wide.effect != narrow.effect:
            return True
        covers = self._implication.covers
        if other < at:
            return covers(wide.values, narrow.values)
        return other > at and not covers(narrow.values, wide.values)
