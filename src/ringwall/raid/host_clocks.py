"""What has to wait for clocks that are open: which one it is, and what to do.

Must never name a clock of a case to whom the case is not open.
"""

from collections.abc import Sequence

from ringwall.base.errors import ActRefused
from ringwall.ledger.asking.raid_rows import RaidCard
from ringwall.raid.guards import GUARDS, demand
from ringwall.raid.timing import deadline_of

__all__ = ["check_host_clocks"]


def check_host_clocks(
    guard: str, about: str, clocks: Sequence[RaidCard], named: Sequence[RaidCard]
) -> None:
    """Raise while a clock is open: of the institute itself, or any that a guard counts.

    Whistle-blowers are owed an acknowledgement and feedback for each report, so that
    these clocks count here as any other of the institute.

    Args:
        guard: of `raid_states`, that asks for it.
        about: id of what has to wait.
        clocks: those that are open.
        named: those of them whose case is open to who asks.

    Raises:
        ActRefused: with the code of the guard, the first of `named` in the message.
    """
    if not named:
        demand(guard, holds=not clocks, about=about)
        return
    told = GUARDS[guard]
    first = min(named, key=lambda one: (deadline_of(one.card), one.id))
    row = first.card
    worst = "at the worst " if row["state"] == "armed" else ""
    due = f"due {worst}{deadline_of(row)}" if deadline_of(row) else "due at once"
    more = f", and {len(named) - 1} more" if len(named) > 1 else ""
    raise ActRefused(
        told.code,
        f"`{about}`: {told.message}: {row['rule']}, {row['stage']}, {due} "
        f"(`{first.id}`){more}",
        next_step="do what it is for, and note it: `ringwall raid clock meet "
        f"{first.id} --evidence TEXT --source TEXT`; what is not owed two persons void",
    )
