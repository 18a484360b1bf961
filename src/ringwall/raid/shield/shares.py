"""Shares of a key: any k of n give it back, fewer say nothing about it.

Shamir's scheme in GF(2^128) by PyCryptodome, a half of the key at a time, in the form
that the tool `ssss` reads too. Each share has a commitment, so that a wrong one is
told. Must never combine before each share has been held against its commitment.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from Crypto.Protocol.SecretSharing import Shamir

__all__ = [
    "KEY_BYTES",
    "LEAST",
    "MOST",
    "SHARE_BYTES",
    "Share",
    "combine",
    "commitment_of",
    "format_share",
    "is_committed",
    "parse_share",
    "split",
]

KEY_BYTES: Final = 32
"""Bytes of a key that is split."""
LEAST: Final = 2
"""Fewest shares that may give a key back."""
MOST: Final = 16
"""Most shares of one key."""
SHARE_BYTES: Final = 1 + KEY_BYTES + 32
"""Bytes of a share as it is sealed."""

_HALF: Final = KEY_BYTES // 2
_DOMAIN: Final = b"ringwall raid share\n"


class Share(NamedTuple):
    """One share of a key.

    Attributes:
        number: from 1.
        value: 32 bytes.
        blind: 32 random bytes that keep its commitment from telling anything.
    """

    number: int
    value: bytes
    blind: bytes


def split(key: bytes, threshold: int, count: int) -> tuple[Share, ...]:
    """Return the shares of a key.

    Args:
        key: 32 bytes.
        threshold: how many give it back, from 2.
        count: how many there are, up to 16.

    Raises:
        ValueError: the numbers don't fit, or the key is of another length.
    """
    if len(key) != KEY_BYTES or not LEAST <= threshold <= count <= MOST:
        raise ValueError(f"a key of {len(key)} bytes, {threshold} of {count} shares")
    halves = [
        Shamir.split(threshold, count, half, ssss=True)
        for half in (key[:_HALF], key[_HALF:])
    ]
    return tuple(
        Share(number, first + second, secrets.token_bytes(32))
        for (number, first), (_, second) in zip(*halves, strict=True)
    )


def combine(
    shares: Sequence[Share], threshold: int, commitments: Mapping[int, str], bound: str
) -> bytes:
    """Return the key that shares give.

    Args:
        shares: at least so many as are needed; further ones are not used.
        threshold: how many are needed.
        commitments: number of a share -> its commitment.
        bound: what the commitments are bound to.

    Raises:
        ValueError: there are too few, one stands there twice, or one is not what was
            committed to.
    """
    numbers = {share.number for share in shares}
    if len(shares) < threshold or len(numbers) < len(shares):
        raise ValueError(f"{len(numbers)} different shares of {threshold}")
    for share in shares:
        if not is_committed(share, commitments.get(share.number, ""), bound):
            raise ValueError(f"share {share.number} is not what was handed out")
    used = shares[:threshold]
    return b"".join(
        Shamir.combine(
            [(share.number, share.value[half : half + _HALF]) for share in used],
            ssss=True,
        )
        for half in (0, _HALF)
    )


def commitment_of(share: Share, bound: str) -> str:
    """Return the hex SHA-256 by which a share is told from a wrong one.

    Args:
        share: the share.
        bound: what it is a share for.
    """
    told = _DOMAIN + bound.encode("utf-8") + b"\n" + format_share(share)
    return sha256(told).hexdigest()


def is_committed(share: Share, commitment: str, bound: str) -> bool:
    """Return whether a share is the one that was committed to."""
    return hmac.compare_digest(
        commitment_of(share, bound).encode(), commitment.encode("utf-8")
    )


def format_share(share: Share) -> bytes:
    """Return a share as it is sealed: 65 bytes."""
    return bytes([share.number]) + share.value + share.blind


def parse_share(data: bytes) -> Share:
    """Return the share in bytes.

    Raises:
        ValueError: they hold none.
    """
    if len(data) != SHARE_BYTES or not 1 <= data[0] <= MOST:
        raise ValueError(f"a share has {SHARE_BYTES} bytes and a number to {MOST}")
    return Share(data[0], data[1 : 1 + KEY_BYTES], data[1 + KEY_BYTES :])
