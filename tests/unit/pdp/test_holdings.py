"""From a declared asset to the facts that policies see."""

from typing import Any

import pytest

from ringwall.base.clock import parse_instant
from ringwall.model.assets import Asset
from ringwall.model.declarations import Document, document_of
from ringwall.model.facts import AssetFacts, Lapse
from ringwall.model.levels import (
    Capability,
    Disclosure,
    DualUse,
    Equivalence,
    Integrity,
    Proof,
)
from ringwall.model.parties import RELATIONS
from ringwall.model.tiers import Tier
from ringwall.pdp.evidence import Span
from ringwall.pdp.holdings import asset_facts
from ringwall.pdp.missing import FactMissing
from tests.unit.pdp.scene import (
    FROM,
    NOW,
    PAST,
    RUN,
    SAFEGUARDS,
    UNTIL,
    edited,
    institute,
)

START, END = parse_instant(FROM), parse_instant(UNTIL)
INDEPENDENT = {"assessor", "eu-institution"}
PROOFS = ("notice", "security_evaluation", "alignment_evaluation", "evaluator")


def look(asset: Document, *others: Document, now: int = NOW) -> AssetFacts:
    return spanned(asset, *others, now=now)[1]


def as_twin(asset: Document, *others: Document, same: tuple[str, ...]) -> AssetFacts:
    """Return what is seen of an asset that is one file with others."""
    assert isinstance(asset, Asset)
    return asset_facts(asset, institute(*others).documents(), NOW, same)[1]


def spanned(
    asset: Document, *others: Document, now: int = NOW
) -> tuple[Span, AssetFacts]:
    assert isinstance(asset, Asset)
    return asset_facts(asset, institute(*others).documents(), now)


def test_an_asset_shows_the_upper_bound_of_its_compute() -> None:
    facts = look(edited("weights:aurora"))

    assert facts.compute == 2 * 10**25
    assert (facts.tier, facts.content) == (Tier.UPPER, "restricted")
    assert facts.capability is Capability.REACHED
    assert facts.compartments == {"aurora"}
    assert facts.integrity is Integrity.ASSURED


def test_what_is_not_said_of_an_asset_is_the_worst_or_the_least() -> None:
    facts = look(edited("weights:aurora", integrity=None))

    assert facts.integrity is Integrity.UNVERIFIED
    assert facts.dual_use is DualUse.UNKNOWN
    assert facts.disclosure is Disclosure.PENDING
    assert facts.equivalent is Equivalence.NO
    assert facts.authors == frozenset()
    assert {getattr(facts, name) for name in PROOFS} == {Proof.NONE}
    assert (facts.source_tier, facts.source_compartments) == (Tier.LOWER, frozenset())


def test_what_is_said_of_an_asset_is_seen() -> None:
    case = document_of(
        {
            "id": "case:one",
            "tier": "upper",
            "content": "raid",
            "authors": ["user:ada"],
            "disclosure": "embargoed",
            "dual_use": "suspected",
        }
    )
    facts = look(case)

    assert facts.kind == "raid-case"
    assert facts.authors == {"user:ada"}
    assert facts.disclosure is Disclosure.EMBARGOED
    assert facts.dual_use is DualUse.SUSPECTED
    assert look(document_of({**RUN, "equivalent": True})).equivalent is Equivalence.YES


@pytest.mark.parametrize(
    ("word", "seen"),
    [
        ("cleared", DualUse.CLEARED),
        ("suspected", DualUse.SUSPECTED),
        ("found", DualUse.FOUND),
        ("unknown", DualUse.UNKNOWN),
        (None, DualUse.UNKNOWN),
    ],
)
def test_dual_use_that_nobody_looked_into_is_worse_than_a_suspicion(
    word: str | None, seen: DualUse
) -> None:
    assert look(edited("dataset:open", dual_use=word)).dual_use is seen


def test_an_asset_that_is_no_model_has_neither_compute_nor_capability() -> None:
    facts = look(edited("dataset:open"))

    assert (facts.compute, facts.capability) == (0, Capability.NONE)


