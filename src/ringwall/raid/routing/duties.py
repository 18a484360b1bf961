"""Which duties to report the facts of a case leave standing, and what would settle it.

Must never drop a duty for what nobody has said: only what was answered speaks against
it.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from ringwall.raid.routing.conditions import Held, Holding
from ringwall.raid.routing.facts import CaseFacts
from ringwall.raid.routing.rows import Routes

__all__ = ["Owed", "owed", "suspected"]

_CERTAIN: Final = Held(Holding.YES)


class Owed(NamedTuple):
    """Clocks, as the facts of a case see them.

    Attributes:
        clocks: those that are owed, or may be; in the order given.
        open: clock -> the facts that would settle it, of each that may be owed.
        against: those that are not owed, since the facts say otherwise.
    """

    clocks: tuple[str, ...]
    open: dict[str, tuple[str, ...]]
    against: tuple[str, ...]


def owed(clocks: Iterable[str], case: CaseFacts, tables: Routes) -> Owed:
    """Return which of some clocks the facts of a case leave standing.

    Args:
        clocks: ids of clock rules; one of which the table says nothing is owed.
        case: what is known of it.
        tables: in force.
    """
    held = {clock: _held(clock, case, tables) for clock in clocks}
    return Owed(
        tuple(name for name, one in held.items() if one.holding is not Holding.NO),
        {name: one.missing for name, one in held.items() if one.missing},
        tuple(name for name, one in held.items() if one.holding is Holding.NO),
    )


def suspected(case: CaseFacts, tables: Routes) -> frozenset[str]:
    """Return the values of `legal` that the facts of a case make suspect.

    Args:
        case: what is known of it.
        tables: in force.
    """
    return frozenset(
        duty.id
        for duty in tables.duties.values()
        if duty.sort == "suspect" and duty.when.held(case.facts).holding is Holding.YES
    )


def _held(clock: str, case: CaseFacts, tables: Routes) -> Held:
    duty = tables.duties.get(clock)
    if duty is None:
        return _CERTAIN
    return duty.when.held(case.facts)
