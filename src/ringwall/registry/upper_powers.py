"""Who holds a power over what is above the lower tier.

Must never leave somebody out because they act by a service or a further account.
"""

from ringwall.model.decisions import Stage
from ringwall.model.tiers import Tier
from ringwall.pdp.powers import holders
from ringwall.registry.judge import Judge
from ringwall.registry.on_record import OnRecord

__all__ = ["staff_with_power", "upper_holders"]


def upper_holders(judge: Judge, state: OnRecord) -> frozenset[str]:
    """Return the ids of the people who hold one of the powers of the threat models.

    Args:
        judge: the policies, which give powers, and the threat models, which name them.
        state: what is on record; whoever has left holds nothing.
    """
    documents = state.facts.people.without_leavers()
    access = judge.decider.concerns[Stage.ACCESS].concern
    found = (
        holders(power.actions, power.tier, access, documents)
        for power in judge.catalogue.powers.values()
        if power.tier > Tier.LOWER
    )
    return frozenset[str]().union(*found)


def staff_with_power(judge: Judge, state: OnRecord) -> tuple[str, ...]:
    """Return the ids of those of them who are of the institute and active, sorted.

    Each natural person is there once.
    """
    persons = state.facts.natural_persons
    natural = {persons[one] for one in upper_holders(judge, state) if one in persons}
    return tuple(one.id for one in state.staff() if persons[one.id] in natural)
