"""No stale permit: a revocation that has its receipt is outrun by no process.

Several processes decide, from threads and from an event loop, while another takes
away and gives back what their permits rest on, at moments that are drawn.
"""

import asyncio
import mmap
import os
import shutil
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ringwall.institute import Gatekeeper, Institute
from ringwall.ledger.asking.listing import Listed
from ringwall.model.decisions import Decision
from ringwall.model.events import BASIS_KINDS
from tests.example import READ, SUSPENSION, apply, declare, declared, size_of
from tests.recorded import newest_first

THREADS = 4
TASKS = 8
PATIENCE = 60.0
POINT = "point:trainer"


class Flag:
    """A byte that forked processes share."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def raise_it(self) -> None:
        """Let all see it."""
        self._byte[0] = 1

    @property
    def is_up(self) -> bool:
        """Whether it was raised."""
        return self._byte[0] == 1


class Decider:
    """A process that asks the same question until a flag is raised.

    Args:
        institute: its folder.
        ask: asks until the flag is up; gives each answer to a function.
        stop: the flag.
    """

    def __init__(
        self,
        institute: Institute,
        ask: Callable[[Gatekeeper, Flag, Callable[[Decision], None]], None],
        stop: Flag,
    ) -> None:
        self._told, told = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._told)
            os._exit(_decide(institute, ask, stop, told))
        os.close(told)

    def permits(self) -> list[int]:
        """Wait for its end and return the indices of the permits it was given."""
        with os.fdopen(self._told) as told:
            lines = told.read().split()
        ended = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        assert (ended, lines[-1:]) == (0, ["end"])
        return [int(line) for line in lines[:-1]]


def _decide(
    institute: Institute,
    ask: Callable[[Gatekeeper, Flag, Callable[[Decision], None]], None],
    stop: Flag,
    told: int,
) -> int:
    indices: list[int] = []

    def tell(decision: Decision) -> None:
        assert decision.receipt is not None
        if decision.permitted:
            indices.append(decision.receipt.index)

    try:
        with institute.gatekeeper(POINT) as gate:
            ask(gate, stop, tell)
        with os.fdopen(told, "w") as pipe:
            pipe.writelines(f"{index}\n" for index in (*indices, "end"))
    except BaseException:  # noqa: BLE001 - a forked process must not go on as a test
        traceback.print_exc()
        return 1
    return 0


def ask_from_threads(
    gate: Gatekeeper, stop: Flag, tell: Callable[[Decision], None]
) -> None:
    """Ask from several threads."""

    def run() -> None:
        while not stop.is_up:
            tell(gate.check(**READ))

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ask_from_a_loop(
    gate: Gatekeeper, stop: Flag, tell: Callable[[Decision], None]
) -> None:
    """Ask from several tasks of one event loop."""

    async def run() -> None:
        while not stop.is_up:
            tell(await gate.acheck(**READ))

    async def run_all() -> None:
        await asyncio.gather(*(run() for _ in range(TASKS)))

    asyncio.run(run_all())


@pytest.fixture
def institutes(
    institute: Institute, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Institute]:
    """Give what makes a new copy of the example institute."""

    def copy() -> Institute:
        folder = tmp_path_factory.mktemp("example") / "institute"
        shutil.copytree(institute.folder, folder)
        return Institute(folder, institute.clock)

    return copy


@settings(
    max_examples=200 if os.environ.get("RINGWALL_HYPOTHESIS") == "deep" else 2,
    # Which process is quicker is not drawn: nothing to be learned from a smaller one.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(growths=st.lists(st.integers(0, 120), min_size=2, max_size=5))
def test_after_a_revocation_no_process_is_given_a_permit_that_rests_on_it(
    institutes: Callable[[], Institute],
    tmp_path_factory: pytest.TempPathFactory,
    growths: list[int],
) -> None:
    place, stop = institutes(), Flag()
    texts = tmp_path_factory.mktemp("texts")
    asks = (ask_from_threads, ask_from_a_loop, ask_from_threads)
    deciders = [Decider(place, ask, stop) for ask in asks]
    try:
        changes = _changes(place, texts, growths)
        _grow(place, 30)
    finally:
        stop.raise_it()
        permits = [index for decider in deciders for index in decider.permits()]
    entries = _entries(place)

    assert len(permits) == len(set(permits))
    decisions = {
        e.index: e.event for e in entries if e.event["kind"] == "decision.made"
    }
    assert all(decisions[index]["effect"] == "permit" for index in permits)
    for index, event in decisions.items():
        before = [at for at in changes if at < index]
        suspended = bool(before) and changes[before[-1]]
        assert event["effect"] == ("deny" if suspended else "permit"), index
    _check_bases(entries)


def _changes(place: Institute, texts: Path, growths: list[int]) -> dict[int, bool]:
    """Suspend and restore in turn, each after so many entries.

    Returns:
        The index of each change that has its receipt -> whether it suspends.
    """
    changes = {}
    for number, growth in enumerate(growths):
        _grow(place, growth)
        is_suspension = number % 2 == 0
        files = declare(texts, SUSPENSION) if is_suspension else declared()
        _, receipts = apply(place, files)
        assert len(receipts) == 1
        changes[receipts[0].index] = is_suspension
    return changes


def _grow(place: Institute, count: int) -> None:
    """Wait until the log has so many entries more."""
    target, tick = size_of(place) + count, threading.Event()
    for _ in range(int(PATIENCE / 0.005)):
        if size_of(place) >= target:
            return
        tick.wait(0.005)
    pytest.fail("nobody decides")


def _entries(place: Institute) -> list[Listed]:
    ledger = place.ledger(writable=False)
    try:
        entries = list(newest_first(ledger))[::-1]
    finally:
        ledger.close()
    assert [entry.index for entry in entries] == [*range(len(entries))]
    assert place.verify().is_sound
    return entries


def _check_bases(entries: list[Listed]) -> None:
    """Check that each decision was made on all that stands before it."""
    basis = -1
    for entry in entries:
        if entry.event["kind"] == "decision.made":
            assert entry.event["basis"] == basis
        elif entry.event["kind"] in BASIS_KINDS:
            basis = entry.index
