"""Tiers and the levels that each of them asks of a site."""

import pytest

from ringwall.model.levels import Domain, SecurityLevel
from ringwall.model.tiers import TIER_VECTORS, Tier, tiers_of

SL = SecurityLevel


def test_a_tier_is_counted_by_its_place_as_in_a_policy() -> None:
    assert [int(tier) for tier in Tier] == [0, 1, 2]
    assert [str(tier) for tier in Tier] == ["lower", "upper", "third"]


@pytest.mark.parametrize(
    ("tier", "site", "personnel"),
    [
        (Tier.LOWER, SL.SL1, SL.SL1),
        (Tier.UPPER, SL.SL3, SL.SL4),
        (Tier.THIRD, SL.SL5, SL.SL5),
    ],
)
def test_a_tier_asks_a_level_of_every_domain(
    tier: Tier, site: SecurityLevel, personnel: SecurityLevel
) -> None:
    vector = TIER_VECTORS[tier]

    assert set(vector) == set(Domain)
    assert vector[Domain.PERSONNEL] == personnel
    assert {vector[d] for d in Domain if d is not Domain.PERSONNEL} == {site}


@pytest.mark.parametrize("domain", Domain)
def test_a_higher_tier_asks_no_less_in_any_domain(domain: Domain) -> None:
    levels = [TIER_VECTORS[tier][domain] for tier in Tier]

    assert levels == sorted(levels)


def test_the_vectors_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        TIER_VECTORS[Tier.UPPER] = {}  # type: ignore[index]  # that is what is tried
    with pytest.raises(TypeError):
        TIER_VECTORS[Tier.UPPER][Domain.WEIGHTS] = SL.SL0  # type: ignore[index]  # that is what is tried


def test_an_institute_has_two_tiers_or_three() -> None:
    assert tiers_of("two") == (Tier.LOWER, Tier.UPPER)
    assert tiers_of("three") == (Tier.LOWER, Tier.UPPER, Tier.THIRD)
