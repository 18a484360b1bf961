"""Labels that only rise by an edit, and weights that stay what they were.

Compartments, content, authors, equivalence and the tier of a point say how closely
something is held. Must never let an edit, nor a removal, take any of that back.
"""

from collections.abc import Iterator
from typing import Final

from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.model.places import Point
from ringwall.model.tiers import Tier
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["label_faults"]

_KEPT_CONTENT: Final = frozenset({"raid", "defence"})
_KEPT_LISTS: Final = ("compartments", "authors")
_SAME_FILE: Final = "the file on record; new weights get a new id"


def label_faults(proposal: Proposal, _: Terms) -> Iterator[Fault]:
    """Give `label-lowered`, `weights-replaced` and two more.

    Those are `weights-size-differs` and `removed-from-above`.
    """
    for asset in proposal.declared(Asset):
        before = proposal.before(asset)
        if before is not None:
            yield from _lists(asset, before, proposal)
            yield from _words(asset, before, proposal)
            yield from _file(asset, before, proposal)
    for point in proposal.declared(Point):
        yield from _point(point, proposal)
    yield from _sizes(proposal)
    yield from _removed(proposal)


def _lists(asset: Asset, before: Asset, proposal: Proposal) -> Iterator[Fault]:
    for name in _KEPT_LISTS:
        lost = sorted(set(getattr(before, name)) - set(getattr(asset, name)))
        if lost:
            named = ", ".join(f"`{word}`" for word in lost)
            message = f"`{name}`: `{asset.id}` is on record with {named}, too"
            expected = f"all {name} that are on record to stay"
            yield _lowered(asset.id, name, message, expected, proposal)


def _words(asset: Asset, before: Asset, proposal: Proposal) -> Iterator[Fault]:
    if before.content in _KEPT_CONTENT and asset.content != before.content:
        message = f"`content`: `{asset.id}` is on record as {before.content}"
        expected = f"`{before.content}` to stay"
        yield _lowered(asset.id, "content", message, expected, proposal)
    if before.equivalent and not asset.equivalent:
        message = f"`equivalent`: `{asset.id}` was found to be equivalent"
        expected = "`true` to stay"
        yield _lowered(asset.id, "equivalent", message, expected, proposal)


def _file(asset: Asset, before: Asset, proposal: Proposal) -> Iterator[Fault]:
    """Refuse other weights, or another size, under an id that has weights.

    The tier of an asset, and what has left of it, are those of its weights.
    """
    old, new = before.file, asset.file
    if old is None or new is None:
        return
    for name in ("sha256", "bytes"):
        if getattr(old, name) != getattr(new, name):
            message = f"`file`: the {name} of `{asset.id}` is {getattr(old, name)}"
            path = ("file", name)
            code = "weights-replaced"
            yield proposal.fault(asset.id, path, code, message, _SAME_FILE)


def _sizes(proposal: Proposal) -> Iterator[Fault]:
    """Refuse another size for the file of another asset: a digest has one size.

    Else a larger one would make what leaves look like a smaller share.
    """
    found: dict[str, Asset] = {}
    for asset in proposal.after.values():
        if isinstance(asset, Asset) and asset.file is not None:
            other = found.setdefault(asset.file.sha256, asset)
            # Of the two, one that is declared here is to be changed.
            told = asset if asset.id in proposal.wanted else other
            if other.file and other.file.bytes != asset.file.bytes:
                message = (
                    f"`file`: `{other.id}` and `{asset.id}` are one file, "
                    "and differ in bytes"
                )
                path, code = ("file", "bytes"), "weights-size-differs"
                yield proposal.fault(told.id, path, code, message, "one size")


def _point(point: Point, proposal: Proposal) -> Iterator[Fault]:
    """Refuse to write down what a point holds along with its tier."""
    before = proposal.before(point)
    held = before.tier if before else None
    if held is not None and (point.tier or Tier.LOWER) < held:
        message = f"`tier`: `{point.id}` may hold what is in `{held}`"
        expected = f"`{held}` or higher; a point that holds less gets a new id"
        yield _lowered(point.id, "tier", message, expected, proposal)


def _removed(proposal: Proposal) -> Iterator[Fault]:
    """Refuse to strike what is held above the lower tier.

    Else its weights could be declared again under another id, and held lower.
    """
    for entity, place in proposal.removed.items():
        asset = proposal.current.get(entity)
        if isinstance(asset, Asset) and (asset.tier or Tier.LOWER) > Tier.LOWER:
            message = f"`remove`: `{entity}` is held in `{asset.tier}`"
            expected = "an approved act that lowers it first, not an edit"
            yield place.fault((), "removed-from-above", message, expected)


def _lowered(
    entity: str, field: str, message: str, expected: str, proposal: Proposal
) -> Fault:
    return proposal.fault(entity, (field,), "label-lowered", message, expected)
