"""What the record says of the log's second place: that there is one, but not where.

Must never let the settings alone say that there is none.
"""

from hashlib import sha256
from typing import Final, NamedTuple

from sqlalchemy import TextClause, func, select, text

from ringwall.ledger.founded import founded, with_entry
from ringwall.ledger.schema import EVENT
from ringwall.ledger.store import Store
from ringwall.model.events import ANCHOR_KINDS, Event

__all__ = ["ANCHOR_ROWS", "RecordedPlace", "place_of", "recorded_place", "told_by"]

_KINDS: Final = ", ".join(f"'{kind}'" for kind in sorted(ANCHOR_KINDS))
ANCHOR_ROWS: Final[TextClause] = text(f"event.kind IN ({_KINDS})")
"""The condition that a row of `event` says something about the second place."""

# By the index on kinds: events of other kinds may have landed since by the million.
_LAST_INDEX: Final = select(func.max(EVENT.c.idx)).where(ANCHOR_ROWS)
_LAST: Final = with_entry(EVENT).where(EVENT.c.idx == _LAST_INDEX.scalar_subquery())


class RecordedPlace(NamedTuple):
    """What the latest event about the second place says.

    Attributes:
        entry: index of the event.
        place: what `place_of` gives for its path; empty if there is none any more.
    """

    entry: int
    place: str


def place_of(path: str, origin: str) -> str:
    """Return what the record calls a second place: 64 hex digits.

    It tells whether the settings name the same file as when it began; the path itself
    is nobody else's business. Whoever guesses it can find out that it is right.

    Args:
        path: as the settings give it; empty if they name none.
        origin: the log's name.

    Returns:
        SHA-256 of a line for the purpose, the origin and the path; empty for none.
    """
    if not path:
        return ""
    return sha256(f"ringwall second place\n{origin}\n{path}\n".encode()).hexdigest()


def recorded_place(store: Store) -> RecordedPlace | None:
    """Return what the log says of its second place, None if nothing.

    The signed tally vouches for the rows this rests on: whoever opens a gate compares
    it before anything is answered.

    Args:
        store: of the log.

    Raises:
        IntegrityError: a row is not what its entry says, or the entry is damaged.
    """
    with store.reading() as connection:
        row = connection.execute(_LAST).first()
        return None if row is None else told_by(row.idx, founded("event", row))


def told_by(index: int, event: Event) -> RecordedPlace:
    """Return what an event about the second place says.

    Args:
        index: where it stands.
        event: `anchor.begun` or `anchor.ended`.
    """
    return RecordedPlace(index, event.get("place", ""))
