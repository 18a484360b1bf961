"""What each thing that is not known would do: one table of all that is open.

Pure. Must never leave out a value that would make no difference: that it would not is
an answer too.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ringwall.raid.triage.judging import judge
from ringwall.raid.triage.outcomes import FIELDS, Outcome
from ringwall.raid.triage.points import ASKED, Assessment
from ringwall.raid.triage.tables import TriageTables

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


def what_if(tables: TriageTables, assessment: Assessment) -> list[WhatIf]:
    """Return what each open value would do, in the order of the points.

    Args:
        tables: in force.
        assessment: as now.
    """
    return list(_each(tables, assessment))


def _each(tables: TriageTables, assessment: Assessment) -> Iterator[WhatIf]:
    now = judge(tables, assessment).outcome
    for name in ASKED:
        if len(assessment[name]) < 2:
            continue
        for value in tables.points[name].values:
            if value in assessment[name]:
                known = {**assessment, name: frozenset({value})}
                then = judge(tables, known).outcome
                changes = [f for f in FIELDS if getattr(then, f) != getattr(now, f)]
                yield WhatIf(name, value, then, tuple(changes))
