"""A ledger as the desks see it: append events, read what they amount to.

Must never hand out an entry whose bytes do not match their leaf hash, nor a fact
that the signed head does not vouch for.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    bindparam,
    func,
    insert,
    select,
)

from ringwall.base.errors import IntegrityError, UnknownItem
from ringwall.ledger.basis import Basis
from ringwall.ledger.committer import Committer
from ringwall.ledger.committer import StaleBasis as StaleBasis  # noqa: PLC0414 - the mark of a re-export
from ringwall.ledger.entries import (
    Entry,
    entry_changed,
    is_leaf_of,
    open_entry,
    seal_entry,
)
from ringwall.ledger.head import Head, open_head, read_head, sign_head
from ringwall.ledger.in_force import stored_basis
from ringwall.ledger.printable import shown
from ringwall.ledger.schema import (
    AMOUNT,
    DECISION,
    HEAD,
    INSTITUTE,
    LEAF,
    POLICY,
    REGISTRY,
)
from ringwall.ledger.spending import Spending
from ringwall.ledger.store import Store
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event
from ringwall.signing.keys import SigningKey, VerifierKey
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.frontier import Frontier

__all__ = ["Ledger", "Recorded", "RegistryChanges"]

_CHUNK: Final = 500
_CREATED: Final = "institute.created"
_LASTING: Final = ("name", "origin", "vkey")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event and where it stands.

    Attributes:
        index: 0-based position in the log.
        leaf: 32-byte leaf hash.
        event: what the entry holds.
    """

    index: int
    leaf: bytes
    event: Event


class RegistryChanges(NamedTuple):
    """What became of the registry after an index.

    Attributes:
        basis: index of the last fact or policy event.
        documents: id -> document, None where it was removed.
        policy: digest of the bundle in force, empty if there is none.
    """

    basis: int
    documents: dict[str, dict[str, Any] | None]
    policy: str


