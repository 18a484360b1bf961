"""A witness at work with files: read what it knows, decide, remember, then answer.

It needs no institute: only the log's public key, its own key and its memory. Must
never hand out a cosignature before it has remembered what it cosigned.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from ringwall.base.durable_file import replace_durably
from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
)
from ringwall.ledger.file_lock import FileLock
from ringwall.signing.keys import VerifierKey, format_vkey, parse_vkey
from ringwall.signing.notes import parse_signature_lines
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint
from ringwall.tlog.witness import Witness, WitnessState, format_state, parse_state
from ringwall.tlog.witness_request import WitnessRequest, parse_request

__all__ = ["cosign_request", "is_by_two_keys"]

_PATIENCE: Final = 30.0  # seconds
_SIGNATURE_BYTES: Final = 64  # of a log; a witness puts a date before it


class _Memory(NamedTuple):
    """What a witness remembers: a line, and the note that it cosigned last.

    A memory of an earlier day has no note; then it is empty.
    """

    state: WitnessState
    note: bytes = b""


def cosign_request(
    request: bytes, witness: Witness, memory: Path, at: int, *, first: bool = False
) -> tuple[WitnessState, bytes]:
    """Cosign a checkpoint if it continues the last one; return state and answer.

    Args:
        request: what the log sent, C2SP tlog-witness `add-checkpoint`.
        witness: who cosigns.
        memory: the file that holds what it cosigned last; another process that uses
            it is waited for.
        at: the present instant.
        first: the witness has never cosigned for this log, so it has no memory yet.

    Returns:
        What the witness now remembers, and one signature line.

    Raises:
        IntegrityError: as `parse_request`, `parse_state` and `Witness.consider`; or,
            where the log's key is not the one remembered, as `open_checkpoint`.
        ConfigurationError: `witness-memory-missing`, it is not there although this
            is not the first time; `witness-memory-there`, it is although it is.
        RecordUnavailable: `witness-memory-unwritable`; nothing was cosigned.
    """
    lock = FileLock(memory.with_name(memory.name + ".lock"), _PATIENCE)
    try:
        with lock.held():
            asked = parse_request(request)
            recalled = _recalled(memory, first=first)
            state, line = _considered(witness, recalled, asked, at)
            replace_durably(memory, format_state(state) + asked.note, 0o600)
    except OSError as error:
        raise RecordUnavailable(
            "witness-memory-unwritable",
            f"`{memory}` can't be used: {error.strerror}",
            next_step="make it a file that the witness can read and write",
        ) from error
    finally:
        lock.forget()
    return state, line


def is_by_two_keys(request: bytes) -> bool:
    """Return whether what a log sent has lines of two keys of a log, not verified.

    It has where the log changes its key: who cosigns it names the next key from then
    on.

    Raises:
        IntegrityError: as `parse_request`; `note-malformed`.
    """
    note = parse_request(request).note
    lines = parse_signature_lines(note.rpartition(b"\n\n")[2])
    return sum(len(line.signature) == _SIGNATURE_BYTES for line in lines) > 1


def _considered(
    witness: Witness, memory: _Memory | None, asked: WitnessRequest, at: int
) -> tuple[WitnessState, bytes]:
    """Return what `Witness.consider` does, the log's key changed if both signed.

    The checkpoint that closes the epoch of a key is signed by it and by the next one.
    Whoever names the next key takes it on there, and nowhere else: when it is sent, or
    later if it is what was cosigned last.
    """
    state = None if memory is None else memory.state
    if memory is None or memory.state.vkey == format_vkey(witness.verifier):
        return witness.consider(state, asked, at)
    old = parse_vkey(memory.state.vkey)
    if _closes(memory, old, witness.verifier):
        return witness.consider(memory.state.under(witness.verifier), asked, at)
    try:
        new, line = replace(witness, verifier=old).consider(state, asked, at)
        open_checkpoint(asked.note, witness.verifier, witness.origin)
    except IntegrityError as error:
        if error.code == "signature-missing":
            error.next_step = (
                "ask the log for the checkpoint that both its keys signed, "
                "`ringwall audit witness request NAME --closing`, and cosign that first"
            )
        raise
    return new.under(witness.verifier), line


def _closes(memory: _Memory, old: VerifierKey, new: VerifierKey) -> bool:
    """Return whether both keys signed the very checkpoint that was cosigned last."""
    state = memory.state
    cosigned = Checkpoint(state.origin, state.size, state.root)
    try:
        opened = [open_checkpoint(memory.note, key, state.origin) for key in (old, new)]
    except IntegrityError:
        return False
    return opened == [cosigned, cosigned]


def _recalled(memory: Path, *, first: bool) -> _Memory | None:
    if not memory.exists():
        if first:
            return None
        raise ConfigurationError(
            "witness-memory-missing",
            f"there is no `{memory}`, and a witness that forgot can be deceived",
            next_step="restore it; only a new key may begin anew, with --first",
        )
    if first:
        raise ConfigurationError(
            "witness-memory-there",
            f"`{memory}` says that this witness has cosigned before",
            next_step="leave --first out",
        )
    line, newline, note = memory.read_bytes().partition(b"\n")
    return _Memory(parse_state(line + newline), note)
