"""What would happen if assets were raised into a higher tier: worked out, not done.

Asks the very pipeline before and after. Must never change the registry.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.model.levels import Domain, SecurityLevel
from ringwall.model.places import Point, Site
from ringwall.model.tiers import TIER_VECTORS, Tier
from ringwall.pdp.facts import FactBase
from ringwall.pdp.lineage import sources_of
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.search import Search, Way
from ringwall.pdp.standing import standing_of

__all__ = ["Impact", "LostWay", "Shortfall", "raise_impact"]


class LostWay(NamedTuple):
    """What somebody could do before, and could not after, whatever the proof.

    Attributes:
        subject: id of the person or service.
        action: e.g. `weights.read`.
        resource: id of the asset.
    """

    subject: str
    action: str
    resource: str


class Shortfall(NamedTuple):
    """A domain in which a site does not meet the tier.

    Attributes:
        site: its id.
        holds: whether one of the assets is placed there; else it serves one today.
        domain: the domain.
        level: that the site achieves.
        needed: that the tier asks for.
        missing: the measures that stand between, lowest level first.
    """

    site: str
    holds: bool
    domain: Domain
    level: SecurityLevel
    needed: SecurityLevel
    missing: tuple[str, ...]


class Impact(NamedTuple):
    """What raising assets would do.

    Attributes:
        lost: sorted, by subject, action and asset; also ways to what derives from the
            assets.
        shortfalls: by site and domain.
        left_below: ids of the assets that derive from the raised ones and would be
            held below them, so that nobody gets at them until they are raised too.
    """

    lost: tuple[LostWay, ...]
    shortfalls: tuple[Shortfall, ...]
    left_below: tuple[str, ...]


def raise_impact(
    decider: DecisionPoint,
    facts: FactBase,
    assets: Collection[str],
    tier: Tier,
    now: int,
) -> Impact:
    """Return what would happen if assets were put into a tier.

    Args:
        decider: decides, before and after.
        facts: the registry.
        assets: ids of assets on record, which are in a lower tier or in none.
        tier: the tier to put them in.
        now: the instant.

    Raises:
        FactMissing: `unknown-resource`, one is not on record.
    """
    documents = facts.documents()
    raised = {entity: _raised(entity, tier, documents) for entity in assets}
    derived = _derived(raised, documents)
    touched = sorted({*raised, *derived})
    before = _ways(Search(decider, facts, now), decider.actions, touched)
    after = _ways(
        Search(decider, facts.with_changes(raised), now), decider.actions, touched
    )
    still = {LostWay(way.subject, way.action, way.resource) for way in after}
    had = {LostWay(way.subject, way.action, way.resource) for way in before}
    serving = {way.point for way in before if way.resource in raised}
    below = [entity for entity, held in derived.items() if held < tier]
    return Impact(
        lost=tuple(sorted(had - still)),
        shortfalls=tuple(_shortfalls(facts, raised.values(), serving, (tier, now))),
        left_below=tuple(sorted(below)),
    )


def _raised(entity: str, tier: Tier, documents: Mapping[str, Document]) -> Asset:
    asset = documents.get(entity)
    if not isinstance(asset, Asset):
        raise FactMissing("unknown-resource", f"`{entity[:128]}` is not on record")
    return asset.model_copy(update={"tier": tier})


def _derived(
    raised: Collection[str], documents: Mapping[str, Document]
) -> dict[str, Tier]:
    """Return the tier of each other asset that derives from one of some assets."""
    found = {}
    for document in documents.values():
        if not isinstance(document, Asset) or document.id in raised:
            continue
        try:
            sources = sources_of(document, documents)
        except FactMissing:
            continue  # nobody gets at it anyway
        held = document.tier
        if held is not None and any(source.id in raised for source in sources):
            found[document.id] = held
    return found


def _ways(search: Search, actions: Iterable[str], assets: Iterable[str]) -> list[Way]:
    return [
        way
        for asset in assets
        for action in sorted(actions)
        for way in search.who_can(action, asset).ways
    ]


def _shortfalls(
    facts: FactBase,
    raised: Iterable[Asset],
    serving: Iterable[str],
    asked: tuple[Tier, int],
) -> Iterator[Shortfall]:
    """Give what the sites lack that hold or serve an asset."""
    tier, now = asked
    documents = facts.documents()
    holding = {site for asset in raised for site in asset.held_at}
    points = [documents[entity] for entity in serving]
    places = {point.site for point in points if isinstance(point, Point)}
    for entity in sorted(holding | places):
        site = documents.get(entity)
        if not isinstance(site, Site):
            continue
        standing = standing_of(site, documents, facts.benchmark, now)
        levels = facts.benchmark.levels(standing.held)
        for domain, needed in TIER_VECTORS[tier].items():
            if levels[domain] < needed:
                missing = facts.benchmark.missing(domain, standing.held, needed)
                yield Shortfall(
                    entity,
                    entity in holding,
                    domain,
                    levels[domain],
                    needed,
                    missing,
                )
