"""What two persons decide at the desk, and what carries each of it.

Must never leave out what somebody can propose: nobody could carry it.
"""

from ringwall.model.raid_inquiry_kinds import DISCLOSING
from ringwall.model.raid_permits import ADOPT
from ringwall.model.raid_shield_kinds import ERASE
from ringwall.raid import deviating, merging
from ringwall.raid.acting import Acting
from ringwall.raid.adopting import adopting_carrier
from ringwall.raid.embargo.counter import DROP, drop_carrier
from ringwall.raid.embargo.matters import RETRACT, retract_carrier
from ringwall.raid.handing import WARN, warning_carrier
from ringwall.raid.outgoing.inquiries import disclosing_carrier
from ringwall.raid.proposals import Carrier
from ringwall.raid.screening import INVALIDATE, carry_invalidate
from ringwall.raid.shield.erasing import erasing_carrier

__all__ = ["carriers"]


def carriers(acting: Acting) -> dict[str, Carrier]:
    """Return what is proposed -> how it is carried.

    Args:
        acting: puts the questions and acts.
    """
    return {
        **merging.carriers(),
        **deviating.carriers(),
        INVALIDATE: Carrier(carry_invalidate),
        WARN: warning_carrier(acting),
        **dict.fromkeys(DISCLOSING.values(), disclosing_carrier(acting)),
        ADOPT: adopting_carrier(acting),
        RETRACT: retract_carrier(),
        DROP: drop_carrier(),
        ERASE: erasing_carrier(acting),
    }
