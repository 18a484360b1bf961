"""How fast the gate decides: bare pipeline, recorded and durable, stock Casbin.

Bars: >= 200,000 checks/s on one core over 10,000 subjects and 10,000 assets, not
recorded; >= 5,000/s recorded and durable from 64 concurrent callers on tmpfs.
Prints medians of several rounds; all figures stem from this one run.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ringwall.gate.gatekeeper import Gatekeeper
from ringwall.institute import Institute
from ringwall.model.declarations import Document, document_of, dump_document
from ringwall.model.events import fact_declared
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import TIER_VECTORS, Tier
from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.stages import stages_of
from ringwall.policy.reference import ReferenceConcern
from ringwall.shipped import shipped_path
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.folder import read_catalogue

PEOPLE = 10_000
ASSETS = 10_000
CALLERS = 64
ROUNDS = 5
SPAN = {
    "assessor": "benchmark",
    "from": "2025-01-01T00:00:00Z",
    "until": "2035-01-01T00:00:00Z",
}


def institute_documents() -> list[Document]:
    """Return 10,000 people, 10,000 upper-tier weights, one site and point."""
    catalogue = read_catalogue(shipped_path("threat_models"))
    institute = {
        "id": "org:institute",
        "relation": "institute",
        "identity": "claimed",
    }
    site = {"id": "site:hub", "operator": "org:institute"}
    raw: list[dict[str, object]] = [
        {**institute, "attestations": [attestation(catalogue, ("institute",))]},
        {"id": "org:assurance", "relation": "assessor"},
        {**site, "attestations": [attestation(catalogue, ("site", "system"))]},
        {
            "id": "point:trainer",
            "site": "site:hub",
            "interface": "isolated",
            "tier": "upper",
        },
        {
            "id": "point:bench",
            "site": "site:hub",
            "interface": "bounded",
            "tier": "upper",
        },
    ]
    raw += [
        {
            "id": f"user:u{n}",
            "organisation": "org:institute",
            "roles": ["weights-researcher"] if n % 2 else ["researcher"],
            "compartments": [f"c{n % 50}"],
            "screening": {"level": "SL4", **SPAN},
        }
        for n in range(PEOPLE)
    ]
    raw += [
        {
            "id": f"weights:w{n}",
            "tier": "upper",
            "content": "restricted",
            "compartments": [f"c{n % 50}"],
            "compute": {"low": "1e25", "high": "3e25"},
            "file": {
                "sha256": f"{n:064x}",
                "bytes": 400_000_000_000,
                "tensor_count": 1000,
                "tensors_sha256": "1" * 64,
            },
        }
        for n in range(ASSETS)
    ]
    return [document_of(item) for item in raw]


def attestation(catalogue: Catalogue, scopes: Sequence[str]) -> dict[str, object]:
    """Return the measures of these scopes that the upper tier needs."""
    needed = TIER_VECTORS[Tier.UPPER]
    measures = [
        row.id
        for row in catalogue.measures.values()
        if row.scope in scopes and row.level <= needed[row.domain]
    ]
    span = {name: SPAN[name] for name in ("from", "until")}
    evidence = "0" * 64
    return {
        "measures": measures,
        "assessor": "org:assurance",
        "evidence": evidence,
        **span,
    }


def questions(*, permit: bool) -> list[AccessRequest]:
    """Return questions over all subjects and assets, all permits or all denies."""
    start = 1 if permit else 0
    return [
        AccessRequest(
            f"user:u{n}",
            "weights.read",
            f"weights:w{(n * 51) % ASSETS}",
            "point:trainer",
            Authentication.HARDWARE_FRESH,
        )
        for n in range(start, PEOPLE, 2)
    ]


def rate(task: Callable[[], int], rounds: int = ROUNDS) -> float:
    """Return the median of things done a second."""
    figures = []
    for _ in range(rounds):
        started = time.perf_counter()
        done = task()
        figures.append(done / (time.perf_counter() - started))
    return statistics.median(figures)


def bare(
    decider: DecisionPoint, facts: FactBase, now: int, asked: Sequence[AccessRequest]
) -> Callable[[], int]:
    """Return a round of the pipeline without explanation or record."""

    def task() -> int:
        evaluate = decider.evaluate
        for request in asked:
            evaluate(request, facts, now)
        return len(asked)

    return task


def explained(
    decider: DecisionPoint, facts: FactBase, now: int, asked: Sequence[AccessRequest]
) -> Callable[[], int]:
    """Return a round of the pipeline in which every answer is put into words."""

    def task() -> int:
        for request in asked[:500]:
            decider.decide(request, facts, now)
        return len(asked[:500])

    return task


def casbin(
    institute: Institute, facts: FactBase, now: int, asked: Sequence[AccessRequest]
) -> Callable[[], int]:
    """Return a round of the concerns that are asked, through stock pycasbin."""
    bundle = institute.bundle()
    stages = stages_of(asked[0].action)
    references = [ReferenceConcern(bundle.concerns[stage.value]) for stage in stages]
    situations = [facts.situation(request, now) for request in asked[:100]]

    def task() -> int:
        for situation in situations:
            for reference in references:
                reference.decide(situation)
        return len(situations)

    return task


def recorded(
    gate: Gatekeeper, asked: Sequence[AccessRequest], callers: int
) -> Callable[[], int]:
    """Return a round in which callers ask side by side, each answer durable."""
    share = 100

    def caller(number: int) -> None:
        for step in range(share):
            request = asked[(number * share + step) % len(asked)]
            answer = gate.check_request(request)
            if answer.receipt is None or not answer.permitted:
                raise RuntimeError("a permit was not recorded")

    def task() -> int:
        threads = [threading.Thread(target=caller, args=(n,)) for n in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return callers * share

    return task


def build(folder: Path) -> Institute:
    """Return an institute with everything on its ledger."""
    institute = Institute.create(folder, name="Benchmark")
    ledger = institute.ledger(writable=True)
    now = institute.clock.now()
    events = [fact_declared(now, dump_document(d)) for d in institute_documents()]
    for start in range(0, len(events), 1000):
        ledger.append(events[start : start + 1000])
    ledger.close()
    return institute


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", help="where the ledger lies; default: tmpfs")
    chosen = parser.parse_args().folder
    memory = Path("/dev/shm")  # noqa: S108 - a tmpfs is what is to be measured
    parent = Path(chosen) if chosen else memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="ringwall-bench-", dir=parent) as scratch:
        started = time.perf_counter()
        institute = build(Path(scratch) / "institute")
        built = time.perf_counter()
        gate = institute.gatekeeper("point:trainer")
        opened = time.perf_counter()
        print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {scratch}")
        print(
            f"{PEOPLE:,} subjects, {ASSETS:,} assets: declared in "
            f"{built - started:.1f} s, gate open in {opened - built:.1f} s\n"
        )
        report(institute, gate)
        gate.close()


def report(institute: Institute, gate: Gatekeeper) -> None:
    """Print the table."""
    ground, now = gate.ground, institute.clock.now()
    decider, facts = ground.decider, ground.facts
    if decider is None:
        raise RuntimeError("the shipped policies can't be used")
    permits, denies = questions(permit=True), questions(permit=False)
    # Each takes a byte off a budget of 400,000 an hour, so each waits for its turn.
    spends = [replace(one, point="point:bench", amount=1) for one in permits]
    for request in (*permits, *denies):  # learn all facts once, and check the set-up
        evaluation = decider.evaluate(request, facts, now)
        if evaluation.permitted != (int(request.subject.partition(":u")[2]) % 2 == 1):
            raise RuntimeError(f"{request} came out otherwise than meant")
    figures = [
        ("pipeline, permit", rate(bare(decider, facts, now, permits)), 200_000.0),
        ("pipeline, deny", rate(bare(decider, facts, now, denies)), 200_000.0),
        ("  with explanation", rate(explained(decider, facts, now, denies)), 0.0),
        (
            "stock pycasbin, permit",
            rate(casbin(institute, facts, now, permits), 3),
            0.0,
        ),
        ("stock pycasbin, deny", rate(casbin(institute, facts, now, denies), 3), 0.0),
        ("recorded, 1 caller", rate(recorded(gate, permits, 1)), 0.0),
        ("recorded, 64 callers", rate(recorded(gate, permits, CALLERS)), 5_000.0),
        ("  each a byte", rate(recorded(gate, spends, CALLERS), 3), 0.0),
    ]
    # One interpreter lock: threads that stay on one core hand it over faster.
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    pinned = rate(recorded(gate, permits, CALLERS))
    os.sched_setaffinity(0, cores)
    figures.append(("  pinned to one core", pinned, 5_000.0))
    print(f"{'':<26}{'checks/s':>12}{'us each':>10}{'bar':>10}")
    for name, figure, bar in figures:
        verdict = (
            f"{bar:>10,.0f}  {'met' if figure >= bar else 'MISSED'}" if bar else ""
        )
        print(f"{name:<26}{figure:>12,.0f}{1e6 / figure:>10.1f}{verdict}")
    by_name = {name: figure for name, figure, _ in figures}
    print()
    for kind in ("permit", "deny"):
        ratio = by_name[f"pipeline, {kind}"] / by_name[f"stock pycasbin, {kind}"]
        print(f"ratio to stock pycasbin on the same rows, {kind}: {ratio:,.0f} x")


if __name__ == "__main__":
    main()
