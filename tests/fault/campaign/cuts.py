"""Files cut short at every length: the ledger, its notes, proofs, tiles and bundles.

Must never take a length at which nothing is missing for a cut.
"""

import os
from collections.abc import Callable
from typing import Any

from tests.fault.campaign.bits import kept_reader, read_outcome
from tests.fault.campaign.logs import Log, rich_log
from tests.fault.campaign.outsider import (
    checked_proof,
    exported,
    proof_of,
    read_folder,
    standalone,
)
from tests.fault.campaign.tally import MISMATCH, Work

__all__ = ["cut_files"]

_FILE = "`ledger.db` cut short"


def cut_files(work: Work) -> None:
    """Cut each kind of file at every length."""
    log = rich_log(work.folder(), is_pruned=False)
    _cut_each(work, "a kept checkpoint cut short", log.newest(), kept_reader(log))
    proof = proof_of(log, 40)
    _cut_each(work, "a `.tlog-proof` cut short", proof, checked_proof)
    fault = "a `.tlog-proof` cut short, by `tools/verify_proof.py`"
    _cut_each(work, fault, proof, standalone)
    folder = exported(log, work.folder() / "tiles")
    for name, data in sorted(folder.items()):

        def read(changed: bytes, name: str = name) -> object:
            return read_folder({**folder, name: changed})

        _cut_each(work, "a file of the export cut short", data, read)
        without = {other: folder[other] for other in folder if other != name}
        if name != "checkpoint":
            outcome = read_outcome(lambda _: read_folder(without), b"", None)  # noqa: B023 - called at once
            wrong = name if outcome == MISMATCH else ""
            work.tally.judge("a file of the export missing", outcome, wrong)
    _cut_ledger(work, log)


def _cut_each(
    work: Work, fault: str, data: bytes, read: Callable[[bytes], Any]
) -> None:
    good = read(data)
    for length in range(0, len(data), work.step):
        outcome = read_outcome(read, data[:length], good)
        # A cosignature may be cut off a note: what the log signed is still there.
        wrong = f"at {length} of {len(data)}" if outcome == MISMATCH else ""
        work.tally.judge(fault, outcome, wrong)


def _cut_ledger(work: Work, log: Log) -> None:
    pristine = log.path.read_bytes()
    for length in range(len(pristine) - 1, -1, -work.step):
        os.truncate(log.path, length)
        told = log.told()
        found = ", ".join(sorted(told)[:3])
        work.tally.judge(_FILE, found, "" if told else f"{length}")
        work.tell(_FILE, len(pristine) - length, len(pristine))
    log.path.write_bytes(pristine)
