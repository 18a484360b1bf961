"""Marks of decoys: what stands on record for an asset that is one.

Keyed, so that whoever reads the record learns that there are decoys and not which.
Must never be made under the log's key, which more people and programs hold.
"""

import hmac
from secrets import token_bytes
from typing import Final

__all__ = ["DECOY_KEY_BYTES", "decoy_mark", "generate_decoy_key", "key_mark"]

DECOY_KEY_BYTES: Final = 32
"""Length of the key in bytes."""

_CONTEXT: Final = b"ringwall decoy\n"


def generate_decoy_key() -> bytes:
    """Return a new key."""
    return token_bytes(DECOY_KEY_BYTES)


def decoy_mark(key: bytes, asset: str) -> str:
    """Return the mark of an asset: hex HMAC-SHA-256 (RFC 2104), 64 digits.

    Args:
        key: of `DECOY_KEY_BYTES`.
        asset: id, e.g. `weights:aurora-9`.

    Raises:
        ValueError: the key has another length.
    """
    if len(key) != DECOY_KEY_BYTES:
        raise ValueError("a key of decoys has 32 bytes")
    return hmac.digest(key, _CONTEXT + asset.encode(), "sha256").hex()


def key_mark(key: bytes) -> str:
    """Return the mark of the key itself: of no asset, so that a key can be checked.

    Raises:
        ValueError: as `decoy_mark`.
    """
    return decoy_mark(key, "")
