"""The key that tells which assets are decoys: a file that few may read.

Must never be made anew while decoys are on record, nor be used if others than its
owner may read it.
"""

import stat
from pathlib import Path
from typing import Final

from ringwall.base.errors import ConfigurationError
from ringwall.registry.institute_folder import read_whole
from ringwall.registry.regular_file import write_new
from ringwall.signing.decoy_marks import DECOY_KEY_BYTES, generate_decoy_key

__all__ = ["decoy_key_at_hand", "decoy_key_file", "make_decoy_key", "read_decoy_key"]

_DIGITS: Final = frozenset("0123456789abcdef")
_LENGTH: Final = 2 * DECOY_KEY_BYTES


def decoy_key_file(folder: Path) -> Path:
    """Return where the key of an institute's decoys lies."""
    return folder / "keys" / "decoys.key"


def make_decoy_key(folder: Path) -> bytes:
    """Make the key, in a file of mode 0600, and return it.

    Raises:
        OSError: there is one, or it can't be written.
    """
    key = generate_decoy_key()
    write_new(decoy_key_file(folder), f"{key.hex()}\n", mode=0o600)
    return key


def read_decoy_key(folder: Path) -> bytes:
    """Return the key.

    Raises:
        ConfigurationError: `decoy-key-missing`, `decoy-key-malformed` or
            `decoy-key-exposed`.
    """
    path = decoy_key_file(folder)
    step = f"restore `{path}` from its safe copy"
    try:
        text = read_whole(path, _LENGTH + 1).decode("ascii", "replace")
        exposed = stat.S_IMODE(path.stat().st_mode) & 0o077
    except (ConfigurationError, OSError) as error:
        message = f"the key of the decoys can't be read: {error}"
        raise ConfigurationError(
            "decoy-key-missing", message, next_step=step
        ) from error
    digits = text.removesuffix("\n")
    if len(digits) != _LENGTH or not _DIGITS.issuperset(digits):
        message = f"`{path}` is no key: it should hold {_LENGTH} hex digits"
        raise ConfigurationError("decoy-key-malformed", message, next_step=step)
    if exposed:
        raise ConfigurationError(
            "decoy-key-exposed",
            f"others than its owner may read `{path}`",
            next_step=f"run `chmod 600 {path}`, and place other decoys",
        )
    return bytes.fromhex(digits)


def decoy_key_at_hand(folder: Path) -> bytes | None:
    """Return the key if whoever asks may read it and it is one, else None."""
    try:
        return read_decoy_key(folder)
    except ConfigurationError:
        return None
