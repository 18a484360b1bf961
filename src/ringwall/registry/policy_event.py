"""The event that puts policies and threat models in force.

Must never name another digest than that of what was read.
"""

from ringwall.model.events import Event, policy_activated
from ringwall.registry.judge import Judge

__all__ = ["activation_of"]


def activation_of(judge: Judge, now: int, request: str = "") -> Event:
    """Return the event that puts in force what a judge holds.

    Args:
        judge: policies and threat models.
        now: instant.
        request: id of the request whose quorum approved them; empty at the founding.
    """
    concerns = dict(judge.concerns)
    return policy_activated(
        now, judge.digest, concerns, judge.catalogue.digest, request
    )
