"""What a question would be about, were there what it names: nothing takes as long.

Whoever is not in the compartment of a case must not learn by the clock that there is
one. Must never decide anything: what is made here is looked at, and thrown away.
"""

from dataclasses import replace

from ringwall.model.facts import Situation
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing

__all__ = ["shadow_of"]


def shadow_of(request: AccessRequest, facts: FactBase, now: int) -> Situation | None:
    """Return the facts of a question as if its asset were kept in the annex, and shut.

    Args:
        request: the question; nothing is on record of what it names.
        facts: the registry, with its annex.
        now: the instant.

    Returns:
        None for what would not be kept there, or if more than the asset is missing.
    """
    annex, entity = facts.annex, request.resource
    if annex is None or not annex.keeps(entity):
        return None
    try:
        whole = replace(request, resource=annex.whole(entity))
        situation = facts.situation(whole, now)
    except FactMissing:
        return None
    asset = situation.asset
    # The id of an asset is no compartment that anybody can be in.
    kept = asset.compartments | {entity}
    return situation._replace(asset=replace(asset, id=entity, compartments=kept))
