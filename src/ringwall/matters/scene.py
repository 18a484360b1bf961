"""What matters are judged on: the facts and policies of one moment.

A value only. Must never hold what was true a moment before.
"""

from typing import NamedTuple, Protocol

from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint

__all__ = ["OpenReviews", "Scene"]


class OpenReviews(Protocol):
    """What judging asks of reviews."""

    def hinders(self, subject: str, resource: str, scene: "Scene") -> str:
        """Return the id of a review of broken glass that nobody closed; or empty.

        Args:
            subject: who wants to break it again.
            resource: what for.
            scene: who could have closed it.
        """
        ...


class Scene(NamedTuple):
    """What a grant is judged on.

    Attributes:
        facts: the registry.
        decider: the policies in force.
        origin: name of the institute's log.
        now: instant.
        reviews: those that are open.
    """

    facts: FactBase
    decider: DecisionPoint
    origin: str
    now: int
    reviews: OpenReviews
