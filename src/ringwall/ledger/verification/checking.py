"""One verification under way: what the checker brings along and what is known.

Must never be shared by two verifications.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from ringwall.ledger.publication.anchor import read_anchor
from ringwall.ledger.verification.claims import FROM, SECOND
from ringwall.ledger.verification.desk_walks import DeskWalks
from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.kept_walk import KeptFiles
from ringwall.ledger.verification.leaf_walk import LeafWalk
from ringwall.ledger.verification.log_events import LogEvents
from ringwall.ledger.verification.tree_walk import TreeWalk
from ringwall.ledger.verification.vault_walk import ContainerFold
from ringwall.signing.keys import SigningKey, VerifierKey
from ringwall.tlog.trust_policy import TrustPolicy

__all__ = ["Check", "Options", "Progress"]

Progress = Callable[[int, int], None]
"""Is told (entries done, entries in all)."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a checker brings along, and how deep to look.

    Attributes:
        kept: a signed checkpoint kept from before; the log must extend it.
        anchor: the last checkpoint in a second place; likewise. Empty if it should be
            there and is not.
        place: what the record would call the second place that the institute's
            settings name, empty if they name none; None if nobody knows the settings.
        now: the present instant; None if it is not known.
        key: what the head is tagged with between two signatures; None for who has not
            got it.
        policy: which witnesses it takes; by default what the log has on record.
        containers: makes a new fold of the vault's containers; None for who does not
            know their rules: then the events of the vault are left out.
        files: what the incident desk keeps by its digest; None for who has the ledger
            alone: then it is left out.
        log_only: leave out what is not leaves, tiles, and signatures.
        progress: told now and then how far it is.
    """

    kept: bytes | None = None
    anchor: bytes | None = None
    place: str | None = None
    now: int | None = None
    key: SigningKey | None = None
    policy: TrustPolicy | None = None
    containers: Callable[[], ContainerFold] | None = None
    files: KeptFiles | None = None
    log_only: bool = False
    progress: Progress | None = None

    def of_institute(
        self, path: Path | None, place: str, now: int, key: SigningKey | None = None
    ) -> Self:
        """Return the options with what an institute knows that the checker does not.

        Args:
            path: its second place, read if the checker brings along no other; None if
                there is none.
            place: what the record would call it.
            now: the present instant.
            key: the log's, if it is at hand.
        """
        known = replace(self, place=place, now=now, key=key)
        if path is None or self.anchor is not None:
            return known
        try:
            note = read_anchor(path) or b""
        except OSError:
            note = b""  # the verifier tells that it is not there
        return replace(known, anchor=note)

    def notes(self) -> list[tuple[str, bytes]]:
        """Return the checkpoints that the checker brings along, and whence."""
        named = ((FROM, self.kept), (SECOND, self.anchor))
        return [(place, note) for place, note in named if note is not None]


@dataclass(slots=True)
class Check:
    """What is known so far.

    Attributes:
        cursor: to the ledger's database.
        verifier: the key that the checker trusts.
        origin: the log's name.
        options: what else the checker brings along.
        tree: of the leaves.
        leaves: the walk over them.
        findings: what was found.
        events: what the log says of itself.
        desks: the events of the vault and of the incident desk.
    """

    cursor: sqlite3.Cursor
    verifier: VerifierKey
    origin: str
    options: Options
    tree: TreeWalk
    leaves: LeafWalk
    findings: Findings
    events: LogEvents = field(default_factory=LogEvents)
    desks: DeskWalks = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the desks."""
        self.desks = DeskWalks(
            self.cursor, self.findings, self.options.containers, self.options.files
        )
