"""Whether a question comes too soon after others, and how that is told.

Must never let somebody ask twice as fast by a second account, nor let who has shown
nothing use up what another may ask.
"""

from ringwall.gate.rates import Admission, Rates
from ringwall.model.decisions import Reason, Stage
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from ringwall.pdp.identity import CLAIMED

__all__ = ["admitted", "too_fast"]


def admitted(
    rates: Rates,
    request: AccessRequest,
    facts: FactBase,
    now: int,
    *,
    is_point_proven: bool,
) -> Admission:
    """Return whether a question is asked too soon after others, and count it.

    Who has shown nothing is counted apart.

    Args:
        rates: what was asked so far.
        request: the question.
        facts: the registry, which has the limits of points.
        now: instant.
        is_point_proven: whether the enforcement point has shown that it is itself.
    """
    limits = facts.rate(request.point)
    is_word_taken = facts.institute.identity == CLAIMED or is_point_proven
    if is_word_taken or request.proof is not None:
        # Nobody asks twice as fast by a second account, or by a service of theirs.
        person = facts.natural_person(request.subject)
        return rates.admits(person, request.point, limits, now)
    return rates.admits("", f"{request.point} unproven", limits, now)


def too_fast(admission: Admission) -> Reason | None:
    """Return why a question is asked too soon, None if it is not."""
    if not admission.code:
        return None
    return Reason(
        Stage.RATE,
        admission.code,
        "there were more questions within a minute than the point lets through",
        condition="point.rate",
        seen="one more",
        needed=f"to ask again in {admission.seconds} s",
    )
