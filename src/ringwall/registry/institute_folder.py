"""Reading what an institute's folder holds besides its ledger: settings and keys.

Must never read more than a file may hold, nor take a secret key that others may read.
"""

import os
from pathlib import Path
from typing import Final

from ringwall.base.errors import ConfigurationError, RecordUnavailable
from ringwall.registry.founding import KEY_FILE, SETTINGS_FILE, VKEY_FILE
from ringwall.registry.regular_file import open_regular
from ringwall.signing.keys import (
    SigningKey,
    VerifierKey,
    parse_signing_key,
    parse_vkey,
)

__all__ = [
    "find_institute",
    "key_at_hand",
    "read_signing_key",
    "read_verifier",
    "read_whole",
]

_MAX_KEY_BYTES: Final = 1024


def find_institute(start: Path) -> Path:
    """Return the nearest folder with a `ringwall.toml`, from `start` upward.

    Raises:
        ConfigurationError: `institute-missing`.
    """
    whole = start.absolute()
    for folder in (whole, *whole.parents):
        # Unlike `is_file`, this never raises where a folder can't be looked into.
        if os.path.isfile(folder / SETTINGS_FILE):
            return folder
    raise ConfigurationError(
        "institute-missing",
        f"there is no `{SETTINGS_FILE}` in `{start}` or above it",
        next_step="name it with -C DIR, or make one with `ringwall init DIR`",
    )


def read_whole(path: Path, limit: int) -> bytes:
    """Return at most one byte more than allowed, for the parser to refuse it.

    Args:
        path: of the file.
        limit: most bytes that it may hold.

    Raises:
        ConfigurationError: `file-missing`, it can't be read.
    """
    try:
        with open_regular(path) as handle:
            return handle.read(limit + 1)
    except OSError as error:
        raise ConfigurationError(
            "file-missing",
            f"`{path}` can't be read: {error.strerror or error}",
            next_step="restore it from a copy of the institute's folder",
        ) from error


def read_verifier(folder: Path) -> VerifierKey:
    """Return the public key that checks the log's heads.

    Raises:
        ConfigurationError: `file-missing` or `key-malformed`.
    """
    text = _key_text(folder, VKEY_FILE)
    try:
        return parse_vkey(text)
    except ConfigurationError as error:
        raise ConfigurationError(
            "key-malformed",
            f"`{folder / 'keys' / VKEY_FILE}`: {error.message}",
            next_step="restore it from a copy of the institute's folder",
        ) from error


def key_at_hand(folder: Path) -> SigningKey | None:
    """Return the secret key of the log if whoever asks may read it and it is that."""
    try:
        return read_signing_key(folder, read_verifier(folder))
    except (ConfigurationError, RecordUnavailable):
        return None


def read_signing_key(folder: Path, verifier: VerifierKey) -> SigningKey:
    """Return the secret key that signs the log's heads.

    Args:
        folder: of the institute.
        verifier: the public key that it has to belong to.

    Raises:
        RecordUnavailable: `signing-key-unusable`, `signing-key-differs` or
            `signing-key-exposed`.
    """
    path = folder / "keys" / KEY_FILE
    try:
        key = parse_signing_key(_key_text(folder, KEY_FILE))
        exposed = path.stat().st_mode & 0o077
    except (ConfigurationError, OSError) as error:
        raise RecordUnavailable(
            "signing-key-unusable",
            f"the record can't be signed: {error}",
            next_step=f"restore `{path}` from its safe copy",
        ) from error
    if key.verifier() != verifier:
        raise RecordUnavailable(
            "signing-key-differs",
            f"`{path}` is not the key that `{VKEY_FILE}` belongs to",
            next_step=f"restore `{path}` from its safe copy",
        )
    if exposed:
        raise RecordUnavailable(
            "signing-key-exposed",
            f"others than its owner may read `{path}`",
            next_step=f"run `chmod 600 {path}`, and find out who read it",
        )
    return key


def _key_text(folder: Path, name: str) -> str:
    data = read_whole(folder / "keys" / name, _MAX_KEY_BYTES)
    # What is not ASCII is no part of a key: the parser refuses it.
    return data.decode("ascii", "replace").removesuffix("\n")
