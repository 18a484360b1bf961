"""The keys of a witness: what cosigns checkpoints and what checks cosignatures.

Type 0x04 of C2SP signed-note, messages of C2SP tlog-cosignature. Must never sign
bytes that could be read as the note of a log: each message begins with its own line.
"""

from dataclasses import dataclass
from typing import ClassVar

from ringwall.signing.ed25519 import (
    NamedPrivateKey,
    NamedPublicKey,
    format_private,
    generate_private,
    parse_private,
    parse_public,
)

__all__ = [
    "MAX_COSIGNED_SECOND",
    "CosignerVerifier",
    "CosigningKey",
    "cosigned_second",
    "dump_cosigning_key",
    "generate_cosigning_key",
    "parse_cosigner_vkey",
    "parse_cosigning_key",
]

MAX_COSIGNED_SECOND = 2**63 - 1
"""Latest time a cosignature may state, in seconds since the epoch."""

_TIME_BYTES = 8
_SIGNATURE_BYTES = _TIME_BYTES + 64


@dataclass(frozen=True, slots=True)
class CosignerVerifier(NamedPublicKey):
    """The public half of a witness's key: what checks its cosignatures."""

    signature_type: ClassVar[bytes] = b"\x04"

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Return whether this witness cosigned exactly this text.

        Args:
            message: the text of the note, its last newline included.
            signature: `timestamped_signature` of C2SP tlog-cosignature: 8 bytes of
                seconds since the epoch, big-endian, then the 64 of Ed25519.
        """
        if len(signature) != _SIGNATURE_BYTES:
            return False
        second = cosigned_second(signature)
        if second > MAX_COSIGNED_SECOND:
            return False
        return self._is_signed(_cosigned(message, second), signature[_TIME_BYTES:])


@dataclass(frozen=True, slots=True)
class CosigningKey(NamedPrivateKey[CosignerVerifier]):
    """The private half of a witness's key; it can't sign as a log."""

    verifier_type: ClassVar[type[NamedPublicKey]] = CosignerVerifier

    def cosign(self, message: bytes, at_seconds: int) -> bytes:
        """Return the 72 bytes that `CosignerVerifier.verify` takes.

        Args:
            message: the text of a checkpoint, its last newline included.
            at_seconds: seconds since the epoch, 0 to 2^63 - 1.

        Raises:
            ValueError: the time is outside what can be stated.
        """
        if not 0 <= at_seconds <= MAX_COSIGNED_SECOND:
            raise ValueError("a cosignature's time is below 2^63 and not negative")
        time = at_seconds.to_bytes(_TIME_BYTES, "big")
        return time + self._sign(_cosigned(message, at_seconds))


def cosigned_second(signature: bytes) -> int:
    """Return the time that the bytes of a cosignature state.

    Args:
        signature: 72 bytes that `CosignerVerifier.verify` has accepted.
    """
    return int.from_bytes(signature[:_TIME_BYTES], "big")


def generate_cosigning_key(name: str) -> CosigningKey:
    """Return a new key from the randomness of the operating system.

    Raises:
        ConfigurationError: `key-malformed`, the name is not allowed.
    """
    return generate_private(CosigningKey, name)


def parse_cosigner_vkey(text: str) -> CosignerVerifier:
    """Return the witness's key that the text holds; nothing may surround it.

    Raises:
        ConfigurationError: `key-wrong-type`, it is the key of a log;
            `key-malformed`, any other deviation from the one text that
            `format_vkey` would print.
    """
    return parse_public(CosignerVerifier, text)


def dump_cosigning_key(key: CosigningKey) -> str:
    """Return `PRIVATE+KEY+<name>+<key id in hex>+<base64>`: a secret to guard."""
    return format_private(key)


def parse_cosigning_key(text: str) -> CosigningKey:
    """Return the witness's private key that the text holds; nothing surrounds it.

    Raises:
        ConfigurationError: `key-wrong-type`, it is the key of a log;
            `key-malformed`, any other deviation from the one text that
            `dump_cosigning_key` would print; no part of the text is shown.
    """
    return parse_private(CosigningKey, text)


def _cosigned(message: bytes, second: int) -> bytes:
    """Return what Ed25519 signs (C2SP tlog-cosignature, Ed25519 signed message)."""
    return f"cosignature/v1\ntime {second}\n".encode() + message
