"""One at a time: whoever takes in what others published looks first what is there.

Must never let two take in one record at once, in whatever process they are.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ringwall.base.errors import ConfigurationError, RecordUnavailable

__all__ = ["turn_of"]

_FILE: Final = "import.lock"
_OPEN: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


@contextmanager
def turn_of(folder: Path) -> Iterator[None]:
    """Have the turn while the context lasts.

    Args:
        folder: `raid` of an institute.

    Raises:
        ConfigurationError: `import-running`, somebody else has it.
        RecordUnavailable: `import-unwritable`, the folder can't be written.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / _FILE, _OPEN, 0o600)
    except OSError as error:
        raise RecordUnavailable(
            "import-unwritable",
            f"`{folder}` can't be written: {error.strerror or error}",
            next_step="give the folder back its owner and mode",
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ConfigurationError(
            "import-running",
            "another import is running in this institute",
            next_step="wait until it is through, and run this again",
        ) from None
    finally:
        os.close(handle)
