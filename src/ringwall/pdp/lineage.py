"""What an asset derives from: fine-tuned, merged or distilled, through any number.

Must never leave out a source: where one is not known, nothing is inherited, and the
asset has no facts.
"""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.pdp.missing import FactMissing

__all__ = ["sources_of"]


def sources_of(asset: Asset, documents: Mapping[str, Document]) -> tuple[Asset, ...]:
    """Return every asset that one derives from, each once, sorted by id.

    Args:
        asset: the one that derives.
        documents: id -> declared value.

    Raises:
        FactMissing: `derivation-broken`, a source is not on record, is in no tier, or
            derives from itself by way of others.
    """
    if not asset.derived_from:
        return ()
    found: dict[str, Asset] = {asset.id: asset}
    asked = [*asset.derived_from]
    while asked:
        entity = asked.pop()
        if entity not in found:
            found[entity] = _source(entity, documents)
            asked += found[entity].derived_from
    try:
        TopologicalSorter({k: a.derived_from for k, a in found.items()}).prepare()
    except CycleError:
        raise _broken(f"`{asset.id}` derives from itself by way of others") from None
    return tuple(found[entity] for entity in sorted(found) if entity != asset.id)


def _source(entity: str, documents: Mapping[str, Document]) -> Asset:
    source = documents.get(entity)
    if not isinstance(source, Asset):
        raise _broken(f"the source `{entity}` is not on record")
    if source.tier is None:
        raise _broken(f"the source `{entity}` has not been put in a tier yet")
    return source


def _broken(message: str) -> FactMissing:
    return FactMissing("derivation-broken", message)
