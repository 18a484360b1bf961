"""Findings: what a verification holds against a ledger, each by its own word.

Must never grow with the damage: of very many findings the first are kept.
"""

from dataclasses import dataclass
from typing import Final

__all__ = ["MAX_FINDINGS", "Finding", "Findings"]

MAX_FINDINGS: Final = 1000
"""Most findings that one report lists."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was recorded.

    Attributes:
        code: stable kebab-case name.
        place: `entry 12`, `table registry row user:ada`, `head`, `file`, `schema`.
        message: what is wrong, for an officer.
    """

    code: str
    place: str
    message: str


class Findings:
    """What has been found so far.

    Attributes:
        doubtful: indices of entries that are damaged themselves; nothing sound says
            what the rows that stem from them should be.
        first_bad: the lowest index of an entry that is not as recorded, None for none.
    """

    def __init__(self) -> None:
        self.doubtful: set[int] = set()
        self.first_bad: int | None = None
        self._of_log: list[Finding] = []
        self._of_rows: list[tuple[Finding, frozenset[int]]] = []

    def hold(self, code: str, place: str, message: str) -> None:
        """Take in something about the log, its head or the file."""
        if len(self._of_log) < MAX_FINDINGS:
            self._of_log.append(Finding(code, place, message))

    def add_entry(self, code: str, index: int, message: str) -> None:
        """Take in that an entry is damaged; what rests on it is doubtful."""
        self.doubtful.add(index)
        self.at_entry(index)
        self.hold(code, f"entry {index}", message)

    def at_entry(self, index: int) -> None:
        """Take in that an entry is not as it was recorded."""
        if self.first_bad is None or index < self.first_bad:
            self.first_bad = index

    def add_row(self, finding: Finding, indices: frozenset[int] = frozenset()) -> None:
        """Take in something about a row that stems from entries of these indices."""
        if len(self._of_rows) < MAX_FINDINGS:
            self._of_rows.append((finding, indices))

    def listed(self) -> tuple[Finding, ...]:
        """Return the findings, those of rows last, without rows of doubtful entries."""
        rows = (
            finding for finding, indices in self._of_rows if not indices & self.doubtful
        )
        return (*self._of_log, *rows)[:MAX_FINDINGS]
