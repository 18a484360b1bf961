"""Planted reporters by the thousand: whether any trace of them is left.

Histories share institutes, a hundred side by side in each; each has a reporter of its
own. Each file of an institute, and all that was returned, raised or logged there, is
searched for all of its reporters: as text in many spellings, encoded, packed and
hashed, and for digests of 100,000 addresses among which are all of theirs. After that
it is measured how long a no takes for a report that there is, and for one that there
is not. Any trace fails the run.

Run: python -m benchmarks.raid_planted --histories 1000
"""

import argparse
import multiprocessing
import shutil
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from ringwall.base.clock import FixedClock
from ringwall.base.errors import RingwallError
from ringwall.institute import Institute
from ringwall.raid.desk import RaidDesk
from ringwall.raid.shield.identity import NOBODY, Identity
from tests.example import NOON, apply, declared
from tests.planted_desk import at_desk
from tests.planted_hits import hits_in
from tests.planted_play import play
from tests.planting import GUESSES, Planted, guessed, guesses, plant
from tests.raid_office import RaidOffice, found_raid, report_document, who
from tests.shield_office import asked, shield
from tests.shielded import MARY
from tests.traces import Hit, Net

if TYPE_CHECKING:
    from collections.abc import Callable

_SIDE_BY_SIDE: Final = 100
_ASKED: Final = 300
_NOT_THERE: Final = "report:r-aaaaaaaaaa"
# Read by the processes that are forked, so that each has it without making it again.
_shared: list[Net] = []


class Batch(NamedTuple):
    """What came of the histories of one institute.

    Attributes:
        histories: how many.
        acts: how many were tried.
        refused: how many of them were refused.
        opened: how many boxes were opened, each to who was in it.
        searched: bytes that were searched.
        hits: traces that were found.
    """

    histories: int
    acts: int
    refused: int
    opened: int
    searched: int
    hits: list[Hit]


def people_of(seed: int, first: int, count: int) -> list[Planted]:
    """Return who is planted, by their numbers."""
    return [plant(Random(f"{seed} {number}")) for number in range(first, first + count)]


def batch(template: Path, seed: int, first: int, count: int) -> Batch:
    """Play some histories at an institute of their own, and search it."""
    people = people_of(seed, first, count)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "institute"
        shutil.copytree(template, folder)
        office = RaidOffice(folder)
        try:
            with at_desk(office) as desk:
                chance = Random(f"{seed} from {first}")
                played = play(desk, office, people, chance)
                hits = hits_in(folder, played, *_shared)
        finally:
            office.close()
        files = [path for path in folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        boxes = {
            path.stat().st_size for path in (folder / "raid/boxes").rglob("*.json")
        }
    if len(boxes) != 1:
        hits.append(Hit("raid/boxes", "size", f"{len(boxes)} sizes of boxes"))
    size += sum(len(text.encode()) for text in played.told)
    return Batch(count, played.acts, played.refused, played.opened, size, hits)


def run(template: Path, seed: int, histories: int, jobs: int) -> list[Batch]:
    """Play all histories, and tell how far it is."""
    began = time.perf_counter()
    done: list[Batch] = []
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = [
            pool.submit(
                batch, template, seed, first, min(_SIDE_BY_SIDE, histories - first)
            )
            for first in range(0, histories, _SIDE_BY_SIDE)
        ]
        for one in as_completed(waiting):
            done.append(one.result())
            count = sum(each.histories for each in done)
            rate = count / (time.perf_counter() - began)
            found = sum(len(each.hits) for each in done)
            print(
                f"{count:>7,} of {histories:,} histories  {rate:6.1f}/s  {found} hits",
                flush=True,
            )
            for hit in one.result().hits:
                print(f"  {hit}", flush=True)
    return done


def timed(desk: RaidDesk, report: str, name: str) -> float:
    """Return how long a no takes, in ms."""
    start = time.perf_counter()
    try:
        asked(desk, report, by=name)
    except RingwallError:
        return (time.perf_counter() - start) * 1e3
    raise SystemExit("somebody who may not ask was not refused")


def handed(desk: RaidDesk, identity: Identity) -> str:
    """Return the id of a report of somebody."""
    document = report_document()
    return desk.intake.hand_in(who("ruth"), document, identity).taken.report


def times(template: Path) -> None:
    """Print how long answers take, and how well one of them tells two cases apart."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "institute"
        shutil.copytree(template, folder)
        office = RaidOffice(folder)
        shield(office)
        with office.raid() as desk:
            named, unnamed = handed(desk, MARY), handed(desk, NOBODY)
            cases: dict[str, Callable[[], float]] = {
                "no, the report is there": lambda: timed(desk, named, "ada"),
                "no, of an unnamed reporter": lambda: timed(desk, unnamed, "ada"),
                "no, there is no such report": lambda: timed(desk, _NOT_THERE, "ada"),
            }
            took: dict[str, list[float]] = {name: [] for name in cases}
            for number in range(_ASKED + 10):
                for name, case in cases.items():
                    found = case()
                    if number >= 10:
                        took[name].append(found)
        office.close()
    first, *_ = took.values()
    for name, each in took.items():
        low, *_, high = statistics.quantiles(each, n=10)
        print(
            f"{name:<30}{statistics.median(each):>8.2f} ms  "
            f"80 % in {low:.2f} to {high:.2f} ms  told apart {apart(first, each):.2f}"
        )


def apart(some: list[float], others: list[float]) -> float:
    """Return how often one time of each tells which is which: 0.5 by chance."""
    wins = sum((one > other) + (one == other) / 2 for one in some for other in others)
    share = wins / (len(some) * len(others))
    return max(share, 1 - share)


def main() -> None:
    """Play, search, tell, and fail if there is a trace."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20261123)
    options = parser.parse_args()
    people = people_of(options.seed, 0, options.histories)
    addresses = guesses(people, Random(options.seed), GUESSES)
    _shared.append(guessed(addresses))
    print(f"{len(addresses):,} guessed addresses, {len(people):,} of them planted")
    with tempfile.TemporaryDirectory() as place:
        template = Path(place) / "institute"
        apply(Institute.create(template, clock=FixedClock(NOON)), declared())
        found_raid(template)
        start = time.perf_counter()
        done = run(template, options.seed, options.histories, options.jobs)
        seconds = time.perf_counter() - start
        times(template)
    hits = [hit for one in done for hit in one.hits]
    count = sum(one.histories for one in done)
    acts = sum(one.acts for one in done)
    print(f"histories {count:,}, in {len(done)} institutes, seed {options.seed}")
    print(f"acts {acts:,}, of which refused {sum(one.refused for one in done):,}")
    print(f"boxes opened {sum(one.opened for one in done):,}")
    print(f"bytes searched {sum(one.searched for one in done):,}")
    print(f"rate {count / seconds:.1f} histories/s, {options.jobs} processes")
    print(f"hits {len(hits)}")
    if hits:
        raise SystemExit("reporters were found")


if __name__ == "__main__":
    main()
