"""What the desk works on: the facts, the requests and the policies of one moment.

Brought up to date for each act. Must never judge by policies that are not in force.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from ringwall.base.errors import IntegrityError, PolicyError, UnknownItem
from ringwall.ledger.facts import facts_of
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.printable import shown
from ringwall.ledger.spending import Spending
from ringwall.matters.glass import BrokenGlass
from ringwall.matters.matters import Matters
from ringwall.matters.requests import GrantRequest
from ringwall.matters.scene import Scene
from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.threats.benchmark import Benchmark

__all__ = ["DeskGround", "Terms", "TermsSource", "read_ground"]


class Terms(NamedTuple):
    """What requests are judged by.

    Attributes:
        decider: the policies at hand.
        benchmark: the measures that sites are held to.
        digest: hex digest of policies and threat models together.
    """

    decider: DecisionPoint
    benchmark: Benchmark
    digest: str


TermsSource = Callable[[], Terms]
"""Gives the policies and threat models at hand; raises if they can't be used."""


_NO_BENCHMARK: Final = Benchmark(())


@dataclass(frozen=True, slots=True)
class DeskGround:
    """One state of the record.

    Attributes:
        facts: the registry, without levels of sites.
        matters: requests and what has become of them; grow with the log.
        spending: hands the events of matters on.
        people: how many records of people are in the facts.
        basis: index of the last event that decisions rest on.
        policy: digest of what is in force; empty if nothing is.
        origin: name of the log.
        now: instant at which it is looked at.
    """

    facts: FactBase
    matters: Matters
    spending: Spending
    people: int
    basis: int
    policy: str
    origin: str
    now: int

    def scene(self, terms: Terms) -> Scene:
        """Return what requests are judged on.

        Raises:
            PolicyError: `policy-not-activated`, the terms are not what is in force.
        """
        if terms.digest != self.policy:
            raise PolicyError(
                "policy-not-activated",
                "the policies and threat models on disk are not the ones on record as "
                "in force",
                next_step="restore them, or have them put in force: "
                "`ringwall policy activate`",
            )
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
        IntegrityError: a row is not what the log says; or `ledger-rolled-back`, the
            log has lost events that were there before.
    """
    since = before.basis if before else -1
    matters = before.matters if before else Matters()
    spending = before.spending if before else Spending(matters.take_in)
    changes = ledger.registry_since(since, spending)
    if changes.basis < since:
        raise IntegrityError(
            "ledger-rolled-back",
            f"entry {since} was there before, the last one of its kind is now "
            f"{changes.basis}",
            next_step="run `ringwall audit verify`, and find out who put it back",
        )
    facts = before.facts if before else FactBase({}, _NO_BENCHMARK)
    documents = facts_of(ledger.store, changes.documents)
    if documents:
        facts = facts.with_changes(documents)
    if before is None or matters.people.version != before.people:
        facts = facts.with_people(matters.people.records(ledger.origin))
    return DeskGround(
        facts,
        matters,
        spending,
        matters.people.version,
        changes.basis,
        changes.policy,
        ledger.origin,
        now,
    )
