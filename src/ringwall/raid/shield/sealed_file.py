"""Sealing the original of a file to the slot of a box, and opening it again.

A file key of its own encrypts the bytes (AES-256-GCM); that key is sealed to the slot.
The length is rounded up as Padmé does (Nikitin and others, 2019, section 4): a size
tells little more than its magnitude. Must never say by its length which file it was.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import IntegrityError
from ringwall.raid.shield.sealing import OVERHEAD, open_sealed, seal

__all__ = ["open_file", "padded_length", "seal_file"]

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_LENGTH_BYTES: Final = 8
_SEALED_KEY: Final = _KEY_BYTES + OVERHEAD
_DOMAIN: Final = "ringwall raid attachment"


def padded_length(length: int) -> int:
    """Return the length that something is padded to: at most 12 % more.

    Args:
        length: in bytes, from 1.
    """
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()
    low = max(exponent - kept, 0)
    return (length + (1 << low) - 1) >> low << low


def seal_file(data: bytes, slot: bytes, report: str, attachment: str) -> bytes:
    """Return a file that the private key of a slot alone opens.

    Args:
        data: of the file.
        slot: public key of the slot of the report's box.
        report: id.
        attachment: id; both are needed again to open it.

    Raises:
        ConfigurationError: `sealing-unsupported`.
    """
    key, nonce = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
    context = _context(report, attachment)
    told = len(data).to_bytes(_LENGTH_BYTES, "big") + data
    plain = told.ljust(padded_length(len(told)), b"\0")
    return seal(key, slot, context) + nonce + AESGCM(key).encrypt(nonce, plain, context)


def open_file(sealed: bytes, private: bytes, report: str, attachment: str) -> bytes:
    """Return the file that was sealed.

    Args:
        sealed: as `seal_file` gave it.
        private: key of the slot.
        report: id.
        attachment: id.

    Raises:
        IntegrityError: `attachment-not-opened`, it was sealed to another slot or for
            something else, or it was changed.
        ConfigurationError: `sealing-unsupported`.
    """
    context = _context(report, attachment)
    wrapped, rest = sealed[:_SEALED_KEY], sealed[_SEALED_KEY:]
    try:
        key = open_sealed(wrapped, private, context)
        plain = AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise IntegrityError(
            "attachment-not-opened",
            f"the original of `{attachment}` does not open with what was in the box",
            next_step="bring it back from a copy of the institute's folder",
        ) from None
    length = int.from_bytes(plain[:_LENGTH_BYTES], "big")
    return plain[_LENGTH_BYTES : _LENGTH_BYTES + length]


def _context(report: str, attachment: str) -> bytes:
    told = {"for": _DOMAIN, "report": report, "attachment": attachment}
    return dump_canonical(told)
