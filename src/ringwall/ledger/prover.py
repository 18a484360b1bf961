"""Makes proofs out of a log's stored tiles: of its entries and of its growth.

What is stored is believed by nobody: must never hand out a proof that it has not
itself checked against a signed checkpoint.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

from ringwall.base.errors import IntegrityError, UnknownItem
from ringwall.ledger.founded import table_differs
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.memory.disclosing import disclosures_of
from ringwall.ledger.memory.disclosures import Disclosure, tokens_in
from ringwall.ledger.publication.epochs import Keys
from ringwall.ledger.publication.published import (
    Published,
    first_published,
    last_published,
    published_at,
)
from ringwall.ledger.store import Store
from ringwall.ledger.stored_entries import entry_at, entry_kept
from ringwall.ledger.tree import check_begins, root_at, tree_of
from ringwall.tlog.checkpoints import Checkpoint
from ringwall.tlog.proof_file import ProofFile
from ringwall.tlog.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
)

__all__ = ["OpenLog", "Prover", "open_log"]

_VERIFY: Final = "keep the file and run `ringwall audit verify`"


class OpenLog:
    """One state of a log whose head is verified; in use while it is being read.

    Args:
        connection: to the ledger's database, in one reading.
        keys: opens what is signed.
    """

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys
        self.head: Head = read_head(connection)
        keys.open_head(connection, self.head)

    def newest(self) -> tuple[Checkpoint, bytes]:
        """Return the newest checkpoint that the log has published, and its note.

        Raises:
            UnknownItem: `checkpoint-unknown`, there is none.
            IntegrityError: it is not what the log's key signed, or not of this log.
        """
        found = last_published(self._connection)
        return self._opened(found), found.note

    def published(self, size: int) -> tuple[Checkpoint, bytes]:
        """Return the checkpoint of a size that the log has published, and its note.

        Raises:
            UnknownItem: `checkpoint-unknown`, none was published at that size.
            IntegrityError: as `newest`.
        """
        found = published_at(self._connection, size)
        if found is None:
            raise UnknownItem(
                "checkpoint-unknown",
                f"no checkpoint of {size} entries has been published",
                next_step="leave the size out to take the newest one",
            )
        return self._opened(found), found.note

    def first_published(self, size: int) -> Checkpoint | None:
        """Return the first checkpoint published of at least a size; None if none is.

        Raises:
            IntegrityError: as `newest`.
        """
        found = first_published(self._connection, size)
        return None if found is None else self._opened(found)

    def held(self, note: bytes) -> Checkpoint:
        """Return a checkpoint that the log has signed and begins with.

        Raises:
            IntegrityError: `log-rolled-back` or `log-forked`; or as `Keys.open_held`.
        """
        return self._keys.open_held(self._connection, self.head, note)

    def at(self, size: int) -> Checkpoint:
        """Return what the log was at a size, whether published or not.

        Raises:
            UnknownItem: `unknown-size`, the log is not that long.
            IntegrityError: `log-forked`, the tiles stored do not lead to the head.
        """
        if size > self.head.size:
            raise UnknownItem(
                "unknown-size",
                f"the log has {self.head.size} entries, not {size}",
                next_step="give a smaller size",
            )
        root = root_at(self._connection, size)
        check_begins(self._connection, (size, root), (self.head.size, self.head.root))
        return Checkpoint(self._keys.origin, size, root)

    def grown(self, old: Checkpoint, new: Checkpoint) -> tuple[bytes, ...]:
        """Return the proof that the log grew from one checkpoint to another.

        Args:
            old: of this log; of 0 entries the proof is empty.
            new: of this log and not smaller.

        Raises:
            IntegrityError: `proof-invalid`, the tiles stored do not show it.
        """
        node = tree_of(self._connection, new.size)
        proof = consistency_proof(old.size, new.size, node)
        if old.size:
            check_consistency(old.size, new.size, old.root, new.root, proof)
        return proof

    def prover(self, size: int | None = None) -> "Prover":
        """Return what proves entries under a published checkpoint.

        Args:
            size: of the checkpoint; None for the newest.

        Raises:
            UnknownItem: `checkpoint-unknown`.
            IntegrityError: as `newest`.
        """
        found = self.newest() if size is None else self.published(size)
        return Prover(self._connection, *found)

    def _opened(self, found: Published) -> Checkpoint:
        try:
            checkpoint = self.held(found.note)
        except IntegrityError as error:
            error.next_step = error.next_step or _VERIFY
            raise
        if checkpoint.size != found.size:
            raise table_differs("checkpoint", f"row {found.size} is of another size")
        return checkpoint


class Prover:
    """Proves entries under one checkpoint of a log.

    Args:
        connection: to the ledger's database, in one reading.
        checkpoint: signed, and of this log.
        note: the same, as it is signed.
    """

    def __init__(
        self, connection: Connection, checkpoint: Checkpoint, note: bytes
    ) -> None:
        self._connection = connection
        self.checkpoint = checkpoint
        self._note = note
        self._node = tree_of(connection, checkpoint.size)

    def prove(self, index: int, kept: bytes | None = None) -> ProofFile:
        """Return the proof of an entry, which it brings along.

        Args:
            index: of the entry.
            kept: its bytes, if the log need not have them any more; or a bundle that
                it is in.

        Raises:
            UnknownItem: `entry-not-covered`, the checkpoint is older than the entry;
                or as `entry_at`.
            RequestError: as `entry_kept`.
            IntegrityError: `proof-invalid`, the tiles stored do not show it; or
                `entry-changed`.
        """
        if kept is None:
            entry = entry_at(self._connection, index)
        else:
            entry = entry_kept(self._connection, index, kept)
        size, root = self.checkpoint.size, self.checkpoint.root
        if index >= size:
            raise UnknownItem(
                "entry-not-covered",
                f"the checkpoint is of {size} entries, entry {index} came later",
                next_step="publish a new one with `ringwall audit checkpoint --now`",
            )
        hashes = inclusion_proof(index, size, self._node)
        try:
            check_inclusion(index, size, entry.leaf, hashes, root)
        except IntegrityError as error:
            error.next_step = _VERIFY
            raise
        return ProofFile(index, hashes, self._note, entry.data)

    def disclosures(self, proof: ProofFile) -> tuple[Disclosure, ...]:
        """Return what the tokens of a proven entry stand for, as far as it is known.

        Raises:
            IntegrityError: `disclosure-changed`, a value is not what was recorded.
        """
        found = disclosures_of(self._connection, sorted(tokens_in(proof.extra)))
        return tuple(found.values())


@contextmanager
def open_log(store: Store, keys: Keys) -> Iterator[OpenLog]:
    """Give one state of a log.

    Args:
        store: of the log.
        keys: opens what is signed.

    Raises:
        IntegrityError: the head is not what the log's key signed.
    """
    with store.reading() as connection:
        yield OpenLog(connection, keys)
