"""Writing a whole file at once, so that it is there after a crash, old or new.

Must never leave half a file under the name that others read.
"""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

__all__ = ["flush_folder", "replace_durably"]

_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def replace_durably(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put bytes in place of a file in one step; return once they are durable.

    Args:
        path: of the file, which may be there or not; its folder exists.
        data: what it shall hold.
        mode: its permissions, as far as the umask grants them.

    Raises:
        OSError: the file is as it was, or, if only the last flush failed, as asked.
    """
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, _MAKE, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable.

    Raises:
        OSError: they may not be.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
