"""A second engine is asked now and then, one question at a time, and can only deny."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from typing_extensions import override

from ringwall.gate.sampling import Sampler, overruled
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.decisions import (
    Change,
    Decision,
    Effect,
    Reason,
    Stage,
    Verdict,
)
from ringwall.model.disagreements import Disagreement
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.pdp.pipeline import DecisionPoint, Evaluation
from ringwall.pdp.stages import stages_of
from ringwall.policy.concern import Concern
from ringwall.policy.outcome import Outcome
from tests.example import DENY_ROW, NOON, READ, add_row
from tests.switches import frequent_switches

PERMIT = Outcome(permitted=True, rules=("any",))
DENY = Outcome(permitted=False, rules=())
QUESTION = AccessRequest(
    READ["subject"],
    READ["action"],
    READ["resource"],
    "point:trainer",
    Authentication.HARDWARE_FRESH,
)
ASKED = stages_of(QUESTION.action)
"""The stages of the question, the last one access."""
FOUND = (Disagreement("access", "permit by acc-021", "deny"),)


class Fake:
    """A referee that answers as it was told, and remembers what it was asked."""

    def __init__(self, answer: Outcome | Exception) -> None:
        self.answer = answer
        self.asked: list[object] = []

    def decide(self, request: object) -> Outcome:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Appointed:
    """Appoints fakes, and remembers for which concerns.

    Args:
        answers: concern -> what its referee answers; the others permit.
    """

    def __init__(self, answers: Mapping[str, Outcome | Exception]) -> None:
        self.answers = answers
        self.made: list[tuple[str, Fake]] = []

    def __call__(self, concern: Concern) -> Fake:
        fake = Fake(self.answers.get(concern.name, PERMIT))
        self.made.append((concern.name, fake))
        return fake


@pytest.fixture
def decider(institute: Institute) -> DecisionPoint:
    return institute.decider()


@pytest.fixture
def permit(institute: Institute, decider: DecisionPoint) -> Evaluation:
    """Return an evaluation in which every concern permits."""
    return decider.evaluate(QUESTION, institute.facts(), NOON)


def found_by(
    appoint: Callable[[Concern], Fake], decider: DecisionPoint, evaluation: Evaluation
) -> tuple[Disagreement, ...]:
    return Sampler(1, appoint).disagreements(decider.concerns, evaluation)


def test_with_a_share_of_one_each_decision_is_drawn() -> None:
    sampler = Sampler(1, Appointed({}))

    assert all(sampler.draws() for _ in range(100))


def test_of_many_decisions_about_the_share_is_drawn() -> None:
    sampler = Sampler(10, Appointed({}))

    drawn = sum(sampler.draws() for _ in range(10_000))

    assert 800 < drawn < 1200  # more than six standard deviations to either side


def test_referees_that_agree_find_nothing_and_saw_the_very_situation(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    appointed = Appointed({})

    assert found_by(appointed, decider, permit) == ()
    assert [name for name, _ in appointed.made] == [stage.value for stage in ASKED]
    assert all(fake.asked == [permit.situation] for _, fake in appointed.made)


@pytest.mark.parametrize("stage", ASKED)
def test_a_permit_that_a_referee_denies_is_found(
    decider: DecisionPoint, permit: Evaluation, stage: Stage
) -> None:
    (found,) = found_by(Appointed({stage.value: DENY}), decider, permit)

    rule = permit.outcomes[ASKED.index(stage)].rules[0]
    assert found == Disagreement(stage.value, f"permit by {rule}", "deny")


@pytest.mark.parametrize("stage", ASKED)
def test_a_deny_that_a_referee_permits_is_found(
    decider: DecisionPoint, permit: Evaluation, stage: Stage
) -> None:
    outcomes = [PERMIT] * len(ASKED)
    outcomes[ASKED.index(stage)] = DENY
    denied = permit._replace(outcomes=tuple(outcomes), permitted=False)

    (found,) = found_by(Appointed({}), decider, denied)

    assert found == Disagreement(stage.value, "deny", "permit by any")


def test_a_concern_that_the_action_does_not_pass_is_not_asked(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    appointed = Appointed({"training": DENY})

    assert found_by(appointed, decider, permit) == ()
    assert "training" not in dict(appointed.made)


def test_of_training_the_training_concern_is_asked_too(
    institute: Institute, decider: DecisionPoint
) -> None:
    request = replace(QUESTION, action="training.start")
    evaluation = decider.evaluate(request, institute.facts(), NOON)
    appointed = Appointed({})

    found_by(appointed, decider, evaluation)

    assert [name for name, _ in appointed.made] == [
        stage.value for stage in stages_of("training.start")
    ]
    assert "training" in dict(appointed.made)


def test_every_disagreement_is_found_not_just_the_first(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    found = found_by(Appointed({"access": DENY, "eligibility": DENY}), decider, permit)

    assert [item.concern for item in found] == ["eligibility", "access"]


@pytest.mark.parametrize("outcome", [PERMIT, DENY])
def test_a_referee_that_fails_disagrees_whatever_was_decided(
    decider: DecisionPoint, permit: Evaluation, outcome: Outcome
) -> None:
    evaluation = permit._replace(outcomes=(*[PERMIT] * (len(ASKED) - 1), outcome))

    (found,) = found_by(Appointed({"access": KeyError("secret")}), decider, evaluation)

    assert found.concern == "access"
    assert found.casbin == "failed with KeyError"


class Stumbling(Fake):
    """A referee that fails so many times before it answers."""

    def __init__(self, error: Exception, times: int) -> None:
        super().__init__(PERMIT)
        self.errors = [error] * times

    @override
    def decide(self, request: object) -> Outcome:
        if self.errors:
            raise self.errors.pop()
        return super().decide(request)


@pytest.mark.parametrize(
    ("error", "times", "said"),
    [
        (SystemError("AST constructor recursion depth mismatch"), 2, set()),
        (SystemError("for good"), 3, {"failed with SystemError"}),
        (ValueError("once"), 1, {"failed with ValueError"}),
    ],
)
def test_what_python_gets_wrong_between_threads_is_asked_again_and_nothing_else(
    decider: DecisionPoint,
    permit: Evaluation,
    error: Exception,
    times: int,
    said: set[str],
) -> None:
    found = found_by(lambda _: Stumbling(error, times), decider, permit)

    assert {item.casbin for item in found} == said


def test_a_referee_that_can_not_be_made_disagrees(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    def appoint(concern: Concern) -> Fake:
        raise OSError(concern.name)

    found = found_by(appoint, decider, permit)

    assert [item.casbin for item in found] == ["failed with OSError"] * len(ASKED)


def test_without_facts_nobody_is_asked(decider: DecisionPoint) -> None:
    appointed = Appointed({})
    missing = Reason(Stage.FACTS, "unknown-subject", "`user:x` is not on record")

    assert found_by(appointed, decider, Evaluation(missing, (), (), (), False)) == ()
    assert appointed.made == []


def test_a_concern_that_could_not_be_evaluated_is_a_deny_in_words(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    failed = Outcome(permitted=False, rules=(), error="KeyError: 'x'")
    evaluation = permit._replace(outcomes=(*[PERMIT] * (len(ASKED) - 1), failed))

    (found,) = found_by(Appointed({}), decider, evaluation)

    assert found.compiled == "deny, a rule could not be evaluated"


def test_of_many_rules_three_are_named(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    def compiled(count: int) -> str:
        many = Outcome(permitted=False, rules=tuple(f"r-{n}" for n in range(count)))
        evaluation = permit._replace(outcomes=(*[PERMIT] * (len(ASKED) - 1), many))
        return found_by(Appointed({}), decider, evaluation)[0].compiled

    assert compiled(3) == "deny by r-0, r-1, r-2"
    assert compiled(500) == "deny by r-0, r-1, r-2 and 497 more"


def test_a_referee_is_made_once_for_the_same_rows(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    appointed = Appointed({})
    sampler = Sampler(1, appointed)

    for _ in range(3):
        sampler.disagreements(decider.concerns, permit)

    assert len(appointed.made) == len(ASKED)


def test_other_rows_get_a_referee_of_their_own(
    institute: Institute, decider: DecisionPoint, permit: Evaluation
) -> None:
    appointed = Appointed({})
    sampler = Sampler(1, appointed)
    sampler.disagreements(decider.concerns, permit)
    add_row(institute, DENY_ROW)

    sampler.disagreements(institute.decider().concerns, permit)

    assert [name for name, _ in appointed.made[len(ASKED) :]] == ["access"]


def test_referees_are_asked_one_question_at_a_time(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    busy = threading.Lock()
    overlaps: list[object] = []

    class Alone(Fake):
        """A referee that notices who comes in while it thinks."""

        @override
        def decide(self, request: object) -> Outcome:
            if not busy.acquire(blocking=False):
                overlaps.append(request)
                return PERMIT
            sum(range(2000))  # long enough for another thread to have its turn
            busy.release()
            return PERMIT

    sampler = Sampler(1, lambda _: Alone(PERMIT))

    def ask() -> None:
        for _ in range(100):
            sampler.disagreements(decider.concerns, permit)

    with frequent_switches():
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert overlaps == []


def test_without_a_disagreement_the_verdict_stands() -> None:
    verdict = Verdict(Effect.PERMIT, ("acc-021",))

    assert overruled(verdict, ()) is verdict


def test_a_permit_is_overruled_by_a_reason_that_names_concern_and_answers() -> None:
    verdict = overruled(Verdict(Effect.PERMIT, ("acc-021",)), FOUND)

    (reason,) = verdict.reasons
    assert (verdict.effect, verdict.rules) == (Effect.DENY, ())
    assert (reason.stage, reason.code) == (Stage.POLICY, "engines-disagree")
    assert reason.message == (
        "the engines disagree on `access` (compiled: permit by acc-021; Casbin: deny)"
    )


def test_a_deny_keeps_what_it_has_against_the_request() -> None:
    own = Reason(Stage.ACCESS, "forbidden-by-rule", "rule `acc-900` forbids it")
    deny = Verdict(Effect.DENY, ("acc-900",), (own,), explicit=True)

    verdict = overruled(deny, FOUND)

    assert (verdict.effect, verdict.rules) == (Effect.DENY, ("acc-900",))
    assert verdict.explicit
    assert [reason.code for reason in verdict.reasons] == ["engines-disagree", own.code]


def test_the_caller_is_told_no_more_than_of_any_deny() -> None:
    mendable = Reason(Stage.ACCESS, "authentication-insufficient", "prove it better")
    change = Change("session.authentication", "mfa", "hardware")
    deny = Verdict(Effect.DENY, reasons=(mendable,), change=(change,))

    def told(verdict: Verdict) -> tuple[str, ...]:
        decision = Decision("dec-1", NOON, QUESTION, verdict, None, 0, "ab")
        return decision.caller_reasons()

    assert told(deny) == ("authentication-insufficient",)
    assert told(overruled(deny, FOUND)) == ("not-permitted",)
    assert told(overruled(Verdict(Effect.PERMIT), FOUND)) == ("not-permitted",)


def test_a_referee_that_answers_nothing_at_all_disagrees(
    decider: DecisionPoint, permit: Evaluation
) -> None:
    class Mute(Fake):
        @override
        def decide(self, request: object) -> Outcome:
            return None  # type: ignore[return-value]  # that it breaks its word is the point

    wordy = type("E" * 1000, (Exception,), {})

    silent = found_by(lambda _: Mute(PERMIT), decider, permit)
    loud = found_by(lambda _: Stumbling(wordy(), 1), decider, permit)

    assert {item.casbin for item in silent} == {"failed with AttributeError"}
    assert {item.casbin for item in loud} == {f"failed with {'E' * 60}"}


def test_operators_hear_of_each_alarm_in_the_diary(
    institute: Institute, caplog: pytest.LogCaptureFixture
) -> None:
    institute.gatekeeper("point:trainer").close()
    sampler = Sampler(1, Appointed({"access": DENY}))
    ledger = institute.ledger(writable=True)
    clock = institute.clock
    with Gatekeeper(ledger, institute, clock, "point:trainer", sampler) as gate:
        caplog.clear()
        with caplog.at_level(logging.ERROR, "ringwall"):
            decision = gate.check(**READ)

    assert not decision.permitted
    (line,) = (json.loads(record.message) for record in caplog.records)
    assert (line["event"], line["level"]) == ("engines_disagree", "error")
    assert (line["decision"], line["concern"]) == (decision.id, "access")
    assert line["casbin"] == "deny"
