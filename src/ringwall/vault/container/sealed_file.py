"""The file of a container, opened for reading: a regular one, and no other.

Must never follow a link, wait on a pipe, or give fewer bytes than were asked for.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from ringwall.base.errors import IntegrityError
from ringwall.vault.container.faults import damaged, refuse_ledger, unreadable

__all__ = ["SealedFile"]

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class SealedFile:
    """Gives the bytes of a file at any place.

    Args:
        path: of the file.
        below: folder that it lies in, at any depth; from there on no folder on the
            way may be a link. Without it only the last part of the path may be none.

    Attributes:
        path: as it was given.
        size: how many bytes it had when it was opened.
        identity: device and inode.

    Raises:
        IntegrityError: `container-missing`, nothing is there;
            `container-not-a-file`, it is a link, a folder, a
            device or a socket, or lies behind a link;
            `container-unreadable`, it can't be opened;
            `ledger-in-the-way`, it is a file of the ledger.
    """

    def __init__(self, path: Path, below: Path | None = None) -> None:
        refuse_ledger(path)
        self.path = path
        try:
            handle = _opened(path, below) if below else os.open(path, _READ)
        except FileNotFoundError:
            raise damaged("container-missing", path, "is not there") from None
        except OSError as error:
            # A socket has no such device or address as could be opened.
            if error.errno in {errno.ELOOP, errno.ENXIO}:
                raise _not_a_file(path) from None
            raise unreadable(path, error) from error
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            os.close(handle)
            raise _not_a_file(path)
        self._file = os.fdopen(handle, "rb", buffering=0)
        self.size = found.st_size
        self.identity = (found.st_dev, found.st_ino)

    def read_into(self, start: int, view: memoryview) -> None:
        """Fill a buffer with the bytes from `start` on.

        Raises:
            IntegrityError: `container-truncated`, the file ends before that;
                `container-unreadable`, the disk does not give them.
            ValueError: it is closed.
        """
        done = 0
        while done < len(view):
            try:
                got = os.preadv(self._file.fileno(), [view[done:]], start + done)
            except OSError as error:
                raise unreadable(self.path, error) from error
            if not got:
                what = f"ends after {start + done} bytes, which is too early"
                raise damaged("container-truncated", self.path, what)
            done += got

    def close(self) -> None:
        """Close the file; closing it again does nothing."""
        self._file.close()


def _opened(path: Path, below: Path) -> int:
    """Open a file step by step, so that no link leads elsewhere even meanwhile.

    Raises:
        OSError: with ELOOP, something on the way is a link or no folder.
        ValueError: the path is not below that folder.
    """
    *folders, name = path.relative_to(below).parts
    handle = os.open(below, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        return os.open(name, _READ, dir_fd=handle)
    except NotADirectoryError as error:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error
    finally:
        os.close(handle)


def _not_a_file(path: Path) -> IntegrityError:
    what = "is no regular file, or lies behind a link"
    return damaged("container-not-a-file", path, what)
