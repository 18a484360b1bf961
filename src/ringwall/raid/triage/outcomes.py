"""What the tables can say of a case, and which of two answers is the worse.

Must never compare words as text: each scale is a literal order, the mildest first.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

__all__ = [
    "EXACT",
    "FIELDS",
    "PRIORITIES",
    "SCALES",
    "SETS",
    "TLPS",
    "Outcome",
    "is_owned",
    "rank",
    "worst_of",
]

PRIORITIES: Final = ("decline", "track", "scheduled", "out-of-cycle", "immediate")
TLPS: Final = ("clear", "green", "amber", "amber+strict", "red")
"""Labels of TLP 2.0, the widest first."""

SCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "priority": PRIORITIES,
    "owner": ("sector", "joint", "raid"),
    "severity": ("S0", "S1", "S2", "S3", "S4", "S5"),
    "tlp": TLPS,
    # What is public can't be put under embargo; where that is open, keep silence.
    "embargo": ("refuse", "none", "offer", "require"),
    "briefing": ("none", "affected", "all"),
    "lane": ("desk", "hazard", "incident", "urgent"),
    "developer": ("tell", "hold"),
}
"""Outcome -> its words, the mildest first.

`owner`: `joint` is a case whose model part RAID owns while a body of the sector has
the rest. `developer`: `hold` is not to be told before the lead and a second agree.
"""
SETS: Final = ("routes", "clocks")
FIELDS: Final = (*SCALES, *SETS)
EXACT: Final = frozenset({"priority", "owner", "severity", "tlp"})
"""Outcomes that a worse value of any ordered point must never make milder."""

_RANKS: Final = {
    name: {word: place for place, word in enumerate(words)}
    for name, words in SCALES.items()
}


class Outcome(NamedTuple):
    """What the tables say of a case.

    Attributes:
        priority: one of `PRIORITIES`.
        owner: `sector`, `joint` or `raid`.
        severity: band, `S0` to `S5`; no number is multiplied.
        tlp: the narrowest label that it must have at least.
        embargo: advice; `refuse` where it is public already.
        briefing: which states are briefed.
        lane: of the desk's capacity.
        developer: whether the developer may be told.
        routes: ids of the routing table, in order.
        clocks: ids of clock rules to arm, in order.
        asked: ids of clock rules that would be owed if what nobody has named were so;
            not armed, since only two persons could void them again.
    """

    priority: str
    owner: str
    severity: str
    tlp: str
    embargo: str
    briefing: str
    lane: str
    developer: str
    routes: tuple[str, ...]
    clocks: tuple[str, ...]
    asked: tuple[str, ...] = ()


def rank(name: str, word: str) -> int:
    """Return how bad a word of a scale is, from 0."""
    return _RANKS[name][word]


def worst_of(name: str, words: Iterable[str]) -> str:
    """Return the worst of some words of a scale."""
    return max(words, key=_RANKS[name].__getitem__)


def is_owned(owner: str) -> bool:
    """Return whether RAID owns a case or its model part, so that no route takes it."""
    return owner != "sector"
