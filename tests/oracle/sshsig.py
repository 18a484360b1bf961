"""What people sign, and whether they did: SSHSIG over canonical JSON, by the book.

Imports nothing of `ringwall` nor of a library that checks SSH signatures.
"""

import base64
import json
from collections.abc import Mapping
from hashlib import sha256, sha512
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = ["canonical", "is_signed", "public_of", "statement"]

SIGNED = {
    "request.opened": "request",
    "request.approved": "approval",
    "request.refused": "refusal",
    "grant.revoked": "revocation",
    "review.decided": "review",
}
NO_PART = {"v", "kind", "at", "id", "signature"}
FIRST = "-----BEGIN SSH SIGNATURE-----"
LAST = "-----END SSH SIGNATURE-----"


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return canonical JSON of what holds no number but small whole ones."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def statement(event: Mapping[str, Any]) -> bytes:
    """Return the bytes that somebody signed for an event."""
    said = {key: value for key, value in event.items() if key not in NO_PART}
    return canonical({**said, "what": SIGNED[event["kind"]]})


def public_of(line: str) -> bytes:
    """Return the 32 bytes of a key in a line of a `.pub` file."""
    return base64.b64decode(line.split(" ")[1])[-32:]


def is_signed(message: bytes, armored: str, public: bytes) -> bool:
    """Return whether a key signed a message for `ringwall` (PROTOCOL.sshsig)."""
    lines = armored.strip().split("\n")
    if (lines[0], lines[-1]) != (FIRST, LAST):
        return False
    try:
        data = base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        return False
    digests = {
        b"sha256": sha256(message).digest(),
        b"sha512": sha512(message).digest(),
    }
    return any(_is_frame(data, public, *digest) for digest in digests.items())


def _is_frame(data: bytes, public: bytes, name: bytes, digest: bytes) -> bool:
    namespace = _strings(b"ringwall", b"", name)
    head = b"SSHSIG\0\0\0\1" + _strings(_strings(b"ssh-ed25519", public)) + namespace
    body = len(_strings(b"ssh-ed25519", bytes(64))).to_bytes(4, "big")
    head += body + _strings(b"ssh-ed25519") + b"\0\0\0\x40"
    signed = b"SSHSIG" + namespace + _strings(digest)
    if data[: len(head)] != head or len(data) != len(head) + 64:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(data[len(head) :], signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
