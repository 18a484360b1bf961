"""Policies are swapped under load: is every answer that of the bundle it came from?

Threads decide without a pause while bundles are compiled beside them and put in force
by one assignment. No two bundles permit the same, and the ids of a bundle's rows tell
which it is; so an answer from another bundle, or from half of one, shows.
The bar: 20 swaps under four threads, millions of decisions, none wrong. Exits with 1
if one is; `tests/fault/test_hot_swap.py` runs the same in small.
"""

import argparse
import itertools
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ringwall.model.facts import (
    AmountFacts,
    AssetFacts,
    GrantFacts,
    InstituteFacts,
    OrganisationFacts,
    PointFacts,
    SessionFacts,
    SiteFacts,
    Situation,
    SubjectFacts,
)
from ringwall.model.levels import (
    Agreement,
    Authentication,
    Capability,
    Integrity,
    Quorum,
    Screening,
    SecurityLevel,
)
from ringwall.model.tiers import Tier
from ringwall.policy.bundle import Bundle, CompiledBundle, compile_bundle, parse_bundle
from ringwall.policy.outcome import Outcome
from ringwall.shipped import shipped_path

SWAPS = 20
THREADS = 4
DECISIONS = 4_000_000
STEP = 500
"""Decisions of a thread between two looks at whether to go on."""
PATIENCE = 60.0
"""Seconds after which threads that decide nothing are taken for stuck."""

MODEL = shipped_path("policies") / "access" / "model.conf"
ROLES = (
    *("researcher", "weights-researcher", "custodian", "security-officer", "ciso"),
    *("raid-analyst", "raid-lead", "evaluator", "data-steward", "service"),
)
KINDS = (
    *("model-weights", "checkpoint", "algorithmic-secret", "training-data"),
    *("evaluation", "codebase", "raid-report", "raid-case", "interface", "dataset"),
)
TIERS = ("lower", "upper", "third")
ACTIONS = (
    *("weights.infer", "weights.finetune", "weights.read", "weights.copy"),
    *("weights.export", "research.read", "research.write", "secret.read", "raid.read"),
)
Key = tuple[str, str, str, str]
KEYS: tuple[Key, ...] = tuple(itertools.product(ROLES, KINDS, TIERS, ACTIONS))


@dataclass(frozen=True, slots=True)
class Version:
    """A bundle, and what its rows say without any engine.

    Attributes:
        bundle: read and checked, not compiled yet.
        prefix: how the ids of its rows begin.
        permitted: for each of `KEYS` whether it permits.
    """

    bundle: Bundle
    prefix: str
    permitted: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """What became of a run.

    Attributes:
        decisions: answers given, by digest of the bundle that gave them.
        wrong: how many of them were not what that bundle says.
        swaps: how often the bundle in force was replaced.
    """

    decisions: Mapping[str, int]
    wrong: int
    swaps: int


class Holder:
    """What threads share: one reference to the bundle in force."""

    __slots__ = ("current",)

    def __init__(self, current: CompiledBundle) -> None:
        self.current = current


def make_version(number: int) -> Version:
    """Return a bundle that differs from those of all other numbers.

    Half of the time a wide row permits all kinds and narrow rows deny some of them;
    otherwise narrow rows permit some.
    """
    dice = random.Random(number)
    prefix = f"v{chr(ord('a') + number // 26)}{chr(ord('a') + number % 26)}-"
    rows: list[str] = []
    permitted: dict[Key, bool] = {}

    def add(role: str, kind: str, tier: str, action: str, effect: str) -> None:
        asked = f"{role}, {kind}, {tier}, {action}, SL0, SL0, none, none"
        rows.append(f"p, {prefix}{len(rows):04}, {asked}, {effect}")

    for role, tier, action in itertools.product(ROLES, TIERS, ACTIONS):
        is_wide = dice.random() < 0.5
        if is_wide:
            add(role, "*", tier, action, "allow")
        for kind in KINDS:
            is_named = dice.random() < 0.3
            if is_named:
                add(role, kind, tier, action, "deny" if is_wide else "allow")
            permitted[role, kind, tier, action] = is_wide is not is_named
    text = "\n".join(rows) + "\n"
    files = {"model.conf": MODEL.read_bytes(), "policy.csv": text.encode()}
    bundle = parse_bundle({"access": files})
    return Version(bundle, prefix, tuple(permitted[key] for key in KEYS))


