"""Who has a log open for writing: a lock that goes when its process goes.

The row of a writer says that there was one, the lock beside it that there still is:
no number of a process can tell, since it may be another's by now. Must never be held
by a fork of the process that took it.
"""

import fcntl
import os
import re
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeGuard
from weakref import ref

from ringwall.base.errors import RecordUnavailable

__all__ = ["Presence", "claim_beside", "is_present", "is_writer_id", "strike_presence"]

_FLAGS: Final = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
_MOST_CLAIMED: Final = 4096
# It becomes part of a file's name, and whoever edits the database picks it.
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Presence:
    """The presence of one writer, from when it is made until it leaves.

    Args:
        ledger: the database file; the lock file lies beside it.
        writer: id of the writer's row, 32 characters of hex, never used before.
        claim: what it claims, to be found in the lock file.

    Raises:
        OSError: the lock file can't be made.
        ValueError: it is no id of a writer.
    """

    def __init__(self, ledger: Path, writer: str, claim: bytes = b"") -> None:
        if not is_writer_id(writer):
            raise ValueError("the id of a writer is 32 characters of hex")
        self._path = _place(ledger, writer)
        handle = os.open(self._path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(handle, claim)
        self._handle = handle
        # A fork shares the lock as long as it has the handle. The hook can't be
        # taken back, so it must not keep alive what has left long ago.
        os.register_at_fork(after_in_child=partial(_let_go, ref(self)))

    def leave(self) -> None:
        """Be gone, as whoever has no row any more; in a fork, do nothing."""
        if self._handle >= 0:
            self._path.unlink(missing_ok=True)
            self._close()

    def _close(self) -> None:
        handle, self._handle = self._handle, -1
        os.close(handle)


def is_writer_id(value: object) -> TypeGuard[str]:
    """Return whether something stored can be the id of a writer."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_present(ledger: Path, writer: object) -> bool:
    """Return whether the writer of a row still has the log open.

    To be asked with the lock of the writers in hand, so that no two ask at once:
    whoever asks holds the lock for a moment.

    Args:
        ledger: the database file.
        writer: what stands in the row as its id, of whatever type.

    Raises:
        RecordUnavailable: `writer-obscured`, its lock file is there and can't be
            opened: nobody can know.
    """
    if not is_writer_id(writer):
        return False
    place = _place(ledger, writer)
    try:
        handle = os.open(place, _FLAGS)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise RecordUnavailable(
            "writer-obscured",
            f"`{place}` is not the lock file of a writer: {error.strerror}",
            next_step="find out who put it there; if no program of yours is using the "
            "ledger, take it away",
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def claim_beside(ledger: Path, writer: object) -> bytes:
    """Return what is found in the lock file of a writer, empty if there is none."""
    if not is_writer_id(writer):
        return b""
    try:
        handle = os.open(_place(ledger, writer), _FLAGS)
    except OSError:
        return b""
    try:
        return os.pread(handle, _MOST_CLAIMED, 0)
    except OSError:
        return b""  # a pipe has no beginning
    finally:
        os.close(handle)


def strike_presence(ledger: Path, writer: object) -> None:
    """Remove what a writer that is gone left behind; it may be gone already."""
    if is_writer_id(writer):
        with suppress(OSError):  # its row is gone, so nobody asks for it again
            _place(ledger, writer).unlink()


def _place(ledger: Path, writer: str) -> Path:
    return ledger.with_name(f"{ledger.name}-writer-{writer}")


def _let_go(presence: "ref[Presence]") -> None:
    held = presence()
    if held is not None and held._handle >= 0:  # noqa: SLF001 - a hook of the class
        held._close()  # noqa: SLF001 - a hook of the class, too
