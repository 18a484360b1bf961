"""The events of the desks above the gate, each held against the rules of its own desk.

Must never leave one desk out because another one has nothing to tell.
"""

import sqlite3
from collections.abc import Callable, Sequence

from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.kept_walk import KeptFiles, KeptWalk
from ringwall.ledger.verification.leaf_walk import LeafRow, Stretch
from ringwall.ledger.verification.raid_walk import RaidWalk
from ringwall.ledger.verification.vault_walk import ContainerFold, VaultWalk
from ringwall.model.events import Event

__all__ = ["DeskWalks"]


class DeskWalks:
    """Takes in the events of vault and incident desk, in the order of the log.

    Args:
        cursor: to the ledger's database.
        findings: takes in what is wrong.
        containers: as for `VaultWalk`.
        files: as for `KeptWalk`.
    """

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        findings: Findings,
        containers: Callable[[], ContainerFold] | None,
        files: KeptFiles | None = None,
    ) -> None:
        self._vault = VaultWalk(cursor, findings, containers)
        self._raid = RaidWalk(cursor, findings)
        self._kept = KeptWalk(cursor, findings, files)

    @property
    def left_out(self) -> str:
        """What was not looked at, in words; empty for nothing."""
        return ", ".join(filter(None, (self._vault.left_out, self._kept.left_out)))

    def begin(self, stretch: Stretch) -> None:
        """Take in a stretch, before what is in it."""
        self._vault.begin(stretch)
        self._raid.begin(stretch)

    def skim(self, stretch: Stretch, entries: Sequence[LeafRow]) -> None:
        """Take in a stretch of which nobody else reads some entries.

        Args:
            stretch: all of it.
            entries: those of it that are no decisions.
        """
        self._vault.skim(stretch, entries)
        self._raid.skim(stretch, entries)

    def take(self, index: int, event: Event) -> None:
        """Take in an event that has been read and projected without fault."""
        self._vault.take(index, event)
        self._raid.take(index, event)
        self._kept.take(index, event)

    def finish(self, cursor: sqlite3.Cursor) -> None:
        """Judge what can be judged only now that all is known."""
        self._vault.finish(cursor)
        self._raid.finish(cursor)
        self._kept.finish()
