"""The logs that the campaign damages: small, and with something of everything in them.

Must never be the same object as the one that is damaged: each attack has its own copy.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from typing_extensions import override

from ringwall.base.errors import RingwallError
from ringwall.ledger.committing.recovery import recover
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.anchor import begin_anchor
from ringwall.ledger.publication.published import published_at, republish
from ringwall.ledger.publication.rotation import announce_key, close_epoch
from ringwall.ledger.schema import METADATA
from ringwall.ledger.store import Store
from ringwall.ledger.verification.checking import Options
from ringwall.ledger.verification.report import Report
from ringwall.ledger.verification.verify import verify_ledger
from ringwall.model.events import (
    Event,
    fact_removed,
    log_pruned,
    subject_erased,
    witness_added,
    witness_quorum,
)
from ringwall.signing.cosigner_keys import CosigningKey
from ringwall.signing.keys import SigningKey, format_vkey
from ringwall.tlog.checkpoints import open_checkpoint
from ringwall.tlog.cosignatures import cosign
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
    alarm,
    amount,
    creation,
    decision,
    fact,
    growth,
    policy,
)

__all__ = ["SECONDS", "WITNESS", "Log", "asked", "content_of", "plain_log", "rich_log"]

WITNESS = CosigningKey("witness.example/a", bytes(range(2, 34)))
SECONDS = AT // 1_000_000
_TABLES = sorted(METADATA.tables)


def asked(number: int, basis: int = 2) -> Event:
    """Return a decision about a person, with a purpose.

    Args:
        number: tells it from others.
        basis: on which it rests; by default that of a `plain_log`.
    """
    code = "" if number % 3 else "level-insufficient"
    event = decision(f"dec-{number}", code, basis)
    return {**event, "subject": "user:ada", "purpose": f"evaluation {number}"}


class Log(LedgerFile):
    """A ledger file that is there already.

    Args:
        path: of the file.
        key: the key that it is written with.
    """

    origin = ORIGIN

    def __init__(self, path: Path, key: SigningKey = KEY) -> None:
        self.path = path
        self.key = key
        self._store: Store | None = None

    @override
    @contextmanager
    def opened(
        self, *, writable: bool = True, anchor: Path | None = None
    ) -> Iterator[Ledger]:
        """Give the ledger, recovered as an institute opens it."""
        key = self.key if writable else None
        ledger = Ledger(self.path, self.key.verifier(), ORIGIN, key, anchor)
        try:
            if key is not None:
                recover(ledger.store, key, ledger.keys, ledger.anchor, AT)
            yield ledger
        finally:
            ledger.close()

    @override
    def verify(self, options: Options | None = None) -> Report:
        """Return what the verifier says to whoever has the first key of the log."""
        if self._store is None:
            self._store = Store(self.path, writable=False)
        return verify_ledger(self._store, VERIFIER, ORIGIN, options)

    def told(self, options: Options | None = None) -> set[str]:
        """Return the codes of all that the verifier finds, empty for a sound log."""
        try:
            return {finding.code for finding in self.verify(options).findings}
        except RingwallError as error:
            return {error.code}

    def copy(self, folder: Path) -> "Log":
        """Return a copy in another folder, with what lies beside the file."""
        for beside in ("", "-wal", "-shm"):
            source = self.path.with_name(self.path.name + beside)
            if source.exists():
                shutil.copy(source, folder / source.name)
        return Log(folder / self.path.name, self.key)

    def note(self, size: int) -> bytes:
        """Return the checkpoint stored for a size."""
        [(note,)] = self.query("SELECT note FROM checkpoint WHERE size = ?", size)
        return bytes(note)

    def newest(self) -> bytes:
        """Return the newest checkpoint that is stored."""
        [(size,)] = self.query("SELECT max(size) FROM checkpoint")
        return self.note(size)

    def anchored(self, path: Path) -> Path:
        """Make a second place that holds the newest checkpoint."""
        begin_anchor(path, self.newest())
        return path

    def size(self) -> int:
        """Return how many leaves are stored."""
        [(size,)] = self.query("SELECT count(*) FROM leaf")
        return int(size)

    def basis(self) -> int:
        """Return the basis of whatever is decided now."""
        [(basis,)] = self.query("SELECT basis FROM head")
        return int(basis)


def content_of(source: Path | bytes) -> list[Any]:
    """Return all that a ledger database says, row by row; text as bytes.

    Raises:
        sqlite3.Error: it can't be read, or its pages or indexes are damaged.
    """
    if isinstance(source, bytes):
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.deserialize(source)
    else:
        connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    with closing(connection):
        return dump(connection)


def dump(connection: sqlite3.Connection) -> list[Any]:
    """Return all that an open database says; as `content_of`."""
    connection.text_factory = bytes
    shape = "SELECT type, name, tbl_name, sql FROM sqlite_master"
    said: list[Any] = [connection.execute(shape).fetchall()]
    for table in _TABLES:
        # The name of the one row of the head is not part of what it says.
        names = [c.name for c in METADATA.tables[table].c if c.name != "one"]
        columns = ", ".join(f'"{name}"' for name in names)
        rows = connection.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608 - our own names
        said.append(rows if table != "checkpoint" else [_vouched(*row) for row in rows])
    if connection.execute("PRAGMA integrity_check(1)").fetchall() != [(b"ok",)]:
        raise sqlite3.DatabaseError("the pages or indexes are damaged")
    return said


def _vouched(size: object, note: object) -> tuple[object, ...]:
    """Return a checkpoint without the lines that a verifier is to pass over.

    The line of the key that came next, if it has become that of a key which nobody
    knows, is one of these; so are any of strangers.
    """
    if not isinstance(note, bytes):
        return size, note
    text, _, tail = note.partition(b"\n\n")
    first, *others = tail.split(b"\n")
    mark = f"\u2014 {WITNESS.name} ".encode()
    return size, text, first, *(line for line in others if line.startswith(mark))


def plain_log(folder: Path, size: int = 64, events: Sequence[Event] = ()) -> Log:
    """Return a log of decisions with one key, published at its beginning and end."""
    first = [creation(), policy("1" * 64), fact("user:ada"), *events]
    LedgerFile(folder, first)
    log = Log(folder / "ledger.db")
    with log.opened() as ledger:
        basis = log.basis()
        ledger.append([asked(number, basis) for number in range(size - len(first))])
    return log


def rich_log(folder: Path, size: int = 64, *, is_pruned: bool = True) -> Log:
    """Return a log with an event of every kind, two keys, a witness, and gaps.

    A person has been erased, an entry pruned, the institute has grown; it was written
    by several processes' worth of openings, each with its own checkpoint.
    """
    first = [creation(), policy("1" * 64), asked(0), alarm("dec-0"), fact("user:bob")]
    LedgerFile(folder, first)
    log = Log(folder / "ledger.db")
    with log.opened() as ledger:
        ledger.append([fact("user:ada"), asked(1, 5), amount("dec-1", 1000)])
        ledger.append([fact_removed(AT, "user:bob"), growth(), policy("2" * 64)])
        ledger.append(
            [witness_added(AT, WITNESS.name, format_vkey(WITNESS.verifier()))]
        )
        ledger.append([witness_quorum(AT, 1, 60, mandatory=True)])
    [(token,)] = log.query(
        "SELECT token FROM disclosure WHERE value = CAST('\"user:bob\"' AS BLOB)"
    )
    owned = log.query("SELECT token FROM disclosure WHERE owner = ?", token)
    with log.opened() as ledger:
        tokens = [one for (one,) in owned]
        ledger.append([subject_erased(AT, tokens, "asked for")])
        if is_pruned:
            ledger.append([log_pruned(AT, 3, "older than ten years")])
    _rotate(log)
    leave_killed(log)
    with log.opened() as ledger:
        numbers, basis = range(2, 2 + size - log.size()), log.basis()
        ledger.append([asked(number, basis) for number in numbers])
    _cosign(log)
    return log


def leave_killed(log: Log) -> None:
    """Leave the row of a writer that is gone, for the next opening to recover from."""
    log.edit("INSERT INTO writer VALUES (?, 1, '2027-01-15T08:00:00Z', 12)", "ab" * 16)


def _rotate(log: Log) -> None:
    """Change the key of the log."""
    ledger = Ledger(log.path, KEY.verifier(), ORIGIN)
    store = Store(log.path, writable=True)
    announce_key(store, KEY, ORIGIN, OTHER_KEY.verifier(), AT)
    close_epoch(store, KEY, OTHER_KEY, ledger.keys, None)
    store.close()
    ledger.close()
    log.key = OTHER_KEY


def _cosign(log: Log) -> None:
    """Join the witness's line to the newest checkpoint."""
    size = log.size()
    store = Store(log.path, writable=True)
    with store.writing() as connection:
        stored = published_at(connection, size)
        assert stored is not None
        open_checkpoint(stored.note, log.key.verifier(), ORIGIN)
        text = stored.note.decode().partition("\n\n")[0] + "\n"
        line = cosign(text, WITNESS, SECONDS)
        republish(connection, size, stored.note + line)
    store.close()
