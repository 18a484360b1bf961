"""What meets a rule of the floor, and which rules nothing meets."""

from dataclasses import replace

import pytest

from ringwall.model.declarations import Document
from ringwall.model.facts import GrantFacts, SessionFacts, Situation
from ringwall.model.levels import Authentication, Disclosure, Quorum, SecurityLevel
from ringwall.model.tiers import Tier
from ringwall.pdp.floor import broken_rules
from ringwall.pdp.mends import at_least_levels, mended
from tests.unit.pdp.scene import NOW, ask, edited, institute

MENDED = {
    "floor-suspended",
    "floor-site",
    "floor-personnel",
    "floor-government-evidence",
    "floor-compartment",
    "floor-need-to-know",
    "floor-authentication",
    "floor-derived",
    "floor-flow",
    "floor-release",
    "floor-training",
}


def look(*changes: Document, subject: str = "user:ada") -> Situation:
    return institute(*changes).situation(ask(subject), NOW)


def poor() -> Situation:
    """Return a question that breaks every rule of the floor that it can."""
    s = look(
        edited("user:lou", suspended=True, screening=None),
        edited("gov:fr", evidence=None, suspended=True, enforcing=True),
        edited("site:hub", attestations=[]),
        edited("point:hub", interface=None, tier="lower"),
        subject="user:lou",
    )
    asset = replace(
        s.asset,
        compute=10**27,
        disclosure=Disclosure.EMBARGOED,
        source_compartments=frozenset({"old"}),
        need_to_know=True,
    )
    return s._replace(session=SessionFacts(Authentication.NONE), asset=asset)


def codes(situation: Situation) -> list[str]:
    return [rule.code for rule in broken_rules(situation, "two")]


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("subject", ["user:lou", "service:runner", "user:kay"])
@pytest.mark.parametrize("action", ["weights.read", "offer.api", "training.start"])
def test_a_rule_of_the_floor_is_met_by_its_change_or_by_none(
    subject: str, tier: Tier, action: str
) -> None:
    start = poor()
    relation = look(subject=subject).organisation.relation
    organisation = replace(start.organisation, relation=relation)
    asset = replace(start.asset, tier=tier)
    situation = start._replace(organisation=organisation, asset=asset, action=action)
    situation = situation._replace(subject=replace(start.subject, id=subject))

    for code in codes(situation):
        met = code not in codes(mended(situation, [code]))
        released = code == "floor-release" and tier > Tier.LOWER
        assert met == (code in MENDED and not released), code


def test_a_higher_approval_than_is_needed_stays() -> None:
    approved = poor()._replace(grant=GrantFacts(Quorum.TWO_AND_EXECUTIVE))

    assert mended(approved, ["floor-need-to-know"]) == approved
    assert mended(poor(), ["floor-need-to-know"]).grant.quorum is Quorum.TWO


def test_a_rule_that_nothing_meets_leaves_all_as_it_is() -> None:
    situation = poor()

    assert mended(situation, ["floor-service", "floor-third-tier"]) is situation
    assert mended(situation, []) is situation


def test_levels_are_raised_and_never_lowered() -> None:
    site = institute().situation(ask(), NOW).site
    wanted = {"weights": SecurityLevel.SL1, "network": SecurityLevel.SL5}
    found = at_least_levels(site, wanted)

    assert (found.weights, found.network) == (SecurityLevel.SL3, SecurityLevel.SL5)
    assert found.level is SecurityLevel.SL3
