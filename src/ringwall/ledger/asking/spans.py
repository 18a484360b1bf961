"""Windows of time, and where in the log the entries of one can stand.

Clocks go back, so an instant does not say where an entry stands; but an index knows
the first and the last instant of each block of entries. Must never leave out a span
that holds an entry of the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from ringwall.base.clock import format_instant
from ringwall.ledger.statements import fetch
from ringwall.tlog.checkpoints import MAX_TREE_SIZE

__all__ = ["EVERYWHERE", "Span", "Window", "extent_of", "spans_of"]


class Span(NamedTuple):
    """Entries that stand side by side.

    Attributes:
        low: index of the first.
        end: index behind the last.
    """

    low: int
    end: int


EVERYWHERE: Final = (Span(0, MAX_TREE_SIZE),)
"""Where an entry stands of which nothing is known."""

# As in the indexes `decision_span` and `event_span`.
_BLOCK: Final = 4096
_TO_THE_SECOND: Final = len("2026-11-21T12:00:00")
_WHOLE: Final = len("2026-11-21T12:00:00Z")
_NO_FRACTION: Final = ".000000Z"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time.

    Attributes:
        since: its first instant, None if it has no beginning.
        until: the instant behind its last, None if it has no end.
    """

    since: int | None = None
    until: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether every instant lies in it."""
        return self.since is None and self.until is None

    def bounds(self) -> tuple[str, str]:
        """Return both ends as `holds` and the tables' rows are compared with them."""
        since = "" if self.since is None else _comparable(format_instant(self.since))
        until = "~" if self.until is None else _comparable(format_instant(self.until))
        return since, until

    def holds(self, at: str) -> bool:
        """Return whether an instant, as an event tells it, lies in the window."""
        since, until = self.bounds()
        return since <= _comparable(at) < until


def spans_of(connection: Connection, table: str, window: Window) -> Sequence[Span]:
    """Return where the entries of a window can stand, the newest first.

    Args:
        connection: to the ledger's database.
        table: `decision` or `event`, whose entries are asked for.
        window: when.
    """
    if window.is_open:
        return EVERYWHERE
    since, until = (bound[:_TO_THE_SECOND] for bound in window.bounds())
    found: list[Span] = []
    for block, first, last in fetch(connection, _BLOCKS[table]):
        # What is no text was put there behind the log's back: let a reader find it.
        if isinstance(first, str) and first[:_TO_THE_SECOND] > until:
            continue
        if isinstance(last, str) and last[:_TO_THE_SECOND] < since:
            continue
        low, end = block * _BLOCK, (block + 1) * _BLOCK
        if found and found[-1].low == end:
            end = found.pop().end
        found.append(Span(low, end))
    return found


def extent_of(connection: Connection) -> tuple[str, str]:
    """Return the earliest and the latest instant that an entry states.

    To the second: of two in the same one either may be given. Empty for no entries.
    """
    blocks = [row for query in _BLOCKS.values() for row in fetch(connection, query)]
    firsts = [first for _, first, _ in blocks if isinstance(first, str)]
    lasts = [last for _, _, last in blocks if isinstance(last, str)]
    first = min(firsts, key=_comparable, default="")
    return first, max(lasts, key=_comparable, default="")


def _comparable(at: str) -> str:
    """Return a text that sorts by time: one without a fraction sorts behind others."""
    return at[:_TO_THE_SECOND] + _NO_FRACTION if len(at) == _WHOLE else at


# From one block to the one before it that holds anything, in one step each.
_WALK: Final = """
WITH RECURSIVE block(number) AS (
    SELECT (SELECT idx / 4096 FROM {0} INDEXED BY {0}_span
            ORDER BY idx / 4096 DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT idx / 4096 FROM {0} INDEXED BY {0}_span
            WHERE idx / 4096 < number ORDER BY idx / 4096 DESC LIMIT 1)
    FROM block WHERE number IS NOT NULL
)
SELECT number,
    (SELECT at FROM {0} INDEXED BY {0}_span
     WHERE idx / 4096 = number ORDER BY at LIMIT 1),
    (SELECT at FROM {0} INDEXED BY {0}_span
     WHERE idx / 4096 = number ORDER BY at DESC LIMIT 1)
FROM block WHERE number IS NOT NULL
"""
_BLOCKS: Final = {name: text(_WALK.format(name)) for name in ("decision", "event")}
