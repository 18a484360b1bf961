"""A ledger as the desks see it: append events, read what they amount to.

Must never hand out an entry whose bytes do not match their leaf hash, nor a fact
that the signed head does not vouch for.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import Connection, bindparam, func, insert, select

from ringwall.base.errors import IntegrityError, UnknownItem
from ringwall.ledger.asking.block_walk import decision_place
from ringwall.ledger.basis import Basis
from ringwall.ledger.committing.appending import StaleBasis as StaleBasis  # noqa: PLC0414 - the mark of a re-export
from ringwall.ledger.committing.writing import Writing
from ringwall.ledger.entries import Entry, open_entry, seal_entry
from ringwall.ledger.founded import (
    StoredRow,
    check_amount,
    check_fact,
    check_matter,
    founded,
    last_of,
    table_differs,
    with_entry,
)
from ringwall.ledger.head import Head, read_head, sign_head
from ringwall.ledger.in_force import stored_basis
from ringwall.ledger.memory.disclosing import disclosed_in, known_in, person_of
from ringwall.ledger.memory.disclosures import Disclosure, Pseudonyms, reveal, tokens_in
from ringwall.ledger.printable import shown
from ringwall.ledger.publication.anchor import Anchor, held_in
from ringwall.ledger.publication.epochs import Keys
from ringwall.ledger.schema import (
    AMOUNT,
    DECISION,
    ERASURE,
    HEAD,
    INSTITUTE,
    MATTER,
    POLICY,
    REGISTRY,
)
from ringwall.ledger.spending import Spending
from ringwall.ledger.store import Store
from ringwall.ledger.stored_entries import entry_at
from ringwall.model.decisions import Receipt
from ringwall.model.events import Event
from ringwall.signing.keys import SigningKey, VerifierKey
from ringwall.tlog.frontier import Frontier

__all__ = ["Ledger", "Recorded", "RegistryChanges"]

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
        entries: id -> index of the entry that the document, or its end, is from.
    """

    basis: int
    documents: dict[str, dict[str, Any] | None]
    policy: str
    entries: dict[str, int]


