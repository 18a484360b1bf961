"""What the gate decides on: facts, policy, threat models and their basis.

One immutable value that is swapped whole, so no question ever sees half of two
states.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from ringwall.gate.overdue import OverdueAlarm
from ringwall.gate.vigil import Vigil
from ringwall.ledger.asking.witnessing import witnessing_of
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.spending import Spending
from ringwall.matters.glass import BrokenGlass
from ringwall.matters.matters import Matters
from ringwall.matters.scene import Scene
from ringwall.model.decisions import Reason, Stage
from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pip.known import Known, read_known
from ringwall.threats.benchmark import Benchmark
from ringwall.threats.catalogue import Catalogue

__all__ = ["Ground", "LoadedPolicies", "PolicySource", "read_ground"]


# Without threat models no measure is known, and no site is on any level.
_NO_BENCHMARK: Final = Benchmark(())


@dataclass(frozen=True, slots=True)
class LoadedPolicies:
    """A policy bundle and the threat models beside it, or why there is neither.

    Attributes:
        decider: None if one of the two was refused.
        digest: hex digest of both together, empty if one was refused.
        fault: what an officer should read when one was refused.
        concerns: concern name -> hex digest of its files; empty if one was refused.
        catalogue: the threat models; None if one of the two was refused.
    """

    decider: DecisionPoint | None
    digest: str
    fault: str = ""
    concerns: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue | None = None

    @property
    def benchmark(self) -> Benchmark:
        """What levels are measured against."""
        return self.catalogue.benchmark if self.catalogue else _NO_BENCHMARK


class PolicySource(Protocol):
    """Where the policies come from."""

    def load(self) -> LoadedPolicies:
        """Return the bundle as it is now; never raises for what is in it."""
        ...


@dataclass(frozen=True, slots=True)
class Ground:
    """One state to decide on.

    Attributes:
        decider: None while there are no usable policies.
        obstacle: why there is no decider.
        facts: the registry, its sites measured against the threat models at hand.
        basis: index of the last fact or policy event in it.
        policy: digest of the bundle in force.
        loaded: the bundle at hand, in force or not.
        spending: what has left; grows with the log, so it may be ahead of the basis,
            which then is stale.
        vigil: whether the witnesses that the record must have are in time.
        matters: requests, sessions, reviews and the like; grow with the log as the
            spending does.
        people: how many records of people are in the facts.
        origin: name of the log.
    """

    decider: DecisionPoint | None
    obstacle: Reason | None
    facts: FactBase
    basis: int
    policy: str
    loaded: LoadedPolicies
    spending: Spending
    vigil: Vigil
    matters: Matters
    people: int
    origin: str

    @property
    def known(self) -> Known:
        """What of it is on record."""
        return Known(
            facts=self.facts,
            matters=self.matters,
            spending=self.spending,
            people=self.people,
            basis=self.basis,
            policy=self.policy,
            origin=self.origin,
        )

    def scene(self, decider: DecisionPoint, now: int) -> Scene:
        """Return what grants are judged on at an instant."""
        glass = BrokenGlass(self.matters.reviews, self.matters.requests)
        return Scene(self.facts, decider, self.origin, now, glass)


def read_ground(
    ledger: Ledger, source: PolicySource, before: Ground | None = None
) -> Ground:
    """Return the state as the ledger now has it.

    Args:
        ledger: whose registry and policy events count.
        source: asked again only if the bundle in force is not the one at hand.
        before: an earlier ground, to read only what has changed since.

    Raises:
        IntegrityError: as `read_known`.
    """
    loaded = before.loaded if before else source.load()
    was = before.known if before else None
    known = read_known(ledger, loaded.benchmark, was, with_cases=True)
    if before is not None and not _is_usable(loaded, known.policy):
        loaded = source.load()
        known = known.with_benchmark(loaded.benchmark)
    spending = known.spending
    obstacle = _obstacle(loaded, known.policy)
    if before is None:
        vigil = Vigil(
            lambda: witnessing_of(ledger.store, ledger.keys, spending.basis()),
            OverdueAlarm(ledger).raise_once,
        )
    else:
        vigil = before.vigil
        vigil.renew()
    return Ground(
        decider=None if obstacle else loaded.decider,
        obstacle=obstacle,
        facts=known.facts,
        basis=known.basis,
        policy=known.policy,
        loaded=loaded,
        spending=spending,
        vigil=vigil,
        matters=known.matters,
        people=known.people,
        origin=known.origin,
    )


def _is_usable(loaded: LoadedPolicies, in_force: str) -> bool:
    return loaded.decider is not None and loaded.digest == in_force


def _obstacle(loaded: LoadedPolicies, in_force: str) -> Reason | None:
    if loaded.decider is None:
        # A file name may hold what no text can.
        fault = loaded.fault.encode("utf-8", "replace").decode("utf-8")
        message = f"the policies or threat models can't be used: {fault}"
        return Reason(Stage.POLICY, "policy-unavailable", message[:300])
    if loaded.digest != in_force:
        message = (
            "the policies and threat models on disk are not the ones on record "
            "as in force"
        )
        return Reason(Stage.POLICY, "policy-not-activated", message)
    return None
