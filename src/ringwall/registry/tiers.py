"""What may not be declared of an asset's tier, and of what decides on it.

Must never let an edit, or several in a row, lower an asset's tier: only what the
gate has permitted does.
"""

from collections.abc import Iterator

from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.model.places import Point
from ringwall.model.tiers import Tier, tiers_of
from ringwall.registry.derivation import lines_broken
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["tier_faults"]


def tier_faults(proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    """Give `tier-lowered`, `tier-not-set-up`, `tier-too-low` and two more.

    Those are `weights-held-higher` and `unknown-threshold`. A point is in no tier
    that the institute has not, either.
    """
    for point in proposal.declared(Point):
        if point.tier is not None and point.tier not in tiers_of(terms.setting):
            yield _not_set_up(point.id, point.tier, proposal, terms)
    broken = lines_broken(proposal)
    for asset in proposal.declared(Asset):
        yield from _lowered(asset, proposal, terms)
        yield from _unknown_thresholds(asset, proposal, terms)
        if asset.tier is not None and asset.tier not in tiers_of(terms.setting):
            yield _not_set_up(asset.id, asset.tier, proposal, terms)
        elif asset.tier is not None and asset.id not in broken:
            yield from _too_low(asset, proposal, terms)
    yield from _held_higher(proposal)


def _lowered(asset: Asset, proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    before = proposal.before(asset)
    old = before.tier if before else None
    if old is None or (asset.tier is not None and asset.id in terms.lowered):
        return
    if asset.tier is None or asset.tier < old:
        message = f"`tier`: `{asset.id}` is held in `{old}` and can't be moved down"
        expected = "an approved act, not an edit"
        yield proposal.fault(asset.id, ("tier",), "tier-lowered", message, expected)


def _not_set_up(entity: str, tier: Tier, proposal: Proposal, terms: Terms) -> Fault:
    message = f"`tier`: the institute has no tier `{tier}`"
    expected = ", ".join(map(str, tiers_of(terms.setting)))
    return proposal.fault(entity, ("tier",), "tier-not-set-up", message, expected)


def _too_low(asset: Asset, proposal: Proposal, terms: Terms) -> Iterator[Fault]:
    obstacle = terms.admits(asset, proposal.after)
    if obstacle:
        message = f"`tier`: `{asset.tier}` does not admit `{asset.id}`: {obstacle}"
        expected = "a tier that the classification policy admits it to"
        yield proposal.fault(asset.id, ("tier",), "tier-too-low", message, expected)


def _held_higher(proposal: Proposal) -> Iterator[Fault]:
    """Refuse weights in a tier below the one in which the same file is held."""
    highest: dict[str, tuple[Tier, str]] = {}
    for asset in proposal.after.values():
        if isinstance(asset, Asset) and asset.file and asset.tier is not None:
            digest, held = asset.file.sha256, (asset.tier, asset.id)
            highest[digest] = max(highest.get(digest, held), held)
    for asset in proposal.declared(Asset):
        if asset.file and asset.tier is not None:
            tier, other = highest[asset.file.sha256]
            if asset.tier < tier:
                message = f"`tier`: the weights of `{asset.id}` are those of `{other}`"
                path, expected = ("tier",), f"the tier `{tier}`"
                yield proposal.fault(
                    asset.id, path, "weights-held-higher", message, expected
                )


def _unknown_thresholds(
    asset: Asset, proposal: Proposal, terms: Terms
) -> Iterator[Fault]:
    known = terms.catalogue.capabilities
    for number, evaluation in enumerate(asset.evaluations):
        if evaluation.threshold not in known:
            message = (
                f"`evaluations`: `{evaluation.threshold}` is no threshold of the "
                "threat models"
            )
            path = ("evaluations", number, "threshold")
            expected = f"one of {', '.join(sorted(known))}"
            yield proposal.fault(asset.id, path, "unknown-threshold", message, expected)
