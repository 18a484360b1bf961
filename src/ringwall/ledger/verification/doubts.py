"""What nobody can tell of an entry any more: what it rests on was pruned, or damaged.

Must never hold against an entry what stands where entries are gone.
"""

from itertools import chain
from typing import Final

from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.leaf_walk import Stretch

__all__ = ["Doubts"]

_LOG: Final = "log"
_MATTERS: Final = "matters"


class Doubts:
    """Knows the first entry that is not there, and the first that is not right.

    Args:
        findings: of the same walk.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._gap: int | None = None

    def begin(self, stretch: Stretch) -> None:
        """Take in a stretch, before what is in it."""
        is_whole = len(stretch.entries) == stretch.end - stretch.first
        if not is_whole and self._gap is None:
            there = (row[0] for row in stretch.entries)
            pairs = zip(
                range(stretch.first, stretch.end), chain(there, [None]), strict=False
            )
            self._gap = next(index for index, found in pairs if index != found)

    def holds_back(self, index: int, rests_on: str) -> bool:
        """Return whether a finding can't be told: what it rests on is not all there.

        Args:
            index: of the entry that it is of.
            rests_on: `log` for all before it, `matters` for what of that is never
                pruned; else the entry alone, with those beside it.
        """
        first_bad, gap = self._findings.first_bad, self._gap
        is_spoilt = first_bad is not None and first_bad < index
        is_gone = gap is not None and gap < index
        if rests_on == _LOG:
            return is_gone or is_spoilt
        return rests_on == _MATTERS and is_spoilt
