"""What may not be declared of how assets derive from each other.

Must never let a fine-tune, merge or distillation be held below what it is made
from, whichever of the two is declared, nor let an edit forget a source.
"""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from ringwall.base.errors import Fault
from ringwall.model.assets import Asset
from ringwall.model.declarations import Document
from ringwall.registry.proposal import Proposal
from ringwall.registry.terms import Terms

__all__ = ["derivation_faults", "lines_broken"]


def derivation_faults(proposal: Proposal, _: Terms) -> Iterator[Fault]:
    """Give `derivation-circular`, `derivation-dropped` and `derived-lower`."""
    yield from _circular(proposal)
    yield from _dropped(proposal)
    for derived in _assets(proposal.after).values():
        for number, source in enumerate(derived.derived_from):
            if source in proposal.after:
                yield from _lower(derived, number, proposal)


def lines_broken(proposal: Proposal) -> frozenset[str]:
    """Return the assets whose line of sources is broken, and told of elsewhere.

    A source is not on record (`unknown-reference`), or one leads back to itself.
    """
    assets = _assets(proposal.after)
    made: dict[str, list[str]] = {}
    for asset in assets.values():
        for source in asset.derived_from:
            made.setdefault(source, []).append(asset.id)
    waits = {entity: len(asset.derived_from) for entity, asset in assets.items()}
    whole = [entity for entity, sources in waits.items() if not sources]
    for entity in whole:  # grows as it goes: each asset once all its sources are in
        for derived in made.get(entity, ()):
            waits[derived] -= 1
            if not waits[derived]:
                whole.append(derived)
    return frozenset(assets.keys() - set(whole))


def _assets(documents: Mapping[str, Document]) -> dict[str, Asset]:
    return {k: doc for k, doc in documents.items() if isinstance(doc, Asset)}


def _circular(proposal: Proposal) -> Iterator[Fault]:
    lines = {k: asset.derived_from for k, asset in _assets(proposal.after).items()}
    try:
        TopologicalSorter(lines).prepare()
    except CycleError as error:
        # INVARIANT: what is on record has no circle, so one here is declared in part.
        ring = error.args[1]
        entity = next(entity for entity in ring if entity in proposal.wanted)
        # The ring is listed from source to derived, its first asset again at its end.
        message = f"`derived_from`: {' is made into '.join(f'`{x}`' for x in ring)}"
        expected = "assets that come from somewhere else"
        path = ("derived_from",)
        yield proposal.fault(entity, path, "derivation-circular", message, expected)


def _dropped(proposal: Proposal) -> Iterator[Fault]:
    """Give each asset that would no longer say what it is made from.

    Without its sources it could be moved below them.
    """
    for asset in proposal.declared(Asset):
        before = proposal.before(asset)
        dropped = set(before.derived_from if before else ()) - {*asset.derived_from}
        if dropped:
            named = ", ".join(f"`{source}`" for source in sorted(dropped))
            message = f"`derived_from`: `{asset.id}` is made from {named}, too"
            expected = "every source that is on record to stay"
            path = ("derived_from",)
            yield proposal.fault(
                asset.id, path, "derivation-dropped", message, expected
            )


def _lower(derived: Asset, number: int, proposal: Proposal) -> Iterator[Fault]:
    source = proposal.after[derived.derived_from[number]]
    if not isinstance(source, Asset) or derived.tier is None or source.tier is None:
        return
    missing = sorted(set(source.compartments) - set(derived.compartments))
    if derived.tier < source.tier:
        field, expected = "tier", f"the tier `{source.tier}` or higher"
        lacks = f"is held in `{derived.tier}`, and `{source.id}` in `{source.tier}`"
    elif missing:
        field, expected = "compartments", f"all of {', '.join(source.compartments)}"
        lacks = f"is not in {', '.join(missing)}, and `{source.id}` is"
    else:
        return
    # Of the two, the one that is declared here is to be changed.
    told = derived.id if derived.id in proposal.wanted else source.id
    if told in proposal.wanted:
        message = f"`{field}`: `{derived.id}` is made from `{source.id}` and {lacks}"
        yield proposal.fault(told, (field,), "derived-lower", message, expected)
