"""Laws of the pipeline: the twin agrees, more proof never hurts, nothing leaks."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from hypothesis import assume, event, given
from hypothesis import strategies as st

from ringwall.base.canonical import MAX_ENTRY_BYTES, dump_canonical
from ringwall.model.decisions import Decision, Effect, Verdict
from ringwall.model.declarations import document_of
from ringwall.model.events import decision_made, load_event, reasons_of
from ringwall.model.facts import AmountFacts, GrantFacts, Situation
from ringwall.model.levels import Authentication, Quorum
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.stages import stages_of
from ringwall.policy.bundle import Bundle, compile_bundle
from ringwall.policy.folder import read_bundle
from ringwall.policy.reference import ReferenceConcern
from ringwall.shipped import shipped_path
from tests.oracle import decision as oracle
from tests.property.strategies_documents import (
    INSTANTS,
    LEVELS,
    Data,
    Institute,
    attestations,
    joined,
)
from tests.property.strategies_institute import (
    NOTHING_LEFT,
    Asked,
    amounts,
    nows,
    questions,
    requests,
)
from tests.unit.pdp import scene
from tests.unit.pdp.ladder import BENCHMARK, ROWS

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
    return FactBase({k: document_of(data) for k, data in documents.items()}, BENCHMARK)


def permitted(
    asked: Asked, documents: Institute | None = None, **changed: object
) -> bool:
    """Return whether a question is permitted, with parts of it otherwise."""
    request = asked.request
    quorum, amount = changed.pop("quorum", asked.quorum), asked.amount
    assert isinstance(quorum, int)
    request = replace(request, **changed)  # type: ignore[arg-type]  # parts of a request
    facts = facts_of(asked.documents if documents is None else documents)
    try:
        s = facts.situation(request, asked.now, amount)
    except FactMissing:
        return False
    return point().evaluate_situation(approved(s, quorum)).permitted


def approved(situation: Situation, quorum: int) -> Situation:
    return situation._replace(grant=GrantFacts(Quorum(quorum)))


def question_of(asked: Asked) -> oracle.Question:
    amount = asked.amount
    left = oracle.Amounts(amount.hour, amount.month, amount.share, amount.copies)
    return oracle.Question(asked.request, asked.quorum, asked.now, left)


def answer(documents: Institute, request: AccessRequest, now: int) -> Verdict:
    return point().decide(request, facts_of(documents), now, NOTHING_LEFT)


def told(documents: Institute, request: AccessRequest, now: int) -> tuple[str, ...]:
    verdict = answer(documents, request, now)
    return Decision("dec-x", now, request, verdict, None, 0, "").caller_reasons()


def put(documents: Institute, entity: str, **fields: object) -> Institute:
    return {**documents, entity: {**documents[entity], **fields}}


@given(questions())
def test_the_pipeline_answers_as_its_slow_twin(asked: Asked) -> None:
    registry = oracle.Registry(asked.documents, ROWS)
    question = question_of(asked)
    expected = oracle.is_permitted(registry, references(), "three", question)
    event(f"permit: {expected}")
    if expected:
        event(f"permit of {asked.request.action.partition('.')[0]}")

    assert permitted(asked) is expected


@given(questions())
def test_with_wide_open_policies_the_floor_is_all_that_answers(asked: Asked) -> None:
    opened = {
        entity: {**data, "roles": ["researcher"]} if "roles" in data else data
        for entity, data in asked.documents.items()
    }
    asked = asked._replace(documents=opened)
    registry = oracle.Registry(opened, ROWS)
    try:
        facts = oracle.look_up(registry, question_of(asked))
        expected = oracle.stands_on_the_floor(facts, "two")
    except oracle.UnknownError:
        expected = False
    event(f"permit: {expected}")
    known = asked.request.action in wide_open().actions
    evaluation = wide_open().evaluate(asked.request, facts_of(opened), asked.now)

    assert evaluation.permitted is (expected and known)


@cache
def wide_open() -> DecisionPoint:
    actions = ", ".join(sorted(point().actions))
    tail = scene.ACCESS_TAIL.replace("weights.infer, weights.read", actions)
    rows = "p, acc-001, researcher, *, allow\n"
    return scene.small("two", access=scene.concern(scene.ACCESS_HEAD, tail, rows))


PREFIXES = {
    "classification": "class",
    "eligibility": "elig",
    "flow": "flow",
    "access": "acc",
    "release": "rel",
    "training": "trn",
    "raid_cases": "raid",
}


@given(questions())
def test_a_permit_names_rules_of_each_stage_and_a_deny_its_reasons(
    asked: Asked,
) -> None:
    verdict = answer(asked.documents, asked.request, asked.now)
    event(verdict.effect)

    if verdict.effect is Effect.PERMIT:
        stages = stages_of(asked.request.action)
        prefixes = {rule.partition("-")[0] for rule in verdict.rules}
        assert prefixes == {PREFIXES[stage.value] for stage in stages}
        assert verdict.reasons == ()
    else:
        assert verdict.reasons
        assert verdict.rests_on == ()
        assert all(reason.code and reason.message for reason in verdict.reasons)
        assert all(len(reason.message) <= 400 for reason in verdict.reasons)


MEASURES = [row["id"] for row in ROWS if row["scope"] != "institute"]


@given(questions(), st.sampled_from(MEASURES), st.sampled_from(MEASURES))
def test_a_permit_rests_on_an_exception_without_which_it_is_a_deny(
    asked: Asked, first: str, second: str
) -> None:
    site = str(asked.documents.get(asked.request.point, {}).get("site"))
    assume(site in asked.documents)
    exempt = excepted(asked.documents, site, {first, second})
    verdict = answer(exempt, asked.request, asked.now)
    assume(verdict.effect is Effect.PERMIT)
    bare = put(exempt, site, exceptions=[])
    event(f"rests on: {len(verdict.rests_on)}")

    without = answer(bare, asked.request, asked.now)
    assert bool(verdict.rests_on) is (without.effect is Effect.DENY)
    for line in verdict.rests_on:
        assert line.split()[0] in {first, second}


def excepted(documents: Institute, site: str, measures: set[str]) -> Institute:
    """Return the institute in which exceptions stand in for measures of a site."""
    held = [
        {**item, "measures": left}
        for item in documents[site].get("attestations", [])
        if (left := [m for m in item["measures"] if m not in measures])
    ]
    exceptions = [
        {
            "measure": measure,
            "compensation": "a guard at the door",
            "reason": "the door is late",
            "approved_by": ["user:ada", "user:grace"],
            "from": "2026-01-01T00:00:00Z",
            "until": "2026-07-01T00:00:00Z",
        }
        for measure in sorted(measures)
    ]
    return put(documents, site, attestations=held, exceptions=exceptions)


@given(questions(), st.lists(nows, min_size=2, max_size=8), st.data())
def test_facts_that_are_kept_equal_facts_worked_out_afresh(
    asked: Asked, instants: list[int], data: st.DataObject
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
    asked: Asked, instant: int
) -> None:
    documents, request, *_ = asked
    facts = facts_of(documents)
    bounds = [*INSTANTS, INSTANTS[-1] + 1]
    after = bounds[INSTANTS.index(instant) + 1]

    assert look(facts, request, instant) == look(facts, request, after - 1)


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


@given(questions())
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


@given(questions(), nows)
def test_a_caller_can_not_tell_a_foreign_compartment_from_nothing(
    asked: Asked, now: int
) -> None:
    documents, request = asked.documents, asked.request
    assume(request.resource in documents)
    prefix = request.resource.partition(":")[0]
    hidden = put(documents, request.resource, compartments=["held-by-nobody"])
    nothing = replace(request, resource=f"{prefix}:not-there")

    assert (
        told(hidden, request, now) == told(hidden, nothing, now) == ("not-permitted",)
    )


@given(questions())
def test_a_caller_is_told_only_what_would_turn_the_answer(asked: Asked) -> None:
    codes = told(asked.documents, asked.request, asked.now)
    event(str(codes))
    if codes in {(), ("not-permitted",)}:
        return
    proof = asked.request.authentication
    by_authn = "authentication-insufficient" in codes
    quorum = MOST if "approval-missing" in codes else Quorum.NONE
    asked = asked._replace(amount=NOTHING_LEFT)

    assert set(codes) <= {"authentication-insufficient", "approval-missing"}
    assert permitted(
        asked, authentication=FRESH if by_authn else proof, quorum=int(quorum)
    )


@given(questions(), st.text(max_size=5))
def test_a_decision_comes_back_from_the_record(asked: Asked, purpose: str) -> None:
    documents, request, now = asked.documents, asked.request, asked.now
    request = replace(request, purpose=purpose)
    verdict = answer(documents, request, now)
    made = decision_made(now, "dec-x", request, verdict, {"basis": 0, "policy": "ab"})
    entry = dump_canonical(made)

    assert len(entry) <= MAX_ENTRY_BYTES
    assert load_event(entry) == made
    assert reasons_of(load_event(entry)) == verdict.reasons
