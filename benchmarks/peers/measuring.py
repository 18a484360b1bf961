"""What one engine measures, alone in its process and on one core.

Before anything is timed, every answer is held against one worked out without any
engine.
"""

import gc
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.peers import ringwall_engine as own
from benchmarks.peers.scenario import Question, Scenario
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.search.population import Population
from ringwall.policy.search.searcher import Searcher

__all__ = ["KINDS", "PEERS", "measure_memory", "measure_peer", "measure_ringwall"]

KINDS = ("permits", "unreached", "uncovered")
PEERS = ("casbin", "casbin-fast", "cedar-rows", "cedar-attributes")
_SPAN = 0.3  # least seconds of one round
_ROUNDS = 7
_LOADS = 5
_T = TypeVar("_T")
Figures = dict[str, Any]


def measure_ringwall(scenario: Scenario) -> Figures:
    """Return the figures of our own engine."""
    files = own.concern_files(scenario)
    own.load(own.concern_files(Scenario(100)))  # imports are no part of a load
    before = _resident()
    compiled, _ = _timed(lambda: own.load(files))
    figures: Figures = {"rss": _resident() - before}
    figures["load"] = statistics.median(_load_again(files) for _ in range(_LOADS))
    for kind in KINDS:
        asked: list[Question] = getattr(scenario, kind)
        _check(scenario, asked, own.decider(compiled, scenario, asked)())
        requests = own.requests(compiled.concern, scenario, asked)
        figures[kind] = _rate(lambda: _ask_all(compiled.decide, requests), len(asked))  # noqa: B023 - called at once
        if kind != "permits":
            figures[f"explain {kind}"] = _explained(compiled, requests)
    figures["search"] = _searched(compiled, scenario)
    return figures


def measure_peer(engine: str, scenario: Scenario) -> Figures:
    """Return the figures of one of `PEERS`."""
    before = _resident()
    decide, seconds = _timed(lambda: _peer(engine, scenario))
    figures: Figures = {"load": seconds, "rss": _resident() - before}
    for kind in KINDS:
        asked: list[Question] = getattr(scenario, kind)
        _, spent = _timed(lambda: decide(asked[0]))  # noqa: B023 - called at once
        asked = asked[: max(2, min(len(asked), int(2 / spent)))]
        _check(scenario, asked, [decide(question) for question in asked])
        figures[kind] = _rate(lambda: _ask_all(decide, asked), len(asked))  # noqa: B023 - called at once
    return figures


def measure_memory(scenario: Scenario) -> Figures:
    """Return what a loaded policy keeps, in MiB: files, concern, compiled form.

    And the same after its first explanation, which prepares what all others share.
    """
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    compiled = own.load(own.concern_files(scenario))
    gc.collect()
    loaded = tracemalloc.get_traced_memory()[0] - before
    for request in own.requests(compiled.concern, scenario, scenario.uncovered[:50]):
        compiled.explain(request)
    gc.collect()
    explained = tracemalloc.get_traced_memory()[0] - before
    return {"loaded": loaded / 2**20, "explained": explained / 2**20}


def _peer(engine: str, scenario: Scenario) -> Callable[[Question], bool]:
    # Imported here, so that no engine pays for another's memory.
    if engine.startswith("casbin"):
        from benchmarks.peers import casbin_engines

        if engine == "casbin":
            return casbin_engines.load_enforcer(scenario)
        return casbin_engines.load_fast_enforcer(scenario)
    from benchmarks.peers import cedar_engines

    if engine == "cedar-rows":
        return cedar_engines.load_policies(scenario)
    return cedar_engines.load_attributes(scenario)


def _ask_all(decide: Callable[[_T], object], asked: Sequence[_T]) -> None:
    for item in asked:
        decide(item)


def _check(
    scenario: Scenario, asked: Sequence[Question], answers: Sequence[bool]
) -> None:
    for question, answer in zip(asked, answers, strict=True):
        if answer != scenario.truth(question):
            raise RuntimeError(f"{question} came out as {answer}")


def _timed(task: Callable[[], _T]) -> tuple[_T, float]:
    started = time.perf_counter()
    result = task()
    return result, time.perf_counter() - started


def _load_again(files: dict[str, bytes]) -> float:
    gc.collect()
    return _timed(lambda: own.load(files))[1]


def _rate(task: Callable[[], object], size: int) -> float:
    """Return the median of things done a second; a round does them again and again."""
    _, once = _timed(task)
    repeats = max(1, int(_SPAN / once))
    figures = []
    for _ in range(_ROUNDS if once < _SPAN else 1):
        _, spent = _timed(lambda: [task() for _ in range(repeats)])
        figures.append(size * repeats / spent)
    return statistics.median(figures)


def _explained(compiled: CompiledConcern, requests: Sequence[object]) -> float:
    """Return the median microseconds of one full explanation."""
    compiled.explain(requests[0])  # prepares what later ones share
    spent = [_timed(lambda: compiled.explain(item))[1] for item in requests]  # noqa: B023 - called at once
    return statistics.median(spent) * 1e6


def _searched(compiled: CompiledConcern, scenario: Scenario) -> float:
    """Return the median milliseconds of finding all who may act on one asset."""
    asked = scenario.permits
    requests = own.requests(compiled.concern, scenario, asked)
    everybody = [Question(name, "read", asked[0].asset) for name in scenario.subjects]
    members = own.requests(compiled.concern, scenario, everybody)
    people = dict(zip(scenario.subjects, members, strict=True))
    attributes = compiled.concern.schema.members("subject")
    paths = [attribute.path for attribute in attributes]
    searcher = Searcher(compiled, Population(people, paths))
    spent = []
    for question, request in zip(asked, requests, strict=True):
        known = {"asset": request.asset, "action": request.action}  # type: ignore[attr-defined]  # built to the schema
        found, seconds = _timed(lambda: list(searcher.who(known)))  # noqa: B023 - called at once
        spent.append(seconds)
        if question.subject not in found:
            raise RuntimeError(f"{question} was not found")
    return statistics.median(spent) * 1e3


def _resident() -> float:
    """Return the memory of this process in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
