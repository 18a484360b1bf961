"""What declarations are judged by: one reading of the policies and threat models.

A value only. Must never judge under another digest than that of what it holds.
"""

from dataclasses import dataclass

from ringwall.base.errors import PolicyError
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.threats.catalogue import Catalogue

__all__ = ["Judge"]


@dataclass(frozen=True, slots=True)
class Judge:
    """Policies and threat models, read together.

    Attributes:
        decider: says which roles and tiers there are and what a tier admits.
        catalogue: the threat models: measures, thresholds, powers.
        digest: hex digest of both together, as a policy event has it.
    """

    decider: DecisionPoint
    catalogue: Catalogue
    digest: str

    def check_in_force(self, digest: str) -> None:
        """Check that it is what is on record as in force.

        Args:
            digest: of what is in force; empty if nothing is.

        Raises:
            PolicyError: `policy-not-activated`, it is something else.
        """
        if self.digest != digest:
            raise PolicyError(
                "policy-not-activated",
                "other policies or threat models have been put in force meanwhile",
                next_step="run it again; it is then judged by those at hand, and they "
                "are put in force first",
            )
