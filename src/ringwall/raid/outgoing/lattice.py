"""Labels as a lattice: how far a text may go, and how much a recipient may be told.

Must never call a label dominated that is above in any one of its four parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ringwall.raid.routing.labels import Tlp

__all__ = ["BOTTOM", "Label", "join"]


@dataclass(frozen=True, slots=True)
class Label:
    """A label, of content or of a recipient; the higher, the fewer may be told.

    Attributes:
        tlp: of the Traffic Light Protocol 2.0.
        compartments: that it belongs to; of a recipient, that it is in.
        states: the only states to be told; of a recipient, its own. None for all.
        is_case: whether it is about a single case; of a recipient, whether it may be
            told of one, so not one that enforces.
    """

    tlp: Tlp
    compartments: frozenset[str] = frozenset()
    states: frozenset[str] | None = None
    is_case: bool = False

    def dominates(self, other: "Label") -> bool:
        """Return whether this label is at or above another in each part."""
        return not self.short_of(other)

    def short_of(self, other: "Label") -> tuple[str, ...]:
        """Return the parts in which this label is not at or above another.

        Args:
            other: e.g. of content, where this is of a recipient.

        Returns:
            Of `tlp`, `compartments`, `states` and `enforcement`, in this order.
        """
        parts = {
            "tlp": other.tlp <= self.tlp,
            "compartments": other.compartments <= self.compartments,
            "states": other.states is None
            or (self.states is not None and self.states <= other.states),
            "enforcement": self.is_case or not other.is_case,
        }
        return tuple(part for part, is_met in parts.items() if not is_met)

    def joined(self, other: "Label") -> "Label":
        """Return the lowest label that dominates both."""
        caveats = [one for one in (self.states, other.states) if one is not None]
        return Label(
            max(self.tlp, other.tlp),
            self.compartments | other.compartments,
            frozenset.intersection(*caveats) if caveats else None,
            self.is_case or other.is_case,
        )


BOTTOM: Final = Label(Tlp.CLEAR)
"""The label of nothing at all: every label dominates it."""


def join(labels: Iterable[Label]) -> Label:
    """Return the lowest label that dominates all; `BOTTOM` of none.

    Args:
        labels: e.g. of all facts of a text.
    """
    joined = BOTTOM
    for label in labels:
        joined = joined.joined(label)
    return joined
