"""Runs the campaign, or some parts of it, and writes the report.

Must never end in peace with a mismatch in it.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.fault import quorum_histories
from tests.fault.campaign import (
    attacks,
    bits,
    clocks,
    cuts,
    full_disks,
    fuzz,
    kills,
    processes,
    rows,
    syscalls,
    vault,
)
from tests.fault.campaign.report import Ran, merged, section
from tests.fault.campaign.tally import Part, Work

__all__ = ["PARTS", "main", "place_in_memory"]

PARTS: dict[str, tuple[str, tuple[Part, ...]]] = {
    "bits": ("Every bit", (bits.flip_bits,)),
    "cuts": ("Files cut short", (cuts.cut_files, full_disks.cut_wal)),
    "attacks": (
        "Rolled back, reordered, forked, sealed anew, stripped, planted",
        (
            attacks.roll_back,
            attacks.reorder,
            attacks.fork_log,
            attacks.reseal,
            attacks.strip,
            attacks.plant,
        ),
    ),
    "kills": ("Killed at random", (kills.kill_writers,)),
    "calls": (
        "Killed and failed at each system call",
        (syscalls.kill_at_calls, syscalls.fail_calls),
    ),
    "disks": (
        "Full and read-only disks",
        (full_disks.fill_disks, full_disks.forbid_writing),
    ),
    "processes": ("Several processes", (processes.stop_and_kill,)),
    "clocks": ("Clocks", (clocks.turn_clocks,)),
    "rows": ("Every cell of every table", (rows.edit_rows,)),
    "fuzz": ("Mutated formats", (fuzz.fuzz_formats, fuzz.refuse_known)),
    "grants": (
        "Histories of grants",
        (quorum_histories.play_at_random, quorum_histories.play_all),
    ),
    "vault": ("The vault killed at each step", (vault.kill_acts,)),
}
"""Name -> title and programs."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - each run makes a folder of its own in it


def main(arguments: list[str]) -> int:
    """Run what the command line says; return 1 if anything came out that must not."""
    given = _parser().parse_args(arguments)
    names = [name for name in given.only.split(",") if name] or list(PARTS)
    if unknown := set(names) - PARTS.keys():
        _say(f"there is no part {sorted(unknown)}; there are {', '.join(PARTS)}")
        return 2
    mismatches = 0
    for name in names:
        mismatches += _run(name, given)
    _say(f"== {mismatches} mismatches; see {given.report}")
    return 1 if mismatches else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make fault")
    parser.add_argument("--rounds", type=int, default=1000, help="random kills")
    parser.add_argument("--step", type=int, default=1, help="each so many bits, cuts")
    parser.add_argument("--cores", type=int, default=2, help="processes that flip")
    parser.add_argument("--only", default="", help="parts, with commas between them")
    parser.add_argument("--seed", type=int, default=5, help="of all that is random")
    parser.add_argument("--report", type=Path, default=Path("docs/fault-report.md"))
    return parser


def _run(name: str, given: argparse.Namespace) -> int:
    """Run one part and put its section into the report; return its mismatches."""
    title, programs = PARTS[name]
    _say(f"== {title}")
    place = place_in_memory()
    work = Work(place, given.rounds, given.step, given.cores, is_told=True)
    work.chance = random.Random(given.seed)
    started = time.monotonic()
    try:
        for program in programs:
            program(work)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    today = datetime.now(UTC).date().isoformat()
    ran = Ran(today, _how(given), time.monotonic() - started)
    old = given.report.read_text("utf-8") if given.report.exists() else ""
    titles = [title for title, _ in PARTS.values()]
    new = merged(old, {title: section(title, work.tally, ran)}, titles)
    given.report.write_text(new, "utf-8")
    for how in work.tally.mismatches[:20]:
        _say(f"   MISMATCH {how}")
    return len(work.tally.mismatches)


def place_in_memory() -> Path:
    """Return a new folder, in memory where there is such a file system."""
    return Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None))


def _how(given: argparse.Namespace) -> str:
    step = "each one" if given.step == 1 else f"one in {given.step}"
    cores = "one core" if given.cores == 1 else f"{given.cores} cores"
    return f"{given.rounds:,} rounds, {step}, {cores}, seed {given.seed}"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
