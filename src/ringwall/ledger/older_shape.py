"""Ledgers of before the incident desk: its tables are made when they are opened.

Of such a log they are empty, as a replay would leave them. Must never make a table anew
that entries have rows in: somebody took that one away, and verification is to tell.
"""

from typing import Final

from sqlalchemy import Connection

from ringwall.ledger.raid_tables import JOURNAL, card_table_name
from ringwall.ledger.schema import LEAF, METADATA, PROJECTIONS, RAID_CARDS
from ringwall.ledger.store import Store
from ringwall.model.raid_events import CARDS

__all__ = ["add_desk", "is_older", "lacks_desk"]

_DESK: Final = (JOURNAL, *RAID_CARDS)
_THERE: Final = "SELECT name FROM sqlite_master WHERE type IN ('table', 'index')"
_INDEXES: Final = tuple(
    (name, str(index.name)) for name in _DESK for index in PROJECTIONS[name].indexes
)
# A quote within a text has a backslash before it: so this stands for the kind alone.
_USED: Final = "SELECT 1 FROM leaf WHERE instr(entry, ?) > 0 LIMIT 1"
_ANY: Final = '"kind":"raid.'
_KINDS: Final = {card_table_name(kind): f'"kind":"{kind}"' for kind in CARDS}


def lacks_desk(connection: Connection) -> bool:
    """Return whether a ledger lacks tables of the desk, or indexes of them."""
    there = {name for (name,) in connection.exec_driver_sql(_THERE)}
    return not there.issuperset(_DESK) or any(
        index not in there for _, index in _INDEXES
    )


def is_older(connection: Connection) -> bool:
    """Return whether a ledger was made before there were some tables of the desk.

    Then no entry has a row in any of those that it lacks. Looks at each entry; so only
    of one that lacks something.

    Args:
        connection: to the ledger's database.
    """
    return bool(_never_had(connection))


def _never_had(connection: Connection) -> tuple[str, ...]:
    """Return the tables that a ledger lacks since it is older than they are."""
    there = {name for (name,) in connection.exec_driver_sql(_THERE)}
    lacking = [name for name in _DESK if name not in there]
    if LEAF.name not in there or not lacking:
        return ()
    marks = [_KINDS.get(name, _ANY) for name in lacking]
    is_used = any(
        connection.exec_driver_sql(_USED, (mark,)).first() is not None for mark in marks
    )
    return () if is_used else tuple(lacking)


def add_desk(store: Store) -> bool:
    """Give an older ledger the tables of the desk; return whether it lacked any.

    Tables that a ledger has get the indexes that they lack: these say nothing of
    their own.

    Args:
        store: opened for writing.

    Raises:
        RecordUnavailable: it can't be written.
    """
    with store.reading() as connection:
        if not lacks_desk(connection):
            return False
    with store.writing() as connection:
        new = _never_had(connection)
        if new:
            tables = [PROJECTIONS[name] for name in new]
            METADATA.create_all(connection, tables=tables)
        there = {name for (name,) in connection.exec_driver_sql(_THERE)}
        lost = {
            name for table, name in _INDEXES if table in there and name not in there
        }
        for table in _DESK:
            for index in PROJECTIONS[table].indexes:
                if index.name in lost:
                    index.create(connection)
        return bool(new or lost)
