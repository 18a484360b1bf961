"""Intake under load: reports a second beside 100,000 others, and a flood of one story.

On the disk of the temporary folder, each report flushed before it is acknowledged. In
the same run stands a bare decision on record, for comparison. One by one, each report
is a decision, a flushed original and a transaction of its own; of a file, fifty share
them. Bars: 200 reports a second of a file, 250 ms for 99 of 100 one by one, and 10,000
copies of one story with 20 others in at most 10 groups beside those, nothing lost.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ringwall.gate.asker import Asker, Who
from ringwall.institute import Gatekeeper, Institute
from ringwall.ledger.asking.raid_rows import RaidQuestion
from ringwall.model.raid_events import INBOX
from ringwall.raid.intake.alike.cache import Cache, Entry
from ringwall.raid.intake.alike.finding import FILE
from ringwall.raid.intake.alike.prints import prints_of
from ringwall.registry.declaration_file import read_declarations

RATE: Final = 200
SLOWEST: Final = 250.0
GROUPS: Final = 10
POINT: Final = "point:raid-desk"
CLERK: Final[Who] = {
    "subject": "user:ruth",
    "authn": "hardware-fresh",
    "purpose": "work on incidents",
}
_ROOT: Final = Path(__file__).parents[1] / "examples"
_DECLARED: Final = ("organisations", "people", "services", "sites", "assets")
_WORDS: Final = [f"word{number}" for number in range(6000)]
_AT_ONCE: Final = 1000


def desk_in(folder: Path) -> Gatekeeper:
    """Return the gate of an institute whose incident desk is staffed."""
    institute = Institute.create(folder / "institute")
    files = [_ROOT / "institute" / f"{name}.yaml" for name in _DECLARED]
    with closing(institute.registry()) as desk:
        desk.apply(read_declarations(files))
    with closing(institute.registry()) as desk:
        desk.apply(read_declarations([_ROOT / "incident_drill" / "people.yaml"]))
    return Gatekeeper.open(folder / "institute", point=POINT)


def report(draw: random.Random, title: str, narrative: str) -> dict[str, Any]:
    """Return a report of a usual size."""
    return {
        "title": title,
        "narrative": narrative,
        "kind": draw.choice(("incident", "near-miss", "hazard")),
        "occurred": {"from": f"2026-{draw.randint(1, 11):02}"},
        "aware": "2026-11-20T08:30:00Z",
        "systems": [{"name": f"System {draw.randint(1, 3000)}"}],
        "states": ["FR"],
        "harms": "unknown",
        "weights": "no",
        "behaviour": "none",
        "danger": "no",
        "public": "no",
        "references": [f"https://news.example/{draw.getrandbits(32)}"],
    }


def others(draw: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """Give reports that tell of different things."""
    for _ in range(count):
        words = draw.choices(_WORDS, k=draw.randint(60, 240))
        yield report(draw, " ".join(words[:8]), " ".join(words))


def copies(draw: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """Give copies of one story, each with a word or two changed."""
    story = draw.choices(_WORDS, k=160)
    for number in range(count):
        words = list(story)
        for _ in range(draw.randint(0, 3)):
            words[draw.randrange(len(words))] = draw.choice(_WORDS)
        told = report(draw, f"Assistant out of order {number}", " ".join(words))
        yield {**told, "systems": [{"name": "Assistant"}]}


def fill(folder: Path, count: int) -> float:
    """Put the numbers of reports into the cache; return the seconds that it took."""
    draw = random.Random(1)
    start = time.perf_counter()
    cache = Cache(folder / "institute" / "raid" / FILE)
    key, made = cache.key, 0
    while made < count:
        some = others(draw, min(_AT_ONCE, count - made))
        cache.add(
            [
                Entry(f"report:r-{number:010}", prints_of(one, key))
                for number, one in enumerate(some, made)
            ]
        )
        made += _AT_ONCE
    cache.close()
    return time.perf_counter() - start


def timed(act: Callable[[Any], object], things: list[Any], threads: int) -> list[float]:
    """Return how long each act took, in ms, and in all, in s, as the last."""

    def one(thing: Any) -> float:  # noqa: ANN401 - whatever it is done with
        start = time.perf_counter()
        act(thing)
        return (time.perf_counter() - start) * 1e3

    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        took = list(pool.map(one, things))
    return [*took, time.perf_counter() - start]


def tell(what: str, took: list[float]) -> tuple[float, float]:
    """Print rate and latencies; return the rate and the latency of 99 of 100."""
    *each, total = took
    rate, slow = len(each) / total, statistics.quantiles(each, n=100)[98]
    print(
        f"{what:<34} {rate:8.0f}/s   median {statistics.median(each):6.1f} ms   "
        f"p99 {slow:6.1f} ms"
    )
    return rate, slow


def surge(gate: Gatekeeper, count: int, threads: int) -> tuple[int, bool]:
    """Take in a flood with 20 others in it; return groups beside them, and if all are.

    Each of the others has to stand by itself.
    """
    draw = random.Random(2)
    flood = list(copies(draw, count))
    critical = [{**one, "danger": "imminent"} for one in others(draw, 20)]
    places = sorted(draw.sample(range(count), 20))
    for place, one in zip(places, critical, strict=True):
        flood.insert(place, one)
    before = gate.raid_rows.count(RaidQuestion("raid.report"))
    heads = gate.raid_rows.count(RaidQuestion("raid.report", equal={"alike": ""}))
    tell(f"{count:,} copies and 20 others", timed(_handing(gate), flood, threads))
    rows = gate.raid_rows
    taken = rows.count(RaidQuestion("raid.report")) - before
    groups = rows.count(RaidQuestion("raid.report", equal={"alike": ""})) - heads
    grave = RaidQuestion("raid.report", equal={"alike": "", "imminent": 1})
    is_whole = taken == len(flood) and rows.count(grave) == 20
    return groups - 20, is_whole


def bulk(gate: Gatekeeper, count: int) -> float:
    """Return how many records a second are taken in from one file."""
    draw = random.Random(4)
    head = "incident_id,date,title,description,reports"
    rows = [
        f'{number},2026-03,{one["title"]},{one["narrative"]},"[{number}]"'
        for number, one in enumerate(others(draw, count))
    ]
    data = "\n".join([head, *rows]).encode()
    start = time.perf_counter()
    found = gate.raid.intake.import_file(CLERK, data, "incidents.csv")
    seconds = time.perf_counter() - start
    if len(found.taken) != count:
        raise SystemExit("records were lost")
    print(f"{'a record of one file':<34} {count / seconds:8.0f}/s")
    return count / seconds


def _handing(gate: Gatekeeper) -> Callable[[Any], object]:
    def hand_in(document: Any) -> object:  # noqa: ANN401 - JSON data
        data = json.dumps(document).encode()
        return gate.raid.intake.hand_in_file(CLERK, data, "report.json")

    return hand_in


def main() -> None:
    """Measure, print, and fail below a bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", type=int, default=100_000)
    parser.add_argument("--reports", type=int, default=4000)
    parser.add_argument("--copies", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        gate = desk_in(Path(place))
        with gate:
            seconds = fill(Path(place), options.beside)
            print(
                f"{options.beside:,} reports to compare with, made in {seconds:.0f} s"
            )
            draw = random.Random(3)
            new = list(others(draw, options.reports))
            asker = Asker(gate, CLERK)

            def ask(_: object) -> object:
                return asker.require(action="raid.intake", resource=INBOX)

            bare = timed(ask, new, options.threads)
            tell("a bare decision on record", bare)
            timed(_handing(gate), list(others(draw, 50)), options.threads)
            rate, slow = tell("a report", timed(_handing(gate), new, options.threads))
            many = bulk(gate, options.reports)
            groups, is_whole = surge(gate, options.copies, options.threads)
    print(f"groups of the flood: {groups}; nothing lost: {str(is_whole).lower()}")
    print(f"a report, one by one: {rate:.0f}/s; of a file: {many:.0f}/s")
    bars = many >= RATE, slow <= SLOWEST, groups <= GROUPS, is_whole
    if not all(bars):
        raise SystemExit("below a bar")


if __name__ == "__main__":
    main()