def situation(key: Key) -> Situation:
    """Return a question of somebody who has all that rows may ask besides."""
    role, kind, tier, action = key
    high = SecurityLevel.SL5
    return Situation(
        SubjectFacts("user:u", frozenset({role}), frozenset(), high, suspended=False),
        OrganisationFacts(
            "org:o",
            "institute",
            Screening.SCREENED,
            Agreement.NONE,
            high,
            100,
            100,
            suspended=False,
            enforcing=False,
        ),
        AssetFacts(
            "weights:w",
            kind,
            Tier.parse(tier),
            frozenset(),
            0,
            Capability.BELOW,
            "open",
        ),
        SiteFacts("site:s", high, high, high, high, high, high),
        SessionFacts(Authentication.HARDWARE_FRESH),
        GrantFacts(Quorum.NONE),
        action,
        PointFacts("point:p", "isolated", Tier.THIRD, Integrity.UNVERIFIED),
        AmountFacts(),
        InstituteFacts("undeclared"),
    )


def is_right(version: Version, number: int, outcome: Outcome) -> bool:
    """Return whether an outcome is what a bundle says of `KEYS[number]`."""
    return (
        outcome.permitted is version.permitted[number]
        and not outcome.error
        and all(rule.startswith(version.prefix) for rule in outcome.rules)
        and bool(outcome.rules) >= outcome.permitted
    )


class Load:
    """Threads that decide on whatever bundle is in force, until they are stopped.

    Args:
        versions: the bundles that will be in force.
        holder: has one of them in force already.
    """

    def __init__(self, versions: Sequence[Version], holder: Holder) -> None:
        self._versions = {version.bundle.digest: version for version in versions}
        self._questions = [situation(key) for key in KEYS]
        self._holder = holder
        self._stop = threading.Event()
        self._steps = threading.Semaphore(0)

    def decide(self, number: int) -> tuple[Counter[str], int]:
        """Decide and check, from a question on; return what was given and wrong."""
        given: Counter[str] = Counter()
        wrong = 0
        while not self._stop.is_set():
            for _ in range(STEP):
                number = (number + 1) % len(self._questions)
                bundle = self._holder.current
                outcome = bundle.concerns["access"].decide(self._questions[number])
                given[bundle.digest] += 1
                wrong += not is_right(self._versions[bundle.digest], number, outcome)
            self._steps.release()
        return given, wrong

    def wait_for(self, decisions: int) -> None:
        """Wait until so many more decisions have been made, from now on."""
        while self._steps.acquire(blocking=False):
            pass  # made before
        # A thread may be about to report a step that it has made before, too.
        for _ in range(decisions // STEP + THREADS + 1):
            if not self._steps.acquire(timeout=PATIENCE):
                raise RuntimeError("the threads have stopped to decide")

    def stop(self) -> None:
        """Let each thread finish its step."""
        self._stop.set()


def swap_under_load(versions: Sequence[Version], decisions: int) -> Count:
    """Put one bundle in force after the other while threads decide.

    Args:
        versions: the first is in force at the start.
        decisions: how many at least, over all bundles.
    """
    holder = Holder(compile_bundle(versions[0].bundle))
    load = Load(versions, holder)
    share = decisions // len(versions)
    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(load.decide, n * 37) for n in range(THREADS)]
        try:
            load.wait_for(share)
            for version in versions[1:]:
                holder.current = compile_bundle(version.bundle)
                load.wait_for(share)
        finally:
            load.stop()
    given: Counter[str] = Counter()
    for done in running:
        given.update(done.result()[0])
    wrong = sum(done.result()[1] for done in running)
    return Count(given, wrong, len(versions) - 1)


def main() -> int:
    """Run, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=DECISIONS)
    decisions = parser.parse_args().decisions
    versions = [make_version(number) for number in range(SWAPS + 1)]
    rows = len(versions[0].bundle.concerns["access"].rules)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {THREADS} threads")
    started = time.perf_counter()
    count = swap_under_load(versions, decisions)
    seconds = time.perf_counter() - started
    total = sum(count.decisions.values())
    fewest = min(count.decisions[version.bundle.digest] for version in versions)
    print(f"bundles       {len(versions):>12,}  of about {rows} rows each")
    print(f"swaps         {count.swaps:>12,}")
    print(f"decisions     {total:>12,}  {total / seconds:,.0f}/s, each one checked")
    print(f"  fewest by one bundle {fewest:>3,}")
    print(f"wrong         {count.wrong:>12,}  {'MISSED' if count.wrong else 'met'}")
    return 1 if count.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
