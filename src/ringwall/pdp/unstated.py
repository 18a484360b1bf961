"""That nobody stated how much is to leave: said where it is why flow refuses.

Must never say so where a stated amount would be refused for the same reasons.
"""

from typing import Final

from ringwall.model.decisions import Reason, Stage
from ringwall.model.facts import UNKNOWN_AMOUNT, AmountFacts, Situation
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import Outcome

__all__ = ["unstated_reasons"]

_BOUNDED: Final = "bounded"
_NOTHING: Final = AmountFacts(0, 0, 0, 0)
_ROWS: Final = 1  # the nearest
_REASON: Final = Reason(
    Stage.FLOW,
    "amount-not-stated",
    "no amount was stated, so it counts as more than any budget",
    condition="amount",
    seen="not stated",
    needed="the bytes that are to leave (--bytes, `amount`)",
)


def unstated_reasons(
    flow: CompiledConcern, situation: Situation, outcome: Outcome
) -> tuple[Reason, ...]:
    """Return the reason that no amount was stated, if that is one; else nothing.

    Only where the interface is `bounded`: others let out any amount or none.

    Args:
        flow: the concern.
        situation: that it did not permit.
        outcome: what it said.
    """
    unstated = min(situation.amount.hour, situation.amount.month) >= UNKNOWN_AMOUNT
    if situation.point.interface != _BOUNDED or not unstated:
        return ()
    if outcome.error or outcome.rules:
        return ()
    stated = situation._replace(amount=_NOTHING)
    bears = flow.decide(stated).permitted or _nearest(flow, stated) != _nearest(
        flow, situation
    )
    return (_REASON,) if bears else ()


def _nearest(flow: CompiledConcern, situation: Situation) -> list[tuple[str, ...]]:
    """Return the conditions that fail in the row that comes nearest."""
    return [
        (row.rule, *(failed.code for failed in row.failed))
        for row in flow.explain(situation, _ROWS)
    ]
