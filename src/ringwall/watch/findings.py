"""What a watch rule has found, and the words for how much within how long.

Pure. Must never put the id of a person into words: who it is has a field of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ringwall.watch.rules import Rule, Severity

__all__ = ["MAX_ENTRIES", "Finding", "Mark", "finding_of", "span_text"]

MAX_ENTRIES: Final = 20
"""Most entries that a finding names: the first, and the last ones."""

_SECOND: Final = 1_000_000
# Unit -> seconds; a length is told in the largest unit that it has two of.
_UNITS: Final = (("days", 86_400), ("h", 3600), ("min", 60))


class Mark(NamedTuple):
    """An entry that counts.

    Attributes:
        at: instant that counts for it.
        entry: index of it.
    """

    at: int
    entry: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has found.

    Attributes:
        rule: its id.
        severity: low, medium or high.
        subject: whom or which point it is about; of a person the token; may be empty.
        first: instant of the first entry that counts.
        last: instant of the last one.
        count: how many entries count.
        entries: indices of the first and of the last of them, 20 in all at most.
        told: what has happened, in one line.
    """

    rule: str
    severity: Severity
    subject: str
    first: int
    last: int
    count: int
    entries: tuple[int, ...]
    told: str


def finding_of(
    rule: Rule, subject: str, marks: Sequence[Mark], words: str, count: int = 0
) -> Finding:
    """Return the finding that some entries make.

    Args:
        rule: that they make it by.
        subject: whom or which point it is about.
        marks: the entries that count, in the order of the log; at least one.
        words: how much it was; put behind what the rule tells.
        count: how many they are, if `marks` are not all of them.
    """
    first, last = marks[0], marks[-1]
    latest = marks[max(1, len(marks) - MAX_ENTRIES + 1) :]
    return Finding(
        rule.id,
        rule.severity,
        subject,
        first.at,
        last.at,
        count or len(marks),
        (first.entry, *(mark.entry for mark in latest)),
        f"{rule.told}: {words}",
    )


def span_text(microseconds: int) -> str:
    """Return a length of time in words, rounded up, e.g. `3 min`."""
    seconds = -(-abs(microseconds) // _SECOND)
    for unit, size in _UNITS:
        if seconds >= 2 * size:
            return f"{-(-seconds // size)} {unit}"
    return f"{seconds} s"
