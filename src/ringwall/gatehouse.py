"""The gate with the desks that stand behind it: the vault's and that of incidents.

Each desk is made when it is first asked for. Must never lend a desk to a process that
did not open the gate.
"""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ringwall.base.errors import ActRefused
from ringwall.gate.gatekeeper import Gatekeeper

if TYPE_CHECKING:
    from ringwall.raid.desk import RaidDesk
    from ringwall.vault.desk import Vault
    from ringwall.vault.keys.unlocking import Secrets

__all__ = ["Gatehouse"]


class Gatehouse(Gatekeeper):
    """A gatekeeper that stands in an institute's folder, with its desks."""

    _folder: Path
    _process: int
    _secrets: "Secrets | None" = None
    _exercise: str = ""
    _host: str = ""

    def stand_in(
        self,
        folder: Path,
        secrets: "Secrets | None",
        exercise: str = "",
        host: str = "",
    ) -> None:
        """Say in whose folder its desks are.

        Args:
            folder: of the institute.
            secrets: what opens the keys of the vault; None for those that need none.
            exercise: name of the exercise that all is part of; empty for none.
            host: name of the institute.
        """
        self._folder, self._secrets = folder, secrets
        self._exercise, self._host = exercise, host
        self._process = os.getpid()

    @property
    def vault(self) -> "Vault":
        """The desk for weights that open only through this gate; not after a fork."""
        self._check_process()
        return self._vault

    @property
    def raid(self) -> "RaidDesk":
        """The desk for incidents, each act through this gate; not after a fork."""
        self._check_process()
        return self._incidents

    @cached_property
    def _vault(self) -> "Vault":
        # Imported when it is first asked for: few gates stand before files.
        from ringwall.vault.desk import Vault

        return Vault(self, self._folder, self._secrets)

    @cached_property
    def _incidents(self) -> "RaidDesk":
        # Likewise: few gates stand before cases.
        from ringwall.raid.desk import RaidDesk

        return RaidDesk(self, self._folder, self._exercise, self._host)

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            raise ActRefused(
                "gate-of-another-process",
                "a gate stays with the process that opened it",
                next_step="after a fork open a gate anew",
            )
