"""From a declared asset to what policies see of it at an instant.

What it derives from counts as its own wherever that makes it more dangerous. Must
never count a safeguard that nobody independent vouches for.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ringwall.model.assets import Asset
from ringwall.model.dated import Safeguard
from ringwall.model.declarations import Document
from ringwall.model.facts import UNKNOWN_AMOUNT, AssetFacts, Lapse
from ringwall.model.ids import asset_kind
from ringwall.model.levels import Disclosure, DualUse, Equivalence, Integrity, Proof
from ringwall.model.parties import INDEPENDENT_RELATIONS, Organisation
from ringwall.model.tiers import Tier
from ringwall.model.values import parse_flop
from ringwall.pdp.evidence import Span, Statement, best_at
from ringwall.pdp.lineage import sources_of
from ringwall.pdp.missing import FactMissing

__all__ = ["asset_facts"]

# Kind of a safeguard -> the attribute that says whether it is shown.
_PROOFS: Final = {
    "notice": "notice",
    "security-evaluation": "security_evaluation",
    "alignment-evaluation": "alignment_evaluation",
    "on-premise-evaluator": "evaluator",
}
_BY_THE_DEVELOPER: Final = "notice"
_PENDING: Final = str(Disclosure.PENDING)


def asset_facts(
    asset: Asset,
    documents: Mapping[str, Document],
    now: int,
    same_file: Iterable[str] = (),
) -> tuple[Span, AssetFacts]:
    """Return what policies see of an asset, and between which instants.

    Args:
        asset: it need not be one of `documents`.
        documents: id -> declared value: what it derives from, who assessed it.
        now: the instant.
        same_file: ids of all assets that are the same weights; whom they are kept
            from is kept from this one, too.

    Raises:
        FactMissing: `asset-unclassified`, it is held in no tier; or
            `derivation-broken`, so is one that it derives from, which may also not
            be on record, or derive from itself.
    """
    if asset.tier is None:
        raise FactMissing(
            "asset-unclassified", f"`{asset.id}` has not been put in a tier yet"
        )
    sources = sources_of(asset, documents)
    line = (asset, *sources)
    twins = tuple(_twins(asset, documents, same_file))
    kept = (
        *line,
        *twins,
        *(one for twin in twins for one in sources_of(twin, documents)),
    )
    span, proofs, lapses = _proofs(asset, documents, now)
    facts = AssetFacts(
        id=asset.id,
        kind=asset_kind(asset.id),
        tier=asset.tier,
        compartments=frozenset(asset.compartments).union(
            *(twin.compartments for twin in twins)
        ),
        # Policies know no number above this one, nor any budget.
        compute=min(sum(map(_compute, line)), UNKNOWN_AMOUNT),
        capability=max(item.evaluated() for item in line),
        content=asset.content,
        source_tier=max((item.tier or Tier.LOWER for item in sources), default=Tier(0)),
        source_compartments=frozenset[str]().union(
            *(item.compartments for item in sources)
        ),
        integrity=asset.integrity or Integrity.UNVERIFIED,
        dual_use=max(map(_dual_use, line)),
        disclosure=_disclosure(line),
        authors=frozenset[str]().union(*(item.authors for item in line)),
        equivalent=Equivalence(any(item.equivalent for item in line)),
        need_to_know=any(item.need_to_know for item in kept),
        lapses=lapses,
        **proofs,
    )
    return span, facts


def _twins(
    asset: Asset, documents: Mapping[str, Document], same_file: Iterable[str]
) -> Iterator[Asset]:
    """Give the other assets of the same file: a second id is no way round the first."""
    for entity in same_file:
        twin = documents.get(entity)
        if isinstance(twin, Asset) and entity != asset.id:
            yield twin


def _compute(asset: Asset) -> int:
    return parse_flop(asset.compute.high) if asset.compute else 0


def _disclosure(line: tuple[Asset, ...]) -> Disclosure:
    """Return where disclosure of an asset stands; an embargo holds for what derives."""
    stated = [Disclosure.parse(item.disclosure or _PENDING) for item in line]
    return Disclosure.EMBARGOED if Disclosure.EMBARGOED in stated else stated[0]


def _dual_use(asset: Asset) -> DualUse:
    """Return the evidence that counts; what is not stated is unknown."""
    return DualUse.parse(asset.dual_use or str(DualUse.UNKNOWN))


def _proofs(
    run: Asset, documents: Mapping[str, Document], now: int
) -> tuple[Span, dict[str, Proof], tuple[Lapse, ...]]:
    """Return which safeguards of a training run are shown at an instant."""
    whole = Span()
    proofs = dict.fromkeys(_PROOFS.values(), Proof.NONE)
    all_lapses: list[Lapse] = []
    for kind, attribute in _PROOFS.items() if run.safeguards else ():
        fit = [s for s in run.safeguards if s.kind == kind and _fit(s, run, documents)]
        rank, lapses, span = best_at(_statements(attribute, fit), now)
        proofs[attribute] = Proof(rank)
        whole = whole.meet(span)
        all_lapses += lapses
    return whole, proofs, tuple(all_lapses)


def _statements(attribute: str, found: Iterable[Safeguard]) -> Iterable[Statement]:
    return (
        Statement.of(item, attribute, Proof.IN_DATE, f"by {item.assessor}")
        for item in found
    )


def _fit(safeguard: Safeguard, run: Asset, documents: Mapping[str, Document]) -> bool:
    """Return whether who vouches for a safeguard may.

    All but a notice is for an independent assessor to say, not for who trains.
    """
    assessor = documents.get(safeguard.assessor)
    if not isinstance(assessor, Organisation) or assessor.suspended:
        return False
    if safeguard.kind == _BY_THE_DEVELOPER:
        return True
    own = safeguard.assessor == run.developer
    return assessor.relation in INDEPENDENT_RELATIONS and not own
