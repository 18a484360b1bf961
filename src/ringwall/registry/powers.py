"""How many people may hold a power over the weights: no more than its limit.

Must never let a new holder in above the limit, whichever document makes one.
"""

from collections.abc import Iterator

from ringwall.base.errors import Fault
from ringwall.model.parties import Service
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["power_faults"]


def power_faults(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    """Give `too-many-holders`, once for each power, where it is newly given.

    Who is above a limit that was lowered may still give up power, or change in any
    other way.
    """
    for power in terms.catalogue.powers.values():
        holders = terms.holders(power, proposal.after)
        if len(holders) <= power.limit:
            continue
        new = holders - terms.holders(power, proposal.current)
        if new:
            message = (
                f"`roles`: {len(holders)} people would hold the power `{power.id}` "
                f"({', '.join(power.actions)} in {power.tier} or above), "
                f"{len(new)} of them newly"
            )
            entity, expected = _giver(new, proposal), f"at most {power.limit} people"
            yield proposal.fault(
                entity, ("roles",), "too-many-holders", message, expected
            )


def _giver(new: frozenset[str], proposal: Proposal) -> str:
    """Return a document declared here by which somebody comes to hold a power.

    That is a new holder, a service that one answers for, or the first of all: an
    organisation whose suspension ends gives its people their powers back.

    INVARIANT: to remove something gives nobody a power, so something is declared.
    """
    givers = [entity for entity in sorted(new) if entity in proposal.wanted]
    givers += [s.id for s in proposal.declared(Service) if s.operator in new]
    return next(iter([*givers, *sorted(proposal.wanted)]))
