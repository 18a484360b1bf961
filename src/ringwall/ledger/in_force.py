"""Which events are in force, as the tables tell it: the basis of what is stored.

The reader compares it with the signed head, the writer moves it along. Must never
repair anything: a row that has been tampered with stays out of step for good.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, bindparam, func, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.projections import TableRows
from ringwall.ledger.publication.recorded_place import ANCHOR_ROWS
from ringwall.ledger.schema import (
    AMOUNT,
    EPOCH,
    ERASURE,
    EVENT,
    INSTITUTE,
    LEAF,
    MATTER,
    POLICY,
    QUORUM,
    REGISTRY,
    WITNESS,
)
from ringwall.ledger.statements import fetch
from ringwall.model.events import ANCHOR_KINDS, BASIS_KINDS

__all__ = [
    "REPLACED",
    "is_decision",
    "move_basis",
    "moves_basis",
    "standing_indices",
    "stored_basis",
    "table_faults",
]

REPLACED: Final = frozenset({"registry", "witness", "policy", "quorum"})
"""The tables in which of the rows about one thing only the latest is in force."""

# No text of canonical JSON has a quote without a backslash in front, so this is a key.
# The kinds that hold documents, in which there may be one, too, move the basis anyway.
_MOVES: Final = re.compile(
    b'"kind":"(?:%s)"' % b"|".join(re.escape(k.encode()) for k in sorted(BASIS_KINDS))
)
# The keys of canonical JSON are sorted. Of the kinds with an action, a request goes on
# with `binds`, what uses a grant and what tells of it with `decision`, what opens a
# container with that.
_DECISION: Final = re.compile(
    rb'\{"action":"[^"]*","at":"[^"]*","(?!binds"|container"|decision")'
)


def stored_basis(connection: Connection, spent: Basis | None = None) -> Basis:
    """Return the basis that the stored tables and leaf hashes amount to.

    Args:
        connection: to the ledger's database.
        spent: the amounts and matters up to an index that are known already; the
            rows up to there are not asked again.

    Raises:
        IntegrityError: `table-differs`, a row stands for an entry without hash.
    """
    basis = Basis() if spent is None else spent.copy()
    with table_faults():
        last = basis.last
        basis.put_in_force(fetch(connection, _AMOUNTS_SINCE, last))
        basis.put_in_force(fetch(connection, _MATTERS_SINCE, last))
        for query in (*_ALL, *_LATEST.values()):
            basis.put_in_force(fetch(connection, query))
    return basis


def move_basis(
    connection: Connection,
    basis: Basis,
    tables: TableRows,
    leaf_of: Callable[[int], bytes],
) -> None:
    """Move a basis from the stored rows to those about to replace them.

    Args:
        connection: still holds the old rows.
        basis: changed in place.
        tables: table -> new rows, as `latest_rows` gives them.
        leaf_of: gives the leaf hash of the entry of a new row by its index.

    Raises:
        IntegrityError: as `stored_basis`.
    """
    for table, row in _standing(tables):
        old: Sequence[tuple[object, object]] = ()
        if table in _KEYED:
            old = fetch(connection, _KEYED[table], next(iter(row.values())))
        elif table in _LATEST:
            old = fetch(connection, _LATEST[table])
        with table_faults():
            basis.take_out(old)
        basis.put_in_force([(row["idx"], leaf_of(row["idx"]))])


def moves_basis(data: bytes) -> bool:
    """Return whether an entry moves the basis, without reading all of it.

    Args:
        data: its bytes, as the log's own programs write them.
    """
    return not is_decision(data) and _MOVES.search(data) is not None


def is_decision(data: bytes) -> bool:
    """Return whether an entry is a decision, without reading all of it.

    Args:
        data: as for `moves_basis`.
    """
    return _DECISION.match(data) is not None


def standing_indices(connection: Connection) -> dict[tuple[str, object], object]:
    """Return where the events stand that later ones replace, as the tables have it.

    Returns:
        (table, what it is about) -> index, as `RowPut.standing` names what it is
        about; of whatever type they are stored.
    """
    found: dict[tuple[str, object], object] = {}
    for table, query in _KEYS.items():
        found.update(((table, key), index) for key, index in fetch(connection, query))
    for table, latest in _LATEST.items():
        found.update(((table, 0), row[0]) for row in fetch(connection, latest))
    return found


def _standing(
    tables: TableRows,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give table and row for each event of a batch that ends up in force."""
    for table, rows in tables.items():
        if table in _LASTING:
            for row in rows:
                yield table, row
        elif table in _LATEST:
            yield table, rows[-1]
        elif table == EVENT.name:
            for row in rows:
                if row["kind"] in ANCHOR_KINDS:
                    yield table, row


@contextmanager
def table_faults() -> Iterator[None]:
    """Raise `table-differs` for a row that leads to no entry.

    Raises:
        IntegrityError: for a ValueError of `Basis`.
    """
    try:
        yield
    except ValueError as error:
        raise IntegrityError(
            "table-differs",
            f"a table points to no entry of the log: {error}",
            next_step="run `ringwall audit verify`",
        ) from error


def _with_hash(table: Table) -> Select[tuple[int, bytes]]:
    found = table.c.idx == LEAF.c.idx
    return select(table.c.idx, LEAF.c.hash).join_from(table, LEAF, found, isouter=True)


def _last_of(table: Table) -> Select[tuple[int, bytes]]:
    last = select(func.max(table.c.idx)).scalar_subquery()
    return _with_hash(table).where(table.c.idx == last)


# These grow without end, and of each row more is asked: see `stored_basis`.
_AMOUNTS_SINCE = _with_hash(AMOUNT).where(AMOUNT.c.idx > bindparam("idx"))
_MATTERS_SINCE = _with_hash(MATTER).where(MATTER.c.idx > bindparam("idx"))
# Of its rows few are in force: those that say whether there is a second place.
_ANCHORS = _with_hash(EVENT).where(ANCHOR_ROWS)
_ALL = (
    *map(_with_hash, (INSTITUTE, REGISTRY, ERASURE, EPOCH, WITNESS)),
    _ANCHORS,
)
_LATEST = {table.name: _last_of(table) for table in (POLICY, QUORUM)}
_KEYED = {
    REGISTRY.name: _with_hash(REGISTRY).where(REGISTRY.c.id == bindparam("id")),
    WITNESS.name: _with_hash(WITNESS).where(WITNESS.c.name == bindparam("name")),
}
_KEYS = {
    REGISTRY.name: select(REGISTRY.c.id, REGISTRY.c.idx),
    WITNESS.name: select(WITNESS.c.name, WITNESS.c.idx),
}
_LASTING = frozenset({"institute", "amount", "matter", "erasure", "epoch", *_KEYED})
