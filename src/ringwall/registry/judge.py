"""What declarations are judged by: one reading of the policies and threat models.

A value only. Must never judge under another digest than that of what it holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pip.at_hand import not_in_force
from ringwall.threats.catalogue import Catalogue

__all__ = ["Judge"]


@dataclass(frozen=True, slots=True)
class Judge:
    """Policies and threat models, read together.

    Attributes:
        decider: says which roles and tiers there are and what a tier admits.
        catalogue: the threat models: measures, thresholds, powers.
        digest: hex digest of both together, as a policy event has it.
        concerns: concern name -> hex digest of its files.
        is_kept: whether it was read from the copy of what is in force, since something
            else lies in the institute's own folder.
    """

    decider: DecisionPoint
    catalogue: Catalogue
    digest: str
    concerns: Mapping[str, str] = field(default_factory=dict)
    is_kept: bool = False

    def check_in_force(self, digest: str) -> None:
        """Check that it is what is on record as in force.

        Args:
            digest: of what is in force; empty if nothing is.

        Raises:
            PolicyError: `policy-not-activated`, it is something else.
        """
        if self.digest != digest:
            raise not_in_force()
