"""Whatever a second engine answers, the gate gives no permit that it did not share.

The engine that lies is a fake; with the true one the two agree, which the last
tests hold over the whole way from the settings to the record.
"""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from ringwall.gate.denied import AccessDenied
from ringwall.gate.sampling import Sampler
from ringwall.institute import Gatekeeper, Institute
from ringwall.ledger.ledger import Recorded
from ringwall.model.decisions import Decision, Receipt, Stage
from ringwall.policy.concern import Concern
from ringwall.policy.outcome import Outcome
from tests.example import (
    DENY_ROW,
    NOON,
    READ,
    SUSPENSION,
    activate,
    add_row,
    apply,
    declare,
    size_of,
)

DENIED = {**READ, "subject": "user:emmy"}
PERMIT = Outcome(permitted=True, rules=())
DENY = Outcome(permitted=False, rules=())
Answer = Callable[[object], Outcome]


class Liar:
    """A referee that answers as it was told."""

    def __init__(self, answer: Answer) -> None:
        self.decide = answer


def always(outcome: Outcome) -> Answer:
    return lambda _: outcome


def broken(_: object) -> Outcome:
    raise RecursionError("too deep")


def truly(institute: Institute, concern: Concern) -> Answer:
    """Return the answers of a concern that nobody doubts."""
    compiled = institute.decider().concerns[Stage(concern.name)]
    return compiled.decide


@contextmanager
def gate_with(
    institute: Institute, lies: Mapping[str, Answer], one_in: int = 1
) -> Iterator[Gatekeeper]:
    """Give a gate whose referees lie about the concerns named."""
    institute.gatekeeper("point:trainer").close()

    def appoint(concern: Concern) -> Liar:
        return Liar(lies.get(concern.name) or truly(institute, concern))

    ledger = institute.ledger(writable=True)
    sampler = Sampler(one_in, appoint)
    with Gatekeeper(
        ledger, institute, institute.clock, "point:trainer", sampler
    ) as gate:
        yield gate


def entries(institute: Institute, start: int) -> list[Recorded]:
    """Return what is on record from an index on, the oldest first."""
    ledger = institute.ledger(writable=False)
    try:
        return [ledger.entry(index) for index in range(start, ledger.head().size)]
    finally:
        ledger.close()


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.verdict.reasons]


@pytest.mark.parametrize("concern", ["classification", "eligibility", "access"])
def test_a_permit_that_casbin_denies_is_a_deny_with_an_alarm_beside_it(
    institute: Institute, concern: str
) -> None:
    with gate_with(institute, {concern: always(DENY)}) as gate:
        decision = gate.check(**READ)

    assert not decision.permitted
    assert codes(decision) == ["engines-disagree"]
    (reason,) = decision.verdict.reasons
    assert reason.stage is Stage.POLICY
    assert f"`{concern}` (compiled: permit by " in reason.message
    assert reason.message.endswith("; Casbin: deny)")
    assert decision.receipt is not None
    made, alarm = entries(institute, decision.receipt.index)
    assert (made.event["id"], made.event["effect"]) == (decision.id, "deny")
    assert alarm.event["kind"] == "alarm.raised"
    assert alarm.event["decision"] == decision.id
    assert alarm.event["policy"] == decision.policy == institute.load().digest
    assert (alarm.event["concern"], alarm.event["casbin"]) == (concern, "deny")
    assert alarm.event["compiled"].startswith("permit by ")
    # One transaction: the tree that holds the one holds the other.
    assert decision.receipt.size == alarm.index + 1
    assert institute.verify().is_sound


def test_a_deny_that_casbin_permits_stays_a_deny_and_raises_an_alarm(
    institute: Institute,
) -> None:
    with gate_with(institute, {"access": always(PERMIT)}) as gate:
        decision = gate.check(**DENIED)

    assert codes(decision)[0] == "engines-disagree"
    assert "no-role" in codes(decision)
    assert decision.caller_reasons() == ("not-permitted",)
    assert decision.receipt is not None
    _, alarm = entries(institute, decision.receipt.index)
    assert (alarm.event["compiled"], alarm.event["casbin"]) == ("deny", "permit")


def test_a_referee_that_fails_is_a_deny_with_an_alarm(institute: Institute) -> None:
    with gate_with(institute, {"eligibility": broken}) as gate:
        decision = gate.check(**READ)

    assert codes(decision) == ["engines-disagree"]
    assert decision.receipt is not None
    _, alarm = entries(institute, decision.receipt.index)
    assert alarm.event["casbin"] == "failed with RecursionError"


def test_each_concern_in_dispute_has_an_alarm_of_its_own(institute: Institute) -> None:
    lies = {"access": always(DENY), "classification": broken}
    with gate_with(institute, lies) as gate:
        decision = gate.check(**READ)

    assert codes(decision) == ["engines-disagree"] * 2
    assert decision.receipt is not None
    _, *alarms = entries(institute, decision.receipt.index)
    assert [alarm.event["concern"] for alarm in alarms] == ["classification", "access"]


def test_the_caller_of_a_disputed_permit_hears_what_every_refused_caller_hears(
    institute: Institute,
) -> None:
    with (
        gate_with(institute, {"access": always(DENY)}) as gate,
        pytest.raises(AccessDenied) as caught,
    ):
        gate.require(**READ)

    decision = caught.value.decision
    assert caught.value.message == f"denied: not-permitted (decision {decision.id})"


