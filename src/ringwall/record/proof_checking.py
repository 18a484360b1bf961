"""Checking a proof without the log: nothing but files and keys that one holds.

Must never say anything of an entry that the proof does not show, nor count a witness
whose cosignature was not verified.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ringwall.base.errors import ConfigurationError, IntegrityError
from ringwall.record.disclosure_file import parse_disclosures, revealed
from ringwall.record.proving import Growth
from ringwall.signing.keys import VerifierKey, format_vkey
from ringwall.tlog.checkpoints import Checkpoint, open_checkpoint
from ringwall.tlog.cosignatures import Cosignature
from ringwall.tlog.hashing import EMPTY_ROOT
from ringwall.tlog.proof_file import check_proof_file, parse_proof_file
from ringwall.tlog.proofs import check_consistency
from ringwall.tlog.trust_policy import TrustPolicy, check_quorum
from ringwall.tlog.witness_request import parse_request

__all__ = ["ProofCheck", "Shown", "check_growth", "check_proof", "check_trusted"]


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """What a checker holds besides the proof.

    Attributes:
        verifier: key of the log.
        origin: name of the log.
        leaf: bytes of the entry; None to take those that the proof brings along.
        disclosures: a disclosure file; None for none.
        policy: witnesses to ask for; None for none.
    """

    verifier: VerifierKey
    origin: str
    leaf: bytes | None = None
    disclosures: bytes | None = None
    policy: TrustPolicy | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a proof shows.

    Attributes:
        index: place of the entry in the log.
        checkpoint: the head that vouches for it.
        cosignatures: of the policy's witnesses, each verified.
        entry: bytes of the entry.
        event: the same in words; None if it is of another program.
        disclosed: token -> what it was made of, for those that were replaced in it.
        signer: name of the log's key.
    """

    index: int
    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]
    entry: bytes
    event: dict[str, Any] | None
    disclosed: Mapping[str, Any]
    signer: str


def check_proof(data: bytes, check: ProofCheck) -> Shown:
    """Return what a proof file shows to someone who holds these.

    Args:
        data: the whole file as it was received.
        check: what the checker holds.

    Raises:
        IntegrityError: `proof-malformed`; `note-malformed`, `signature-invalid`,
            `checkpoint-malformed` or `checkpoint-wrong-origin` of its checkpoint;
            `wrong-key`, another key has signed it; `proof-without-entry`;
            `proof-invalid`; `quorum-not-met`; or as `parse_disclosures` and
            `revealed`.
        ConfigurationError: as `check_trusted`.
    """
    check_trusted(check.verifier, check.policy)
    proof = parse_proof_file(data)
    try:
        checkpoint = check_proof_file(proof, check.verifier, check.origin, check.leaf)
    except IntegrityError as error:
        raise _told_by_key(error, check.verifier) from error
    cosignatures = check_quorum(proof.note, check.policy) if check.policy else ()
    entry = proof.extra if check.leaf is None else check.leaf
    # A file that holds nothing is not the same as none.
    given = check.disclosures
    disclosures = () if given is None else parse_disclosures(given)
    event = revealed(entry, disclosures)
    disclosed = {one.token: json.loads(one.value) for one in disclosures}
    signer = check.verifier.name
    return Shown(proof.index, checkpoint, cosignatures, entry, event, disclosed, signer)


def check_trusted(verifier: VerifierKey, policy: TrustPolicy | None) -> None:
    """Check that a policy which names logs names this one.

    Raises:
        ConfigurationError: `log-not-trusted`.
    """
    logs = policy.logs if policy else ()
    if logs and verifier.public not in {log.verifier.public for log in logs}:
        raise ConfigurationError(
            "log-not-trusted",
            "the policy names logs, and none of them has the key that was given",
            next_step="give the key of a log that it names, or another policy",
        )


def check_growth(
    proof: bytes,
    old: bytes,
    new: bytes | int,
    keys: Sequence[VerifierKey],
    origin: str,
) -> Growth:
    """Check a proof that the log only grew.

    Args:
        proof: the file that `Growth.file` gave.
        old: the older checkpoint as it is signed; empty for the log of 0 entries.
        new: the newer one as it is signed, or its size.
        keys: those of the log, in the order in which they were in force.
        origin: name of the log.

    Raises:
        IntegrityError: `request-malformed`, the file is no such proof;
            `proof-of-another-size`, it is between other sizes; `log-forked`, two
            trees of one size have been signed; `key-not-in-force`, the older
            checkpoint is signed by a later key than the newer one; `wrong-key`;
            `proof-invalid`; or as `open_checkpoint`.
    """
    request = parse_request(proof)
    shown, last = _opened(request.note, keys, origin)
    first, held = _opened(old, keys, origin) if old else (_nothing(origin), 0)
    if held > last:
        raise IntegrityError(
            "key-not-in-force",
            "the older checkpoint is signed by a later key than the newer one",
            next_step="keep both and ask the log where they came from",
        )
    second = _opened(new, keys, origin)[0] if isinstance(new, bytes) else None
    size = second.size if second else new
    if (first.size, size) != (request.old_size, shown.size):
        raise IntegrityError(
            "proof-of-another-size",
            f"the proof leads from {request.old_size} to {shown.size} entries, not "
            f"from {first.size} to {size!r}",
            next_step="ask for the proof between these two checkpoints",
        )
    for checkpoint in (first, second or shown):
        _check_not_forked(checkpoint, shown)
    _check_begins(first, shown, request.proof)
    return Growth(first, shown, request.proof, request.note)


def _opened(
    note: bytes, keys: Sequence[VerifierKey], origin: str
) -> tuple[Checkpoint, int]:
    """Return a checkpoint and the place of the first key that signed it."""
    for place, verifier in enumerate(keys):
        try:
            return open_checkpoint(note, verifier, origin), place
        except IntegrityError as error:
            # Whoever has several keys has signed with one of them.
            if error.code != "signature-missing" or verifier is keys[-1]:
                raise _told_by_key(error, verifier) from error
    raise ValueError("no key was given")


def _nothing(origin: str) -> Checkpoint:
    return Checkpoint(origin, 0, EMPTY_ROOT)


def _check_not_forked(one: Checkpoint, other: Checkpoint) -> None:
    if one.size == other.size and one != other:
        raise IntegrityError(
            "log-forked",
            f"the log has signed two trees of {one.size} entries",
            next_step="keep both checkpoints: together they prove it to anyone",
        )


def _check_begins(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    if old.size:
        check_consistency(old.size, new.size, old.root, new.root, proof)
    elif proof or old.root != EMPTY_ROOT:
        # Every log begins with nothing, and there is one proof of it: none.
        raise IntegrityError(
            "proof-invalid",
            "from 0 entries on the proof is empty",
            next_step="ask for the proof between these two checkpoints",
        )


def _told_by_key(error: IntegrityError, verifier: VerifierKey) -> IntegrityError:
    """Return `wrong-key` for a note that only others have signed, else the error."""
    if error.code != "signature-missing":
        return error
    return IntegrityError(
        "wrong-key",
        f"the checkpoint is signed, but not by the key `{format_vkey(verifier)}`",
        next_step="give the key that the log had then, from a source that you trust",
    )
