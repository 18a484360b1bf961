"""Laws of permits: more proof never hurts, less evidence never helps."""

from collections.abc import Iterable

from hypothesis import assume, given
from hypothesis import strategies as st

from ringwall.model.facts import AmountFacts
from tests.property.asking import FRESH, MOST, facts_of, permitted, point, put
from tests.property.strategies_documents import attestations, joined
from tests.property.strategies_in_order import LEVELS, Data, Institute
from tests.property.strategies_institute import (
    Asked,
    amounts,
    likely_questions,
    questions,
)


@given(questions(), st.data())
def test_raising_a_level_never_loses_a_permit(
    asked: Asked, data: st.DataObject
) -> None:
    assume(permitted(asked))
    raised = data.draw(st.sampled_from([*raisings(asked.documents)]))

    assert permitted(asked, raised)


def raisings(documents: Institute) -> Iterable[Institute]:
    """Give the institute with one level raised: of a screening or of evidence."""
    for entity, document in documents.items():
        if "screening" in document:
            for higher in above(document["screening"]):
                yield put(documents, entity, screening=higher)
        for number, item in enumerate(document.get("evidence", [])):
            for higher in above(item):
                items = list(document["evidence"])
                items[number] = higher
                yield put(documents, entity, evidence=items)
    yield documents


def above(statement: Data) -> Iterable[Data]:
    if "score" in statement:
        yield {**statement, "score": 100}
    if "level" in statement:
        rank = LEVELS.index(statement["level"])
        yield from ({**statement, "level": level} for level in LEVELS[rank + 1 :])


# What is written at a point of a higher tier than the asset's would flow down.
WRITES = ("write", "copy", "export", "delete", "start", "scale")


@given(likely_questions())
def test_lowering_the_tier_never_loses_a_permit(asked: Asked) -> None:
    """Where the lower tier admits the asset at all: no row may keep it up there."""
    request, documents = asked.request, asked.documents
    assume(permitted(asked))
    assume(request.action.partition(".")[2] not in WRITES)
    assume(request.action.partition(".")[0] != "raid")
    tiers = ["lower", "upper", "third"]
    held = tiers.index(documents[request.resource]["tier"])
    for tier in tiers[:held]:
        lower = put(documents, request.resource, tier=tier)
        facts = facts_of(lower).asset(request.resource, asked.now)
        if not point().admits(facts):
            assert permitted(asked, lower)


@given(questions(), attestations)
def test_one_more_attestation_of_a_site_never_loses_a_permit(
    asked: Asked, more: Data
) -> None:
    assume(permitted(asked))
    documents = asked.documents
    for site in ("site:vault", "site:hub", "site:campus"):
        both = joined(documents[site]["attestations"], more)
        documents = put(documents, site, attestations=both)

    assert permitted(asked, documents)


@given(questions(), st.data())
def test_removing_evidence_never_adds_a_permit(
    asked: Asked, data: st.DataObject
) -> None:
    poorer = data.draw(st.sampled_from([*removals(asked.documents)]))

    if permitted(asked, poorer):
        assert permitted(asked)


def removals(documents: Institute) -> Iterable[Institute]:
    """Give the institute without one piece of evidence."""
    for entity, document in documents.items():
        if "screening" in document:
            poorer = {k: v for k, v in document.items() if k != "screening"}
            yield {**documents, entity: poorer}
        for key in ("attestations", "exceptions", "evidence", "safeguards"):
            for number in range(len(document.get(key, []))):
                items = document[key][:number] + document[key][number + 1 :]
                yield put(documents, entity, **{key: items})
    yield documents


@given(questions())
def test_more_proof_never_loses_a_permit(asked: Asked) -> None:
    assume(permitted(asked))

    assert permitted(asked, authentication=FRESH, quorum=int(MOST))


@given(questions(), amounts)
def test_more_people_and_less_that_left_never_lose_a_permit(
    asked: Asked, other: AmountFacts
) -> None:
    assume(permitted(asked))
    more = (*asked.request.present, "user:ada", "user:grace", "user:ida")
    less = AmountFacts(
        min(asked.amount.hour, other.hour),
        min(asked.amount.month, other.month),
        min(asked.amount.share, other.share),
        min(asked.amount.copies, other.copies),
    )

    assert permitted(asked._replace(amount=less), present=more)


@given(questions(), st.sampled_from(["subject", "organisation", "operator"]))
def test_a_suspended_party_is_never_permitted(asked: Asked, party: str) -> None:
    documents = asked.documents
    assume(asked.request.subject in documents)
    subject = documents[asked.request.subject]
    entity = subject.get(party, asked.request.subject)

    assert not permitted(asked, put(documents, entity, suspended=True))


@given(questions(), st.sampled_from(["weights:tuned", "weights:small", "eval:brief"]))
def test_an_asset_below_what_it_derives_from_is_never_permitted(
    asked: Asked, source: str
) -> None:
    documents, resource = asked.documents, asked.request.resource
    assume(resource in documents and source != resource)
    assume(source in documents and documents[source].get("tier") != "third")
    above = put(documents, source, tier="third", derived_from=[])
    below = put(above, resource, derived_from=[source], tier="upper")

    assert not permitted(asked, below)
