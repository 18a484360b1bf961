"""Ledgers of any length and history, written without a committer."""

from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import insert

from ringwall.ledger.basis import Basis
from ringwall.ledger.entries import seal_entry
from ringwall.ledger.head import sign_head
from ringwall.ledger.memory.disclosures import Pseudonyms
from ringwall.ledger.rows import write_batch
from ringwall.ledger.schema import CHECKPOINT, HEAD
from ringwall.ledger.store import Store
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.report import Report
from ringwall.ledger.verification.verify import verify_ledger
from ringwall.model.events import Event
from ringwall.signing.keys import SigningKey, VerifierKey
from ringwall.tlog.checkpoints import Checkpoint, sign_checkpoint
from ringwall.tlog.frontier import Frontier
from tests.fault.ledger_simulator import (
    KEY,
    ORIGIN,
    LedgerFile,
    creation,
    decision,
    grounded,
)


class WrittenLog(LedgerFile):
    """A ledger with checkpoints where they are asked for.

    Args:
        folder: where to make it.
        events: its entries; each decision gets the basis that is right.
        sizes: of which a checkpoint is stored.
        keys: of the log, in their order; each `key.rotated` moves on to the next.
    """

    def __init__(
        self,
        folder: Path,
        events: Sequence[Event],
        sizes: Collection[int] = (),
        keys: Sequence[SigningKey] = (KEY,),
    ) -> None:
        self.path = folder / "ledger.db"
        people = Pseudonyms(lambda _: None)
        frontier, basis, waiting = Frontier(), Basis(), list(keys)
        store = Store.create(self.path)
        with store.writing() as connection:
            key = waiting.pop(0)
            head = sign_head(frontier, basis, key, ORIGIN)
            for event in grounded(events):
                write_batch(connection, frontier, basis, [seal_entry(event, people)])
                if frontier.size in sizes:
                    root = frontier.root()
                    note = checkpoint(frontier.size, root, key)
                    row = {"size": frontier.size, "note": note}
                    connection.execute(insert(CHECKPOINT), row)
                head = sign_head(frontier, basis, key, ORIGIN)
                if event["kind"] == "key.rotated":
                    key = waiting.pop(0)
            connection.execute(insert(HEAD), head.row())
        store.close()

    def exchange(self, one: int, other: int) -> None:
        """Put two entries in each other's place."""
        self.edit("UPDATE leaf SET idx = -1 WHERE idx = ?", one)
        self.edit("UPDATE leaf SET idx = ? WHERE idx = ?", one, other)
        self.edit("UPDATE leaf SET idx = ? WHERE idx = -1", other)

    def verify_with(self, verifier: VerifierKey, options: Options) -> Report:
        """Return what the verifier says to whoever trusts another key."""
        store = Store(self.path, writable=False)
        return verify_ledger(store, verifier, ORIGIN, options)

    def note(self, size: int) -> bytes:
        """Return a stored checkpoint."""
        [(note,)] = self.query("SELECT note FROM checkpoint WHERE size = ?", size)
        return bytes(note)


def checkpoint(size: int, root: bytes, key: SigningKey = KEY) -> bytes:
    """Return a signed checkpoint of the log."""
    return sign_checkpoint(Checkpoint(ORIGIN, size, root), key)


def decisions(count: int) -> list[Event]:
    """Return a history of a creation and decisions, `count` events in all."""
    return [creation(), *(decision(f"dec-{n}") for n in range(1, count))]
