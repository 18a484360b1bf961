"""Plays histories of grants: many at random, and all short ones of one request.

Each is held against the slow twin, both ways: what passes without the approvals that
the rows demand is a mismatch, and so is what has them and does not pass. `make fault`
runs both parts; `python -m tests.fault.quorum_histories` runs them alone.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple, TypeVar

from tests.fault.campaign.tally import Work
from tests.property.grant_play import Play, play, shortest
from tests.property.grant_rules import in_force
from tests.property.grant_search import ALPHABET, FIRST, search
from tests.property.strategies_grants import History, history

__all__ = ["main", "play_all", "play_at_random"]

DRAWN = "a history of grants, 10 to 40 steps drawn at random"
SHORT = f"each history of one request, {len(ALPHABET)} kinds of steps, up to"
HISTORIES_A_ROUND = 100
LENGTH = 6
_SAMPLE = 2
_SHARE = 200
_SHOWN = 20
_Share = TypeVar("_Share")


class _Found(NamedTuple):
    """What came of some histories: how many, the counts, and those that went wrong."""

    histories: int
    counts: dict[str, Counter[str]]
    wrong: list[History]


def play_at_random(work: Work) -> None:
    """Play 100 histories for each round, drawn from the seed of the campaign."""
    total = max(1, work.rounds * HISTORIES_A_ROUND // work.step)
    seed = work.chance.getrandbits(64)
    shares = [
        (seed + start, min(_SHARE, total - start)) for start in range(0, total, _SHARE)
    ]
    done = 0
    for found in _spread(work, _play_drawn, shares):
        _take_in(work, DRAWN, found)
        for kind, outcomes in sorted(found.counts.items()):
            for outcome, count in outcomes.items():
                work.tally.add(f"{kind}, in such a history", outcome, count)
        done += found.histories
        work.tell(DRAWN, done, total)


def play_all(work: Work) -> None:
    """Play all histories of so many steps, the last of them a use; few in a sample."""
    length = LENGTH if work.step == 1 else _SAMPLE
    longer = product(ALPHABET, repeat=2) if length > _SAMPLE else ()
    # What is begun in two steps goes on apart; what is shorter is one share.
    shares = [(2, (FIRST,)), *((length, (FIRST, *steps)) for steps in longer)]
    name = f"{SHORT} {length} steps"
    for done, found in enumerate(_spread(work, _play_short, shares), 1):
        _take_in(work, name, found)
        for outcome, count in found.counts.get("a use", {}).items():
            work.tally.add(f"{name}, its use", outcome, count)
        work.tell(name, done, len(shares))


def _spread(
    work: Work, run: Callable[[_Share], _Found], shares: Sequence[_Share]
) -> Iterator[_Found]:
    for stricter in (True, False):  # read once, before there are other processes
        in_force(stricter=stricter)
    if work.cores == 1:
        yield from map(run, shares)
        return
    with multiprocessing.get_context("fork").Pool(work.cores) as pool:
        yield from pool.imap_unordered(run, shares)


def _play_drawn(share: tuple[int, int]) -> _Found:
    seed, histories = share
    chance = random.Random(seed)
    drawn = (history(chance.choice) for _ in range(histories))
    return _gathered((steps, play(steps)) for steps in drawn)


def _play_short(share: tuple[int, History]) -> _Found:
    length, begun = share
    number, wrong, last = 0, list[History](), Play()
    for steps, last in search(length, begun):
        number += 1
        wrong += [steps] if last.wrong else []
        # Branches share the list.
        last.wrong.clear()
    return _Found(number, last.counts, wrong)


def _gathered(played: Iterable[tuple[History, Play]]) -> _Found:
    number, wrong = 0, list[History]()
    counts: dict[str, Counter[str]] = {}
    for steps, game in played:
        number += 1
        wrong += [steps] if game.wrong else []
        for kind, outcomes in game.counts.items():
            counts.setdefault(kind, Counter()).update(outcomes)
    return _Found(number, counts, wrong)


def _take_in(work: Work, name: str, found: _Found) -> None:
    work.tally.add(name, "as the twin says", found.histories - len(found.wrong))
    for steps in found.wrong:
        short = shortest(steps) if len(work.tally.mismatches) < _SHOWN else steps
        work.tally.mismatch(name, "; ".join(map(str, short)))


def main(arguments: list[str]) -> int:
    """Play histories at random and all short ones; return 1 if any is a mismatch."""
    parser = argparse.ArgumentParser(prog="python -m tests.fault.quorum_histories")
    parser.add_argument("--histories", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--short", action="store_true", help="all short ones, too")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        rounds = -(-given.histories // HISTORIES_A_ROUND)
        work = Work(Path(place), rounds, cores=given.cores, is_told=True)
        work.chance = random.Random(given.seed)
        started = time.monotonic()
        for part in (play_at_random, *((play_all,) if given.short else ())):
            part(work)
    for kind, outcomes in work.tally.counts.items():
        told = "; ".join(f"{name}: {count:,}" for name, count in outcomes.most_common())
        sys.stdout.write(f"{kind}: {told}\n")
    sys.stdout.writelines(f"MISMATCH {how}\n" for how in work.tally.mismatches)
    wrong = len(work.tally.mismatches)
    seconds = time.monotonic() - started
    sys.stdout.write(f"{wrong} mismatches; {seconds:,.0f} s\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
