"""What an entry makes the ledger forget, done in the transaction that appends it.

Forgotten are values beside the log and bytes of old entries, never a hash: every
proof still verifies. Must never take away anything that is in force.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    literal,
    null,
    select,
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
)
from ringwall.ledger.statements import fetch, send_many

__all__ = ["end_before", "forget", "is_prunable", "prunable_count"]

_CHUNK: Final = 5000
_TO_THE_SECOND: Final = len("2026-11-21T12:00:00")
_PRUNED_TABLES: Final = (DECISION, EVENT, POLICY)
# Of these every row is in force, or says what else has been forgotten.
_KEPT_TABLES: Final = tuple(
    table for table in PROJECTIONS.values() if table not in _PRUNED_TABLES
)


def is_prunable(before: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a leaf may lose its bytes.

    It may if it lies before an index and neither is in force nor says what else has
    been forgotten.

    Args:
        before: the index.
    """
    last_policy = select(POLICY.c.idx).where(last_of(POLICY))
    kept = (LEAF.c.idx.not_in(select(table.c.idx)) for table in _KEPT_TABLES)
    bounds = (LEAF.c.idx < before, LEAF.c.entry.is_not(None))
    return and_(LEAF.c.idx.not_in(last_policy), *kept, *bounds)


def prunable_count(connection: Connection, before: int) -> int:
    """Return how many entries before an index would lose their bytes."""
    query = select(func.count()).select_from(LEAF).where(is_prunable(literal(before)))
    return int(connection.execute(query).scalar_one())


def end_before(connection: Connection, instant: int) -> int:
    """Return the index up to which every entry is older than an instant.

    The first entry of that second or later ends it, wherever clocks went afterwards.
    """
    # Text: a fraction of a second sorts before none, so whole seconds are compared.
    second = format_instant(instant)[:_TO_THE_SECOND]
    found = [fetch(connection, query, second)[0][0] for query in _FIRST_SINCE]
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
            _prune(connection, entry.event["before"])


def _erase(connection: Connection, tokens: Iterable[str]) -> None:
    send_many(connection, _ERASE, [(token,) for token in tokens])


def _prune(connection: Connection, before: int) -> None:
    for start in range(0, before, _CHUNK):
        rows = fetch(connection, _STRETCH, min(start + _CHUNK, before), start)
        texts: set[str] = set()
        for _, data in rows:
            texts |= {token for token in tokens_in(data) if token.startswith("text:")}
        _erase(connection, sorted(texts))
        for statement in (_BLANK, *_STRIKES):
            send_many(connection, statement, [(index,) for index, _ in rows])


_SIZE: Final = select(HEAD.c.size)
_FIRST_SINCE: Final = tuple(
    select(func.min(table.c.idx)).where(table.c.at >= bindparam("at"))
    for table in (DECISION, EVENT)
)
_ERASE: Final = delete(DISCLOSURE).where(DISCLOSURE.c.token == bindparam("token"))
_STRETCH: Final = select(LEAF.c.idx, LEAF.c.entry).where(
    is_prunable(bindparam("end")), LEAF.c.idx >= bindparam("start")
)
_BLANK: Final = update(LEAF).values(entry=null()).where(LEAF.c.idx == bindparam("at"))
_STRIKES: Final = tuple(
    delete(table).where(table.c.idx == bindparam("at")) for table in _PRUNED_TABLES
)
