"""What has been signed about a log, held against what its leaves give.

The seal of the head, the checkpoints kept beside the log, and those that the checker
brings along. Must never count a note that the key in force at its size did not sign.
"""

import hmac
import re
import sqlite3
from typing import Final, NamedTuple

from ringwall.base.errors import IntegrityError
from ringwall.ledger.head import Head, Sealed
from ringwall.ledger.printable import shown
from ringwall.ledger.publication.unknown_signer import put_back, size_beyond
from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.quorum import Quorum
from ringwall.ledger.verification.stored_faults import StoredFaults
from ringwall.signing.notes import open_note, parse_signature_lines
from ringwall.tlog.checkpoints import MAX_TREE_SIZE, Checkpoint, open_checkpoint
from ringwall.tlog.cosignatures import Cosignature
from ringwall.tlog.epochs import Epochs

__all__ = [
    "FROM",
    "SECOND",
    "Claims",
    "Compared",
    "Fork",
    "Signed",
    "note_fault",
    "stated_size",
    "stored_sizes",
]

FROM: Final = "--from"
"""Place of the checkpoint that the checker has kept."""

SECOND: Final = "--anchor"
"""Place of the checkpoint in the second place."""

_SIZES: Final = "SELECT size FROM checkpoint WHERE size >= 0 ORDER BY size"
_NOTES: Final = "SELECT size, note FROM checkpoint ORDER BY size"
_NOTE: Final = "SELECT note FROM checkpoint WHERE size = ? AND typeof(note) = 'blob'"
_STATED: Final = re.compile(rb"[^\n]*\n(0|[1-9][0-9]{0,18})\n")
_DASH: Final = "\u2014 ".encode()
_SIGNATURE_BYTES: Final = 64


class Fork(NamedTuple):
    """Two notes of one log that can't both be true.

    Attributes:
        place: where the other one comes from.
        note: the other one.
        own: one that the log's key signed as well, either of another tree of as many
            entries, or of a tree of at least as many that the log agrees with.
    """

    place: str
    note: bytes
    own: bytes


class _Own(NamedTuple):
    """A note of the log itself, and of how many entries it is."""

    size: int
    note: bytes


class Compared(NamedTuple):
    """A checkpoint from elsewhere that was held against the log.

    Attributes:
        place: where it comes from, `FROM` or `SECOND`.
        size: what it says, its signature verified; None if it does not count.
        is_extended: whether the log begins with it; None if that can't be told, since
            entries before its end are missing.
    """

    place: str
    size: int | None = None
    is_extended: bool | None = False


class Signed(NamedTuple):
    """A stored checkpoint that the log agrees with.

    Attributes:
        checkpoint: what it says.
        note: as it is stored.
        cosignatures: those of witnesses, verified.
    """

    checkpoint: Checkpoint
    note: bytes
    cosignatures: tuple[Cosignature, ...]


def stored_sizes(cursor: sqlite3.Cursor) -> list[int]:
    """Return the sizes of which a checkpoint is stored."""
    return [size for (size,) in cursor.execute(_SIZES) if size <= MAX_TREE_SIZE]


def stated_size(note: bytes) -> int:
    """Return the size that a note states, not verified; 0 if it states none."""
    found = _STATED.match(note)
    return int(found[1]) if found else 0


def note_fault(note: object, error: IntegrityError) -> str:
    """Return the word for why a note does not count.

    Args:
        note: as it is stored.
        error: what opening it raised.
    """
    if not isinstance(note, bytes):
        return "note-malformed"
    if error.code == "key-not-in-force":
        return "wrong-key"
    if error.code == "note-malformed" and _DASH not in note:
        return "signature-missing"
    if error.code != "signature-missing":
        return error.code
    lines = parse_signature_lines(note.rpartition(b"\n\n")[2])
    # What witnesses add is longer: a date comes before the signature.
    signed = any(len(line.signature) == _SIGNATURE_BYTES for line in lines)
    return "wrong-key" if signed else "signature-missing"


