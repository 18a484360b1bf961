"""Approvals and situations to ask a quorum about, in order unless changed."""

from dataclasses import replace
from functools import cache

from ringwall.model.facts import UNKNOWN_AMOUNT, ApprovalFacts, Situation
from ringwall.model.levels import Quorum, SecurityLevel
from ringwall.model.tiers import Tier
from ringwall.pdp.approvals import Demand, seats_of
from tests.unit.pdp.scene import NOW, ask, institute

SL = SecurityLevel
LEVELS = {Tier.LOWER: SL.SL2, Tier.UPPER: SL.SL3, Tier.THIRD: SL.SL5}


def given(
    *seats: str,
    hours: int = 1,
    uses: int = 1,
    waited: int = 0,
    manner: str = "approved",
) -> ApprovalFacts:
    """Return an approval by the people in some seats."""
    return ApprovalFacts(Quorum.NONE, manner, frozenset(seats), hours, uses, waited)


def about(
    action: str,
    kind: str = "model-weights",
    tier: Tier = Tier.UPPER,
    level: SecurityLevel | None = None,
) -> Situation:
    """Return a question about an asset, at a site of a level."""
    s = _situation()
    asset = replace(s.asset, kind=kind, tier=tier)
    site = replace(s.site, level=LEVELS[tier] if level is None else level)
    return s._replace(action=action, asset=asset, site=site)


@cache
def _situation() -> Situation:
    return institute().situation(ask(), NOW)


def exactly(demand: Demand, manner: str = "approved") -> ApprovalFacts:
    """Return the approval that just meets a demand."""
    uses = UNKNOWN_AMOUNT if demand.uses is None else demand.uses
    seats = seats_of(dict(demand.seats))
    return ApprovalFacts(Quorum.NONE, manner, seats, demand.hours, uses, demand.waited)
