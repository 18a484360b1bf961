"""The second place: a file on another disk that holds the log's last checkpoint.

Whoever puts back an older state of the ledger's folder does not get at it, so the log
then lacks what it says. Must never go back, be replaced by a checkpoint that does not
continue it, or be made anew without a person's asking for it.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ringwall.base.durable_file import replace_durably
from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
    RingwallError,
)
from ringwall.ledger.file_lock import FileLock
from ringwall.ledger.head import read_head
from ringwall.ledger.publication.epochs import Keys
from ringwall.ledger.store import Store
from ringwall.signing.notes import MAX_NOTE_BYTES
from ringwall.tlog.checkpoints import Checkpoint

__all__ = [
    "ANEW",
    "END",
    "Anchor",
    "Held",
    "begin_anchor",
    "check_free",
    "held_in",
    "is_apart",
    "read_anchor",
]

ANEW: Final = "ringwall audit checkpoint --anchor-anew"
"""What makes a second place anew, on record."""

END: Final = "ringwall audit checkpoint --anchor-end"
"""What says on record that there is none any more."""

_LOCK_SECONDS: Final = 10.0
_READ: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK

Held = Callable[[bytes], Checkpoint]
"""Gives the checkpoint of a note, once it is shown that the log's key signed it and
that the log as it now is begins with it; raises IntegrityError where it does not."""


class Anchor:
    """The second place of one log; several processes may share the file.

    Args:
        path: of the file.
        held: see `Held`.
    """

    def __init__(self, path: Path, held: Held) -> None:
        self.path = path
        # What replaces a link would lie where the link lies, on whatever disk.
        self._place = Path(os.path.realpath(path))
        self._held = held
        lock = self._place.with_name(f"{self._place.name}-lock")
        self._lock = FileLock(lock, _LOCK_SECONDS)
        self._known: tuple[int, bytes] | None = None

    def check(self, published: int) -> Checkpoint:
        """Compare the log with what the second place says of it.

        Args:
            published: size of the last checkpoint that the log has stored.

        Returns:
            What it says, which the log holds.

        Raises:
            RecordUnavailable: `anchor-missing`, there is none, it is empty, or it
                can't be read.
            IntegrityError: `anchor-malformed`, it holds no checkpoint of this log;
                `log-rolled-back` or `log-forked`, the log is not the one it saw;
                `anchor-behind`, somebody put back an older second place.
        """
        checkpoint = self._opened(self._bytes())
        if checkpoint.size < published:
            raise _behind(self.path, checkpoint.size, published)
        return checkpoint

    def advance(self, checkpoint: Checkpoint, note: bytes) -> bool:
        """Put a newer checkpoint in place of the one that is there, durably.

        Compare and swap: nobody else changes the file meanwhile.

        Args:
            checkpoint: of a size that is durable; the log begins with it.
            note: the same, signed.

        Returns:
            False if another process has put one of a larger log there, which this
            one begins; the file stays as it is.

        Raises:
            RecordUnavailable: `anchor-missing`; or `anchor-unwritable`, the note may
                or may not be there.
            IntegrityError: as `check`.
        """
        try:
            with self._lock.held():
                return self._advance(checkpoint, note)
        except OSError as error:
            raise _unwritable(self.path, error.strerror or str(error)) from error
        except RecordUnavailable as error:
            if error.code == "ledger-busy":
                raise _unwritable(
                    self.path, "another process holds its lock"
                ) from error
            raise

    def _advance(self, checkpoint: Checkpoint, note: bytes) -> bool:
        stored = self._bytes()
        if self._known is None or stored != self._known[1]:
            # Somebody else has been here: what is there has to be on our log.
            there = self._opened(stored)
            if self._known is not None and there.size < self._known[0]:
                raise _behind(self.path, there.size, self._known[0])
            if there.size > checkpoint.size:
                return False
            if there.size == checkpoint.size and there != checkpoint:
                raise IntegrityError(
                    "log-forked",
                    f"the log has another root at {there.size} entries"
                    f" than `{self.path}`",
                    next_step="keep both and run `ringwall audit verify`",
                )
        elif self._known[0] > checkpoint.size:
            return False
        replace_durably(self._place, note)
        self._known = (checkpoint.size, note)
        return True

    def _bytes(self) -> bytes:
        try:
            note = read_anchor(self.path)
        except OSError as error:
            raise _missing(self.path, error.strerror or str(error)) from error
        if not note:
            why = "it is not there" if note is None else "it is empty"
            raise _missing(self.path, why)
        return note

    def _opened(self, note: bytes) -> Checkpoint:
        try:
            return self._held(note)
        except RingwallError as error:
            if error.code in _OF_THE_LOG:
                raise
            raise IntegrityError(
                "anchor-malformed",
                f"`{self.path}` does not hold a checkpoint of this log: {error}",
                next_step="keep it and find out who wrote it; to begin the second place"
                f" anew, move it away and run `{ANEW}` with a --reason",
            ) from error


_OF_THE_LOG: Final = frozenset({"log-rolled-back", "log-forked", "ledger-busy"})


def held_in(store: Store, keys: Keys) -> Held:
    """Return what opens the checkpoints that a log holds.

    Args:
        store: of the log.
        keys: opens what is signed.
    """

    def held(note: bytes) -> Checkpoint:
        with store.reading() as connection:
            head = read_head(connection)
            keys.open_head(connection, head)
            return keys.open_held(connection, head, note)

    return held


def read_anchor(path: Path) -> bytes | None:
    """Return the note in a second place, not verified; None if there is no file.

    Raises:
        OSError: it is there and can't be read.
    """
    try:
        handle = os.open(path, _READ)
    except FileNotFoundError:
        return None
    try:
        # One byte more than a note may have, for whoever opens it to refuse it.
        return os.read(handle, MAX_NOTE_BYTES + 1)
    finally:
        os.close(handle)


def begin_anchor(path: Path, note: bytes) -> None:
    """Make a second place where there is none.

    Args:
        path: of the file; its folder exists.
        note: the last checkpoint of the log.

    Raises:
        ConfigurationError: `anchor-in-use`, there is a file already.
        RecordUnavailable: `anchor-unwritable`.
    """
    check_free(path)
    try:
        replace_durably(Path(os.path.realpath(path)), note)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def check_free(path: Path) -> None:
    """Check that a second place can be made there.

    Raises:
        ConfigurationError: `anchor-in-use`, there is a file already.
        RecordUnavailable: `anchor-unwritable`, not even its folder is there.
    """
    place = Path(os.path.realpath(path))
    if os.path.lexists(place):
        raise ConfigurationError(
            "anchor-in-use",
            f"there is a file at `{path}` already",
            next_step="keep it under another name, or name another file",
        )
    if not os.access(place.parent, os.W_OK | os.X_OK):
        raise _unwritable(path, f"`{place.parent}` is no folder that you may write")


def is_apart(path: Path, folder: Path) -> bool:
    """Return whether a second place lies on another disk or mount than a folder."""
    place = Path(os.path.realpath(path))
    return place.parent.stat().st_dev != folder.stat().st_dev


def _missing(path: Path, why: str) -> RecordUnavailable:
    return RecordUnavailable(
        "anchor-missing",
        f"the second place `{path}` can't be read: {why}",
        next_step="mount or restore it; if it is lost for good, move away what is there"
        f" and run `{ANEW}` with a --reason",
    )


def _unwritable(path: Path, why: str) -> RecordUnavailable:
    return RecordUnavailable(
        "anchor-unwritable",
        f"the second place `{path}` can't be written: {why}",
        next_step="make its folder writable and give it free space",
    )


def _behind(path: Path, there: int, known: int) -> IntegrityError:
    return IntegrityError(
        "anchor-behind",
        f"`{path}` says {there} entries and has said {known} before",
        next_step="find out who put it back; to begin it anew, move it away and run "
        f"`{ANEW}` with a --reason",
    )
