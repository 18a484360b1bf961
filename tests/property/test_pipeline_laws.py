"""Laws of the pipeline: the twin agrees, more proof never hurts, nothing leaks."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from hypothesis import assume, event, given
from hypothesis import strategies as st

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.model.decisions import Decision, Effect, Verdict
from ringwall.model.declarations import Asset, document_of
from ringwall.model.events import decision_made, load_event, reasons_of
from ringwall.model.facts import GrantFacts, Situation
from ringwall.model.levels import Authentication, Quorum
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase, FactMissing, asset_facts
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import Bundle, compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.policy.reference import ReferenceConcern
from ringwall.shipped import shipped_path
from tests.oracle import decision as oracle
from tests.property.strategies_institute import (
    INSTANTS,
    LEVELS,
    Data,
    Institute,
    Question,
    attestations,
    nows,
    questions,
    requests,
)
from tests.unit.pdp import scene

MOST = max(Quorum)
FRESH = max(Authentication)


@cache
def bundle() -> Bundle:
    return read_bundle(shipped_path("policies"))


@cache
def point() -> DecisionPoint:
    return DecisionPoint(compile_bundle(bundle()).concerns, "three")


@cache
def references() -> dict[str, ReferenceConcern]:
    concerns = bundle().concerns.items()
    return {name: ReferenceConcern(concern) for name, concern in concerns}


def facts_of(documents: Institute) -> FactBase:
    return FactBase({k: document_of(data) for k, data in documents.items()})


def permitted(documents: Institute, request: AccessRequest, *rest: int) -> bool:
    quorum, now = rest
    try:
        s = facts_of(documents).situation(request, now)
    except FactMissing:
        return False
    return point().evaluate_situation(approved(s, quorum)).permitted


def approved(situation: Situation, quorum: int) -> Situation:
    return situation._replace(grant=GrantFacts(Quorum(quorum)))


def answer(documents: Institute, request: AccessRequest, now: int) -> Verdict:
    return point().decide(request, facts_of(documents), now)


def told(documents: Institute, request: AccessRequest, now: int) -> tuple[str, ...]:
    verdict = answer(documents, request, now)
    return Decision("dec-x", now, request, verdict, None, 0, "").caller_reasons()


def put(documents: Institute, entity: str, **fields: object) -> Institute:
    return {**documents, entity: {**documents[entity], **fields}}


@given(questions())
def test_the_pipeline_answers_as_its_slow_twin(asked: Question) -> None:
    documents, request, quorum, now = asked
    expected = oracle.is_permitted(
        documents, references(), "three", (request, quorum, now)
    )
    event(f"permit: {expected}")

    assert permitted(documents, request, quorum, now) is expected


@given(questions())
def test_with_wide_open_policies_the_floor_is_all_that_answers(asked: Question) -> None:
    documents, request, quorum, now = asked
    opened = {
        entity: {**data, "roles": ["researcher"]} if "roles" in data else data
        for entity, data in documents.items()
    }
    request = replace(request, action="weights.read")
    try:
        expected = oracle.stands_on_the_floor(
            oracle.look_up(opened, request, quorum, now), "two"
        )
    except oracle.UnknownError:
        expected = False
    event(f"permit: {expected}")
    wide_open = scene.small("two")

    assert wide_open.evaluate(request, facts_of(opened), now).permitted is expected


@given(questions())
def test_a_permit_names_rules_of_each_stage_and_a_deny_its_reasons(
    asked: Question,
) -> None:
    documents, request, _, now = asked
    verdict = answer(documents, request, now)
    event(verdict.effect)

    if verdict.effect is Effect.PERMIT:
        prefixes = {rule.partition("-")[0] for rule in verdict.rules}
        assert prefixes == {"class", "elig", "acc"}
        assert verdict.reasons == ()
    else:
        assert verdict.reasons
        assert all(reason.code and reason.message for reason in verdict.reasons)
        assert all(len(reason.message) <= 400 for reason in verdict.reasons)


@given(questions(), st.lists(nows, min_size=2, max_size=8), st.data())
def test_facts_that_are_kept_equal_facts_worked_out_afresh(
    asked: Question, instants: list[int], data: st.DataObject
) -> None:
    documents, *_ = asked
    kept = facts_of(documents)
    for now in instants:
        request = data.draw(requests())
        assert look(kept, request, now) == look(facts_of(documents), request, now)


def look(facts: FactBase, request: AccessRequest, now: int) -> object:
    try:
        return facts.situation(request, now)
    except FactMissing as missing:
        return missing.reason


@given(questions(), st.sampled_from(INSTANTS))
def test_what_is_known_changes_only_at_an_instant_that_is_declared(
    asked: Question, instant: int
) -> None:
    documents, request, *_ = asked
    facts = facts_of(documents)
    bounds = [*INSTANTS, INSTANTS[-1] + 1]
    after = bounds[INSTANTS.index(instant) + 1]

    assert look(facts, request, instant) == look(facts, request, after - 1)


@given(questions(), st.data())
def test_raising_a_level_never_loses_a_permit(
    asked: Question, data: st.DataObject
) -> None:
    documents, request, quorum, now = asked
    assume(permitted(documents, request, quorum, now))
    raised = data.draw(st.sampled_from([*raisings(documents)]))

    assert permitted(raised, request, quorum, now)


def raisings(documents: Institute) -> Iterable[Institute]:
    """Give the institute with one level raised: of a screening or an attestation."""
    for entity, document in documents.items():
        if "screening" in document:
            for higher in above(document["screening"]):
                yield put(documents, entity, screening=higher)
        for key in ("attestations", "evidence"):
            for number, item in enumerate(document.get(key, [])):
                for higher in above(item):
                    items = list(document[key])
                    items[number] = higher
                    yield put(documents, entity, **{key: items})
    yield documents


def above(statement: Data) -> Iterable[Data]:
    if "score" in statement:
        yield {**statement, "score": 100}
    if "level" in statement:
        rank = LEVELS.index(statement["level"])
        yield from ({**statement, "level": level} for level in LEVELS[rank + 1 :])


@given(questions())
def test_lowering_the_tier_never_loses_a_permit(asked: Question) -> None:
    """Where the lower tier admits the asset at all: no row may keep it up there."""
    documents, request, quorum, now = asked
    assume(permitted(documents, request, quorum, now))
    tiers = ["lower", "upper", "third"]
    held = tiers.index(documents[request.resource]["tier"])
    for tier in tiers[:held]:
        lower = put(documents, request.resource, tier=tier)
        asset = document_of(lower[request.resource])
        assert isinstance(asset, Asset)
        if not point().admits(asset_facts(asset)):
            assert permitted(lower, request, quorum, now)


@given(questions(), attestations)
def test_one_more_attestation_of_a_site_never_loses_a_permit(
    asked: Question, more: Data
) -> None:
    documents, request, quorum, now = asked
    assume(permitted(documents, request, quorum, now))
    for site in ("site:vault", "site:hub", "site:campus"):
        both = [*documents[site]["attestations"], more]
        documents = put(documents, site, attestations=both)

    assert permitted(documents, request, quorum, now)


@given(questions(), st.data())
def test_removing_evidence_never_adds_a_permit(
    asked: Question, data: st.DataObject
) -> None:
    documents, request, quorum, now = asked
    poorer = data.draw(st.sampled_from([*removals(documents)]))

    if permitted(poorer, request, quorum, now):
        assert permitted(documents, request, quorum, now)


def removals(documents: Institute) -> Iterable[Institute]:
    """Give the institute without one piece of evidence."""
    for entity, document in documents.items():
        if "screening" in document:
            poorer = {k: v for k, v in document.items() if k != "screening"}
            yield {**documents, entity: poorer}
        for key in ("attestations", "evidence"):
            for number in range(len(document.get(key, []))):
                items = document[key][:number] + document[key][number + 1 :]
                yield put(documents, entity, **{key: items})
    yield documents


@given(questions())
def test_more_proof_never_loses_a_permit(asked: Question) -> None:
    documents, request, quorum, now = asked
    assume(permitted(documents, request, quorum, now))
    stronger = replace(request, authentication=FRESH)

    assert permitted(documents, stronger, MOST, now)


@given(questions(), st.sampled_from(["subject", "organisation", "operator"]))
def test_a_suspended_party_is_never_permitted(asked: Question, party: str) -> None:
    documents, request, quorum, now = asked
    assume(request.subject in documents)
    subject = documents[request.subject]
    entity = subject.get(party, request.subject)

    assert not permitted(put(documents, entity, suspended=True), request, quorum, now)


@given(questions(), nows)
def test_a_caller_can_not_tell_a_foreign_compartment_from_nothing(
    asked: Question, now: int
) -> None:
    documents, request, *_ = asked
    assume(request.resource in documents)
    prefix = request.resource.partition(":")[0]
    hidden = put(documents, request.resource, compartments=["held-by-nobody"])
    nothing = replace(request, resource=f"{prefix}:not-there")

    assert (
        told(hidden, request, now) == told(hidden, nothing, now) == ("not-permitted",)
    )


@given(questions())
def test_a_caller_is_told_only_what_would_turn_the_answer(asked: Question) -> None:
    documents, request, _, now = asked
    codes = told(documents, request, now)
    event(str(codes))
    if codes in {(), ("not-permitted",)}:
        return
    mended = replace(request, authentication=FRESH)
    by_authn = "authentication-insufficient" in codes
    quorum = MOST if "approval-missing" in codes else Quorum.NONE

    assert set(codes) <= {"authentication-insufficient", "approval-missing"}
    assert permitted(documents, mended if by_authn else request, quorum, now)


@given(questions(), st.text(max_size=5))
def test_a_decision_comes_back_from_the_record(asked: Question, purpose: str) -> None:
    documents, request, _, now = asked
    request = replace(request, purpose=purpose)
    verdict = answer(documents, request, now)
    made = decision_made(now, "dec-x", request, verdict, {"basis": 0, "policy": "ab"})
    entry = dump_canonical(made)

    assert len(entry) <= MAX_ENTRY_BYTES
    assert load_event(entry) == made
    assert reasons_of(load_event(entry)) == verdict.reasons