def test_an_asset_in_no_tier_has_no_facts() -> None:
    with pytest.raises(FactMissing) as caught:
        look(edited("weights:unplaced"))
    assert caught.value.reason.code == "asset-unclassified"


def model(name: str, *sources: str, **fields: Any) -> Document:  # noqa: ANN401 - fields of a declaration
    data: dict[str, Any] = {
        "capability": "below",
        "dual_use": "cleared",
        "derived_from": [f"weights:{source}" for source in sources],
        **fields,
    }
    return edited("weights:aurora", id=f"weights:{name}", **data)


def test_what_an_asset_derives_from_counts_as_its_own() -> None:
    first = model("a", tier="third", compartments=["x"], capability="near")
    second = model("b", "a", tier="upper", compartments=["y"], dual_use="suspected")
    third = model("c", "b", "a", tier="upper", compartments=["aurora"])
    facts = look(third, first, second)

    assert facts.compute == 3 * 2 * 10**25
    assert facts.capability is Capability.NEAR
    assert facts.dual_use is DualUse.SUSPECTED
    assert facts.source_tier is Tier.THIRD
    assert facts.source_compartments == {"x", "y"}
    assert facts.tier is Tier.UPPER
    assert facts.compartments == {"aurora"}


def test_what_was_made_with_nothing_of_its_own_has_what_its_sources_have() -> None:
    data = document_of(
        {
            "id": "data:distilled",
            "tier": "upper",
            "content": "internal",
            "derived_from": ["weights:a"],
        }
    )
    facts = look(data, model("a", capability="reached"))

    assert facts.compute == 2 * 10**25
    assert facts.capability is Capability.REACHED


def test_what_derives_from_an_equivalent_model_is_equivalent() -> None:
    first = model("a", equivalent=True)
    second, third = model("b", "a"), model("c", "b")

    assert look(third, first, second).equivalent is Equivalence.YES
    assert look(third, model("a"), second).equivalent is Equivalence.NO
    data = document_of(
        {"id": "data:d", "tier": "upper", "content": "open", "derived_from": [third.id]}
    )
    assert look(data, first, second, third).equivalent is Equivalence.YES


def test_compute_never_counts_to_more_than_policies_can_read() -> None:
    huge = {"low": "1e60", "high": "1e60"}
    facts = look(model("b", "a", compute=huge), model("a", compute=huge))

    assert facts.compute == 10**60


def test_a_line_that_is_broken_gives_no_facts() -> None:
    with pytest.raises(FactMissing) as caught:
        look(model("b", "a"))
    assert caught.value.reason.code == "derivation-broken"


def run(*safeguards: dict[str, Any]) -> Document:
    return document_of({**RUN, "safeguards": list(safeguards)})


def test_safeguards_of_a_run_count_from_their_start_and_not_at_their_end() -> None:
    for now, proof in (
        (START - 1, Proof.NONE),
        (START, Proof.IN_DATE),
        (END - 1, Proof.IN_DATE),
        (END, Proof.NONE),
    ):
        facts = look(run(*SAFEGUARDS), now=now)
        assert {getattr(facts, name) for name in PROOFS} == {proof}


@pytest.mark.parametrize("place", range(4))
def test_each_safeguard_is_seen_by_itself(place: int) -> None:
    facts = look(run(SAFEGUARDS[place]))
    shown = [name for name in PROOFS if getattr(facts, name) is Proof.IN_DATE]

    assert shown == [PROOFS[place]]


def shown_by(assessor: str, *changes: Document, **fields: str) -> list[str]:
    """Return which safeguards are shown that one organisation vouches for."""
    items = [{**item, "assessor": assessor} for item in SAFEGUARDS]
    facts = look(document_of({**RUN, "safeguards": items, **fields}), *changes)
    return [name for name in PROOFS if getattr(facts, name)]


def test_who_trains_may_give_notice_and_evaluates_nothing() -> None:
    assert shown_by("org:institute") == ["notice"]
    assert shown_by("org:assurance", developer="org:assurance") == ["notice"]
    assert shown_by("org:institute", developer="org:partner") == ["notice"]


