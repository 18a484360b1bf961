"""What an entry makes the ledger forget, done in the transaction that appends it.

Forgotten are values beside the log and bytes of old entries, never a hash: every
proof still verifies. Must never take away anything that is in force.
"""

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    TextClause,
    and_,
    bindparam,
    delete,
    func,
    literal,
    null,
    select,
    text,
    update,
)

from ringwall.base.clock import format_instant
from ringwall.ledger.entries import Entry
from ringwall.ledger.founded import last_of
from ringwall.ledger.memory.disclosures import tokens_in
from ringwall.ledger.schema import (
    DECISION,
    DISCLOSURE,
    EVENT,
    HEAD,
    LEAF,
    POLICY,
    PROJECTIONS,
    RAID_CARDS,
)
from ringwall.ledger.slicing import strike_from
from ringwall.ledger.statements import fetch, send_many
from ringwall.model.events import ANCHOR_KINDS, KEPT_KINDS
from ringwall.model.raid_events import RAID_KINDS

__all__ = ["LASTING_ROWS", "end_before", "forget", "is_prunable", "prunable_count"]

_CHUNK: Final = 5000
_PERSON: Final = "user:"
# What begins with one literal is found some times as fast as by `tokens_in`.
_PEOPLE: Final = re.compile(rb"user:~[A-Za-z0-9_-]{43}")
_TO_THE_SECOND: Final = len("2026-11-21T12:00:00")
_WHOLE: Final = len("2026-11-21T12:00:00Z")
_NO_FRACTION: Final = ".000000Z"
_PRUNED_TABLES: Final = (DECISION, EVENT, POLICY)
# Of these every row is in force, says what else has been forgotten, or is an act of the
# incident desk; what its other tables have is in its journal.
_KEPT_TABLES: Final = tuple(
    table
    for name, table in PROJECTIONS.items()
    if table not in _PRUNED_TABLES and name not in RAID_CARDS
)

_LASTING: Final = ", ".join(
    f"'{kind}'" for kind in sorted(ANCHOR_KINDS | KEPT_KINDS - RAID_KINDS)
)
LASTING_ROWS: Final[TextClause] = text(f"event.kind IN ({_LASTING})")
"""The condition that a row of `event` is of a kind that is never pruned.

Those of the incident desk, of which there may be very many, have a table for that.
"""


def is_prunable(before: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a leaf may lose its bytes.

    It may if it lies before an index, neither is in force nor says what else has been
    forgotten, and is of no kind that is kept for good.

    Args:
        before: the index.
    """
    last_policy = select(POLICY.c.idx).where(last_of(POLICY))
    kept = (LEAF.c.idx.not_in(select(table.c.idx)) for table in _KEPT_TABLES)
    lasting = LEAF.c.idx.not_in(select(EVENT.c.idx).where(LASTING_ROWS))
    bounds = (LEAF.c.idx < before, LEAF.c.entry.is_not(None))
    return and_(LEAF.c.idx.not_in(last_policy), lasting, *kept, *bounds)


def prunable_count(connection: Connection, before: int) -> int:
    """Return how many entries before an index would lose their bytes."""
    query = select(func.count()).select_from(LEAF).where(is_prunable(literal(before)))
    return int(connection.execute(query).scalar_one())


def end_before(connection: Connection, instant: int) -> int:
    """Return the index up to which every entry is older than an instant.

    The first entry of that instant or later ends it, wherever clocks went afterwards.
    """
    since = format_instant(instant)
    second = since[:_TO_THE_SECOND]
    if len(since) == _WHOLE:
        since = second + _NO_FRACTION
    found = [fetch(connection, query, second, since)[0][0] for query in _FIRST_SINCE]
    size: int = fetch(connection, _SIZE)[0][0]
    return min(size, *(size if index is None else int(index) for index in found))


def forget(connection: Connection, entries: Iterable[Entry]) -> None:
    """Do what entries say of forgetting; those of any other kind say nothing.

    Args:
        connection: holds the entries and their rows already.
        entries: those of one batch.
    """
    for entry in entries:
        kind = entry.event["kind"]
        if kind == "subject.erased":
            _erase(connection, entry.event["tokens"])
        elif kind == "log.pruned":
            _prune(connection, min(entry.event["before"], _end(connection)))


def _erase(connection: Connection, tokens: Iterable[str]) -> None:
    send_many(connection, _ERASE, [(token,) for token in tokens])


def _prune(connection: Connection, before: int) -> None:
    people: set[str] = set()
    for start in range(0, before, _CHUNK):
        rows = fetch(connection, _STRETCH, min(start + _CHUNK, before), start)
        tokens = tokens_in(_joined((data,) for _, data in rows))
        named = {token for token in tokens if token.startswith(_PERSON)}
        people |= named
        # A text has a salt of its own, so no other entry has its token.
        _erase(connection, sorted(tokens - named))
        for statement in (_BLANK, *_STRIKES):
            send_many(connection, statement, [(index,) for index, _ in rows])
    strike_from(connection, before)
    _erase(connection, sorted(_unnamed(connection, people)))


def _end(connection: Connection) -> int:
    """Return the index behind the last leaf: the head does not count this batch yet."""
    end: int = fetch(connection, _LAST)[0][0] + 1
    return end


def _unnamed(connection: Connection, people: set[str]) -> set[str]:
    """Return those tokens that no entry which has its bytes names any more.

    A process that knows one of them may name it once more: with each entry it brings
    what the token stands for, so that is on record again then.

    Args:
        connection: to the ledger's database.
        people: tokens of people whom pruned entries named.
    """
    left = set(people)
    end = _end(connection)
    # From the newest on: who is still at work is found at once.
    while left and end > 0:
        start = max(0, end - _CHUNK)
        rows = fetch(connection, _KEPT, start, end)
        left -= {token.decode() for token in {*_PEOPLE.findall(_joined(rows))}}
        end = start
    return left


def _joined(rows: Iterable[tuple[object]]) -> bytes:
    """Return entries as one text: to search that takes a part of the time."""
    # Whatever else stands there is damage, which is not for here to find.
    return b"\n".join(data for (data,) in rows if isinstance(data, bytes))


_SIZE: Final = select(HEAD.c.size)
# Text: a whole second would sort behind its fractions, so it is given one of none.
_FIRST_SINCE: Final = tuple(
    text(
        f"SELECT min(idx) FROM {table.name} WHERE at >= :second AND "  # noqa: S608 - a constant
        f"CASE length(at) WHEN {_WHOLE} THEN substr(at, 1, {_TO_THE_SECOND}) || "
        f"'{_NO_FRACTION}' ELSE at END >= :since"
    )
    for table in (DECISION, EVENT)
)
_ERASE: Final = delete(DISCLOSURE).where(DISCLOSURE.c.token == bindparam("token"))
_STRETCH: Final = select(LEAF.c.idx, LEAF.c.entry).where(
    is_prunable(bindparam("end")), LEAF.c.idx >= bindparam("start")
)
_LAST: Final = select(func.max(LEAF.c.idx))
_KEPT: Final = select(LEAF.c.entry).where(
    LEAF.c.idx >= bindparam("start"),
    LEAF.c.idx < bindparam("end"),
    LEAF.c.entry.is_not(None),
)
_BLANK: Final = update(LEAF).values(entry=null()).where(LEAF.c.idx == bindparam("at"))
_STRIKES: Final = tuple(
    delete(table).where(table.c.idx == bindparam("at")) for table in _PRUNED_TABLES
)
