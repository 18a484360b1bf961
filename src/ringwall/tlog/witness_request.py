"""What a log asks of a witness: the body of `add-checkpoint` of C2SP tlog-witness.

Old size, consistency proof and checkpoint, as they travel by HTTP or as a file.
Must never take a second spelling for the same request.
"""

import re
from dataclasses import dataclass

from ringwall.base.errors import IntegrityError
from ringwall.signing.base64text import decode_base64, encode_base64
from ringwall.signing.notes import MAX_NOTE_BYTES
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.hashing import HASH_SIZE

__all__ = [
    "MAX_PROOF_HASHES",
    "MAX_REQUEST_BYTES",
    "WitnessRequest",
    "format_request",
    "parse_request",
]

MAX_PROOF_HASHES = 63
"""Most hashes in the consistency proof of a request."""

MAX_REQUEST_BYTES = 5 + 19 + 45 * MAX_PROOF_HASHES + 1 + MAX_NOTE_BYTES
"""Size of the largest request: every line at its longest, then the largest note."""

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """A checkpoint with the proof that it continues what the witness knows.

    Args:
        old_size: size of the checkpoint that the proof starts from; 0 for none.
        proof: hashes of the consistency proof, 32 bytes each, at most 63.
        note: the signed checkpoint, not verified; at most 64 KiB.

    Raises:
        ValueError: a value is outside what is said above.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def __post_init__(self) -> None:
        """Refuse what no request could hold."""
        if not 0 <= self.old_size <= MAX_TREE_SIZE:
            raise ValueError("an old size is below 2^63 and not negative")
        if len(self.proof) > MAX_PROOF_HASHES:
            raise ValueError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
        if any(len(digest) != HASH_SIZE for digest in self.proof):
            raise ValueError("each hash of a proof has 32 bytes")
        if not self.note.endswith(b"\n") or len(self.note) > MAX_NOTE_BYTES:
            raise ValueError(f"a note ends in a newline within {MAX_NOTE_BYTES} bytes")

    @property
    def claimed_origin(self) -> str:
        """The log that the checkpoint says it is of, not verified.

        For nothing but the choice of whose key and state to check it with.
        """
        return self.note.partition(b"\n")[0].decode("utf-8", "replace")


def format_request(request: WitnessRequest) -> bytes:
    """Return the body of the request."""
    lines = [f"old {request.old_size}", *map(encode_base64, request.proof), "", ""]
    return "\n".join(lines).encode("ascii") + request.note


def parse_request(body: bytes) -> WitnessRequest:
    """Return the request that exactly these bytes are; its note is not opened.

    Raises:
        IntegrityError: `request-malformed`, any deviation from the one body that
            `format_request` would give.
    """
    if len(body) > MAX_REQUEST_BYTES:
        raise _malformed(f"the request has more than {MAX_REQUEST_BYTES} bytes")
    # No line before the note is empty, so the first empty line divides.
    head, blank, note = body.partition(b"\n\n")
    if not blank:
        raise _malformed("no empty line divides the proof and the checkpoint")
    first, *rest = head.split(b"\n")
    old = _OLD.fullmatch(first)
    if not old:
        raise _malformed("the first line is `old` and a number without leading zero")
    try:
        return WitnessRequest(int(old[1]), tuple(map(_read_hash, rest)), note)
    except ValueError as error:
        raise _malformed(str(error)) from error


def _read_hash(line: bytes) -> bytes:
    try:
        return decode_base64(line.decode("ascii"))
    except ValueError:
        raise ValueError("a hash of the proof is not canonical base64") from None


def _malformed(message: str) -> IntegrityError:
    return IntegrityError(
        "request-malformed",
        message,
        next_step="ask the log for the file again: it was cut short or changed, or is "
        "another",
    )
