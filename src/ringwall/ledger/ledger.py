"""A ledger as the desks see it: append events, read what they amount to.

Must never hand out an entry whose bytes do not match their leaf hash.
"""

import hmac
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from sqlalchemy import Row, insert, select

from ringwall.base.errors import IntegrityError, UnknownItem
from ringwall.ledger.committer import Committer, StaleBasis
from ringwall.ledger.entries import Entry, seal_entry
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.projections import project
from ringwall.ledger.schema import DECISION, HEAD, INSTITUTE, LEAF, POLICY, REGISTRY
from ringwall.ledger.store import Store
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event, load_event
from ringwall.signing.keys import SigningKey, VerifierKey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import leaf_hash

__all__ = ["Ledger", "Recorded", "RegistryChanges", "StaleBasis"]


class Recorded(NamedTuple):
    """An event and where it stands."""

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
        """Make a ledger whose first entries are `first`, and open it."""
        store = Store.create(path)
        note = sign_checkpoint(Checkpoint(origin, 0, Frontier().root()), key)
        with store.writing() as connection:
            empty = Head.of(Frontier(), -1, note)
            connection.execute(insert(HEAD), empty.row())
        store.close()
        ledger = cls(path, key.verifier(), origin, key)
        ledger.append(first)
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
        """Return the head, its signature checked.

        Raises:
            IntegrityError: it is not what the log's key signed.
        """
        with self.store.reading() as connection:
            head = read_head(connection)
        head.tree(self.verifier, self.origin)
        return head

    def institute(self) -> Event:
        """Return the event that created the institute.

        Raises:
            IntegrityError: the log does not start with it.
        """
        with self.store.reading() as connection:
            row = connection.execute(select(LEAF).where(LEAF.c.idx == 0)).first()
            known = connection.execute(select(INSTITUTE)).first()
        if row is None or known is None:
            raise _table_differs("institute", "the log has no first entry")
        recorded = _trusted(row)
        if recorded.event["kind"] != "institute.created":
            raise _table_differs("institute", "the log does not start with one")
        return recorded.event

    def registry_since(self, index: int) -> RegistryChanges:
        """Return what changed after an index (-1 for all), checked against the log.

        Raises:
            IntegrityError: a row of the registry is not what its event says.
        """
        rows = select(REGISTRY, LEAF.c.hash, LEAF.c.entry).join_from(
            REGISTRY, LEAF, REGISTRY.c.idx == LEAF.c.idx, isouter=True
        )
        latest = select(POLICY.c.digest).order_by(POLICY.c.idx.desc()).limit(1)
        with self.store.reading() as connection:
            basis = read_head(connection).basis
            changed = connection.execute(rows.where(REGISTRY.c.idx > index)).all()
            policy = connection.execute(latest).scalar() or ""
        return RegistryChanges(basis, dict(map(_checked_document, changed)), policy)

    def decision(self, decision: str) -> Recorded:
        """Return the record of a decision by id, index or `last`.

        Raises:
            UnknownItem: there is no such decision.
            IntegrityError: its entry does not match its leaf hash.
        """
        query = select(LEAF).join(DECISION, DECISION.c.idx == LEAF.c.idx)
        if decision == "last":
            query = query.order_by(DECISION.c.idx.desc()).limit(1)
        elif decision.isascii() and decision.isdigit() and len(decision) < 16:
            query = query.where(DECISION.c.idx == int(decision))
        else:
            query = query.where(DECISION.c.id == decision)
        with self.store.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UnknownItem(
                "unknown-decision",
                f"`{decision[:60]}` is not on record",
                next_step="list decisions with `ringwall audit ls`",
            )
        return _trusted(row)

    def entry(self, index: int) -> Recorded:
        """Return the entry at an index.

        Raises:
            UnknownItem: the log is not that long.
            IntegrityError: its bytes do not match its leaf hash.
        """
        with self.store.reading() as connection:
            row = connection.execute(select(LEAF).where(LEAF.c.idx == index)).first()
        if row is None:
            raise UnknownItem("unknown-entry", f"the log has no entry {index}")
        return _trusted(row)

    def backwards(self) -> Iterator[Recorded]:
        """Give the entries from the last to the first."""
        query = select(LEAF).order_by(LEAF.c.idx.desc())
        with self.store.reading() as connection:
            streaming = connection.execution_options(yield_per=500)
            for row in streaming.execute(query):
                yield _trusted(row)


def _trusted(row: Row[Any]) -> Recorded:
    if not hmac.compare_digest(leaf_hash(row.entry), row.hash):
        raise IntegrityError(
            "entry-changed",
            f"entry {row.idx} does not match its leaf hash",
            next_step="run `ringwall audit verify`",
        )
    try:
        return Recorded(row.idx, row.hash, load_event(row.entry))
    except ValueError as error:
        raise IntegrityError(
            "entry-unreadable", f"entry {row.idx} is not an event: {error}"
        ) from error


def _checked_document(row: Row[Any]) -> tuple[str, dict[str, Any] | None]:
    """INVARIANT: what decisions see of an entity is what the log says of it."""
    if row.entry is None:
        raise _table_differs("registry", f"row `{row.id}` points to no entry")
    put = project(row.idx, _trusted(row).event)
    if put.row != {"id": row.id, "idx": row.idx, "document": row.document}:
        raise _table_differs("registry", f"row `{row.id}` is not what entry {row.idx} says")
    return row.id, None if row.document is None else json.loads(row.document)


def _table_differs(table: str, message: str) -> IntegrityError:
    return IntegrityError(
        "table-differs",
        f"table `{table}`: {message}",
        next_step="run `ringwall audit verify`",
    )