class Ledger:
    """An append-only log and its projections in one file.

    Args:
        path: the database file.
        verifier: the key that signs the log's heads.
        origin: the log's name.
        key: the signing key, None to open for reading only.
    """

    def __init__(
        self,
        path: Path,
        verifier: VerifierKey,
        origin: str,
        key: SigningKey | None = None,
    ) -> None:
        self.path = path
        self.verifier = verifier
        self.origin = origin
        self.store = Store(path, writable=key is not None)
        self._committer = Committer(self.store, key, origin) if key else None

    @classmethod
    def create(
        cls, path: Path, key: SigningKey, origin: str, first: Sequence[Event]
    ) -> Self:
        """Make a ledger whose first entries are `first`, and open it.

        Raises:
            FileExistsError: there is a file already.
            RecordUnavailable: the folder can't be written.
            ValueError: as `append`.
        """
        entries = [seal_entry(event) for event in first]
        store = Store.create(path)
        try:
            head = sign_head(Frontier(), Basis(), key, origin)
            with store.writing() as connection:
                connection.execute(insert(HEAD), head.row())
        finally:
            store.close()
        ledger = cls(path, key.verifier(), origin, key)
        ledger.append_entries(entries)
        return ledger

    def append(
        self, events: Sequence[Event], basis: int | None = None
    ) -> list[Receipt]:
        """Append events side by side; return once they are durable.

        Raises:
            StaleBasis, RecordUnavailable, IntegrityError: see `Committer.append`.
            ValueError: an event has no canonical form or is too large.
        """
        return self.append_entries([seal_entry(event) for event in events], basis)

    def append_entries(
        self, entries: Sequence[Entry], basis: int | None = None
    ) -> list[Receipt]:
        """Append entries that have been sealed before; as `append`."""
        if self._committer is None:
            raise RuntimeError("the ledger was opened for reading only")
        return self._committer.append(entries, basis)

    def close(self) -> None:
        """Commit what is pending and let go of the file."""
        if self._committer is not None:
            self._committer.close()
        self.store.close()

    def head(self) -> Head:
        """Return the head, its signatures checked.

        Raises:
            IntegrityError: it is not what the log's key signed.
        """
        with self.store.reading() as connection:
            head = read_head(connection)
        open_head(head, self.verifier, self.origin)
        return head

    def institute(self) -> Event:
        """Return the latest event that says what the institute is.

        That is how it was created or, if it has grown since, how it grew.

        Raises:
            IntegrityError: the log does not start with its creation, or it is
                another institute by now.
        """
        with self.store.reading() as connection:
            rows = connection.execute(_INSTITUTES).all()
        if not rows or rows[0].idx != 0:
            raise _table_differs("institute", "the log does not start with one")
        created, *later = [_founded("institute", row).event for row in rows]
        if created["kind"] != _CREATED or any(e["kind"] == _CREATED for e in later):
            raise _table_differs("institute", "it was not created once, and first")
        if any(e[name] != created[name] for e in later for name in _LASTING):
            raise _table_differs("institute", "it has become another one")
        return (created, *later)[-1]

    def registry_since(
        self, index: int, spending: Spending | None = None
    ) -> RegistryChanges:
        """Return what changed after an index (-1 for all), checked against the head.

        INVARIANT: what decisions see of an entity, the policy in force and the
        amounts that have left are what the log says and the latest that it says;
        the signed tally covers all of them.

        Args:
            index: of an event that the caller knows all before of.
            spending: takes in the amounts that it does not know yet.

        Raises:
            IntegrityError: a row is not what its event says, or the rows are not
                the ones in force when the head was signed.
        """
        known = None if spending is None else spending.basis()
        with self.store.reading() as connection:
            head = read_head(connection)
            basis = stored_basis(connection, known)
            facts = connection.execute(_FACTS_SINCE, {"idx": index}).all()
            policies = connection.execute(_LAST_POLICY).all()
            amounts: Sequence[Row[*tuple[Any, ...]]] = ()
            if known is not None:
                amounts = connection.execute(_AMOUNTS_SINCE, {"idx": known.last}).all()
        open_head(head, self.verifier, self.origin)
        if (basis.last, basis.tally) != (head.basis, head.tally):
            raise _table_differs("registry", "it is not the one that was signed for")
        if spending is not None:
            spending.take_in([_amount(row) for row in amounts])
        policy = [_founded("policy", row).event["digest"] for row in policies]
        documents = {row.id: _fact(row) for row in facts}
        return RegistryChanges(head.basis, documents, policy[0] if policy else "")

    def decision(self, decision: str) -> Recorded:
        """Return the record of a decision by id, index or `last`.

        Raises:
            UnknownItem: `unknown-decision`, there is no such.
            IntegrityError: its row or its entry is not what was recorded.
        """
        if decision == "last":
            query = _LAST_DECISION
        elif decision.isascii() and decision.isdigit() and len(decision) < 16:
            query = _DECISIONS.where(DECISION.c.idx == int(decision))
        else:
            # Ids are ASCII; what is not may not even be text for the database.
            query = _DECISIONS.where(
                DECISION.c.id == (decision if decision.isascii() else "")
            )
        with self.store.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise UnknownItem(
                "unknown-decision",
                f"`{shown(decision)}` is not on record",
                next_step="list decisions with `ringwall audit ls`",
            )
        return _founded("decision", rows[-1])

    def entry(self, index: int) -> Recorded:
        """Return the entry at an index.

        Raises:
            UnknownItem: the log is not that long.
            IntegrityError: its bytes do not match its leaf hash.
        """
        rows: Sequence[Row[*tuple[Any, ...]]] = ()
        if 0 <= index <= MAX_TREE_SIZE:
            with self.store.reading() as connection:
                rows = connection.execute(_LEAF_AT, {"idx": index}).all()
        if not rows:
            raise UnknownItem("unknown-entry", f"the log has no entry {index}")
        return _read(rows[0])

    def backwards(self) -> Iterator[Recorded]:
        """Give the entries from the last to the first.

        Raises:
            IntegrityError: the bytes of one do not match its leaf hash.
        """
        options = {"yield_per": _CHUNK}
        with self.store.reading() as connection:
            for row in connection.execute(_BACKWARDS, execution_options=options):
                yield _read(row)


