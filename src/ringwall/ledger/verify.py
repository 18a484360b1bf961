"""The verifier: every leaf, the root, the signed head and every projection.

Trusts only the verifier key it is given. Must never stop at the first finding,
nor write anything into the ledger.
"""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.entries import open_entry
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.printable import shown
from ringwall.ledger.rebuild import Rebuilder, differences, scratch_database
from ringwall.ledger.schema import LEAF, METADATA
from ringwall.ledger.shape import shape_of
from ringwall.ledger.store import Store
from ringwall.signing.keys import VerifierKey
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import HASH_SIZE

__all__ = ["MAX_FINDINGS", "Finding", "Progress", "Report", "verify_ledger"]

MAX_FINDINGS: Final = 1000
"""Most findings that one report lists."""

_CHUNK: Final = 1000

Progress = Callable[[int, int], None]
"""Is told (entries done, entries in all)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was recorded.

    Attributes:
        code: stable kebab-case name.
        place: `entry 12`, `table registry row user:ada`, `head`, `file`, `schema`.
        message: what is wrong, for an officer.
    """

    code: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    Attributes:
        size: entries read.
        root: root recomputed from the entries' leaf hashes.
        checkpoint: the signed head, None if its signature does not hold.
        signer: name of the key it was checked with.
        findings: empty if all is as recorded; of very many the first thousand.
    """

    size: int
    root: bytes
    checkpoint: Checkpoint | None
    signer: str
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(slots=True)
class _Walk:
    """What is known after the entries read so far."""

    frontier: Frontier = field(default_factory=Frontier)
    next_index: int = 0
    doubtful: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def find(self, code: str, place: str, message: str) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(code, place, message))


def verify_ledger(
    store: Store, verifier: VerifierKey, origin: str, progress: Progress | None = None
) -> Report:
    """Check a ledger against the one key that signs its heads.

    Args:
        store: the file; opening it for reading is enough.
        verifier: the log's public key, from wherever the checker trusts.
        origin: the log's name.
        progress: told now and then how far it is.

    Raises:
        IntegrityError: `ledger-unreadable`, the file can't be read as a ledger.
        RecordUnavailable: there is no room for the tables to compare with.
    """
    walk = _Walk()
    checkpoint = None
    with store.reading() as stored, scratch_database() as scratch:
        if _check_schema(stored, scratch, walk):
            _check_pages(stored, walk)
            rebuilder = Rebuilder(scratch)
            _check_entries(stored, walk, rebuilder, progress)
            head = _check_head(stored, walk, rebuilder.basis())
            if head is not None:
                checkpoint = _check_signatures(head, walk, verifier, origin)
            for found in differences(stored, scratch, walk.doubtful):
                place = f"table {found.table} row {found.key}"
                walk.find(found.code, place, found.message)
    return Report(
        size=walk.frontier.size,
        root=walk.frontier.root(),
        checkpoint=checkpoint,
        signer=verifier.name,
        findings=tuple(walk.findings),
    )


def _check_schema(stored: Connection, made: Connection, walk: _Walk) -> bool:
    """Return whether the tables are those of a ledger, so that they can be read."""
    here, there = shape_of(stored), shape_of(made)
    for kind, name in sorted(here.keys() | there.keys()):
        if here.get((kind, name)) != there.get((kind, name)):
            missing = "is missing" if (kind, name) not in here else "was not made by it"
            walk.find("schema-differs", "schema", f"{kind} `{name}` {missing}")
    return all(
        here.get(("table", table)) == there["table", table] for table in METADATA.tables
    )


def _check_pages(stored: Connection, walk: _Walk) -> None:
    """Let SQLite check its trees and that each index holds what its table holds."""
    for (text,) in stored.exec_driver_sql("PRAGMA integrity_check(100)"):
        if text != "ok":
            walk.find("file-damaged", "file", shown(text))


def _check_entries(
    stored: Connection, walk: _Walk, rebuilder: Rebuilder, progress: Progress | None
) -> None:
    total = stored.execute(select(func.count()).select_from(LEAF)).scalar_one()
    for row in _leaves(stored):
        _check_entry(row, walk, rebuilder)
        if progress is not None and walk.frontier.size % _CHUNK == 0:
            progress(walk.frontier.size, total)
    rebuilder.flush()
    if progress is not None:
        progress(total, total)


def _leaves(connection: Connection) -> Iterator[Row[*tuple[Any, ...]]]:
    query = select(LEAF).order_by(LEAF.c.idx)
    return iter(connection.execute(query, execution_options={"yield_per": _CHUNK}))


def _check_entry(row: Row[*tuple[Any, ...]], walk: _Walk, rebuilder: Rebuilder) -> None:
    index, leaf = row.idx, row.hash if isinstance(row.hash, bytes) else b""
    walk.frontier.append(leaf.ljust(HASH_SIZE, b"\0")[:HASH_SIZE])
    place = f"entry {index}"
    if index < 0:
        walk.doubtful.add(index)
        walk.find("entry-misplaced", place, "the log begins at entry 0")
        return
    if index != walk.next_index:
        message = f"entries {walk.next_index} to {index - 1} are not there"
        walk.find("entry-missing", f"entry {walk.next_index}", message)
    walk.next_index = index + 1
    try:
        event = open_entry(index, leaf, row.entry)[0]
        rebuilder.add(index, event, leaf, row.entry)
    except IntegrityError as error:
        walk.doubtful.add(index)
        walk.find(error.code, place, error.message)


def _check_head(stored: Connection, walk: _Walk, basis: Basis) -> Head | None:
    """Compare the head row with the entries; what it signs is another matter."""
    try:
        head = read_head(stored)
    except IntegrityError as error:
        walk.find(error.code, "head", error.message)
        return None
    frontier = walk.frontier
    # If the root is another, so is the frontier, and the root is what was signed.
    if head.root == frontier.root() and head.frontier != frontier.dump():
        message = "the stored frontier is not that of the entries"
        walk.find("head-differs", "head", message)
    said, found = (head.basis, head.tally), (basis.last, basis.tally)
    if head.size == frontier.size and said != found and not walk.doubtful:
        message = f"basis {head.basis} is not that of the entries, {basis.last}"
        walk.find("head-differs", "head", message)
    return head


def _check_signatures(
    head: Head, walk: _Walk, verifier: VerifierKey, origin: str
) -> Checkpoint | None:
    try:
        head.check_seal(verifier, origin)
    except IntegrityError as error:
        walk.find(error.code, "head", f"seal: {shown(error.message)}")
    try:
        checkpoint = open_checkpoint(head.note, verifier, origin)
    except IntegrityError as error:
        walk.find(error.code, "head", f"checkpoint: {shown(error.message)}")
        return None
    if (head.size, head.root) != (checkpoint.size, checkpoint.root):
        message = "the head row says other than its signed checkpoint"
        walk.find("head-differs", "head", message)
    _check_extent(checkpoint, walk)
    return checkpoint


def _check_extent(checkpoint: Checkpoint, walk: _Walk) -> None:
    """Compare what was signed with the entries that are there."""
    signed, size = checkpoint.size, walk.frontier.size
    if signed > size:
        message = f"{signed} entries were signed, {size} are there"
        walk.find("log-truncated", "head", message)
    elif signed < size:
        message = f"{size - signed} entries lie beyond the {signed} that were signed"
        walk.find("entries-unsigned", "head", message)
    elif not hmac.compare_digest(checkpoint.root, walk.frontier.root()):
        message = "the leaf hashes do not add up to the signed root"
        walk.find("root-differs", "head", message)
