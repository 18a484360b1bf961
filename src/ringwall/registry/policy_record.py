"""The one asset that stands for the policies, on which their change is asked.

Must never leave the choice to whoever asks: who approves goes by the asset.
"""

from collections.abc import Mapping
from typing import Final

from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.model.ids import asset_kind
from ringwall.model.tiers import Tier

__all__ = ["policy_record"]

_NAMED: Final = "record:policies"
_KIND: Final = "security-record"


def policy_record(documents: Mapping[str, Document]) -> str:
    """Return the id of the asset on which a change of the policies is asked.

    It is `record:policies`; without one the first of the security records in the upper
    tier, by id.

    Args:
        documents: id -> declared value.

    Returns:
        The id; empty if there is no such asset.
    """
    if _NAMED in documents:
        return _NAMED
    records = sorted(
        entity
        for entity, document in documents.items()
        if isinstance(document, Asset)
        and asset_kind(entity) == _KIND
        and document.tier is Tier.UPPER
    )
    return records[0] if records else ""
