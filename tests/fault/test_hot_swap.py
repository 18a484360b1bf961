"""Policies change under load: each answer is that of one bundle, whole and in force."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from benchmarks.hot_swap import (
    KEYS,
    SWAPS,
    Holder,
    Load,
    is_right,
    make_version,
    situation,
    swap_under_load,
)
from ringwall.base.errors import PolicyError
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.decisions import Decision
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.policy.bundle import CompiledBundle, compile_bundle
from ringwall.policy.outcome import Outcome
from tests.example import (
    DENY_ROW,
    NOON,
    READ,
    SUSPENSION,
    activate,
    add_row,
    declare,
    policy_file,
)
from tests.recorded import newest_first
from tests.switches import frequent_switches

pytestmark = pytest.mark.usefixtures("uncounted")

NO_ROW = "no row at all"
FORBIDDING = [
    f"p, new-{900 + number}, {role}, *, upper, {action}, SL0, SL0, none, none, deny"
    for number, (role, action) in enumerate(
        [
            ("weights-researcher", "weights.read"),
            ("evaluator", "weights.infer"),
            ("weights-researcher", "weights.infer"),
            ("raid-analyst", "weights.read"),
            ("weights-researcher", "weights.copy"),
        ]
    )
]
"""Rows that are put in the policy, each in place of the one before it."""
QUESTIONS = [
    AccessRequest(
        subject, action, "weights:aurora-2", "point:trainer", Authentication(4)
    )
    for subject in ("user:ada", "user:alan", "user:emmy")
    for action in ("weights.read", "weights.infer")
]
OBSTACLES = {"policy-not-activated", "policy-unavailable"}


def codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.verdict.reasons}


def test_twenty_swaps_under_four_threads_never_show_in_an_answer() -> None:
    versions = [make_version(number) for number in range(SWAPS + 1)]

    with frequent_switches():
        count = swap_under_load(versions, 200_000)

    assert count.swaps == 20
    assert count.wrong == 0
    assert sum(count.decisions.values()) >= 200_000
    assert count.decisions.keys() == {version.bundle.digest for version in versions}


def test_the_check_would_notice_an_answer_of_another_bundle() -> None:
    first, second = make_version(0), make_version(1)
    mixed = CompiledBundle(compile_bundle(second.bundle).concerns, first.bundle.digest)
    load = Load([first, second], Holder(mixed))
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(load.decide(0)[1]))
    thread.start()
    load.wait_for(len(KEYS))
    load.stop()
    thread.join()

    assert found[0] >= len(KEYS) // 4


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(permitted=True, rules=()),
        Outcome(permitted=True, rules=("vzz-0001",)),
        Outcome(permitted=True, rules=("vaa-0001", "vzz-0001")),
        Outcome(permitted=False, rules=()),
        Outcome(permitted=True, rules=("vaa-0001",), error="KeyError: 'x'"),
    ],
)
def test_the_check_would_notice_each_kind_of_wrong_answer(outcome: Outcome) -> None:
    version = make_version(0)
    number = version.permitted.index(True)
    right = (
        compile_bundle(version.bundle)
        .concerns["access"]
        .decide(situation(KEYS[number]))
    )

    assert is_right(version, number, right)
    assert not is_right(version, number, outcome)


@contextmanager
def asking(gate: Gatekeeper, answers: list[Decision]) -> Iterator[None]:
    """Let four threads ask all questions over and over, and collect the answers."""
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answers.extend(gate.check_request(request) for request in QUESTIONS)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def truths(institute: Institute) -> dict[AccessRequest, bool]:
    """Return what the policies on disk say of each question, asked without a gate."""
    decider, facts = institute.decider(), institute.facts()
    return {q: decider.evaluate(q, facts, NOON).permitted for q in QUESTIONS}


def swap_five_times(
    institute: Institute, gate: Gatekeeper
) -> dict[str, dict[AccessRequest, bool]]:
    """Edit the policy and put it in force, as another process would, five times.

    Returns:
        For each bundle by digest what it says of each question.
    """
    good = policy_file(institute).read_text()
    said = {institute.load().digest: truths(institute)}
    for row in FORBIDDING:
        policy_file(institute).write_text(f"{good}{row}\n")
        digest = institute.load().digest
        said[digest] = truths(institute)
        activate(institute)
        answer = gate.check_request(QUESTIONS[0])
        assert answer.policy == digest
        assert answer.permitted == said[digest][QUESTIONS[0]]
    return said


@pytest.mark.parametrize("share", ["", 'sample = "1 in 2"\n'], ids=["plain", "sampled"])
def test_each_recorded_decision_is_what_the_bundle_that_it_names_says(
    institute: Institute, share: str
) -> None:
    settings = institute.folder / "ringwall.toml"
    settings.write_text(settings.read_text() + share)
    institute = Institute(institute.folder, institute.clock)
    answers: list[Decision] = []

    with institute.gatekeeper("point:trainer") as gate, asking(gate, answers):
        said = swap_five_times(institute, gate)

    assert len(said) == 6
    assert len({tuple(answers_of.values()) for answers_of in said.values()}) > 2
    assert {answer.policy for answer in answers} == said.keys()
    for answer in answers:
        assert answer.receipt is not None
        assert "engines-disagree" not in codes(answer)
        # The files may be one edit ahead of what is in force: then nobody gets in.
        if codes(answer) & OBSTACLES:
            assert not answer.permitted
        else:
            assert answer.permitted == said[answer.policy][answer.request]
    check_recorded(institute, answers)


def check_recorded(institute: Institute, answers: list[Decision]) -> None:
    """Hold answers against the record: the digest they name was in force there."""
    ledger = institute.ledger(writable=False)
    recorded = {entry.index: entry.event for entry in newest_first(ledger)}
    ledger.close()
    in_force, policy = {}, ""
    for index in sorted(recorded):
        if recorded[index]["kind"] == "policy.activated":
            policy = recorded[index]["digest"]
        in_force[index] = policy
    for answer in answers:
        assert answer.receipt is not None
        event = recorded[answer.receipt.index]
        assert (event["id"], event["policy"]) == (answer.id, answer.policy)
        assert (event["effect"] == "permit") == answer.permitted
        assert in_force[answer.receipt.index] == answer.policy


def spoil_row(institute: Institute) -> None:
    add_row(institute, NO_ROW)


def spoil_model(institute: Institute) -> None:
    (institute.folder / "policies" / "access" / "model.conf").write_text("[matchers]\n")


def empty(institute: Institute) -> None:
    policy_file(institute).write_text("")


def remove(institute: Institute) -> None:
    (institute.folder / "policies").rename(institute.folder / "elsewhere")


refused = pytest.mark.parametrize("spoil", [spoil_row, spoil_model, empty, remove])
Spoil = Callable[[Institute], None]


@refused
def test_a_bundle_refused_leaves_the_old_one_in_force(
    institute: Institute, example_gate: Gatekeeper, spoil: Spoil
) -> None:
    before = example_gate.check(**READ)

    spoil(institute)
    with pytest.raises(PolicyError):
        institute.bundle()
    after = example_gate.check(**READ)

    assert before.permitted
    assert after.permitted
    assert after.policy == before.policy
    assert after.verdict.rules == before.verdict.rules


@refused
def test_an_attempt_to_put_a_refused_bundle_in_force_leaves_the_old_one_in_force(
    institute: Institute, example_gate: Gatekeeper, spoil: Spoil
) -> None:
    before = example_gate.check(**READ)
    spoil(institute)

    with pytest.raises(PolicyError):
        activate(institute)
    after = example_gate.check(**READ)

    assert after.permitted
    assert (after.policy, after.basis) == (before.policy, before.basis)


def test_facts_that_change_while_the_files_are_refused_count_under_the_old_bundle(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    before = example_gate.check(**READ)
    files = declare(institute.folder, SUSPENSION)
    # The desk judges declarations by the policies on disk, so it comes first.
    desk = institute.registry()
    spoil_row(institute)
    desk.apply(files)
    desk.close()
    after = example_gate.check(**READ)

    assert before.permitted
    assert codes(after) & {"floor-suspended"}
    assert after.policy == before.policy
    assert after.basis > before.basis


@refused
def test_a_gate_opened_on_a_refused_bundle_denies_and_says_why(
    institute: Institute, spoil: Spoil
) -> None:
    institute.gatekeeper("point:trainer").close()
    in_force = institute.load().digest
    spoil(institute)

    with institute.gatekeeper("point:trainer") as gate:
        decision = gate.check(**READ)

    assert codes(decision) == {"policy-unavailable"}
    assert decision.receipt is not None
    assert decision.policy == in_force
    (reason,) = decision.verdict.reasons
    assert "policies" in reason.message
    assert str(institute.folder) not in reason.message


def test_a_refused_bundle_never_follows_one_that_was_put_in_force_elsewhere(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    assert example_gate.check(**READ).permitted
    good = policy_file(institute).read_text()
    add_row(institute, DENY_ROW)
    newest = activate(institute)
    policy_file(institute).write_text(f"{good}{NO_ROW}\n")

    # In force is now what this gate never had in memory and can't load any more.
    lost = example_gate.check(**READ)
    policy_file(institute).write_text(f"{good}{DENY_ROW}\n")
    mended = example_gate.check(**READ)

    assert codes(lost) == {"policy-unavailable"}
    assert lost.policy == newest
    assert "forbidden-by-rule" in codes(mended)
    assert mended.policy == newest


def test_an_unusable_policy_is_told_in_the_diary_once_it_stands_in_the_way(
    institute: Institute, caplog: pytest.LogCaptureFixture
) -> None:
    institute.gatekeeper("point:trainer").close()
    spoil_row(institute)
    caplog.set_level("WARNING", "ringwall")

    with institute.gatekeeper("point:trainer") as gate:
        gate.check(**READ)

    assert "policies_unusable" in caplog.text
    assert "policy-unavailable" in caplog.text
