"""A folder of C2SP tlog-tiles: what any static web server can serve as a log.

A file has its name only once it is whole and durable. Must never write over a tile or
a bundle that is there, nor name a checkpoint before all that it needs is in place.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from ringwall.base.durable_file import flush_folder, replace_durably
from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.signing.notes import MAX_NOTE_BYTES
from ringwall.tlog.bundles import MAX_BUNDLE_BYTES
from ringwall.tlog.tiles import TILE_WIDTH

__all__ = ["TileFolder", "export_conflict", "open_tile_folder"]

_CHECKPOINT: Final = "checkpoint"
_TILES: Final = "tile"
_PARTIAL: Final = ".p"
# Hidden, so that no server shows one; the next export takes away what one left.
_DRAFT: Final = ".draft-"
_READ: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class TileFolder:
    """An export in the hands of one process; see `open_tile_folder`.

    Args:
        path: of the folder, which exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: set[str] = {""}

    def checkpoint(self) -> bytes | None:
        """Return the note that is exported, not verified; None if there is none.

        Raises:
            IntegrityError: `export-conflict`, something else has its name.
        """
        return self._read(_CHECKPOINT, MAX_NOTE_BYTES)

    def has(self, name: str) -> bool:
        """Return whether something has this name already."""
        return os.path.lexists(self.path / name)

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a tile or a bundle; None if it is not there.

        Raises:
            IntegrityError: as `checkpoint`.
        """
        return self._read(name, MAX_BUNDLE_BYTES)

    def widths(self, name: str) -> list[int]:
        """Return how wide the partial tiles or bundles of a name are, the widest first.

        Args:
            name: of the complete one.

        Raises:
            IntegrityError: as `checkpoint`.
        """
        path = self.path / (name + _PARTIAL)
        try:
            found = os.listdir(path)
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise export_conflict(path) from error
        known = {str(width) for width in range(1, TILE_WIDTH)}
        return sorted((int(width) for width in known.intersection(found)), reverse=True)

    def put(self, files: Sequence[tuple[str, bytes]]) -> int:
        """Write tiles and bundles; return how many were not there before.

        All are durable when this returns.

        Args:
            files: path below the folder and bytes of each; those that are there
                have to be the same.

        Raises:
            IntegrityError: `export-conflict`, one is there and differs.
        """
        missing = []
        folders = set()
        for name, data in files:
            folders.add(self._folder_of(name))
            there = self.read(name)
            if there is None:
                missing.append((name, data))
            elif there != data:
                raise export_conflict(self.path / name)
        self._write_drafts([data for _, data in missing])
        for number, (name, data) in enumerate(missing):
            self._name(self.path / f"{_DRAFT}{number}", name, data)
        for folder in sorted(folders):
            flush_folder(self.path / folder)
        return len(missing)

    def publish(self, note: bytes) -> None:
        """Put a checkpoint in place of the one that is there, durably."""
        replace_durably(self.path / _CHECKPOINT, note)

    def tidy(self) -> int:
        """Remove partial tiles and bundles of which the complete one is there.

        Returns:
            How many files were removed.
        """
        removed = 0
        for name in list(_partial_folders(self.path / _TILES)):
            if os.path.isfile(name.removesuffix(_PARTIAL)):
                for entry in os.listdir(name):
                    os.unlink(os.path.join(name, entry))
                    removed += 1
                os.rmdir(name)
        return removed

    def clear_drafts(self) -> None:
        """Remove what an export that was killed left behind."""
        for name in os.listdir(self.path):
            if name.startswith((_DRAFT, f".{_CHECKPOINT}.")):
                os.unlink(self.path / name)

    def _read(self, name: str, limit: int) -> bytes | None:
        path = self.path / name
        try:
            handle = os.open(path, _READ)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.ENXIO}:
                raise export_conflict(path) from error
            raise
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                raise export_conflict(path)
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(handle)

    def _write_drafts(self, contents: Sequence[bytes]) -> None:
        """Write files under passing names, durably."""
        with ExitStack() as stack:
            files = []
            for number, data in enumerate(contents):
                handle = os.open(self.path / f"{_DRAFT}{number}", _MAKE, 0o644)
                file = stack.enter_context(os.fdopen(handle, "wb"))
                file.write(data)
                file.flush()
                files.append(file)
            # Flushed when all are written: the disk then takes them together.
            for file in files:
                os.fsync(file.fileno())

    def _name(self, draft: Path, name: str, data: bytes) -> None:
        # Not renamed: that would go over what somebody else put there meanwhile.
        try:
            os.link(draft, self.path / name)
        except FileExistsError:
            if self.read(name) != data:
                raise export_conflict(self.path / name) from None
        os.unlink(draft)

    def _folder_of(self, name: str) -> str:
        """Return the folder of a file below this one, which is there durably."""
        folder = os.path.dirname(name)
        if folder not in self._known:
            above = self._folder_of(folder)
            with suppress(FileExistsError):
                os.mkdir(self.path / folder)
            flush_folder(self.path / above)
            self._known.add(folder)
        return folder


@contextmanager
def open_tile_folder(path: Path) -> Iterator[TileFolder]:
    """Give the folder, made if it is missing, while nobody else exports into it.

    Raises:
        ConfigurationError: `export-busy`, somebody does; `export-unwritable`, the
            folder or a file in it can't be written or read.
        IntegrityError: as the methods of `TileFolder`.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _lock(handle, path)
            folder = TileFolder(path)
            folder.clear_drafts()
            yield folder
        finally:
            os.close(handle)
    except OSError as error:
        raise ConfigurationError(
            "export-unwritable",
            f"`{error.filename or path}` can't be written: {error.strerror or error}",
            next_step="make the folder writable and give it free space, then export "
            "again: it goes on where it stopped",
        ) from error


def _lock(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConfigurationError(
            "export-busy",
            f"another process exports into `{path}`",
            next_step="wait for it to end",
        ) from error


def _partial_folders(path: Path) -> Iterator[str]:
    for folder, names, _ in os.walk(path):
        for name in names:
            if name.endswith(_PARTIAL):
                yield os.path.join(folder, name)


def export_conflict(path: Path) -> IntegrityError:
    """Return the error that a file is there and is not the log's."""
    return IntegrityError(
        "export-conflict",
        f"`{path}` is there already and is not what the log has there",
        next_step="find out who wrote it; the log never changes a tile. To begin anew, "
        "move the folder away",
    )