class Ledger:
    """An append-only log and its projections in one file.

    Args:
        path: the database file.
        verifier: the key that signs the log's heads.
        origin: the log's name.
        key: the signing key, None to open for reading only.
        anchor: where the second place is; None if there is none.
    """

    def __init__(
        self,
        path: Path,
        verifier: VerifierKey,
        origin: str,
        key: SigningKey | None = None,
        anchor: Path | None = None,
    ) -> None:
        self.path = path
        self.verifier = verifier
        self.origin = origin
        self.store = Store(path, writable=key is not None)
        self.keys = Keys(verifier, origin)
        self.anchor = None
        if anchor is not None:
            self.anchor = Anchor(anchor, held_in(self.store, self.keys))
        self._writing = None
        if key is not None:
            self._writing = Writing(self.store, key, origin, self.anchor)
        self._people = Pseudonyms(self._person)
        self._last_erasure = -1

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
        people = Pseudonyms(lambda _: None)
        entries = [seal_entry(event, people) for event in first]
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
        self,
        events: Sequence[Event],
        basis: int | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> list[Receipt]:
        """Append events side by side; return once they are durable.

        Raises:
            StaleBasis, RecordUnavailable, IntegrityError: see `Committer.append`.
            ValueError: an event has no canonical form or is too large.
        """
        return self.append_entries(self.sealed(events), basis, seen)

    def sealed(self, events: Sequence[Event]) -> list[Entry]:
        """Return the entries of events, people by the tokens they have here.

        Raises:
            ValueError: as `seal_entry`.
            IntegrityError: as `person_of`.
        """
        return [seal_entry(event, self._people) for event in events]

    def append_entries(
        self,
        entries: Sequence[Entry],
        basis: int | None = None,
        seen: Mapping[str, int] | None = None,
    ) -> list[Receipt]:
        """Append entries that have been sealed before; as `append`."""
        if self._writing is None:
            raise RuntimeError("the ledger was opened for reading only")
        return self._writing.committer.append(entries, basis, seen)

    async def append_async(
        self, events: Sequence[Event], basis: int | None = None
    ) -> list[Receipt]:
        """As `append`, for a coroutine: its event loop goes on meanwhile."""
        return await self.append_entries_async(self.sealed(events), basis)

    async def append_entries_async(
        self, entries: Sequence[Entry], basis: int | None = None
    ) -> list[Receipt]:
        """As `append_entries`, for a coroutine."""
        if self._writing is None:
            raise RuntimeError("the ledger was opened for reading only")
        return await self._writing.committer.append_async(entries, basis)

    def close(self) -> None:
        """Commit what is pending and let go of the file."""
        if self._writing is not None:
            self._writing.close()
        self.store.close()

    def head(self) -> Head:
        """Return the head, its signatures checked.

        Raises:
            IntegrityError: it is not what the log's key signed.
        """
        with self.store.reading() as connection:
            head = read_head(connection)
            self.keys.open_head(connection, head)
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
            raise table_differs("institute", "the log does not start with one")
        created, *later = [founded("institute", row) for row in rows]
        if created["kind"] != _CREATED or any(e["kind"] == _CREATED for e in later):
            raise table_differs("institute", "it was not created once, and first")
        if any(e[name] != created[name] for e in later for name in _LASTING):
            raise table_differs("institute", "it has become another one")
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
            spending: takes in the amounts and the events of matters that it does not
                know yet.

        Raises:
            IntegrityError: a row is not what its event says, or the rows are not
                the ones in force when the head was signed.
        """
        known = None if spending is None else spending.basis()
        with self.store.reading() as connection:
            head = read_head(connection)
            self.keys.open_head(connection, head)
            basis = stored_basis(connection, known)
            facts = connection.execute(_FACTS_SINCE, {"idx": index}).all()
            policies = connection.execute(_LAST_POLICY).all()
            amounts: Sequence[StoredRow] = ()
            matters: Sequence[StoredRow] = ()
            if known is not None:
                amounts = connection.execute(_AMOUNTS_SINCE, {"idx": known.last}).all()
                matters = connection.execute(_MATTERS_SINCE, {"idx": known.last}).all()
            rows = (*facts, *amounts, *matters)
            said = [row.entry for row in rows if row.entry is not None]
            disclosed = disclosed_in(connection, said)
            erasure = connection.execute(_LAST_ERASURE).scalar_one()
        if (basis.last, basis.tally) != (head.basis, head.tally):
            raise table_differs("registry", "it is not the one that was signed for")
        if erasure is not None and erasure != self._last_erasure:
            self._people.forget()
            self._last_erasure = erasure
        # A gate that has just opened must not ask for each person one by one.
        self._people.learn(disclosed.values())
        values = {token: one.value for token, one in disclosed.items()}
        if spending is not None:
            left = [_amount(row, values) for row in amounts]
            moved = [_matter(row, values) for row in matters]
            spending.take_in(heapq.merge(left, moved, key=itemgetter(0)))
        policy = [founded("policy", row)["digest"] for row in policies]
        told = [(row.idx, *_fact(row, values)) for row in facts]
        documents = {entity: document for _, entity, document in told}
        entries = {entity: idx for idx, entity, _ in told}
        return RegistryChanges(
            head.basis, documents, policy[0] if policy else "", entries
        )

    def decision(self, decision: str) -> Recorded:
        """Return the record of a decision by id, index or `last`.

        Raises:
            UnknownItem: `unknown-decision`, there is no such.
            IntegrityError: its row or its entry is not what was recorded.
        """
        with self.store.reading() as connection:
            rows = _decisions(connection, decision)
            for row in rows:
                founded("decision", row)
            found = [_recorded(connection, row) for row in rows]
        if not found:
            raise UnknownItem(
                "unknown-decision",
                f"`{shown(decision)}` is not on record",
                next_step="list them with `ringwall audit ls`; old ones may be pruned",
            )
        return found[0]

    def entry(self, index: int) -> Recorded:
        """Return the entry at an index.

        Raises:
            UnknownItem: `unknown-entry`, the log is not that long; `entry-pruned`,
                only its hash is left.
            IntegrityError: its bytes do not match its leaf hash.
        """
        with self.store.reading() as connection:
            leaf, data = entry_at(connection, index)
            known = known_in(connection, [data])
        open_entry(index, leaf, data)
        return Recorded(index, leaf, reveal(data, known))

    def _person(self, person: str) -> Disclosure | None:
        with self.store.reading() as connection:
            return person_of(connection, person)


def _decisions(connection: Connection, name: str) -> Sequence[StoredRow]:
    """Return the row of the decision of a name, if there is one."""
    if name == "last":
        return connection.execute(_LAST_DECISION).all()
    index: int | None
    if name.isascii() and name.isdigit() and len(name) < 16:
        index = int(name)
    else:
        # Ids are ASCII; what is not may not even be text for the database.
        index = decision_place(connection, name if name.isascii() else "")
    return connection.execute(_DECISION_AT, {"at": index}).all()


def _recorded(connection: Connection, row: StoredRow) -> Recorded:
    return _read(row, known_in(connection, [row.entry]))


def _read(row: StoredRow, values: Mapping[str, bytes]) -> Recorded:
    open_entry(row.idx, row.hash, row.entry)
    return Recorded(row.idx, row.hash, reveal(row.entry, values))


def _fact(
    row: StoredRow, values: Mapping[str, bytes]
) -> tuple[str, dict[str, Any] | None]:
    """Return id and document of a fact, checked, in plain words.

    Raises:
        IntegrityError: `disclosure-missing`, what is in force is not all known; or
            as `check_fact`.
    """
    check_fact(row)
    event = reveal(row.entry, values)
    document: dict[str, Any] | None = event.get("document")
    if document is not None:
        # Not as a difference of sets: that goes through all that is known, each time.
        for token in sorted(tokens_in(row.entry)):
            if token not in values:
                raise _unrevealed(token)
    return event["id"], document


def _amount(row: StoredRow, values: Mapping[str, bytes]) -> tuple[int, bytes, Event]:
    check_amount(row)
    return row.idx, row.hash, reveal(row.entry, values)


def _matter(row: StoredRow, values: Mapping[str, bytes]) -> tuple[int, bytes, Event]:
    check_matter(row)
    return row.idx, row.hash, reveal(row.entry, values)


def _unrevealed(token: str) -> IntegrityError:
    return IntegrityError(
        "disclosure-missing",
        f"nothing on record says what `{token}` stands for, which is in force",
        next_step="run `ringwall audit verify`",
    )


_DECISIONS: Final = with_entry(DECISION)
_DECISION_AT: Final = _DECISIONS.where(DECISION.c.idx == bindparam("at"))
_LAST_DECISION: Final = _DECISIONS.where(last_of(DECISION))
_FACTS_SINCE: Final = with_entry(REGISTRY).where(REGISTRY.c.idx > bindparam("idx"))
_AMOUNTS_SINCE: Final = with_entry(AMOUNT).where(AMOUNT.c.idx > bindparam("idx"))
_MATTERS_SINCE: Final = with_entry(MATTER).where(MATTER.c.idx > bindparam("idx"))
_LAST_POLICY: Final = with_entry(POLICY).where(last_of(POLICY))
_INSTITUTES: Final = with_entry(INSTITUTE)
_LAST_ERASURE: Final = select(func.max(ERASURE.c.idx))
