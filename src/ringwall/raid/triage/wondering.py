"""What each thing that is not known would do: one table of all that is open.

Pure. Must never leave out a value that would make no difference: that it would not is
an answer too.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ringwall.raid.triage.outcomes import FIELDS, Outcome
from ringwall.raid.triage.points import ASKED, Assessment, Points

__all__ = ["WhatIf", "what_if"]


class WhatIf(NamedTuple):
    """What one value would do if it were known to hold.

    Attributes:
        point: its id.
        value: that is open now.
        outcome: of the assessment in which it alone is left of its point.
        changes: outcomes that would be others than they are.
    """

    point: str
    value: str
    outcome: Outcome
    changes: tuple[str, ...]


def what_if(
    points: Points,
    assessment: Assessment,
    outcome_of: Callable[[Assessment], Outcome],
) -> list[WhatIf]:
    """Return what each open value would do, in the order of the points.

    Args:
        points: of the tables in force.
        assessment: as now.
        outcome_of: assessment -> what a triage of it gives.
    """
    return list(_each(points, assessment, outcome_of))


def _each(
    points: Points,
    assessment: Assessment,
    outcome_of: Callable[[Assessment], Outcome],
) -> Iterator[WhatIf]:
    now = outcome_of(assessment)
    for name in ASKED:
        if len(assessment[name]) < 2:
            continue
        for value in points[name].values:
            if value in assessment[name]:
                known = {**assessment, name: frozenset({value})}
                then = outcome_of(known)
                changes = [f for f in FIELDS if getattr(then, f) != getattr(now, f)]
                yield WhatIf(name, value, then, tuple(changes))
