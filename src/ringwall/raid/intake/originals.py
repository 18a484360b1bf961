"""The bytes of reports as they came, kept by their digest below the institute.

Written and durable before anything on record points at them. Must never give back
bytes other than those that were kept, nor change what is there.
"""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final, NamedTuple

from ringwall.base.durable_file import flush_folder
from ringwall.base.errors import IntegrityError, RecordUnavailable, UnknownItem
from ringwall.base.plain_folder import read_plain

__all__ = ["Kept", "Originals"]

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class Kept(NamedTuple):
    """A file that is kept.

    Attributes:
        sha256: of its bytes, hex.
        bytes: how many.
    """

    sha256: str
    bytes: int


class Originals:
    """The originals of an institute.

    Args:
        folder: of the institute; what is kept lies in `raid/originals` below it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "raid" / "originals"

    def keep(self, data: bytes) -> Kept:
        """Keep bytes, once for all that point at them; return when they are durable.

        Raises:
            RecordUnavailable: `original-unwritable`.
            IntegrityError: `original-differs`, other bytes stand under their name.
        """
        kept = Kept(sha256(data).hexdigest(), len(data))
        path = self._path(kept.sha256)
        try:
            if os.path.lexists(path):
                if read_plain(path, kept.bytes) != data:
                    raise self._differs(path)
                # Whoever wrote it may have been stopped before its name was durable.
                flush_folder(path.parent)
            else:
                self._write(path, data)
        except OSError as error:
            raise RecordUnavailable(
                "original-unwritable",
                f"`{path}` can't be written: {error.strerror or error}",
                next_step="make room, or give the folder back its owner and mode",
            ) from error
        return kept

    def read(self, kept: Kept) -> bytes:
        """Return the bytes of an original, held against what is on record.

        Raises:
            UnknownItem: `original-missing`.
            IntegrityError: `original-differs`.
        """
        path = self._path(kept.sha256)
        try:
            data = read_plain(path, kept.bytes)
        except FileNotFoundError:
            raise UnknownItem(
                "original-missing",
                f"the original `{kept.sha256}` is not below `{self._folder}`",
                next_step="bring it back from a copy of the institute's folder",
            ) from None
        except OSError:
            raise self._differs(path) from None
        if sha256(data).hexdigest() != kept.sha256:
            raise self._differs(path)
        return data

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    @staticmethod
    def _differs(path: Path) -> IntegrityError:
        return IntegrityError(
            "original-differs",
            f"`{path}` is not what its name says",
            next_step="look who could write there; the log still has the digest",
        )

    def _write(self, path: Path, data: bytes) -> None:
        self._make_folders(path.parent)
        draft = path.with_name(f".{path.name}.{token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, _MAKE, _FILE_MODE), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # Unlike a rename, this does not go over what came there meanwhile.
            with suppress(FileExistsError):
                os.link(draft, path, follow_symlinks=False)
        finally:
            with suppress(OSError):
                os.unlink(draft)
        flush_folder(path.parent)

    def _make_folders(self, last: Path) -> None:
        """Make the folders down to one; each name is durable before the next."""
        for folder in (self._folder.parent, self._folder, last):
            if not folder.is_dir():
                with suppress(FileExistsError):
                    folder.mkdir(_FOLDER_MODE)
                flush_folder(folder.parent)
