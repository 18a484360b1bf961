"""Windows of time, and where in the log the entries of one can stand.

Clocks go back, so an instant does not say where an entry stands; but of each block of
entries the first and the last instant are known, unless it is too new. Must never
leave out a span that holds an entry of the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from ringwall.base.clock import format_instant
from ringwall.ledger.slices import BLOCK
from ringwall.ledger.statements import fetch
from ringwall.tlog.checkpoints import MAX_TREE_SIZE

__all__ = [
    "EVERYWHERE",
    "Piece",
    "Span",
    "Window",
    "extent_of",
    "pieces_of",
    "spans_of",
]


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


class Piece(NamedTuple):
    """A span in which decisions can stand.

    Attributes:
        span: where it lies.
        block: number of the block that it is, None if no slices are known there.
    """

    span: Span
    block: int | None


# A row beyond has no place in any log, and its entries none in the numbers of SQLite.
_MOST_BLOCKS: Final = MAX_TREE_SIZE // BLOCK
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


def spans_of(connection: Connection, window: Window) -> Sequence[Span]:
    """Return where the events of a window can stand, the newest first.

    Those are the entries that are no decisions.

    Args:
        connection: to the ledger's database.
        window: when.
    """
    if window.is_open:
        return EVERYWHERE
    found: list[Span] = []
    for block, first, last in fetch(connection, _EVENTS):
        if _lies_outside(first, last, window):
            continue
        low, end = block * BLOCK, (block + 1) * BLOCK
        if found and found[-1].low == end:
            end = found.pop().end
        found.append(Span(low, end))
    return found


def pieces_of(connection: Connection, window: Window) -> Sequence[Piece]:
    """Return where the decisions of a window can stand, the newest first.

    Args:
        connection: to the ledger's database.
        window: when.
    """
    found: list[Piece] = []
    above = MAX_TREE_SIZE
    for number, first, last in fetch(connection, _BLOCKS, _MOST_BLOCKS):
        span = Span(number * BLOCK, (number + 1) * BLOCK)
        if span.end < above:
            found.append(Piece(Span(span.end, above), None))
        if not _lies_outside(first, last, window):
            found.append(Piece(span, number))
        above = span.low
    if above > 0:
        found.append(Piece(Span(0, above), None))
    return found


def extent_of(connection: Connection) -> tuple[str, str]:
    """Return the earliest and the latest instant that an entry states.

    To the second: of two in the same one either may be given. Empty for no entries.
    """
    known = [*fetch(connection, _EVENTS), *fetch(connection, _BLOCKS, _MOST_BLOCKS)]
    for span, block in pieces_of(connection, Window()):
        if block is None:
            known += fetch(connection, _ENDS, span.low, span.end)
    firsts = [first for _, first, _ in known if first and isinstance(first, str)]
    lasts = [last for _, _, last in known if last and isinstance(last, str)]
    first = min(firsts, key=_comparable, default="")
    return first, max(lasts, key=_comparable, default="")


def _lies_outside(first: object, last: object, window: Window) -> bool:
    """Return whether no instant between two, to the second, lies in a window."""
    since, until = (bound[:_TO_THE_SECOND] for bound in window.bounds())
    # What is no text was put there behind the log's back: let a reader find it.
    if isinstance(first, str) and first[:_TO_THE_SECOND] > until:
        return True
    return isinstance(last, str) and last[:_TO_THE_SECOND] < since


def _comparable(at: str) -> str:
    """Return a text that sorts by time: one without a fraction sorts behind others."""
    return at[:_TO_THE_SECOND] + _NO_FRACTION if len(at) == _WHOLE else at


# From one block to the one before it that holds anything, in one step each.
_EVENTS: Final = text("""
WITH RECURSIVE block(number) AS (
    SELECT (SELECT idx / 4096 FROM event INDEXED BY event_span
            ORDER BY idx / 4096 DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT idx / 4096 FROM event INDEXED BY event_span
            WHERE idx / 4096 < number ORDER BY idx / 4096 DESC LIMIT 1)
    FROM block WHERE number IS NOT NULL
)
SELECT number,
    (SELECT at FROM event INDEXED BY event_span
     WHERE idx / 4096 = number ORDER BY at LIMIT 1),
    (SELECT at FROM event INDEXED BY event_span
     WHERE idx / 4096 = number ORDER BY at DESC LIMIT 1)
FROM block WHERE number IS NOT NULL
""")
_BLOCKS: Final = text(
    "SELECT number, first, last FROM block WHERE number >= 0 AND number < :most "
    "ORDER BY number DESC"
)
_ENDS: Final = text(
    "SELECT 0, min(at), max(at) FROM decision WHERE idx >= :low AND idx < :end"
)
