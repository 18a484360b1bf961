"""The keys in an institute's folder: which are there, and how one replaces another.

The new secret key waits beside the old one until it is in force; then the old one is
overwritten and the new one takes its name. Must never leave two keys of which both
could sign what comes next, nor none.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ringwall.base.durable_file import flush_folder, replace_durably
from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.ledger.file_lock import FileLock
from ringwall.registry.founding import KEY_FILE, VKEY_FILE
from ringwall.registry.regular_file import open_regular, write_new
from ringwall.signing.keys import (
    SigningKey,
    VerifierKey,
    dump_signing_key,
    format_vkey,
    parse_signing_key,
    parse_vkey,
)

__all__ = ["NEXT_FILE", "KeyFiles"]

NEXT_FILE: Final = f"{KEY_FILE}.next"
"""Name of the secret key that is to be in force next, in `keys/`."""

_LOCK_FILE: Final = f".{KEY_FILE}-lock"
_LOCK_SECONDS: Final = 30.0
_LIMIT: Final = 1024


class KeyFiles:
    """The folder `keys/` of an institute.

    Args:
        folder: of the institute.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "keys"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else change keys meanwhile.

        Raises:
            RecordUnavailable: `ledger-busy`, somebody does; or `folder-unwritable`.
        """
        lock = FileLock(self.folder / _LOCK_FILE, _LOCK_SECONDS)
        with _told(self.folder):
            lock.take()
        try:
            yield
        finally:
            lock.give()
            lock.forget()

    def is_settled(self) -> bool:
        """Return whether no change of keys was broken off, nor is under way."""
        if os.path.lexists(self.folder / NEXT_FILE):
            return False
        current, told = self.current(), self.told()
        # What can't be read is for whoever opens it to complain of.
        return current is None or told is None or current.verifier() == told

    def current(self) -> SigningKey | None:
        """Return the secret key in `log.key`, None if there is no sound one."""
        return self._secret(KEY_FILE)

    def next(self) -> SigningKey | None:
        """Return the secret key in `log.key.next`, None if there is no sound one."""
        return self._secret(NEXT_FILE)

    def told(self) -> VerifierKey | None:
        """Return the public key in `log.vkey`, None if there is no sound one."""
        try:
            return parse_vkey(self._text(VKEY_FILE))
        except (ConfigurationError, OSError):
            return None

    def put_next(self, key: SigningKey) -> None:
        """Write a secret key down durably before it is announced.

        Raises:
            RecordUnavailable: `folder-unwritable`.
        """
        with _told(self.folder):
            write_new(self.folder / NEXT_FILE, dump_signing_key(key) + "\n", mode=0o600)
            flush_folder(self.folder)

    def drop_next(self) -> None:
        """Erase a key that was written down and never announced, if there is one.

        Raises:
            RecordUnavailable: `folder-unwritable`.
        """
        with _told(self.folder), suppress(FileNotFoundError):
            _overwrite(self.folder / NEXT_FILE)
            (self.folder / NEXT_FILE).unlink()
            flush_folder(self.folder)

    def install_next(self) -> None:
        """Erase the old secret key and put the next one in its place.

        Raises:
            RecordUnavailable: `folder-unwritable`; it goes on where it broke off.
        """
        with _told(self.folder):
            with suppress(FileNotFoundError):
                _overwrite(self.folder / KEY_FILE)
            (self.folder / NEXT_FILE).replace(self.folder / KEY_FILE)
            flush_folder(self.folder)

    def tell(self, verifier: VerifierKey) -> None:
        """Write the public key in force to `log.vkey`, in one step.

        Raises:
            RecordUnavailable: `folder-unwritable`.
        """
        text = format_vkey(verifier) + "\n"
        with _told(self.folder):
            replace_durably(self.folder / VKEY_FILE, text.encode())

    def _secret(self, name: str) -> SigningKey | None:
        try:
            return parse_signing_key(self._text(name))
        except (ConfigurationError, OSError):
            return None

    def _text(self, name: str) -> str:
        with open_regular(self.folder / name) as handle:
            data = handle.read(_LIMIT)
        return data.decode("ascii", "replace").removesuffix("\n")


def _overwrite(path: Path) -> None:
    """Write zeros over a file, durably; a link stays one, what it names is erased."""
    handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(handle, bytes(os.fstat(handle).st_size))
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RecordUnavailable(
            "folder-unwritable",
            f"`{folder}` can't be written: {error.strerror or error}",
            next_step="make it writable and give it free space, then do it again",
        ) from error
