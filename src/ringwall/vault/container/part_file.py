"""A container that is being written: `<name>.part`, until it is whole.

Exclusive among processes by a lock on the file, which goes with whoever held it.
Must never write over another file, nor let a name be seen before its bytes are safe.
"""

import errno
import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from ringwall.base.errors import ActRefused
from ringwall.vault.container.faults import (
    busy,
    damaged,
    refuse_ledger,
    unwritable,
)

__all__ = ["PartFile"]

_SUFFIX: Final = ".part"
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OPEN: Final = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW: Final = _OPEN | os.O_CREAT | os.O_EXCL
_ATTEMPTS: Final = 8
_NOTHING: Final = (-1, -1)


class PartFile:
    """The unfinished file, locked; made by `begin` or `left`.

    A context manager that closes it. Unless it was published or discarded it stays,
    for `left` to take up, or for the next `begin` to replace.

    Attributes:
        target: the name it is to have.
        path: the name it has until then.
    """

    def __init__(self, target: Path, folder: int) -> None:
        self.target = target
        self.path = target.with_name(target.name + _SUFFIX)
        self._folder = folder
        self._handle = -1

    @classmethod
    def begin(cls, target: Path) -> Self:
        """Return a new, empty file; one that a killed process left is replaced.

        Args:
            target: where nothing is yet; its folder exists and is no link.

        Raises:
            ActRefused: `container-exists`, something is there; `container-busy`,
                another process is writing it.
            IntegrityError: `ledger-in-the-way`.
            ConfigurationError: `container-unwritable`.
        """
        return cls._locked(target, is_new=True)

    @classmethod
    def left(cls, target: Path) -> Self:
        """Return the file that a killed process left, as it is.

        Raises:
            ActRefused: as `begin`.
            ConfigurationError: `container-unwritable`; also if there is none.
        """
        return cls._locked(target, is_new=False)

    def write(self, data: memoryview) -> None:
        """Write bytes behind those already written.

        Raises:
            ConfigurationError: `container-unwritable`.
        """
        done = 0
        try:
            while done < len(data):
                done += os.write(self._handle, data[done:])
        except OSError as error:
            raise unwritable(self.path, error) from error

    def flush(self) -> None:
        """Return once all that was written is on the disk.

        Raises:
            ConfigurationError: `container-unwritable`.
        """
        try:
            os.fsync(self._handle)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def publish(self) -> None:
        """Give the file its name, durably, and close it.

        Raises:
            ActRefused: `container-exists`, the name was taken meanwhile.
            IntegrityError: `container-changed`, another file has its name.
            ConfigurationError: `container-unwritable`.
        """
        try:
            if not self._is_mine():
                what = "is no longer the file that was written"
                raise damaged("container-changed", self.path, what)
            # A link is refused where something is; a rename would write over it.
            os.link(
                self.path.name,
                self.target.name,
                src_dir_fd=self._folder,
                dst_dir_fd=self._folder,
                follow_symlinks=False,
            )
            os.unlink(self.path.name, dir_fd=self._folder)
            os.fsync(self._folder)
        except FileExistsError:
            raise _exists(self.target) from None
        except OSError as error:
            raise unwritable(self.target, error) from error
        self.close()

    def discard(self) -> None:
        """Remove the file and close it; if it can't be removed it stays as it is."""
        try:
            if self._handle >= 0 and self._is_mine():
                os.unlink(self.path.name, dir_fd=self._folder)
        except OSError:
            return
        finally:
            self.close()

    def close(self) -> None:
        """Give the lock back and leave the file; again does nothing."""
        for handle in (self._handle, self._folder):
            if handle >= 0:
                os.close(handle)
        self._handle = self._folder = -1

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @classmethod
    def _locked(cls, target: Path, *, is_new: bool) -> Self:
        try:
            part = cls(target, os.open(target.parent, _FOLDER))
        except OSError as error:
            raise unwritable(target.parent, error) from error
        try:
            part._take(is_new=is_new)
        except OSError as error:
            part.close()
            raise unwritable(part.path, error) from error
        except BaseException:
            part.close()
            raise
        return part

    def _take(self, *, is_new: bool) -> None:
        """Have the file, and its lock.

        Between opening and locking others may remove it, or find it unlocked and
        take it for one that was left; then it is tried again.
        """
        if self._identity(self.target.name) != _NOTHING:
            self._remove_second_name()
            raise _exists(self.target)
        for _ in range(_ATTEMPTS):
            is_made = self._open(is_new=is_new)
            if self._lock() and self._is_mine():
                if is_made or not is_new:
                    return
                # Not emptied but removed: whoever reads it still has it whole.
                os.unlink(self.path.name, dir_fd=self._folder)
            os.close(self._handle)
            self._handle = -1
        raise busy(self.path)

    def _open(self, *, is_new: bool) -> bool:
        """Open the file; return whether it was made by that."""
        name = self.path.name
        if is_new:
            with suppress(FileExistsError):
                self._handle = os.open(name, _NEW, 0o600, dir_fd=self._folder)
                return True
        refuse_ledger(self.path)
        self._handle = os.open(name, _OPEN, dir_fd=self._folder)
        if not stat.S_ISREG(os.fstat(self._handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return False

    def _lock(self) -> bool:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _is_mine(self) -> bool:
        """Return whether the file that is open still has its name."""
        found = os.fstat(self._handle)
        return self._identity(self.path.name) == (found.st_dev, found.st_ino)

    def _remove_second_name(self) -> None:
        """Finish a `publish` that was killed between giving and removing a name."""
        if self._identity(self.target.name) == self._identity(self.path.name):
            os.unlink(self.path.name, dir_fd=self._folder)

    def _identity(self, name: str) -> tuple[int, int]:
        """Return device and inode of what has a name in the folder."""
        try:
            found = os.stat(name, dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return _NOTHING
        return found.st_dev, found.st_ino


def _exists(target: Path) -> ActRefused:
    return ActRefused(
        "container-exists",
        f"`{target}` is there already",
        next_step="containers are never written over; seal under another file name",
    )
