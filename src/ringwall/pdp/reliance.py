"""Which exceptions a permit rests on: without them it would have been a deny.

Found by asking again without them. Must never leave out one that a permit needs.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from ringwall.base.clock import format_instant
from ringwall.model.facts import ExceptionFacts, Situation
from ringwall.model.levels import SecurityLevel
from ringwall.model.measures import level_of
from ringwall.pdp.standing import at_levels

__all__ = ["relied_on"]

_Permits: TypeAlias = Callable[[Situation], bool]


def relied_on(situation: Situation, permits: _Permits) -> tuple[str, ...]:
    """Return a line for each exception that a permit rests on.

    Each exception is taken away by itself; where none is missed alone but all are
    together, all are named.

    Args:
        situation: that is permitted.
        permits: the pipeline.
    """
    exceptions = situation.site.exceptions
    if not exceptions or permits(_without(situation, exceptions)):
        return ()
    missed = [one for one in exceptions if not permits(_without(situation, [one]))]
    return tuple(_line(situation.site.id, one) for one in missed or exceptions)


def _without(situation: Situation, gone: Iterable[ExceptionFacts]) -> Situation:
    """Return the situation with the site on the levels that are left to it."""
    site = situation.site
    levels: dict[str, SecurityLevel] = {}
    for one in gone:
        left = SecurityLevel(level_of(one.measure) - 1)
        levels[one.domain] = min(left, levels.get(one.domain, left))
    for domain, left in levels.items():
        levels[domain] = min(left, getattr(site, domain))
    return situation._replace(site=replace(at_levels(site, levels), exceptions=()))


def _line(site: str, one: ExceptionFacts) -> str:
    return (
        f"{one.measure} at {site} is not in force; an exception stands in for it "
        f"until {format_instant(one.until)}"
    )
