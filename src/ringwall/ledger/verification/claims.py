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
from ringwall.ledger.verification.findings import Findings
from ringwall.ledger.verification.quorum import Quorum
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
_STATED: Final = re.compile(rb"[^\n]*\n(0|[1-9][0-9]{0,18})\n")
_DASH: Final = "\u2014 ".encode()
_SIGNATURE_BYTES: Final = 64


class Fork(NamedTuple):
    """Two notes of one log that can't both be true.

    Attributes:
        place: where the other one comes from.
        note: the other one.
        own: the newest checkpoint that the log agrees with, or the seal of its head.
    """

    place: str
    note: bytes
    own: bytes


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
        self._closed: set[int] = set()
        self._is_one: bool | None = None  # not known
        self._own = b""
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
        self._own = head.seal

    def judge_stored(self, cursor: sqlite3.Cursor, quorum: Quorum) -> None:
        """Judge the checkpoints that are kept beside the log.

        Of those that another root contradicts the first is told, since with it all
        later ones are others, too.
        """
        contradicted: tuple[Checkpoint, bytes] | None = None
        for size, note in cursor.execute(_NOTES):
            checkpoint = self._opened(size, note)
            if checkpoint is None or self._is_beyond(checkpoint, f"checkpoint {size}"):
                continue
            if self._is_contradicted(checkpoint):
                contradicted = contradicted or (checkpoint, note)
            else:
                self._agree(checkpoint, note, quorum)
        if contradicted is not None:
            self._contradict(*contradicted)

    def judge_kept(self, place: str, note: bytes) -> None:
        """Judge a checkpoint that comes from elsewhere: the log must extend it.

        Args:
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
            self._fork(place, checkpoint, note)
            extended = False
        elif checkpoint.size in self._roots:
            extended = True
        self.compared.append(Compared(place, checkpoint.size, extended))

    def judge_epochs(self, first: int) -> None:
        """Check that each key was closed by a checkpoint of its own.

        Args:
            first: position of the key that the checker holds.
        """
        for epoch in self._epochs.epochs[first:-1]:
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
            self._findings.hold(note_fault(note, error), place, shown(error.message))
            return None

    def _opened(self, size: int, note: object) -> Checkpoint | None:
        """Return what a stored note says; tell why it does not count."""
        place = f"checkpoint {size}"
        if not isinstance(note, bytes) or not 0 <= size <= MAX_TREE_SIZE:
            self._findings.hold("note-malformed", place, "it is no signed note")
            return None
        try:
            key = self._epochs.key_at(size)
            checkpoint = open_checkpoint(note, key, self._origin)
            if note.count(_DASH) > 1:
                # The key that comes next signs the end of an epoch as well.
                open_note(note, [epoch.verifier for epoch in self._epochs.epochs])
        except IntegrityError as error:
            self._findings.hold(note_fault(note, error), place, shown(error.message))
            return None
        if checkpoint.size != size:
            message = f"it is one of {checkpoint.size} entries"
            self._findings.hold("checkpoint-differs", place, message)
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
        self._own = note

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
        if self._is_one:
            self._fork(place, checkpoint, note)
        if self._is_one is not None:
            return  # else the head has told that the leaves are others
        message = f"the first {checkpoint.size} entries do not give its root"
        self._findings.hold("checkpoint-differs", place, message)

    def _fork(self, place: str, checkpoint: Checkpoint, note: bytes) -> None:
        message = (
            f"the first {checkpoint.size} entries of the log are not those that it "
            "says; the two signed notes show it"
        )
        self._findings.hold("log-forked", place, message)
        self.forks.append(Fork(place, note, self._own))
