"""Proving to outsiders: that an entry is in the log, and that the log only grew.

Must never hand out what an outsider with the log's key would not accept.
"""

from typing import NamedTuple

from ringwall.base.errors import RequestError, UnknownItem
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.memory.disclosures import Disclosure
from ringwall.ledger.prover import OpenLog, open_log
from ringwall.tlog.checkpoints import Checkpoint
from ringwall.tlog.proof_file import ProofFile
from ringwall.tlog.witness_request import WitnessRequest, format_request

__all__ = ["Growth", "Proven", "prove_entry", "prove_growth"]


class Proven(NamedTuple):
    """A proof of one entry.

    Attributes:
        proof: brings the entry along.
        checkpoint: the one it is made under.
        disclosures: what the entry conceals, as far as it is known.
    """

    proof: ProofFile
    checkpoint: Checkpoint
    disclosures: tuple[Disclosure, ...]


class Growth(NamedTuple):
    """A proof that a log grew from one size to another and changed nothing.

    Attributes:
        old: the log at the smaller size.
        new: the log at the larger size.
        hashes: consistency proof, 32 bytes each.
        note: the newer checkpoint as it is signed, empty if it was not published.
    """

    old: Checkpoint
    new: Checkpoint
    hashes: tuple[bytes, ...]
    note: bytes

    def file(self) -> bytes:
        """Return the proof as a file: the body of C2SP tlog-witness `add-checkpoint`.

        Raises:
            RequestError: `checkpoint-unsigned`, nobody has signed the newer tree.
        """
        if not self.note:
            raise RequestError(
                "checkpoint-unsigned",
                f"no checkpoint of {self.new.size} entries has been published, and a "
                "proof up to a root that nobody signed shows nothing",
                next_step="publish one with `ringwall audit checkpoint --now`, or give "
                "the size of one",
            )
        return format_request(WitnessRequest(self.old.size, self.hashes, self.note))


def prove_entry(
    ledger: Ledger, index: int, size: int | None = None, kept: bytes | None = None
) -> Proven:
    """Return the proof of an entry under a checkpoint that the log has published.

    Args:
        ledger: to read from.
        index: of the entry.
        size: of the checkpoint; None for the newest.
        kept: bytes of the entry that somebody kept, or a bundle that it is in, for
            one that has been pruned; None to take them from the log.

    Raises:
        UnknownItem: `checkpoint-unknown`, `entry-not-covered`, `unknown-entry` or
            `entry-pruned`.
        RequestError: `leaf-differs`, it is not what was kept.
        IntegrityError: what is stored is not what was signed.
    """
    with open_log(ledger.store, ledger.keys) as log:
        prover = log.prover(size)
        proof = prover.prove(index, kept)
        return Proven(proof, prover.checkpoint, prover.disclosures(proof))


def prove_growth(ledger: Ledger, old: int | bytes, new: int | bytes) -> Growth:
    """Return the proof that the log at one point begins with the log at another.

    Args:
        ledger: to read from.
        old: a size from 0 on, or a signed checkpoint of this log.
        new: likewise, not smaller.

    Raises:
        RequestError: `sizes-reversed`.
        UnknownItem: `unknown-size`, the log is not that long.
        IntegrityError: `log-rolled-back` or `log-forked`, the log does not begin
            with a checkpoint given; or what is stored is not what was signed.
    """
    with open_log(ledger.store, ledger.keys) as log:
        (first, _), (second, note) = _point(log, old), _point(log, new)
        _check_order(first.size, second.size)
        return Growth(first, second, log.grown(first, second), note)


def _point(log: OpenLog, given: int | bytes) -> tuple[Checkpoint, bytes]:
    """Return the log as it was at a point, and its note, empty if there is none."""
    if isinstance(given, bytes):
        return log.held(given), given
    try:
        return log.published(given)
    except UnknownItem:
        return log.at(given), b""


def _check_order(old: int, new: int) -> None:
    if old > new:
        raise RequestError(
            "sizes-reversed",
            f"a log of {new} entries does not begin with {old} entries",
            next_step="give the smaller one first",
        )
