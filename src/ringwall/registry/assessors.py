"""Who may look into what matters: security from SL3 up, and large training runs.

Must never take the word of a partner, a state or anybody else who is not there to
assess, nor that of an assessor who was not screened or has no agreement.
"""

from typing import Final

from ringwall.model.levels import Agreement, Screening
from ringwall.model.parties import INDEPENDENT_RELATIONS, Organisation
from ringwall.pdp.organisations import organisation_facts
from ringwall.registry.proposal import Proposal

__all__ = ["EXPECTED", "unfit_assessor"]

EXPECTED: Final = (
    "an assessor with screening and agreement in date, or an institution of the union"
)
"""Who may."""

_ASSESSOR: Final = "assessor"


def unfit_assessor(entity: str, proposal: Proposal, now: int) -> str:
    """Return why an organisation may not assess what matters; empty if it may.

    Args:
        entity: its id; one that is not on record is for others to refuse.
        proposal: what would be on record.
        now: the instant at which its own evidence has to be in date.
    """
    document = proposal.after.get(entity)
    if not isinstance(document, Organisation):
        return ""
    if document.suspended:
        return "is suspended"
    if document.relation not in INDEPENDENT_RELATIONS:
        return f"is not there to assess: its relation is `{document.relation}`"
    if document.relation != _ASSESSOR:
        return ""
    facts = organisation_facts(document, now)[1]
    if facts.screening is not Screening.SCREENED:
        return "has no screening in date"
    return "" if facts.agreement is Agreement.IN_FORCE else "has no agreement in date"
