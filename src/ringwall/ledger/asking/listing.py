"""Lists of entries: found by the tables, shown only as the entries themselves say.

Must never show a row that is not what its entry says, nor an entry that is not what
was asked for; nor hold one state of the file for longer than a page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, select

from ringwall.ledger.asking.questions import Question, tokens_of
from ringwall.ledger.asking.walks import Walk, walks_of
from ringwall.ledger.asking.withheld import Withheld, withheld_of
from ringwall.ledger.committing.recovery import unacknowledged
from ringwall.ledger.entries import open_entry
from ringwall.ledger.founded import founded, table_differs, with_entry
from ringwall.ledger.memory.disclosing import known_in
from ringwall.ledger.memory.disclosures import reveal, tokens_in
from ringwall.ledger.projections import RowPut
from ringwall.ledger.schema import AMOUNT, DECISION, EVENT, LEAF, PRUNING
from ringwall.ledger.statements import fetch
from ringwall.ledger.store import Store
from ringwall.model.events import Event
from ringwall.tlog.checkpoints import MAX_TREE_SIZE

__all__ = ["Listed", "listed_entries", "pruned_before", "said_by_rows", "told"]

# A first page for who wants to see a few, the others for who wants them all.
_FIRST_PAGE: Final = 64
_PAGE: Final = 256


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as it may be shown.

    Attributes:
        index: where it stands.
        leaf: 32-byte leaf hash.
        event: what it says, people by their ids where these are on record.
        withheld: why the tokens that are left in it are not disclosed.
        is_acknowledged: False if nobody may ever have been told that it is there:
            what it permits may have been answered by a denial.
    """

    index: int
    leaf: bytes
    event: Event
    withheld: Mapping[str, Withheld]
    is_acknowledged: bool


class _Asked(NamedTuple):
    """A question as the tables are asked it."""

    question: Question
    subjects: frozenset[str]
    walks: Sequence[Walk]
    unsure: Sequence[range]


def listed_entries(
    store: Store, question: Question, *, after: int | None = None
) -> Iterator[Listed]:
    """Give the entries that are asked for, the newest first.

    An entry that is appended meanwhile is not among them.

    Args:
        store: the file; opening it for reading is enough.
        question: which entries.
        after: only those that stand before this one: the last of the page before.

    Raises:
        IntegrityError: `table-differs`, `entry-changed`, `entry-unreadable` or
            `disclosure-changed`, what is stored is not what was recorded.
    """
    below = MAX_TREE_SIZE if after is None else min(after, MAX_TREE_SIZE)
    asked: _Asked | None = None
    count = _FIRST_PAGE
    while True:
        with store.reading() as connection:
            asked = asked or _asked(connection, question)
            page = _page(connection, asked, below, count)
        yield from page
        if len(page) < count:
            return
        below, count = page[-1].index, _PAGE


def _asked(connection: Connection, question: Question) -> _Asked:
    subjects = tokens_of(connection, question.subject)
    walks = walks_of(connection, question, subjects, pruned_before(connection))
    return _Asked(question, subjects, walks, unacknowledged(connection))


def pruned_before(connection: Connection) -> int:
    """Return the index before which entries may have lost their bytes.

    Raises:
        IntegrityError: as `founded`.
    """
    ends = [founded("pruning", row)["before"] for row in connection.execute(_PRUNED)]
    return max(ends, default=0)


def _page(
    connection: Connection, asked: _Asked, below: int, count: int
) -> list[Listed]:
    found = [
        [(index, walk.table) for index in walk.newest(connection, below, count)]
        for walk in asked.walks
    ]
    places = list(islice(merge(*found, reverse=True), count))
    leaves = [(i, *_checked(connection, asked, i, table)) for i, table in places]
    return told(connection, leaves, asked.unsure)


def told(
    connection: Connection,
    leaves: Sequence[tuple[int, bytes, bytes]],
    unsure: Sequence[range],
) -> list[Listed]:
    """Return entries as they may be shown.

    Args:
        connection: to the ledger's database.
        leaves: index, leaf hash and bytes of each, which have been checked.
        unsure: as `unacknowledged` gives them.

    Raises:
        IntegrityError: as `known_in` and `withheld_of`.
    """
    tokens = {index: tokens_in(data) for index, _, data in leaves}
    known = known_in(connection, [data for _, _, data in leaves])
    unknown = set().union(*tokens.values()) - known.keys()
    withheld = withheld_of(connection, unknown)
    return [
        Listed(
            index,
            leaf,
            reveal(data, known),
            {token: withheld[token] for token in tokens[index] & unknown},
            not any(index in one for one in unsure),
        )
        for index, leaf, data in leaves
    ]


def _checked(
    connection: Connection, asked: _Asked, index: int, table: str
) -> tuple[bytes, bytes]:
    """Return leaf hash and bytes of an entry that a table named, both checked."""
    rows = fetch(connection, _LEAF, index)
    if not rows:
        raise table_differs(table, "a row points to an entry that is not there")
    leaf, data = rows[0]
    event, puts = open_entry(index, leaf, data)
    said = {"kind": event["kind"], **said_by_rows(connection, index, puts)}
    if not asked.question.fits(said, asked.subjects):
        raise table_differs(table, f"it led to entry {index}, which says otherwise")
    return leaf, data


def said_by_rows(
    connection: Connection, index: int, puts: Sequence[RowPut]
) -> Mapping[str, Any]:
    """Return what the rows of an entry say, which has to be what they should say.

    Args:
        connection: to the ledger's database.
        index: of the entry.
        puts: the rows that it puts, as `open_entry` gives them.

    Raises:
        IntegrityError: `table-differs`.
    """
    said: dict[str, Any] = {}
    for put in puts:
        if put.table in _ROWS:
            if fetch(connection, _ROWS[put.table], index) != [tuple(put.row.values())]:
                raise table_differs(put.table, f"it is not what entry {index} says")
            said |= put.row
    return said


_PRUNED: Final = with_entry(PRUNING)
_LEAF: Final = select(LEAF.c.hash, LEAF.c.entry).where(LEAF.c.idx == bindparam("idx"))
_ROWS: Final = {
    table.name: select(table).where(table.c.idx == bindparam("at"))
    for table in (DECISION, EVENT, AMOUNT)
}
