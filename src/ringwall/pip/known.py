"""What the record knows at one moment: registry, matters, amounts and policy.

Gate and desks read it here, so that all of them see the same. Must never take a log
that has lost events for a shorter one.
"""

from dataclasses import dataclass, replace
from typing import Self

from ringwall.base.errors import IntegrityError
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.ledger.facts import facts_of
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.spending import Spending
from ringwall.matters.matters import Matters
from ringwall.pdp.facts import FactBase
from ringwall.pip.case_annex import CaseAnnex
from ringwall.threats.benchmark import Benchmark

__all__ = ["Known", "read_known"]


@dataclass(frozen=True, slots=True)
class Known:
    """One state of the record.

    Attributes:
        facts: the registry, with what is on record of people.
        matters: requests, sessions, reviews and the like; grow with the log.
        spending: what has left; grows with the log, so it may be ahead of the basis,
            which then is stale.
        people: version of the matters of people that are in the facts.
        basis: index of the last event that decisions rest on.
        policy: digest of what is in force; empty if nothing is.
        origin: name of the log.
    """

    facts: FactBase
    matters: Matters
    spending: Spending
    people: int
    basis: int
    policy: str
    origin: str

    def with_benchmark(self, benchmark: Benchmark) -> Self:
        """Return the same, its sites measured against other threat models."""
        return replace(self, facts=self.facts.with_benchmark(benchmark))


def read_known(
    ledger: Ledger,
    benchmark: Benchmark,
    before: Known | None = None,
    *,
    with_cases: bool = False,
) -> Known:
    """Return the state as the ledger now has it.

    Args:
        ledger: whose events count.
        benchmark: what sites are measured against, where there is no earlier state.
        before: an earlier state, to read only what has changed since.
        with_cases: whether the facts are to know reports and cases of the RAID desk,
            too. They are looked up in the ledger, which has to stay open; of an
            earlier state the facts go on as they were.

    Raises:
        IntegrityError: a row is not what the log says; as `facts_of`; or
            `ledger-rolled-back`, the log has lost events that were there before.
    """
    if before is None:
        matters = Matters()
        annex = CaseAnnex(RaidRows(ledger.store), matters.needs) if with_cases else None
        before = Known(
            facts=FactBase({}, benchmark, annex=annex),
            matters=matters,
            spending=Spending(matters.take_in),
            people=0,
            basis=-1,
            policy="",
            origin=ledger.origin,
        )
    changes = ledger.registry_since(before.basis, before.spending)
    if changes.basis < before.basis:
        raise IntegrityError(
            "ledger-rolled-back",
            f"entry {before.basis} was there before, the last one of its kind is now "
            f"{changes.basis}",
            next_step="run `ringwall audit verify`, and find out who put it back",
        )
    facts, people = before.facts, before.matters.people
    documents = facts_of(ledger.store, changes.documents)
    if documents:
        facts = facts.with_changes(documents, changes.entries)
    version = people.version
    if version != before.people:
        facts = facts.with_people(people.records(ledger.origin))
    return replace(
        before,
        facts=facts,
        people=version,
        basis=changes.basis,
        policy=changes.policy,
    )
