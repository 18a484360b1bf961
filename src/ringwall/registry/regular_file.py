"""Regular files: opening one that a person named, and making one durably.

A pipe, device or folder in its place is refused; links are followed. Must never
wait for whoever may write into a pipe, nor write over what is there.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

__all__ = ["open_regular", "write_new"]


def open_regular(path: Path) -> BinaryIO:
    """Return a regular file, opened for reading bytes.

    Raises:
        OSError: it can't be opened, or is something else than a regular file.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return os.fdopen(handle, "rb")


def write_new(path: Path, text: str, mode: int = 0o644) -> None:
    """Make a file with this text, as UTF-8, and return once it is durable.

    Args:
        path: where nothing is yet.
        text: written as it is.
        mode: its permissions, as far as the umask grants them.

    Raises:
        OSError: it can't be made or written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
