"""How fast proofs come out of a long log, how large they are, how long an export takes.

    python -m benchmarks.ledger_proofs [ENTRIES]

`measure_proofs` takes any log that `ledger_verify.write_log` wrote.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.ledger_verify import KEY, ORIGIN, write_log
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.prover import open_log
from ringwall.record.exporting import export_tiles
from ringwall.tlog.proof_file import format_proof_file

__all__ = ["ExportTimes", "ProofTimes", "measure_export", "measure_proofs"]

PROOFS = 50_000
BAR = 10_000
"""Proofs a second at a million entries, from random places."""
BAR_BYTES = 1200
"""Largest file without the entry, one signature under the checkpoint."""


class ProofTimes(NamedTuple):
    """What it took to prove entries.

    Attributes:
        entries: in the log.
        proofs: how many were made, checked and formatted.
        a_second: of them, in one process that starts with nothing in memory.
        largest: bytes of the largest file, the entry within.
        largest_bare: bytes of the largest one without its entry.
    """

    entries: int
    proofs: int
    a_second: float
    largest: int
    largest_bare: int


class ExportTimes(NamedTuple):
    """What it took to write a log as tiles.

    Attributes:
        entries: in the log.
        files: tiles and bundles.
        seconds: by the clock, every file durable.
        again: seconds to find that nothing is new.
        mebibytes: most memory that the process held.
    """

    entries: int
    files: int
    seconds: float
    again: float
    mebibytes: float


def measure_proofs(path: Path, proofs: int = PROOFS) -> ProofTimes:
    """Prove entries at random places, each as a file.

    Args:
        path: of the ledger.
        proofs: how many.
    """
    draw = random.Random(5)
    ledger = Ledger(path, KEY.verifier(), ORIGIN)
    largest = largest_bare = 0
    start = time.perf_counter()
    with open_log(ledger.store, ledger.keys) as log:
        prover = log.prover()
        size = prover.checkpoint.size
        for _ in range(proofs):
            proof = prover.prove(draw.randrange(size))
            data = format_proof_file(proof)
            largest = max(largest, len(data))
            brought = len(data) - data.index(b"index ") + len(data.partition(b"\n")[0])
            largest_bare = max(largest_bare, brought + 1)
    seconds = time.perf_counter() - start
    ledger.close()
    return ProofTimes(size, proofs, proofs / seconds, largest, largest_bare)


def measure_export(path: Path, folder: Path) -> ExportTimes:
    """Write a log as tiles into a new folder, in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.ledger_proofs", str(path), str(folder)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    size, files, *times = done.stdout.split()
    return ExportTimes(int(size), int(files), *map(float, times))


def _export(path: Path, folder: Path) -> None:
    ledger = Ledger(path, KEY.verifier(), ORIGIN)
    start = time.perf_counter()
    first = export_tiles(ledger, folder)
    between = time.perf_counter()
    again = export_tiles(ledger, folder)
    took = between - start, time.perf_counter() - between
    ledger.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(again.checkpoint.size, first.written, *took, peak)


def _main(words: Sequence[str]) -> None:
    if len(words) == 2:
        _export(Path(words[0]), Path(words[1]))
        return
    entries = int(words[0]) if words else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        write_log(path, entries)
        proofs = measure_proofs(path)
        print(
            f"{proofs.proofs:,} proofs at {proofs.entries:,} entries: "
            f"{proofs.a_second:,.0f} a second (bar {BAR:,}); {proofs.largest_bare:,} "
            f"bytes without the entry (bar {BAR_BYTES:,}), {proofs.largest:,} with it"
        )
        export = measure_export(path, Path(folder) / "tiles")
        print(
            f"export of {export.entries:,} entries: {export.files:,} files in "
            f"{export.seconds:.1f} s, again {export.again:.3f} s, "
            f"{export.mebibytes:.0f} MiB"
        )


if __name__ == "__main__":
    _main(sys.argv[1:])
