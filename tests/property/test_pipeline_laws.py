"""Laws of the pipeline: the twin agrees, a permit says what it rests on."""

from functools import cache

from hypothesis import assume, event, given
from hypothesis import strategies as st

from ringwall.model.decisions import Effect
from ringwall.model.requests import AccessRequest
from ringwall.pdp.facts import FactBase
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.stages import stages_of
from ringwall.policy.reference import ReferenceConcern
from tests.oracle import decision as oracle
from tests.oracle.floor import stands_on_the_floor
from tests.oracle.registered import Registry, UnknownError
from tests.property.asking import (
    answer,
    bundle,
    facts_of,
    permitted,
    put,
    wide_open,
)
from tests.property.strategies_in_order import INSTANTS, Institute
from tests.property.strategies_institute import Asked, nows, questions, requests
from tests.unit.pdp.ladder import ROWS


@cache
def references() -> dict[str, ReferenceConcern]:
    concerns = bundle().concerns.items()
    return {name: ReferenceConcern(concern) for name, concern in concerns}


def question_of(asked: Asked) -> oracle.Question:
    amount = asked.amount
    left = oracle.Amounts(amount.hour, amount.month, amount.share, amount.copies)
    return oracle.Question(asked.request, asked.quorum, asked.now, left)


@given(questions())
def test_the_pipeline_answers_as_its_slow_twin(asked: Asked) -> None:
    registry = Registry(asked.documents, ROWS)
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
    registry = Registry(opened, ROWS)
    try:
        facts = oracle.look_up(registry, question_of(asked))
        expected = stands_on_the_floor(facts, "two")
    except UnknownError:
        expected = False
    event(f"permit: {expected}")
    known = asked.request.action in wide_open().actions
    evaluation = wide_open().evaluate(asked.request, facts_of(opened), asked.now)

    assert evaluation.permitted is (expected and known)


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
