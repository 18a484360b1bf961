"""The files of a keyring: made once and durably, read only if nobody else could.

Must never write over a file, follow a link, or take a secret that others may read.
"""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from ringwall.base.durable_file import flush_folder
from ringwall.base.errors import ConfigurationError, RecordUnavailable

__all__ = ["make_folder", "publish_file", "read_description", "read_secret"]

_OTHERS_READ: Final = 0o077
_OTHERS_WRITE: Final = 0o022
_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def make_folder(folder: Path) -> None:
    """Make the folder of a keyring, mode 0700, unless it is there.

    Raises:
        RecordUnavailable: `folder-unwritable`.
    """
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700)
            flush_folder(folder.parent)
    except OSError as error:
        raise _unwritable(folder, error) from error


def publish_file(path: Path, data: bytes) -> None:
    """Make a file of mode 0600, whole under its name or not at all, and durably.

    Raises:
        ConfigurationError: `key-exists`, there is something of that name.
        RecordUnavailable: `folder-unwritable`.
    """
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        try:
            with os.fdopen(os.open(draft, _MAKE, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # Unlike a rename this does not go over what is there.
            os.link(draft, path, follow_symlinks=False)
        finally:
            with suppress(OSError):
                os.unlink(draft)
        flush_folder(path.parent)
    except FileExistsError:
        raise ConfigurationError(
            "key-exists",
            f"there is a `{path}` already",
            next_step="give the new key another name",
        ) from None
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def read_secret(path: Path, length: int) -> bytes:
    """Return a key's secret bytes.

    Args:
        path: of a regular file that only its owner, who asks, may read.
        length: of the secret, in bytes.

    Raises:
        ConfigurationError: `key-file-missing`, `key-file-exposed` or
            `key-file-malformed`.
    """
    data = _read(path, length, _OTHERS_READ)
    if len(data) != length:
        raise ConfigurationError(
            "key-file-malformed",
            f"`{path}` is no key: it should hold {length} bytes",
            next_step="restore it from its safe copy",
        )
    return data


def read_description(path: Path, limit: int) -> bytes:
    """Return at most one byte more than a description may hold.

    Raises:
        ConfigurationError: `key-file-missing`; or `key-file-exposed`, others than its
            owner may write to it.
    """
    return _read(path, limit, _OTHERS_WRITE)


def _read(path: Path, limit: int, forbidden: int) -> bytes:
    try:
        handle = os.open(path, _READ)
        with os.fdopen(handle, "rb") as file:
            _check_file(path, os.fstat(handle), forbidden)
            return file.read(limit + 1)
    except OSError as error:
        told = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise ConfigurationError(
            "key-file-missing",
            f"`{path}` can't be read: {told or error}",
            next_step="restore it from its safe copy",
        ) from error


def _check_file(path: Path, about: os.stat_result, forbidden: int) -> None:
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    foreign = about.st_uid not in {os.geteuid(), 0}
    if about.st_mode & forbidden or foreign:
        deed = "read" if forbidden == _OTHERS_READ else "write to"
        raise ConfigurationError(
            "key-file-exposed",
            f"others than its owner may {deed} `{path}`, or it is somebody else's",
            next_step=f"run `chmod 600 {path}`, find out who did, and rewrap what "
            "lies under this key",
        )


def _unwritable(folder: Path, error: OSError) -> RecordUnavailable:
    return RecordUnavailable(
        "folder-unwritable",
        f"`{folder}` can't be written: {error.strerror or error}",
        next_step="make it writable and give it free space, then do it again",
    )
