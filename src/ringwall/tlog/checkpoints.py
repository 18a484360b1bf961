"""Checkpoints: the signed statement of how long a log is and of its root.

The text is that of C2SP tlog-checkpoint without extension lines. Must never look
at a field of a note whose signature has not been verified.
"""

import re
from dataclasses import dataclass

from ringwall.base.errors import IntegrityError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.signing.keys import SigningKey, VerifierKey
from ringwall.signing.notes import MAX_NOTE_BYTES, open_note, sign_note
from ringwall.tlog.hashing import HASH_SIZE

__all__ = [
    "MAX_TREE_SIZE",
    "Checkpoint",
    "format_checkpoint",
    "open_checkpoint",
    "parse_checkpoint",
    "sign_checkpoint",
]

MAX_TREE_SIZE = 2**63 - 1
"""Most leaves a tree may have: what a signed 64-bit integer can count."""

# What prints equal to the number it reads as; 19 digits hold every size.
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_NOT_IN_ORIGIN = re.compile("[\x00-\x1f\ud800-\udfff]")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one size.

    Args:
        origin: name of the log, one line without control characters.
        size: number of leaves, 0 to 2^63 - 1.
        root: 32-byte root of the tree at that size.

    Raises:
        ValueError: a value is outside what is said above.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what no checkpoint text could hold."""
        if not self.origin or _NOT_IN_ORIGIN.search(self.origin):
            raise ValueError("an origin is one line of text and not empty")
        if self.origin.startswith(_BOM):
            raise ValueError("an origin does not start with a byte order mark")
        if not 0 <= self.size <= MAX_TREE_SIZE:
            raise ValueError("a tree size is below 2^63 and not negative")
        if len(self.root) != HASH_SIZE:
            raise ValueError("a root has 32 bytes")


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the three lines origin, size and base64 root."""
    root = encode_base64(checkpoint.root)
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that exactly this text states.

    Args:
        text: the text of a note that has been verified.

    Raises:
        IntegrityError: `checkpoint-malformed`, any deviation from the one text
            that `format_checkpoint` would print, an extension line included.
    """
    if len(text) > MAX_NOTE_BYTES:
        raise _malformed("the checkpoint is too long")
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise _malformed("a checkpoint has exactly three lines")
    if not _SIZE.fullmatch(lines[1]):
        raise _malformed("the size is not a decimal number without leading zero")
    try:
        root = decode_base64(lines[2])
    except ValueError:
        raise _malformed("the root is not canonical base64") from None
    try:
        return Checkpoint(lines[0], int(lines[1]), root)
    except ValueError as error:
        raise _malformed(str(error)) from error


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Return the checkpoint as a note that the key has signed.

    Raises:
        ValueError: the origin is so long that the note passes 64 KiB.
    """
    return sign_note(format_checkpoint(checkpoint), key)


def open_checkpoint(note: bytes, verifier: VerifierKey, origin: str) -> Checkpoint:
    """Return the checkpoint of the log `origin` that the key has signed.

    Raises:
        IntegrityError: `note-malformed`, `signature-invalid` or
            `signature-missing` as in `open_note`; `checkpoint-malformed`;
            `checkpoint-wrong-origin` if it is a head of another log.
    """
    opened = open_note(note, (verifier,))
    checkpoint = parse_checkpoint(opened.text)
    if checkpoint.origin != origin:
        raise IntegrityError(
            "checkpoint-wrong-origin",
            f"the checkpoint is of the log `{checkpoint.origin}`, not of `{origin}`",
            next_step="give what is of this log, or the name of the other log if that "
            "is the one meant",
        )
    return checkpoint


def _malformed(message: str) -> IntegrityError:
    return IntegrityError(
        "checkpoint-malformed",
        message,
        next_step="ask whoever signed it for a checkpoint: this is none",
    )
