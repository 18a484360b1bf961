"""The searches written a second time: every question asked, with every proof.

Knows no index, no profile and no page; slow, and plain to see. Nothing has left yet,
and more people are there than any row asks for.
"""

from collections.abc import Iterable, Mapping
from itertools import product

from ringwall.model.facts import AmountFacts, GrantFacts, SessionFacts
from ringwall.model.levels import Authentication, Quorum
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.search import Way
from ringwall.policy.compiler import CompiledConcern

Question = tuple[str, str, str, str]
"""Subject, action, resource, point."""


def who_can(
    decider: DecisionPoint, facts: FactBase, now: int, action: str, resource: str
) -> list[Way]:
    """Return each way by which anybody may act on an asset, by subject and point."""
    asked = product(facts.subjects(), [action], [resource], facts.points())
    return ways(decider, facts, now, asked)


def what_can(
    decider: DecisionPoint, facts: FactBase, now: int, subject: str
) -> list[Way]:
    """Return each way by which a subject may act on anything, by asset and action."""
    asked = [
        (subject, action, resource, point)
        for resource in facts.assets()
        for action in sorted(decider.actions)
        for point in facts.points()
    ]
    return ways(decider, facts, now, asked)


def which_assets(
    decider: DecisionPoint, facts: FactBase, now: int, subject: str, action: str
) -> list[Way]:
    """Return each way by which a subject may do one thing, by asset and point."""
    asked = product([subject], [action], facts.assets(), facts.points())
    return ways(decider, facts, now, asked)


def ways(
    decider: DecisionPoint, facts: FactBase, now: int, asked: Iterable[Question]
) -> list[Way]:
    """Return the least proof that serves, for each question that has one."""
    found = []
    nothing = AmountFacts(hour=0, month=0, share=0, copies=0)
    for question in asked:
        for quorum, authentication in product(Quorum, Authentication):
            try:
                situation = facts.situation(AccessRequest(*question), now, nothing)
            except FactMissing:
                break
            proven = situation._replace(
                session=SessionFacts(authentication, present=1_000_000),
                grant=GrantFacts(quorum),
            )
            if decider.evaluate_situation(proven).permitted:
                found.append(Way(*question, authentication, quorum))
                break
    return found


def permitted(compiled: CompiledConcern, requests: Mapping[str, object]) -> list[str]:
    """Return the sorted ids of those requests that a concern permits."""
    return [
        name for name in sorted(requests) if compiled.decide(requests[name]).permitted
    ]
