"""Who may not vouch for a training run: whoever trains.

Must never take a developer's word for an evaluation of its own run.
"""

from collections.abc import Iterator
from typing import Final

from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["safeguard_faults"]

_BY_THE_DEVELOPER: Final = "notice"
"""The one that a developer gives itself."""


def safeguard_faults(proposal: Proposal, _: Terms) -> Iterator[Fault]:
    """Give `safeguard-not-independent` (seed report, recommendation 2)."""
    for run in proposal.declared(Asset):
        for number, safeguard in enumerate(run.safeguards):
            own = safeguard.assessor == run.developer
            if own and safeguard.kind != _BY_THE_DEVELOPER:
                message = (
                    f"`safeguards`: `{safeguard.assessor}` trains `{run.id}`, and its "
                    f"{safeguard.kind} is by itself"
                )
                path = ("safeguards", number, "assessor")
                code, expected = "safeguard-not-independent", "a third party"
                yield proposal.fault(run.id, path, code, message, expected)
