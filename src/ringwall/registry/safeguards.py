"""Who may not vouch for a training run: whoever trains, and who is no assessor.

Must never take a developer's word for an evaluation of its own run.
"""

from collections.abc import Iterator
from typing import Final

from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.model.dated import Safeguard
from ringwall.registry.assessors import EXPECTED, unfit_assessor
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["safeguard_faults"]

_BY_THE_DEVELOPER: Final = "notice"
"""The one that a developer gives itself."""


def safeguard_faults(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    """Give `safeguard-not-independent` and `assessor-unfit`.

    The evaluations are those of third parties ("Advanced AI", recommendation 2). An
    evaluation on record as it was is not judged again.
    """
    for run in proposal.declared(Asset):
        before = proposal.before(run)
        same = before is not None and before.developer == run.developer
        for number, safeguard in enumerate(run.safeguards):
            known = same and before is not None and safeguard in before.safeguards
            if safeguard.kind != _BY_THE_DEVELOPER and not known:
                yield from _evaluation(run, number, safeguard, proposal, terms)


def _evaluation(
    run: Asset, number: int, safeguard: Safeguard, proposal: Proposal, terms: Terms
) -> Iterator[Fault]:
    path, assessor = ("safeguards", number, "assessor"), safeguard.assessor
    if assessor == run.developer:
        message = (
            f"`safeguards`: `{assessor}` trains `{run.id}`, and its "
            f"{safeguard.kind} is by itself"
        )
        code, expected = "safeguard-not-independent", "a third party"
        yield proposal.fault(run.id, path, code, message, expected)
        return
    wrong = unfit_assessor(assessor, proposal, terms.now)
    if wrong:
        message = f"`safeguards`: `{assessor}` {wrong}"
        yield proposal.fault(run.id, path, "assessor-unfit", message, EXPECTED)