@pytest.mark.parametrize("relation", RELATIONS)
def test_only_assessors_and_institutions_of_the_union_evaluate_a_run(
    relation: str,
) -> None:
    states = {"member-state", "associated-state", "candidate-state"}
    entity = "gov:fr" if relation in states else "org:partner"
    body = edited(entity, relation=relation)
    all_or_notice = [*PROOFS] if relation in INDEPENDENT else ["notice"]

    assert shown_by(entity, body) == all_or_notice


@pytest.mark.parametrize(
    "changes", [(edited("org:assurance", suspended=True),), (edited("user:max"),)]
)
def test_what_somebody_suspended_or_unknown_vouches_for_does_not_count(
    changes: tuple[Document, ...],
) -> None:
    items = SAFEGUARDS
    if changes[0].id == "user:max":
        items = [{**item, "assessor": "org:nobody"} for item in SAFEGUARDS]
    facts = look(run(*items), *changes)

    assert not any(getattr(facts, name) for name in PROOFS)
    assert facts.lapses == ()


def test_a_safeguard_that_lapsed_is_told() -> None:
    lapsed = {**SAFEGUARDS[3], "from": PAST["from"], "until": PAST["until"]}
    span, facts = spanned(run(SAFEGUARDS[0], lapsed))

    when = parse_instant(PAST["from"]), parse_instant(PAST["until"])
    assert facts.lapses == (Lapse("evaluator", "by org:assurance", *when),)
    assert facts.evaluator is Proof.NONE
    assert span == Span(when[1], END)


def test_an_asset_without_dates_stays_as_it_is() -> None:
    assert spanned(edited("weights:aurora"))[0] == Span()
    assert spanned(run(SAFEGUARDS[0]), now=END)[0] == Span(start=END)


def test_an_embargo_and_the_authors_pass_on_to_what_derives() -> None:
    source = document_of(
        {
            "id": "case:one",
            "tier": "upper",
            "content": "raid",
            "authors": ["user:ada"],
            "disclosure": "embargoed",
        }
    )
    made = {
        "id": "case:two",
        "tier": "upper",
        "content": "raid",
        "authors": ["user:max"],
        "disclosure": "cleared",
    }
    alone = look(document_of(made), source)
    derived = look(document_of({**made, "derived_from": ["case:one"]}), source)

    assert alone.disclosure is Disclosure.CLEARED
    assert alone.authors == {"user:max"}
    assert derived.disclosure is Disclosure.EMBARGOED
    assert derived.authors == {"user:ada", "user:max"}


def test_what_derives_from_what_is_kept_by_need_to_know_is_kept_so_too() -> None:
    base = edited("weights:aurora", need_to_know=True)
    child = edited("weights:unplaced", tier="upper", derived_from=["weights:aurora"])
    grandchild = edited("eval:brief", derived_from=["weights:unplaced"])

    assert look(base).need_to_know
    assert look(child, base).need_to_know
    assert look(grandchild, base, child).need_to_know
    assert not look(grandchild, child).need_to_know
    assert not look(edited("weights:aurora")).need_to_know


def test_another_id_of_the_same_file_is_kept_from_the_same_people() -> None:
    base = edited("weights:aurora", need_to_know=True, compartments=["aurora", "two"])
    twin = edited("weights:aurora", id="weights:twin", compartments=["own"])
    same = "weights:aurora", "weights:gone", "weights:twin"

    found = as_twin(twin, base, same=same)
    assert found.compartments == {"aurora", "two", "own"}
    assert found.need_to_know
    assert not as_twin(twin, base, same=("weights:twin",)).need_to_know
    # What the other inherits holds, too.
    child = edited("weights:unplaced", tier="upper", derived_from=["weights:aurora"])
    assert as_twin(twin, base, child, same=("weights:unplaced",)).need_to_know


def test_a_twin_whose_line_is_broken_leaves_no_facts() -> None:
    twin = edited("weights:aurora", id="weights:twin")
    broken = edited("weights:unplaced", derived_from=["weights:gone"])

    with pytest.raises(FactMissing) as caught:
        as_twin(twin, broken, same=("weights:unplaced",))
    assert caught.value.reason.code == "derivation-broken"
