"""Where an asset may not be placed: at a site that falls short of its tier.

Strength in one domain never makes up for another. Must never count a measure that
is not in force at the instant of the declaration.
"""

from collections.abc import Iterator

from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.model.levels import Domain
from ringwall.model.parties import Organisation
from ringwall.model.places import Site
from ringwall.model.tiers import TIER_VECTORS, Tier
from ringwall.pdp.standing import standing_of
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["hosting_faults"]


def hosting_faults(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    """Give `site-insufficient` for each site at which an asset is newly placed.

    Measures lapse while an asset stands where it is; to declare it again as it was
    is no new placing, and answers there are denied anyway.
    """
    for asset in proposal.declared(Asset):
        if asset.tier is None:
            continue
        before = proposal.before(asset)
        kept = before.held_at if before and before.tier == asset.tier else ()
        for number, entity in enumerate(asset.held_at):
            site = proposal.after.get(entity)
            if entity in kept or not isinstance(site, Site):
                continue
            short = _falls_short(site, asset.tier, proposal, terms)
            if short:
                message = (
                    f"`held_at`: `{entity}` can't hold `{asset.id}` in "
                    f"`{asset.tier}`: {short}"
                )
                expected = _vector(asset.tier)
                path = ("held_at", number)
                yield proposal.fault(
                    asset.id, path, "site-insufficient", message, expected
                )


def _falls_short(site: Site, tier: Tier, proposal: Proposal, terms: Terms) -> str:
    """Return in what a site falls short of a tier's levels, empty if in nothing."""
    operator = proposal.after.get(site.operator)
    if isinstance(operator, Organisation) and operator.suspended:
        return f"`{operator.id}`, which runs it, is suspended"
    benchmark = terms.catalogue.benchmark
    standing = standing_of(site, proposal.after, benchmark, terms.now)
    short = []
    for domain, needed in TIER_VECTORS[tier].items():
        level = getattr(standing.facts, domain)
        if level < needed:
            missing = benchmark.missing(domain, standing.held, needed)
            away = "1 measure" if len(missing) == 1 else f"{len(missing)} measures"
            short.append(f"{domain} {level}, {away} below {needed}")
    return "; ".join(short)


def _vector(tier: Tier) -> str:
    levels = ", ".join(f"{d.value} {TIER_VECTORS[tier][d]}" for d in Domain)
    return f"a site with at least {levels}"
