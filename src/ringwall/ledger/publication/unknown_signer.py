"""Notes of a larger log by a key that this copy does not know: of a later one, perhaps.

A copy from before a change of keys can't open what was signed after it. Must never be
taken for a proof: nobody who is known here has signed such a note.
"""

from typing import Final

from ringwall.base.errors import IntegrityError
from ringwall.signing.notes import parse_signature_lines
from ringwall.tlog.checkpoints import parse_checkpoint

__all__ = ["put_back", "size_beyond"]

_SIGNATURE_BYTES: Final = 64


def size_beyond(note: bytes, origin: str, size: int) -> int | None:
    """Return how many entries a note by unknown keys claims, if the log has fewer.

    Args:
        note: that no known key has signed.
        origin: the log's name.
        size: entries that the log has.

    Returns:
        None if it claims nothing of this log, claims no more than it has, or has no
        line that could be by the key of a log.
    """
    text, _, tail = note.rpartition(b"\n\n")
    try:
        lines = parse_signature_lines(tail)
        claimed = parse_checkpoint(f"{text.decode('utf-8', 'replace')}\n")
    except IntegrityError:
        return None
    # What witnesses add is longer: a date comes before the signature.
    is_signed = any(len(line.signature) == _SIGNATURE_BYTES for line in lines)
    if not is_signed or claimed.origin != origin or claimed.size <= size:
        return None
    return claimed.size


def put_back(claimed: int, size: int) -> IntegrityError:
    """Return the refusal of a log of which such a note claims more.

    Args:
        claimed: entries that the note claims.
        size: entries that the log has.
    """
    return IntegrityError(
        "log-rolled-back",
        f"the note says {claimed} entries, the log has {size}; it is signed by a key "
        "that this copy of the log does not know, so of itself it proves nothing: "
        "probably the log was put back to before a change of keys",
        next_step="keep both and look for the newest copy, one that has that change; "
        "if the log never changed its key since, find out who wrote the note",
    )
