"""How mild a case could still turn out, and which open points keep it where it is.

Pure. Must never lower anything: an outcome is the worst of what is open, and this only
says what a reader would have to settle for a milder one.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final, NamedTuple

from ringwall.raid.triage.judging import Judged, judge
from ringwall.raid.triage.outcomes import SCALES, rank
from ringwall.raid.triage.points import ASKED, Assessment
from ringwall.raid.triage.tables import TriageTables

__all__ = ["WEIGHED", "Margin", "margins"]

WEIGHED: Final = ("priority", "owner")
"""The outcomes whose margins are told."""

# Of any case it can be said that it may be untrue; how mild it is if it is true is
# what orders cases.
_BELIEVED: Final = "cred"
_NO_FLAG: Final = "none"


class Margin(NamedTuple):
    """What an outcome could still become.

    Attributes:
        best: the word that it would be if all that is open were at its mildest.
        held: open points that have to be settled for that, in the order of the points;
            empty if it could not be milder.
    """

    best: str
    held: tuple[str, ...]


def margins(tables: TriageTables, judged: Judged) -> Mapping[str, Margin]:
    """Return the margin of each of `WEIGHED`, taking the case for true.

    Args:
        tables: by which it was judged.
        judged: what they say of it.
    """
    return {name: _margin(tables, judged, name) for name in WEIGHED}


def _margin(tables: TriageTables, judged: Judged, name: str) -> Margin:
    whole = judged.assessment
    settled = [point for point in ASKED if point in judged.open and point != _BELIEVED]
    best = _least(tables, whole, settled, name)
    if best == rank(name, getattr(judged.outcome, name)):
        return Margin(SCALES[name][best], ())
    # What makes no difference is taken out again, the least telling points first.
    for point in reversed(settled.copy()):
        fewer = [one for one in settled if one != point]
        if _least(tables, whole, fewer, name) == best:
            settled = fewer
    return Margin(SCALES[name][best], tuple(settled))


def _least(
    tables: TriageTables, whole: Assessment, settled: list[str], name: str
) -> int:
    """Return how mild an outcome is once some points are at their mildest."""
    return min(
        rank(name, getattr(judge(tables, {**whole, **mild}).outcome, name))
        for mild in _mildest(tables, whole, settled)
    )


def _mildest(
    tables: TriageTables, whole: Assessment, settled: list[str]
) -> Iterator[Assessment]:
    """Give the mildest answers to some points; where none is mildest, each."""
    choices = []
    for name in settled:
        point = tables.points[name]
        if point.scale == "nominal":
            choices.append([frozenset({value}) for value in sorted(whole[name])])
        elif point.scale == "ordered":
            choices.append([frozenset({min(whole[name], key=point.ranks.__getitem__)})])
        else:
            # Flags that were all named all hold; else it may be none of them.
            is_open = _NO_FLAG in whole[name]
            choices.append([frozenset({_NO_FLAG}) if is_open else whole[name]])
    for values in product(*choices):
        yield dict(zip(settled, values, strict=True))
