"""Whether the state of a recipient may have what the institute knows of defence.

The concern `eligibility` of the policies in force says so, of the government on record,
as it says it to whoever asks the gate. Must never take a state for one in good standing
that nobody has on record.
"""

from typing import Final, NamedTuple

from ringwall.gate.ground import Ground
from ringwall.model.decisions import Stage
from ringwall.model.facts import OrganisationFacts
from ringwall.model.parties import Organisation
from ringwall.model.tiers import Tier
from ringwall.pdp.organisations import organisation_facts

__all__ = ["has_government", "is_eligible"]

_KIND: Final = "evaluation"
_ACTION: Final = "research.read"


class _Asset(NamedTuple):
    kind: str
    tier: Tier


class _Question(NamedTuple):
    """The request object of the concern `eligibility`."""

    organisation: OrganisationFacts
    asset: _Asset
    action: str


def has_government(ground: Ground, state: str) -> bool:
    """Return whether the registry has the government of a state.

    Args:
        ground: the facts and policies of the moment.
        state: its code, e.g. `DE`.
    """
    return _government(ground, state) is not None


def is_eligible(ground: Ground, state: str, now: int) -> bool:
    """Return whether a state may read findings of the upper tier at an instant.

    Args:
        ground: the facts and policies of the moment.
        state: its code, e.g. `DE`; of its government `gov:de` is asked.
        now: instant.
    """
    government = _government(ground, state)
    if ground.decider is None or government is None:
        return False
    _, organisation = organisation_facts(government, now)
    question = _Question(organisation, _Asset(_KIND, Tier.UPPER), _ACTION)
    return ground.decider.concerns[Stage.ELIGIBILITY].decide(question).permitted


def _government(ground: Ground, state: str) -> Organisation | None:
    found = ground.facts.documents().get(f"gov:{state.lower()}")
    return found if isinstance(found, Organisation) else None