def _read(row: Row[*tuple[Any, ...]]) -> Recorded:
    return Recorded(row.idx, row.hash, open_entry(row.idx, row.hash, row.entry)[0])


def _fact(row: Row[*tuple[Any, ...]]) -> dict[str, Any] | None:
    """Return the document that a row of the registry stands for, from its event.

    INVARIANT: the signed tally vouches for `hash`, so bytes that match it are the
    ones once sealed, and need not be checked for form again.
    """
    if not is_leaf_of(row.hash, row.entry):
        raise entry_changed(row.idx)
    event = json.loads(row.entry)
    document: dict[str, Any] | None = event.get("document")
    if event["id"] != row.id or _parsed(row.document) != document:
        raise _table_differs("registry", f"a row is not what entry {row.idx} says")
    return document


def _amount(row: Row[*tuple[Any, ...]]) -> tuple[int, bytes, Event]:
    """Return what a row of the amounts stands for; INVARIANT as in `_fact`."""
    if not is_leaf_of(row.hash, row.entry):
        raise entry_changed(row.idx)
    event = json.loads(row.entry)
    told = tuple(event[name] for name in _AMOUNT_KEYS)
    if told != tuple(row)[1 : len(told) + 1]:
        raise _table_differs("amount", f"a row is not what entry {row.idx} says")
    return row.idx, row.hash, event


def _parsed(cell: object) -> object:
    """Return the JSON value in a cell of the registry; itself if it holds none."""
    try:
        return json.loads(cell) if isinstance(cell, str) else cell
    except (RecursionError, ValueError):
        return cell


def _founded(table: str, row: Row[*tuple[Any, ...]]) -> Recorded:
    """Return the event behind a row of a projection, checked that it says the row."""
    if row.entry is None:
        raise _table_differs(table, "a row points to an entry that is not there")
    event, put = open_entry(row.idx, row.hash, row.entry)
    if put is None or put.table != table:
        raise _table_differs(table, f"a row is not of the kind of entry {row.idx}")
    if tuple(put.row.values()) != tuple(row)[: len(put.row)]:
        raise _table_differs(table, f"a row is not what entry {row.idx} says")
    return Recorded(row.idx, row.hash, event)


def _table_differs(table: str, message: str) -> IntegrityError:
    return IntegrityError(
        "table-differs",
        f"table `{table}`: {message}",
        next_step="run `ringwall audit verify`",
    )


def _with_entry(table: Table) -> Select[Any]:
    query = select(*table.columns, LEAF.c.hash, LEAF.c.entry)
    found = table.c.idx == LEAF.c.idx
    return query.join_from(table, LEAF, found, isouter=True).order_by(table.c.idx)


def _last_of(table: Table) -> ColumnElement[bool]:
    return table.c.idx == select(func.max(table.c.idx)).scalar_subquery()


_DECISIONS: Final = _with_entry(DECISION)
_LAST_DECISION: Final = _DECISIONS.where(_last_of(DECISION))
_FACTS_SINCE: Final = _with_entry(REGISTRY).where(REGISTRY.c.idx > bindparam("idx"))
_AMOUNTS_SINCE: Final = _with_entry(AMOUNT).where(AMOUNT.c.idx > bindparam("idx"))
_AMOUNT_KEYS: Final = tuple(column.name for column in AMOUNT.columns)[1:]
_LAST_POLICY: Final = _with_entry(POLICY).where(_last_of(POLICY))
_INSTITUTES: Final = _with_entry(INSTITUTE)
_LEAF_AT: Final = select(LEAF).where(LEAF.c.idx == bindparam("idx"))
_BACKWARDS: Final = select(LEAF).order_by(LEAF.c.idx.desc())
