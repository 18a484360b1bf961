"""Cosignatures: a witness's dated statement that it has seen a checkpoint.

The Ed25519 form of C2SP tlog-cosignature. Must never count a cosignature that has
not been verified, nor one public key as two witnesses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ringwall.signing.cosigner_keys import (
    CosignerVerifier,
    CosigningKey,
    cosigned_second,
)
from ringwall.signing.notes import (
    KeyRef,
    SignatureLine,
    format_signature_line,
    join_line,
    keyring,
    parse_signature_lines,
    verified_lines,
)
from ringwall.tlog.checkpoints import parse_checkpoint

__all__ = ["Cosignature", "add_signatures", "cosign", "open_cosignatures"]

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature under a checkpoint.

    Attributes:
        cosigner: the key that made it.
        at: the instant it states, in whole seconds: up to it this was the largest
            consistent tree of the log that the witness had seen. It may lie
            beyond the year 9999; whether it is recent is the caller's question.
    """

    cosigner: CosignerVerifier
    at: int

    @property
    def name(self) -> str:
        """The name of the cosigner's key."""
        return self.cosigner.name


def cosign(text: str, key: CosigningKey, at_seconds: int) -> bytes:
    """Return the signature line by which the witness cosigns a checkpoint.

    Whether it may is for `ringwall.tlog.witness` to say: this signs whatever
    checkpoint it is given.

    Args:
        text: the text of a checkpoint whose own signature has been verified.
        key: the witness's key.
        at_seconds: seconds since the epoch, 0 to 2^63 - 1.

    Returns:
        One line of a note, its newline included.

    Raises:
        IntegrityError: `checkpoint-malformed`, the text is no checkpoint.
        ValueError: the time is outside what can be stated.
    """
    parse_checkpoint(text)
    signature = key.cosign(text.encode("utf-8"), at_seconds)
    return format_signature_line(
        SignatureLine(key.name, key.verifier().key_id, signature)
    )


def open_cosignatures(
    note: bytes, cosigners: Iterable[CosignerVerifier]
) -> tuple[Cosignature, ...]:
    """Return the cosignatures of known witnesses, each one verified.

    Lines of other keys are ignored, that of the log among them: whether the log
    signed the checkpoint is for `open_checkpoint` to say.

    Args:
        note: a checkpoint as it was stored or received.
        cosigners: the witnesses to trust; each public key once.

    Returns:
        In the order of the lines; none if no known witness cosigned.

    Raises:
        IntegrityError: `note-malformed`, also if a witness cosigns twice;
            `signature-invalid` if the line of a known one does not fit the text.
        ValueError: two cosigners share a public key, or name and key id.
    """
    ring = _ring(cosigners)
    return tuple(
        Cosignature(ring[line.ref], cosigned_second(line.signature) * _MICROSECONDS)
        for line in verified_lines(note, ring)
    )


def add_signatures(
    note: bytes, lines: bytes, cosigners: Iterable[CosignerVerifier]
) -> bytes:
    """Return the checkpoint with the cosignatures of known witnesses added.

    Of two by one witness that of the later time stays, in the place of the first: it
    says all that the earlier one said. For the same reason none may be joined
    unverified: a forged later time would push a genuine one out. Lines of unknown
    keys are left out (C2SP tlog-witness), those already in the note stay.

    Args:
        note: a checkpoint, with cosignatures or without.
        lines: one signature line or more, such as the answer of a witness.
        cosigners: the witnesses to trust; each public key once.

    Raises:
        IntegrityError: `note-malformed`, one of the two is, or there would be more
            than 64 KiB or 100 lines; `signature-invalid`, the line of a known
            witness, old or new, does not fit the text.
        ValueError: two cosigners share a public key, or name and key id.
    """
    ring = _ring(cosigners)
    seconds = {
        line.ref: cosigned_second(line.signature) for line in verified_lines(note, ring)
    }
    for line in parse_signature_lines(lines):
        if line.ref not in ring:
            continue
        joined = join_line(note, line)
        verified_lines(joined, {line.ref: ring[line.ref]})
        second = cosigned_second(line.signature)
        if second > seconds.get(line.ref, -1):
            seconds[line.ref] = second
            note = joined
    return note


def _ring(
    cosigners: Iterable[CosignerVerifier],
) -> Mapping[KeyRef, CosignerVerifier]:
    ring = keyring(cosigners)
    # What is signed does not name the cosigner (C2SP tlog-cosignature), so under two
    # names one signature would count twice.
    if len({key.public for key in ring.values()}) != len(ring):
        raise ValueError("two cosigners have the same public key")
    return ring
