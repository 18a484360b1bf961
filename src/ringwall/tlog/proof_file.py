"""Proof files: that an entry is in a log, to be checked by anyone, offline.

The text of C2SP tlog-proof: place, inclusion proof and signed checkpoint in one. Must
never take the entry that a file brings along for recorded before the proof says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ringwall.base.errors import IntegrityError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.signing.keys import VerifierKey
from ringwall.signing.notes import MAX_NOTE_BYTES
from ringwall.tlog.bundles import MAX_BUNDLED_BYTES
from ringwall.tlog.checkpoints import MAX_TREE_SIZE, Checkpoint, open_checkpoint
from ringwall.tlog.hashing import HASH_SIZE, leaf_hash
from ringwall.tlog.proofs import check_inclusion

__all__ = [
    "MAX_PROOF_BYTES",
    "MAX_PROOF_HASHES",
    "ProofFile",
    "check_proof_file",
    "format_proof_file",
    "parse_proof_file",
]

MAX_PROOF_BYTES = 160 * 1024
"""Largest proof file in bytes: room for the largest entry and the largest note."""

MAX_PROOF_HASHES = 63
"""Most hashes an inclusion proof has: the levels of a tree of 2^63 - 1 leaves."""

_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a proof file says, none of it verified.

    Args:
        index: place of the entry in the log, counted from 0.
        hashes: inclusion proof, the leaf's sibling first; 32 bytes each, at most 63.
        note: signed checkpoint with its cosignatures, at most 64 KiB.
        extra: bytes that no signature covers, at most 65,535. Ours are the bytes of
            the entry, which the proof vouches for; empty if there are none.

    Raises:
        ValueError: a value is outside what is said above.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    def __post_init__(self) -> None:
        """Refuse what no proof file could hold."""
        if not 0 <= self.index < MAX_TREE_SIZE:
            raise ValueError("an index is below 2^63 - 1 and not negative")
        if len(self.hashes) > MAX_PROOF_HASHES:
            raise ValueError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
        if any(len(given) != HASH_SIZE for given in self.hashes):
            raise ValueError("a hash has 32 bytes")
        if not 0 < len(self.note) <= MAX_NOTE_BYTES:
            raise ValueError(
                f"a note is not empty and has at most {MAX_NOTE_BYTES} bytes"
            )
        if len(self.extra) > MAX_BUNDLED_BYTES:
            raise ValueError(f"the extra data has at most {MAX_BUNDLED_BYTES} bytes")


def format_proof_file(proof: ProofFile) -> bytes:
    """Return the bytes of the proof file."""
    lines = [_HEADER]
    if proof.extra:
        lines.append(_EXTRA + encode_base64(proof.extra))
    lines.append(f"index {proof.index}")
    lines += [encode_base64(given) for given in proof.hashes]
    return "\n".join(lines).encode("ascii") + b"\n\n" + proof.note


def parse_proof_file(data: bytes) -> ProofFile:
    """Return what a proof file says; the note in it is opened by `check_proof_file`.

    Args:
        data: the whole file as it was received.

    Raises:
        IntegrityError: `proof-malformed`, `format_proof_file` prints it for no proof.
    """
    if len(data) > MAX_PROOF_BYTES:
        raise _malformed(f"the proof has more than {MAX_PROOF_BYTES} bytes")
    head, blank, note = data.partition(b"\n\n")
    if not blank:
        raise _malformed("no empty line divides proof and checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise _malformed("the lines before the checkpoint are not ASCII") from None
    if lines.pop(0) != _HEADER:
        raise _malformed(f"the first line is not `{_HEADER}`")
    extra = _take_extra(lines)
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if not index:
        raise _malformed("no line says the index as a number without leading zero")
    try:
        return ProofFile(int(index[1]), _hashes(lines), note, extra)
    except ValueError as error:
        raise _malformed(str(error)) from error


def check_proof_file(
    proof: ProofFile, verifier: VerifierKey, origin: str, entry: bytes | None = None
) -> Checkpoint:
    """Return the checkpoint under which the entry is shown to be in the log.

    Args:
        proof: what the file says.
        verifier: key of the log.
        origin: name of the log.
        entry: bytes of the entry; without them those in `proof.extra` are taken, and
            may be believed once this returns.

    Raises:
        IntegrityError: `note-malformed`, `signature-invalid`, `signature-missing`,
            `checkpoint-malformed` or `checkpoint-wrong-origin` as in
            `open_checkpoint`; `proof-without-entry` if there are no bytes of the
            entry; `proof-invalid` if it is not at this place of the log.
    """
    checkpoint = open_checkpoint(proof.note, verifier, origin)
    if entry is None:
        if not proof.extra:
            raise IntegrityError(
                "proof-without-entry",
                "the proof does not bring the entry along",
                next_step="give the file with the bytes of the entry",
            )
        entry = proof.extra
    leaf = leaf_hash(entry)
    check_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root)
    return checkpoint


def _take_extra(lines: list[str]) -> bytes:
    """Return the extra data and remove its line, if there is one."""
    if not lines or not lines[0].startswith(_EXTRA):
        return b""
    text = lines.pop(0).removeprefix(_EXTRA)
    try:
        extra = decode_base64(text)
    except ValueError:
        raise _malformed("the extra data is not canonical base64") from None
    if not extra:
        raise _malformed("the line of the extra data is empty")
    return extra


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    # Counted before decoding: the count is what bounds the work.
    if len(lines) > MAX_PROOF_HASHES:
        raise ValueError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
    try:
        return tuple(decode_base64(line) for line in lines)
    except ValueError:
        raise ValueError("a hash is not canonical base64") from None


def _malformed(message: str) -> IntegrityError:
    return IntegrityError(
        "proof-malformed",
        message,
        next_step="ask for the proof again: this file was cut short or changed, or is "
        "no proof",
    )
