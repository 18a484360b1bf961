"""What the desk works on: the facts, the requests and the policies of one moment.

Brought up to date for each act. Must never judge by policies that are not in force.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from ringwall.base.errors import UnknownItem
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.printable import shown
from ringwall.matters.glass import BrokenGlass
from ringwall.matters.matters import Matters
from ringwall.matters.requests import GrantRequest
from ringwall.matters.scene import Scene
from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pip.at_hand import not_in_force
from ringwall.pip.known import Known, read_known
from ringwall.threats.benchmark import Benchmark

__all__ = ["DeskGround", "Terms", "TermsSource", "read_ground"]


class Terms(NamedTuple):
    """What requests are judged by.

    Attributes:
        decider: the policies at hand.
        benchmark: the measures that sites are held to.
        digest: hex digest of policies and threat models together.
        is_kept: whether they come from their copy, since others are on disk.
    """

    decider: DecisionPoint
    benchmark: Benchmark
    digest: str
    is_kept: bool = False

    def check_open(self, action: str) -> None:
        """Check that requests for an action are taken on these terms.

        Where somebody has edited the policies past their quorum, an officer looks
        before anybody gets anything. What mends it is asked for on what is in force.

        Raises:
            PolicyError: `policy-not-activated`.
        """
        if self.is_kept and action not in _MENDING:
            raise not_in_force()


TermsSource = Callable[[], Terms]
"""Gives the policies and threat models at hand; raises if they can't be used."""


_NO_BENCHMARK: Final = Benchmark(())
_MENDING: Final = frozenset({"policy.change"})


@dataclass(frozen=True, slots=True)
class DeskGround:
    """One state of the record.

    Attributes:
        known: what is on record; its sites have no levels.
        now: instant at which it is looked at.
    """

    known: Known
    now: int

    @property
    def facts(self) -> FactBase:
        """The registry, without levels of sites."""
        return self.known.facts

    @property
    def matters(self) -> Matters:
        """Requests and what has become of them; grow with the log."""
        return self.known.matters

    @property
    def basis(self) -> int:
        """Index of the last event that decisions rest on."""
        return self.known.basis

    @property
    def policy(self) -> str:
        """Digest of what is in force; empty if nothing is."""
        return self.known.policy

    @property
    def origin(self) -> str:
        """Name of the log."""
        return self.known.origin

    def scene(self, terms: Terms) -> Scene:
        """Return what requests are judged on.

        Raises:
            PolicyError: `policy-not-activated`, the terms are not what is in force.
        """
        if terms.digest != self.policy:
            raise not_in_force()
        facts = self.facts.with_benchmark(terms.benchmark)
        glass = BrokenGlass(self.matters.reviews, self.matters.requests)
        return Scene(facts, terms.decider, self.origin, self.now, glass)

    def request(self, name: str) -> GrantRequest:
        """Return a request by its id.

        Raises:
            UnknownItem: `unknown-request`.
        """
        found = self.matters.requests.get(name)
        if found is None:
            raise UnknownItem(
                "unknown-request",
                f"`{shown(name[:40])}` is no request on record",
                next_step="list them with `ringwall request ls`",
            )
        return found


def read_ground(
    ledger: Ledger, now: int, before: DeskGround | None = None
) -> DeskGround:
    """Return the state as the ledger now has it.

    Args:
        ledger: whose events count.
        now: instant at which it is looked at.
        before: an earlier ground, to read only what has changed since.

    Raises:
        IntegrityError: as `read_known`.
    """
    was = before.known if before else None
    known = read_known(ledger, _NO_BENCHMARK, was, with_cases=True)
    return DeskGround(known, now)