def test_engines_that_agree_leave_permit_and_deny_as_they_are(
    institute: Institute,
) -> None:
    with gate_with(institute, {}) as gate:
        start = size_of(institute)
        permit, deny = gate.check(**READ), gate.check(**DENIED)

    assert permit.permitted
    assert codes(deny)[0] == "no-role"
    kinds = [entry.event["kind"] for entry in entries(institute, start)]
    assert kinds == ["decision.made"] * 2


def test_a_question_without_facts_is_asked_of_nobody(institute: Institute) -> None:
    everywhere = dict.fromkeys(("classification", "eligibility", "access"), broken)
    with gate_with(institute, everywhere) as gate:
        decision = gate.check(**{**READ, "subject": "user:nobody"})

    assert codes(decision) == ["unknown-subject"]


def test_policies_that_can_not_be_used_are_asked_of_nobody(
    institute: Institute,
) -> None:
    add_row(institute, "no row at all")
    with gate_with(institute, {"access": broken}) as gate:
        decision = gate.check(**READ)

    assert codes(decision) == ["policy-unavailable"]


def test_of_many_decisions_about_the_share_is_disputed(institute: Institute) -> None:
    with gate_with(institute, {"access": always(DENY)}, one_in=4) as gate:
        disputed = sum(not gate.check(**READ).permitted for _ in range(400))

    # 100 are expected; this is more than six standard deviations to either side.
    assert 45 < disputed < 155


def test_a_dispute_that_can_not_be_recorded_is_no_permit_and_leaves_no_trace(
    institute: Institute,
) -> None:
    with gate_with(institute, {"access": always(DENY)}) as gate:
        pass
    before = size_of(institute)

    decision = gate.check(**READ)

    assert codes(decision) == ["audit-unavailable"]
    assert decision.receipt is None
    assert size_of(institute) == before


def test_under_threads_each_alarm_stands_right_behind_its_decision(
    institute: Institute,
) -> None:
    found: list[Decision] = []

    with gate_with(institute, {"access": always(DENY)}) as gate:

        def ask() -> None:
            found.extend(gate.check(**READ) for _ in range(10))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    ledger = institute.ledger(writable=False)
    for decision in found:
        assert decision.receipt is not None
        alarm = ledger.entry(decision.receipt.index + 1).event
        assert (alarm["kind"], alarm["decision"]) == ("alarm.raised", decision.id)
    ledger.close()
    assert len(found) == 80
    assert institute.verify().is_sound


def test_a_suspension_is_not_outrun_while_casbin_thinks(institute: Institute) -> None:
    removed: list[Receipt] = []

    def slow(_: object) -> Outcome:
        if not removed:
            _, receipts = apply(institute, declare(institute.folder, SUSPENSION))
            removed.extend(receipts)
        return PERMIT

    with gate_with(institute, {"access": slow}) as gate:
        decision = gate.check(**READ)

    assert not decision.permitted
    assert decision.basis == removed[-1].index


def test_the_diary_tells_operators_of_an_alarm_at_once(
    institute: Institute, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "ringwall")
    with gate_with(institute, {"access": always(DENY)}) as gate:
        decision = gate.check(**READ, purpose="a private matter")

    (line,) = [json.loads(record.getMessage()) for record in caplog.records]
    assert (line["event"], line["level"]) == ("engines_disagree", "error")
    assert (line["decision"], line["concern"]) == (decision.id, "access")
    assert line["casbin"] == "deny"
    assert "private" not in caplog.text


def sample(institute: Institute, share: str) -> Institute:
    """Return the institute with a share of its decisions made twice."""
    path = institute.folder / "ringwall.toml"
    path.write_text(f'{path.read_text()}sample = "{share}"\n')
    return Institute(institute.folder, institute.clock)


def test_with_the_setting_stock_casbin_makes_each_decision_again_and_agrees(
    institute: Institute,
) -> None:
    sampled = sample(institute, "1 in 1")
    with sampled.gatekeeper("point:trainer") as gate:
        start = size_of(institute)
        permit, deny = gate.check(**READ), gate.check(**DENIED)
        add_row(institute, DENY_ROW)
        activate(sampled)
        forbidden = gate.check(**READ)

    assert permit.permitted
    assert codes(deny)[0] == "no-role"
    assert codes(forbidden) == ["forbidden-by-rule"]
    kinds = [entry.event["kind"] for entry in entries(institute, start)]
    assert "alarm.raised" not in kinds
    assert institute.verify().is_sound


_PROGRAM = """
import json, sys
from pathlib import Path
from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
folder, now, read = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
with Institute(folder, FixedClock(now)).gatekeeper("point:trainer") as gate:
    opened = "casbin" in sys.modules
    permitted = gate.check(**read).permitted
print(json.dumps([opened, permitted, "casbin" in sys.modules]))
"""


@pytest.mark.parametrize(
    ("share", "asked"), [("", False), ("1 in 999999", False), ("1 in 1", True)]
)
def test_casbin_is_imported_only_by_a_process_that_asks_it(
    institute: Institute, share: str, asked: bool
) -> None:
    if share:
        sample(institute, share)
    arguments = [str(institute.folder), str(NOON), json.dumps(READ)]
    done = subprocess.run(
        [sys.executable, "-B", "-c", _PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == [False, True, asked]
