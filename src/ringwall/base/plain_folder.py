"""The plain files of a folder that a person or an attacker may have filled.

Must never follow a link, wait on a pipe, or read more than is allowed.
"""

import errno
import os
import stat
from itertools import islice
from pathlib import Path

__all__ = ["list_folder", "read_plain"]


def list_folder(folder: Path, most: int) -> list[Path]:
    """Return what is in a folder, by name; names that start with a dot are left out.

    Raises:
        OSError: it can't be read, or holds more than `most` names.
    """
    with os.scandir(folder) as entries:
        paths = sorted(folder / entry.name for entry in islice(entries, most + 1))
    if len(paths) > most:
        raise OSError(errno.E2BIG, f"more than {most} names in one folder")
    return [path for path in paths if not path.name.startswith(".")]


def read_plain(path: Path, most: int) -> bytes:
    """Return a regular file, at most one byte more than `most`, for refusal by size.

    Raises:
        OSError: it can't be read, or is no regular file.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "this is not a regular file")
        with open(handle, "rb", closefd=False) as file:
            return file.read(most + 1)
    finally:
        os.close(handle)
