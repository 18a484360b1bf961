"""Laws of the gate: nobody gets in without a record that says the same."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringwall.base.clock import FixedClock
from ringwall.base.errors import RequestError
from ringwall.gate.amounts import amount_facts, taken_by
from ringwall.gate.request_reader import request_from_json
from ringwall.gate.sampling import Sampler
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.model.values import is_printable
from ringwall.pdp.stages import PIPELINE
from ringwall.policy.concern import Concern
from ringwall.policy.outcome import Outcome
from ringwall.policy.reference import ReferenceConcern
from tests.example import BOUNDED, NOON, declared

# Each attempt of an example is flushed.
few = settings(max_examples=25)

FACTS = {doc.id: doc for file in declared() for doc, _ in file.documents()}


def ids(*prefixes: str) -> st.SearchStrategy[str]:
    """Draw an id of the example, or one that is not on record."""
    known = sorted(entity for entity in FACTS if entity.startswith(prefixes))
    return st.sampled_from([*known, f"{prefixes[0]}not-there"])


requests = st.builds(
    AccessRequest,
    st.sampled_from(["user:ada", "user:grace"]) | ids("user:", "service:", "org:"),
    st.sampled_from(
        [
            *("weights.read", "weights.infer", "weights.copy", "weights.publish"),
            *("research.read", "raid.read", "training.start", "site.enter", "no.such"),
        ]
    ),
    st.sampled_from(["weights:aurora-2", "weights:aurora-1", "weights:pico-1"])
    | ids("weights:", "dataset:", "eval:", "code:", "report:", "run:", "room:"),
    st.sampled_from(["point:trainer", "point:west-bench"]) | ids("point:", "site:"),
    st.sampled_from(Authentication),
    st.text(max_size=20).filter(is_printable),
    amount=st.none() | st.integers(0, 2000),
    present=st.lists(ids("user:"), max_size=2, unique=True).map(tuple),
)
json_values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["subject", "action", "resource", "context", "type", "id", "name"]
            )
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def institute(
    institute_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Institute:
    folder = tmp_path_factory.mktemp("laws") / "institute"
    shutil.copytree(institute_folder, folder)
    return Institute(folder, FixedClock(NOON))


@pytest.fixture(scope="module")
def gate(institute: Institute) -> Iterator[Gatekeeper]:
    with institute.gatekeeper("point:trainer") as opened:
        yield opened


@pytest.fixture(scope="module")
def benches(
    institute: Institute, gate: Gatekeeper
) -> Iterator[tuple[FixedClock, Gatekeeper, Gatekeeper]]:
    """Give two gates at the point that counts what leaves, and their clock."""
    assert gate.ground.obstacle is None
    clock = FixedClock(NOON)
    same = Institute(institute.folder, clock)
    point = "point:west-bench"
    with same.gatekeeper(point) as one, same.gatekeeper(point) as other:
        yield clock, one, other


@pytest.fixture(scope="module")
def closed(institute: Institute) -> Gatekeeper:
    opened = institute.gatekeeper("point:trainer")
    opened.close()
    return opened


@given(requests)
def test_each_answer_is_on_record_just_as_it_was_given(
    institute: Institute, gate: Gatekeeper, request: AccessRequest
) -> None:
    decision = gate.check_request(request)

    assert decision.receipt is not None
    ledger = institute.ledger(writable=False)
    recorded = ledger.entry(decision.receipt.index)
    ledger.close()
    assert recorded.leaf == decision.receipt.leaf
    event = recorded.event
    assert event.get("bytes") == request.amount
    assert event.get("present", []) == list(request.present)
    assert event.get("rests_on", []) == list(decision.verdict.rests_on)
    assert (event["id"], event["kind"]) == (decision.id, "decision.made")
    assert (event["effect"] == "permit") == decision.permitted
    assert (event["subject"], event["resource"]) == (request.subject, request.resource)
    assert bool(decision.verdict.reasons) != decision.permitted
    assert bool(decision.verdict.rules) or not decision.permitted


HOUR = 3600 * 1_000_000
BUDGET = 400_000
spends = st.tuples(
    st.sampled_from([0, 1, HOUR // 3, HOUR]),  # since the one before
    st.integers(0, 250_000),
    st.booleans(),  # whether another gate is asked
    st.booleans(),  # whether the gate has to read the ledger again
)


@few
@given(st.lists(spends, max_size=12))
def test_no_hour_sees_more_leave_than_its_budget_and_no_less_is_refused(
    benches: tuple[FixedClock, Gatekeeper, Gatekeeper],
    attempts: list[tuple[int, int, bool, bool]],
) -> None:
    clock, one, other = benches
    clock.instant += 2 * HOUR  # whatever was spent in another example is past
    left: list[tuple[int, int]] = []
    for wait, size, elsewhere, again in attempts:
        clock.instant += wait
        gate = other if elsewhere else one
        if again:
            gate.refresh()

        permitted = gate.check(**BOUNDED, amount=size).permitted

        since = clock.instant - HOUR
        spent = sum(amount for at, amount in left if at >= since)
        assert permitted == (spent + size <= BUDGET)
        if permitted:
            left.append((clock.instant, size))


@given(requests)
def test_a_closed_gate_permits_nothing(
    closed: Gatekeeper, request: AccessRequest
) -> None:
    decision = closed.check_request(request)

    assert not decision.permitted
    assert decision.receipt is None
    assert [reason.code for reason in decision.verdict.reasons] == ["audit-unavailable"]


class Referee:
    """Answers as it is told for each concern; None is a failure."""

    answers: ClassVar[dict[str, bool | None]] = {}

    def __init__(self, concern: Concern) -> None:
        self.name = concern.name

    def decide(self, _: object) -> Outcome:
        answer = self.answers[self.name]
        if answer is None:
            raise RuntimeError
        return Outcome(permitted=answer, rules=())


@pytest.fixture(scope="module")
def disputed(institute: Institute, gate: Gatekeeper) -> Iterator[Gatekeeper]:
    ledger = institute.ledger(writable=True)
    sampler = Sampler(1, Referee)
    with Gatekeeper(
        ledger, institute, institute.clock, "point:trainer", sampler
    ) as opened:
        # That gate has put the policies in force for this one.
        assert opened.ground.policy == gate.ground.policy
        yield opened


@given(
    requests,
    st.lists(
        st.sampled_from([True, False, None]),
        min_size=len(PIPELINE),
        max_size=len(PIPELINE),
    ),
)
def test_a_permit_is_one_that_every_referee_shares(
    institute: Institute,
    disputed: Gatekeeper,
    request: AccessRequest,
    answers: list[bool | None],
) -> None:
    Referee.answers = {s.value: a for s, a in zip(PIPELINE, answers, strict=True)}
    ground = disputed.ground
    assert ground.decider is not None
    amount = amount_facts(request, ground.facts, ground.spending, NOON)
    alone = ground.decider.evaluate(request, ground.facts, NOON, amount)

    decision = disputed.check_request(request)

    disputes = [
        stage.value
        for stage, outcome in zip(alone.stages, alone.outcomes, strict=True)
        if Referee.answers[stage.value] is not outcome.permitted
    ]
    assert decision.permitted == (alone.permitted and not disputes)
    codes = [reason.code for reason in decision.verdict.reasons]
    assert codes.count("engines-disagree") == len(disputes)
    assert decision.receipt is not None
    first, last = decision.receipt.index + 1, decision.receipt.size
    ledger = institute.ledger(writable=False)
    events = [ledger.entry(index).event for index in range(first, last)]
    ledger.close()
    costs = taken_by(request, ground.facts, ground.spending) is not None
    taken = decision.permitted and costs
    assert [event["kind"] for event in events] == (
        ["alarm.raised"] * len(disputes) + ["amount.left"] * taken
    )
    alarms = events[: len(disputes)]
    assert [alarm["concern"] for alarm in alarms] == disputes
    assert {alarm["decision"] for alarm in alarms} <= {decision.id}


@pytest.fixture(scope="module")
def sampled(institute: Institute, gate: Gatekeeper) -> Iterator[Gatekeeper]:
    ledger = institute.ledger(writable=True)
    sampler = Sampler(1, ReferenceConcern)
    with Gatekeeper(
        ledger, institute, institute.clock, "point:trainer", sampler
    ) as opened:
        assert opened.ground.policy == gate.ground.policy
        yield opened


@given(requests)
def test_stock_casbin_shares_every_answer_of_the_gate(
    gate: Gatekeeper, sampled: Gatekeeper, request: AccessRequest
) -> None:
    # Without an amount: the first answer would leave less for the second.
    asked = replace(request, amount=None)

    assert sampled.check_request(asked).verdict == gate.check_request(asked).verdict


@given(json_values)
def test_any_json_is_a_request_or_is_refused_as_malformed(value: object) -> None:
    try:
        request_from_json(value, "point:trainer")
    except RequestError as error:
        refusal = error
    else:
        return

    assert refusal.code == "request-malformed"
    assert is_printable(refusal.message)
