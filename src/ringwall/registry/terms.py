"""What declarations are held against: the policies, the threat models, the instant.

A value only; it must never read a clock or a file itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.model.tiers import TierSetting
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.rows import Power

__all__ = ["Terms"]


def _nobody(_: str) -> bool:
    """Return that nobody has left."""
    return False


@dataclass(frozen=True, slots=True)
class Terms:
    """What declarations are held against.

    Attributes:
        roles: the roles that the policies know.
        setting: how many tiers the institute has.
        catalogue: the threat models: measures, thresholds, powers.
        now: the instant at which they are applied.
        admits: why the tier that an asset is declared in can't hold it, given all
            documents; empty if it can.
        holders: the people who hold a power, given all documents.
        lowered: ids of assets that may move down a tier, since that was permitted.
        has_left: whether it is on record that a person has left.
    """

    roles: frozenset[str]
    setting: TierSetting
    catalogue: Catalogue
    now: int
    admits: Callable[[Asset, Mapping[str, Document]], str]
    holders: Callable[[Power, Mapping[str, Document]], frozenset[str]]
    lowered: frozenset[str] = frozenset()
    has_left: Callable[[str], bool] = _nobody
