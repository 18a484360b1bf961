"""The service levels that a projection looks at, with the hours that the clocks give.

Pure. Must never have a number of its own: within how long is for the clocks to say.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.base.errors import DeclarationError, Fault
from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.workload.assumptions import WORKLOAD_FILE, Assumptions
from ringwall.raid.workload.setting import Level

__all__ = ["levels_of"]

_HOURS: Final[Mapping[str, int]] = {"hours": 1, "days": 24, "months": 30 * 24}
_FILE: Final = f"desk/{WORKLOAD_FILE}"


def levels_of(assumed: Assumptions, clocks: ClockBook) -> tuple[Level, ...]:
    """Return the service levels.

    Args:
        assumed: names them, and the lanes that an item passes.
        clocks: the rules that it names; the limit of the first stage counts.

    Raises:
        DeclarationError: `workload-refused`, with a fault `unknown-level` for each rule
            that there is not or that has no limit.
    """
    found: list[Level] = []
    faults: list[Fault] = []
    for row in assumed.levels:
        rule = clocks.rules.get(row.rule)
        limit = rule.stages[0].first.limit if rule else None
        if limit is None:
            message = f"no clock `{row.rule}` has a limit, which `levels` names"
            faults.append(Fault(_FILE, 0, 0, "unknown-level", message))
        else:
            hours = limit.count * _HOURS[limit.unit]
            found.append(Level(row.rule, tuple(row.lanes), hours))
    if faults:
        raise DeclarationError(
            "workload-refused",
            "`levels` names what is no clock",
            next_step="mend `levels`; `ringwall raid rules lint` looks again",
            faults=tuple(faults),
        )
    return tuple(found)
