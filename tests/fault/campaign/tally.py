"""What was tried, how often, and what came out; and how a part of the campaign runs.

Must never drop a mismatch: one is enough for the campaign to fail.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["MISMATCH", "Tally", "Work"]

MISMATCH = "MISMATCH"
"""The outcome of which there may be none."""

_TOLD_SECONDS = 10.0


class Tally:
    """Counts outcomes by fault.

    Attributes:
        counts: fault -> outcome -> how often.
        mismatches: how each can be had again.
        skipped: fault -> why it was not tried here.
        notes: what a reader of the counts has to know.
        sums: what was done meanwhile, and how often.
    """

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.mismatches: list[str] = []
        self.skipped: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.sums: Counter[str] = Counter()

    def add(self, fault: str, outcome: str, count: int = 1) -> None:
        """Take in that a fault came out so."""
        self.counts.setdefault(fault, Counter())[outcome] += count

    def mismatch(self, fault: str, how: str) -> None:
        """Take in that something came out that must not."""
        self.add(fault, MISMATCH)
        self.mismatches.append(f"{fault}: {how}")

    def judge(self, fault: str, outcome: str, wrong: str) -> None:
        """Take in an outcome, as a mismatch if something is wrong with it."""
        if wrong:
            self.mismatch(fault, wrong)
        else:
            self.add(fault, outcome)

    def skip(self, fault: str, why: str) -> None:
        """Take in that a fault could not be tried."""
        self.skipped[fault] = why

    def tried(self, fault: str) -> int:
        """Return how often a fault was tried."""
        return sum(self.counts.get(fault, Counter()).values())


@dataclass
class Work:
    """One run of the campaign, or of a sample of it.

    Attributes:
        place: an empty folder, in memory where there is such a file system.
        rounds: how often to kill at random; other repetitions go by it.
        step: every so many bits are flipped; 1 for all.
        cores: processes that flip bits.
        tally: takes in what comes out.
        chance: drawn from for all that is random.
        is_told: whether progress is printed.
    """

    place: Path
    rounds: int = 1000
    step: int = 1
    cores: int = 1
    tally: Tally = field(default_factory=Tally)
    chance: random.Random = field(default_factory=lambda: random.Random(5))
    is_told: bool = False
    _told: float = 0.0
    _folders: int = 0

    def folder(self) -> Path:
        """Return an empty folder that nobody else has."""
        self._folders += 1
        made = self.place / f"{self._folders}"
        made.mkdir()
        return made

    def tell(self, fault: str, done: int, total: int) -> None:
        """Print how far it is, now and then."""
        now = time.monotonic()
        if self.is_told and (now - self._told > _TOLD_SECONDS or done == total):
            self._told = now
            sys.stdout.write(f"   {fault}: {done:,} of {total:,}\n")
            sys.stdout.flush()


Part = Callable[[Work], None]
