"""Whether the files of a ledger still are where others will look for them.

Whoever moves a file away or puts another in its place changes the folder, so that one
look at the folder serves for all of them. Must never take a folder's word for it that
was changed a moment ago: its time has a grain.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

__all__ = ["FilesInPlace"]

# Far above the grain of a file system's clock, which is some milliseconds.
_SETTLED_SECONDS: Final = 0.1
# Times that the folder's word is taken before the size of a file is asked again.
_LOOKS: Final = 16

_Mark = tuple[int, int, int]


class FilesInPlace:
    """Files of one folder that must not be replaced while they are open.

    Args:
        paths: the files; the last one's size is kept.

    Attributes:
        size: bytes of the last file when it was last looked at.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._folder = str(paths[0].parent)
        self._paths = [str(path) for path in paths]
        self._files: list[os.stat_result] | None = None
        self._mark: _Mark = (0, 0, 0)
        self._marked = 0.0
        self._looks_left = 0
        self.size = 0

    @property
    def is_known(self) -> bool:
        """Whether the files have been looked at since they were opened."""
        return self._files is not None

    def forget(self) -> None:
        """Take whatever is there next for the right files: they are opened anew."""
        self._files = None
        self._looks_left = 0

    def emptied(self) -> None:
        """Take it that the last file is empty now."""
        self.size = 0
        self._looks_left = 0

    def are_there(self) -> bool:
        """Return whether each file is the one that was there at first.

        Raises:
            OSError: the folder can't be looked into.
        """
        folder = os.stat(self._folder)
        mark = folder.st_dev, folder.st_ino, folder.st_ctime_ns
        now = time.monotonic()
        if mark != self._mark:
            self._mark, self._marked = mark, now
        elif self._looks_left and now - self._marked > _SETTLED_SECONDS:
            self._looks_left -= 1
            return True
        return self._look()

    def _look(self) -> bool:
        self._looks_left = 0
        try:
            files = [os.stat(path) for path in self._paths]
        except FileNotFoundError:
            return False
        if self._files is None:
            self._files = files
        elif not all(map(os.path.samestat, self._files, files)):
            return False
        self._looks_left = _LOOKS
        self.size = files[-1].st_size
        return True
