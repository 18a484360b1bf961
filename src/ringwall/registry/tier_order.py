"""An order to hold assets in another tier, and nothing else of them.

Up, it is a declaration like any other. Down, it is carried out only for whom the
gate has permitted it: must never be a way around that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.model.tiers import Tier
from ringwall.registry.proposal import FieldPath

__all__ = ["TierOrder"]


@dataclass(frozen=True, slots=True)
class TierOrder:
    """Assets on record and the tier they are to be held in; a sheet of declarations.

    Attributes:
        name: what it is called in faults, e.g. `tier raise`.
        tier: the tier.
        assets: as they would be.
    """

    name: str
    tier: Tier
    assets: tuple[Asset, ...]

    @classmethod
    def of(
        cls, name: str, tier: Tier, ids: Sequence[str], current: Mapping[str, Document]
    ) -> "TierOrder":
        """Return the order for assets, as what is on record has them.

        Args:
            name: what it is called in faults.
            tier: the tier.
            ids: of the assets; what is no asset on record is left out.
            current: id -> document on record.
        """
        found = [current.get(entity) for entity in dict.fromkeys(ids)]
        moved = [
            asset.model_copy(update={"tier": tier})
            for asset in found
            if isinstance(asset, Asset)
        ]
        return cls(name, tier, tuple(moved))

    def documents(self) -> Iterator[tuple[Document, FieldPath]]:
        """Give each asset with its id as path."""
        for asset in self.assets:
            yield asset, (asset.id,)

    def removals(self) -> Iterator[tuple[str, FieldPath]]:
        """Give nothing: an order takes nothing away."""
        return iter(())

    def fault(self, path: FieldPath, code: str, message: str, expected: str) -> Fault:
        """Return a fault of an asset; an order has no lines."""
        return Fault(f"{self.name} {path[0]}", 0, 0, code, message, expected)
