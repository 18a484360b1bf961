"""Wrapping under a key-encryption key that is 32 bytes: AES-256-GCM.

A blob is a nonce of 12 random bytes, the ciphertext and a tag of 16 bytes (NIST SP
800-38D; random nonces serve 2^32 wraps of one key). Must never give a byte of a blob
whose tag does not hold.
"""

import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ringwall.base.errors import IntegrityError
from ringwall.vault.keys.provider import DATA_KEY_BYTES

__all__ = [
    "BLOB_BYTES",
    "CHECKED",
    "NONCE_BYTES",
    "check_data_key",
    "is_checked",
    "not_unwrapped",
    "unwrap_under",
    "wrap_under",
]

NONCE_BYTES: Final = 12
"""Bytes before the ciphertext in a blob."""
BLOB_BYTES: Final = NONCE_BYTES + DATA_KEY_BYTES + 16
"""Bytes of a blob."""
CHECKED: Final = bytes(DATA_KEY_BYTES)
"""What a description holds wrapped, to tell its key from any other.

Known text of 256 bits also makes sure that no second key fits: the tag of GCM alone
would let two keys be found that open the same blob.
"""


def check_data_key(data_key: bytes) -> None:
    """Raise if this can't be a data key.

    Raises:
        ValueError: it has not 32 bytes.
    """
    if len(data_key) != DATA_KEY_BYTES:
        raise ValueError(f"a data key has {DATA_KEY_BYTES} bytes, not {len(data_key)}")


def wrap_under(kek: bytes, data_key: bytes, context: bytes) -> bytes:
    """Return a blob of 60 bytes.

    Args:
        kek: the key-encryption key, 32 bytes.
        data_key: 32 bytes.
        context: associated data.

    Raises:
        ValueError: the data key has not 32 bytes.
    """
    check_data_key(data_key)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(kek).encrypt(nonce, data_key, context)


def unwrap_under(kek: bytes, blob: bytes, context: bytes) -> bytes:
    """Return the data key in a blob.

    Raises:
        IntegrityError: `key-unwrap-failed`.
    """
    if len(blob) != BLOB_BYTES:
        raise not_unwrapped()
    nonce, sealed = blob[:NONCE_BYTES], blob[NONCE_BYTES:]
    try:
        return AESGCM(kek).decrypt(nonce, sealed, context)
    except InvalidTag:
        raise not_unwrapped() from None


def is_checked(plain: bytes) -> bool:
    """Return whether this is what a description holds wrapped."""
    return hmac.compare_digest(plain, CHECKED)


def not_unwrapped() -> IntegrityError:
    """Return the error of a wrapped data key that does not open under its key."""
    return IntegrityError(
        "key-unwrap-failed",
        "the key is right, but the data key wrapped under it was changed, or belongs "
        "to another container",
        next_step="restore the container from a copy",
    )