class Claims:
    """Judges notes by the roots that the leaves gave.

    Args:
        origin: the log's name.
        epochs: its keys.
        size: the index behind its last leaf.
        roots: size -> root, for the sizes that are claimed and known.
        findings: takes in what does not fit.

    Attributes:
        signed: how many entries the seal of the head covers, None without one.
        newest: the largest stored checkpoint that the log agrees with.
        witnessed: the largest of them that has the quorum, if one is asked for.
        forks: notes that contradict the log.
        compared: the checkpoints from elsewhere.
        stored: how many checkpoints are stored, good or not.
    """

    def __init__(
        self,
        origin: str,
        epochs: Epochs,
        size: int,
        roots: dict[int, bytes],
        findings: Findings,
    ) -> None:
        self._origin = origin
        self._epochs = epochs
        self._size = size
        self._extent = size
        self._roots = roots
        self._findings = findings
        self._faults = StoredFaults(findings)
        self._closed: set[int] = set()
        self._seal = b""
        self._sealed: Sealed | None = None
        self._is_one: bool | None = None  # not known
        self.stored = 0
        self.signed: int | None = None
        self.newest: Signed | None = None
        self.witnessed: Signed | None = None
        self.forks: list[Fork] = []
        self.compared: list[Compared] = []

    def take_seal(self, head: Head, sealed: Sealed) -> None:
        """Take in what the head is sealed for, its seal checked."""
        self.signed = sealed.size
        # If there are fewer leaves, then the head has told of it.
        self._extent = max(self._size, head.size)
        root = self._roots.get(sealed.size)
        self._is_one = None if root is None else root == sealed.root
        self._seal, self._sealed = head.seal, sealed

    def judge_stored(self, cursor: sqlite3.Cursor, quorum: Quorum) -> None:
        """Judge the checkpoints that are kept beside the log.

        Of those that another root contradicts the first is told, since with it all
        later ones are others, too.
        """
        contradicted: tuple[Checkpoint, bytes] | None = None
        for self.stored, (size, note) in enumerate(cursor.execute(_NOTES), 1):
            checkpoint = self._opened(size, note)
            if checkpoint is None:
                continue
            self._faults.tell()
            if self._is_beyond(checkpoint, f"checkpoint {size}"):
                continue
            if self._is_contradicted(checkpoint):
                contradicted = contradicted or (checkpoint, note)
            else:
                self._agree(checkpoint, note, quorum)
        self._faults.tell()
        if contradicted is not None:
            self._contradict(*contradicted)

    def judge_kept(self, cursor: sqlite3.Cursor, place: str, note: bytes) -> None:
        """Judge a checkpoint that comes from elsewhere: the log must extend it.

        Args:
            cursor: to the ledger's database.
            place: where it comes from, `FROM` or `SECOND`.
            note: the signed note; empty if there should be one and is none.
        """
        checkpoint = self._brought(place, note)
        if checkpoint is None:
            self.compared.append(Compared(place))
            return
        extended: bool | None = None
        if self._is_beyond(checkpoint, place):
            extended = False
        elif self._is_contradicted(checkpoint):
            self._refute(cursor, place, (checkpoint, note))
            extended = False
        elif checkpoint.size in self._roots:
            extended = True
        self.compared.append(Compared(place, checkpoint.size, extended))

    def judge_epochs(self) -> None:
        """Check that each key was closed by a checkpoint of its own.

        Of all keys that the entries announce, whichever of them the checker holds:
        without that checkpoint nobody with an older key can follow to the next one.
        """
        for epoch in self._epochs.epochs[:-1]:
            if epoch.end not in self._closed:
                message = (
                    f"no checkpoint of {epoch.end} entries, by the key that ends there,"
                    " vouches for the next one"
                )
                self._findings.hold(
                    "epoch-unsealed", f"checkpoint {epoch.end}", message
                )

    def _brought(self, place: str, note: bytes) -> Checkpoint | None:
        """Return what a note from elsewhere says; tell why it does not count."""
        if not note and place == SECOND:
            message = "there is no checkpoint where the last one should be"
            self._findings.hold("anchor-missing", place, message)
            return None
        if not note:
            message = "the file is empty: it holds no checkpoint"
            self._findings.hold("note-malformed", place, message)
            return None
        try:
            return self._epochs.open_at(note, self._origin)
        except IntegrityError as error:
            code, message = _brought_fault(place, note, error), shown(error.message)
            claimed = size_beyond(note, self._origin, self._extent)
            if error.code == "signature-missing" and claimed is not None:
                told = put_back(claimed, self._extent)
                code, message = told.code, told.message
            self._findings.hold(code, place, message)
            return None

    def _opened(self, size: int, note: object) -> Checkpoint | None:
        """Return what a stored note says; tell why it does not count."""
        if not isinstance(note, bytes) or not 0 <= size <= MAX_TREE_SIZE:
            self._faults.hold("note-malformed", size, "it is no signed note")
            return None
        try:
            key = self._epochs.key_at(size)
            checkpoint = open_checkpoint(note, key, self._origin)
            if note.count(_DASH) > 1:
                # The key that comes next signs the end of an epoch as well.
                open_note(note, [epoch.verifier for epoch in self._epochs.epochs])
        except IntegrityError as error:
            self._faults.hold(note_fault(note, error), size, shown(error.message))
            return None
        if checkpoint.size != size:
            message = f"it is one of {checkpoint.size} entries"
            self._faults.hold("checkpoint-differs", size, message)
            return None
        self._closed.add(size)
        return checkpoint

    def _agree(self, checkpoint: Checkpoint, note: bytes, quorum: Quorum) -> None:
        if checkpoint.size not in self._roots:
            return  # it lies behind a gap: nothing is known of it
        try:
            cosignatures = quorum.cosignatures(note)
        except IntegrityError as error:
            place = f"checkpoint {checkpoint.size}"
            self._findings.hold(error.code, place, shown(error.message))
            cosignatures = ()
        quorum.see(checkpoint.size, cosignatures)
        self.newest = Signed(checkpoint, note, cosignatures)
        if quorum.is_asked and quorum.is_met(cosignatures):
            self.witnessed = self.newest

    def _is_beyond(self, checkpoint: Checkpoint, place: str) -> bool:
        if checkpoint.size <= self._extent:
            return False
        message = f"the log had {checkpoint.size} entries and has {self._size}"
        self._findings.hold("log-rolled-back", place, message)
        return True

    def _is_contradicted(self, checkpoint: Checkpoint) -> bool:
        root = self._roots.get(checkpoint.size)
        return root is not None and not hmac.compare_digest(root, checkpoint.root)

    def _contradict(self, checkpoint: Checkpoint, note: bytes) -> None:
        place = f"checkpoint {checkpoint.size}"
        own = self._own_of(checkpoint)
        if own is not None:
            self._fork(place, (checkpoint, note), own)
        elif self._is_one is not False:  # else the head has told of other leaves
            message = f"the first {checkpoint.size} entries do not give its root"
            self._findings.hold("checkpoint-differs", place, message)

    def _refute(
        self, cursor: sqlite3.Cursor, place: str, signed: tuple[Checkpoint, bytes]
    ) -> None:
        """Tell of a note from elsewhere whose root the leaves do not give."""
        checkpoint, _ = signed
        own = self._stored_otherwise(cursor, checkpoint) or self._own_of(checkpoint)
        if own is not None:
            self._fork(place, signed, own)
            return
        message = (
            f"the first {checkpoint.size} entries, as they are stored, do not give the "
            "root that is signed there"
        )
        self._findings.hold("root-differs", place, message)

    def _fork(self, place: str, signed: tuple[Checkpoint, bytes], own: _Own) -> None:
        """Tell of two notes that can't both be true.

        Args:
            place: where the first comes from.
            signed: what it says, and the first.
            own: the second.
        """
        checkpoint, note = signed
        is_alike = own.size == checkpoint.size
        to = "" if is_alike else " to whoever has the entries"
        message = (
            f"the first {checkpoint.size} entries of the log are not those that it "
            f"says; the two signed notes show it{to}"
        )
        self._findings.hold("log-forked", place, message)
        self.forks.append(Fork(place, note, own.note))

    def _own_of(self, checkpoint: Checkpoint) -> _Own | None:
        """Return what else is signed and can't be true if a note is that leaves refute.

        It is of as many entries, and others; or of more, and these are what the leaves
        give. Else the leaves alone speak against the note: those could be others now.
        """
        sealed = self._sealed
        if sealed is not None and sealed.size == checkpoint.size:
            is_same = sealed.root == checkpoint.root
            return None if is_same else _Own(sealed.size, self._seal)
        newest = self.newest
        if newest is not None and newest.checkpoint.size >= checkpoint.size:
            return _Own(newest.checkpoint.size, newest.note)
        if sealed is None or not self._is_one or sealed.size < checkpoint.size:
            return None
        return _Own(sealed.size, self._seal)

    def _stored_otherwise(
        self, cursor: sqlite3.Cursor, checkpoint: Checkpoint
    ) -> _Own | None:
        """Return the stored note of as many entries if it is of others."""
        for (note,) in cursor.execute(_NOTE, (checkpoint.size,)).fetchall():
            try:
                stored = self._epochs.open_at(note, self._origin)
            except IntegrityError:
                return None  # which is told where it is judged
            if stored.size == checkpoint.size and stored != checkpoint:
                return _Own(stored.size, note)
        return None


def _brought_fault(place: str, note: bytes, error: IntegrityError) -> str:
    """Return the word for why a note that the checker brings along does not count."""
    if place == SECOND:
        return "anchor-malformed"  # as it is called where a gate opens
    return note_fault(note, error) if _STATED.match(note) else "note-malformed"
