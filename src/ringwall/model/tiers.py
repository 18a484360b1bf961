"""Tiers are vectors: one required security level for each domain, not one number.

Lower and upper tier follow the "CERN for AI" report (section on multi-level
security); the third is its outlook, level SL5 throughout.
"""

from types import MappingProxyType
from typing import Final, Literal

from ringwall.model.levels import Domain, Scale, SecurityLevel

__all__ = ["TIER_VECTORS", "Tier", "TierSetting", "tiers_of"]

TierSetting = Literal["two", "three"]


class Tier(Scale):
    """Where an asset is held; a higher tier is the more guarded one.

    Counts from 0, since policies compare a word by its place in the vocabulary.
    """

    LOWER = 0
    UPPER = 1
    THIRD = 2


def _vector(
    site: SecurityLevel, personnel: SecurityLevel
) -> dict[Domain, SecurityLevel]:
    levels = dict.fromkeys(Domain, site)
    levels[Domain.PERSONNEL] = personnel
    return levels


TIER_VECTORS: Final = MappingProxyType(
    {
        Tier.LOWER: MappingProxyType(_vector(SecurityLevel.SL1, SecurityLevel.SL1)),
        Tier.UPPER: MappingProxyType(_vector(SecurityLevel.SL3, SecurityLevel.SL4)),
        Tier.THIRD: MappingProxyType(_vector(SecurityLevel.SL5, SecurityLevel.SL5)),
    }
)
"""Least level a site must achieve in each domain to serve an asset of the tier."""


def tiers_of(setting: TierSetting) -> tuple[Tier, ...]:
    """Return the tiers that an institute with this setting has, lowest first."""
    return tuple(Tier) if setting == "three" else (Tier.LOWER, Tier.UPPER)
