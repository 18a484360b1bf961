"""The verifier: every leaf, the root, the signed head and every projection.

Trusts only the verifier key it is given. Must never stop at the first finding,
nor write anything.
"""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from ringwall.base.errors import IntegrityError
from ringwall.ledger.head import Head, read_head
from ringwall.ledger.rebuild import Rebuilder, differences
from ringwall.ledger.schema import LEAF
from ringwall.ledger.store import Store, scratch_engine
from ringwall.model.events import BASIS_KINDS, Event, load_event
from ringwall.signing.keys import VerifierKey
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint
from ringwall.tlog.frontier import Frontier
from ringwall.tlog.hashing import HASH_SIZE, leaf_hash

__all__ = ["Finding", "Progress", "Report", "verify_ledger"]

MAX_FINDINGS: Final = 1000
_CHUNK: Final = 1000

Progress = Callable[[int, int], None]
"""Is told (entries done, entries in all)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was recorded.

    Attributes:
        code: stable kebab-case name.
        place: `entry 12`, `table registry row user:ada`, `head`.
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
        findings: empty if all is as recorded.
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
    basis: int = -1
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
        IntegrityError: the file can't be read as a ledger at all.
    """
    walk = _Walk()
    with store.reading() as stored, scratch_engine().begin() as scratch:
        total = stored.execute(select(func.count()).select_from(LEAF)).scalar_one()
        rebuilder = Rebuilder(scratch)
        for row in _leaves(stored):
            _check_entry(row, walk, rebuilder)
            if progress is not None and walk.frontier.size % _CHUNK == 0:
                progress(walk.frontier.size, total)
        rebuilder.flush()
        checkpoint = _check_head(stored, walk, verifier, origin)
        for found in differences(stored, scratch, walk.doubtful):
            place = f"table {found.table} row {found.key}"
            walk.find(found.code, place, found.message)
    if progress is not None:
        progress(total, total)
    return Report(
        size=walk.frontier.size,
        root=walk.frontier.root(),
        checkpoint=checkpoint,
        signer=verifier.name,
        findings=tuple(walk.findings),
    )


def _leaves(connection: Connection) -> Iterator[Row[Any]]:
    query = select(LEAF).order_by(LEAF.c.idx)
    return iter(connection.execution_options(yield_per=_CHUNK).execute(query))


def _check_entry(row: Row[Any], walk: _Walk, rebuilder: Rebuilder) -> None:
    place = f"entry {row.idx}"
    if row.idx != walk.next_index:
        walk.find(
            "entry-missing",
            f"entry {walk.next_index}",
            f"entries {walk.next_index} to {row.idx - 1} are not there",
        )
    walk.next_index = row.idx + 1
    stored_hash = row.hash if isinstance(row.hash, bytes) else b""
    entry = row.entry if isinstance(row.entry, bytes) else b""
    matches = len(stored_hash) == HASH_SIZE and hmac.compare_digest(
        leaf_hash(entry), stored_hash
    )
    walk.frontier.append(stored_hash.ljust(HASH_SIZE, b"\0")[:HASH_SIZE])
    if not matches:
        walk.doubtful.add(row.idx)
        walk.find(
            "entry-changed", place, "the stored bytes do not match their leaf hash"
        )
        return
    try:
        event = load_event(entry)
        rebuilder.add(row.idx, event, stored_hash, entry)
    except (KeyError, TypeError, ValueError) as error:
        walk.doubtful.add(row.idx)
        walk.find("entry-unreadable", place, f"it is not an event: {error}")
        return
    _note_basis(row.idx, event, walk)


def _note_basis(index: int, event: Event, walk: _Walk) -> None:
    if event["kind"] in BASIS_KINDS:
        walk.basis = index


def _check_head(
    connection: Connection, walk: _Walk, verifier: VerifierKey, origin: str
) -> Checkpoint | None:
    try:
        head = read_head(connection)
        checkpoint = open_checkpoint(head.note, verifier, origin)
    except IntegrityError as error:
        walk.find(error.code, "head", error.message)
        return None
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
    _check_head_row(head, checkpoint, walk)
    return checkpoint


def _check_head_row(head: Head, checkpoint: Checkpoint, walk: _Walk) -> None:
    if (head.size, head.root) != (checkpoint.size, checkpoint.root):
        message = "the head row says other than its signed checkpoint"
        walk.find("head-differs", "head", message)
    same_size = head.size == walk.frontier.size
    if same_size and head.frontier != walk.frontier.dump():
        message = "the stored frontier is not that of the entries"
        walk.find("head-differs", "head", message)
    if same_size and head.basis != walk.basis and not walk.doubtful:
        message = f"basis is {head.basis}, the entries say {walk.basis}"
        walk.find("head-differs", "head", message)
