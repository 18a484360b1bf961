"""The gate answers what is on record, and answers no when nothing is."""

import json
import logging
import sqlite3
import threading

import pytest
from typing_extensions import override

from ringwall.base.clock import FixedClock
from ringwall.base.errors import RequestError
from ringwall.gate.denied import AccessDenied
from ringwall.gate.ground import LoadedPolicies
from ringwall.institute import Gatekeeper, Institute
from ringwall.model.decisions import Decision, Stage
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from tests.example import (
    DENY_ROW,
    NOON,
    READ,
    SUSPENSION,
    add_row,
    apply,
    declare,
    policy_file,
    size_of,
)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.verdict.reasons]


def test_a_permit_comes_with_its_receipt(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    decision = example_gate.check(**READ, purpose="a trial")

    assert decision.permitted
    assert decision.receipt is not None
    ledger = institute.ledger(writable=False)
    recorded = ledger.entry(decision.receipt.index)
    ledger.close()
    assert recorded.leaf == decision.receipt.leaf
    event = recorded.event
    assert (event["id"], event["effect"]) == (decision.id, "permit")
    assert (event["purpose"], event["point"]) == ("a trial", "point:trainer")
    assert (event["basis"], event["policy"]) == (decision.basis, decision.policy)


def test_a_deny_is_on_record_with_its_reasons(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    decision = example_gate.check(**{**READ, "subject": "user:emmy"})

    assert not decision.permitted
    assert "no-role" in codes(decision)
    assert decision.receipt is not None
    ledger = institute.ledger(writable=False)
    event = ledger.decision(decision.id).event
    ledger.close()
    assert event["effect"] == "deny"
    assert event["reasons"][0]["code"] == codes(decision)[0]


def test_a_malformed_question_is_refused_and_not_recorded(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    before = size_of(institute)

    with pytest.raises(RequestError):
        example_gate.check(**{**READ, "subject": "Ada"})

    assert size_of(institute) == before


def test_require_returns_the_permit(example_gate: Gatekeeper) -> None:
    assert example_gate.require(**READ).permitted


def test_require_raises_on_a_deny_with_the_decision(example_gate: Gatekeeper) -> None:
    with pytest.raises(AccessDenied) as caught:
        example_gate.require(**{**READ, "authn": "password"})

    assert caught.value.decision.receipt is not None


def test_a_request_may_name_another_point(example_gate: Gatekeeper) -> None:
    request = AccessRequest(
        READ["subject"],
        READ["action"],
        READ["resource"],
        "point:serving",
        Authentication.HARDWARE_FRESH,
    )

    assert "site-level-insufficient" in codes(example_gate.check_request(request))


def test_leaving_the_context_closes_the_gate(institute: Institute) -> None:
    with institute.gatekeeper("point:trainer") as gate:
        assert gate.check(**READ).permitted

    assert codes(gate.check(**READ)) == ["audit-unavailable"]


def test_the_ground_tells_basis_and_policy(example_gate: Gatekeeper) -> None:
    ground, decision = example_gate.ground, example_gate.check(**READ)

    assert (decision.basis, decision.policy) == (ground.basis, ground.policy)


def test_a_suspension_by_another_process_counts_at_once(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    assert example_gate.check(**READ).permitted

    _, receipts = apply(institute, declare(institute.folder, SUSPENSION))
    decision = example_gate.check(**READ)

    assert not decision.permitted
    assert decision.basis == receipts[-1].index


def test_refresh_takes_in_news_without_a_question(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    _, receipts = apply(institute, declare(institute.folder, SUSPENSION))

    example_gate.refresh()

    assert example_gate.ground.basis == receipts[-1].index


def test_an_edited_policy_counts_once_it_is_in_force_and_not_before(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    add_row(institute, DENY_ROW)
    before = example_gate.check(**READ)

    institute.gatekeeper("point:trainer").close()
    after = example_gate.check(**READ)

    assert before.permitted
    assert codes(after)[0] == "forbidden-by-rule"
    assert after.policy == institute.bundle().digest != before.policy


def test_a_policy_edited_after_another_came_in_force_denies(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    good = policy_file(institute).read_text()
    add_row(institute, DENY_ROW)
    institute.gatekeeper("point:trainer").close()
    policy_file(institute).write_text(good)

    decision = example_gate.check(**READ)

    assert codes(decision) == ["policy-not-activated"]
    assert decision.receipt is not None


def test_a_broken_policy_is_a_recorded_deny_until_it_is_mended(
    institute: Institute,
) -> None:
    institute.gatekeeper("point:trainer").close()
    good = policy_file(institute).read_text()
    add_row(institute, "no row at all")

    with institute.gatekeeper("point:trainer") as gate:
        broken = gate.check(**READ)
        policy_file(institute).write_text(good)
        mended = gate.check(**READ)

    assert codes(broken) == ["policy-unavailable"]
    assert broken.receipt is not None
    assert mended.permitted


def test_facts_that_never_settle_are_a_deny(institute: Institute) -> None:
    class Restless:
        """Policies that can't be used; facts change each time they are asked for."""

        count = 0

        def load(self) -> LoadedPolicies:
            self.count += 1
            text = (
                f"people:\n- {{id: user:new-{self.count}, organisation: org:institute}}"
            )
            apply(institute, declare(institute.folder, text))
            return LoadedPolicies(None, "", "a fault")

    ledger = institute.ledger(writable=True)

    with Gatekeeper(ledger, Restless(), institute.clock, "point:trainer") as gate:
        decision = gate.check(**READ)

    assert codes(decision) == ["audit-unavailable"]
    assert "faster" in decision.verdict.reasons[0].message
    assert decision.receipt is None


def test_a_registry_edited_behind_our_back_is_a_deny(institute: Institute) -> None:
    add_row(institute, "no row at all")

    with institute.gatekeeper("point:trainer") as gate:
        # Without usable policies the gate looks at the ledger again each time.
        connection = sqlite3.connect(institute.folder / "ledger.db")
        connection.execute("DELETE FROM registry WHERE id = 'user:leonhard'")
        connection.commit()
        connection.close()
        decision = gate.check(**READ)

    assert codes(decision) == ["integrity-failed"]
    assert decision.receipt is None


def test_a_fault_of_our_own_is_a_deny_that_names_its_kind(
    institute: Institute,
) -> None:
    ledger = institute.ledger(writable=True)
    # No instant of the calendar: the event has no form to be recorded in.
    clock = FixedClock(2**62)

    with Gatekeeper(ledger, institute, clock, "point:trainer") as gate:
        decision = gate.check(**READ)

    assert not decision.permitted
    assert decision.receipt is None
    assert codes(decision) == ["internal-error"]
    assert decision.verdict.reasons[0].stage is Stage.RECORD
    assert decision.verdict.reasons[0].message == "ValueError"


def test_sixteen_threads_never_outrun_a_suspension(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    decisions: list[Decision] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            decisions.append(example_gate.check(**READ))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    _, receipts = apply(institute, declare(institute.folder, SUSPENSION))
    last = example_gate.check(**READ)
    stop.set()
    for thread in threads:
        thread.join()

    suspended = receipts[-1].index
    assert not last.permitted
    for decision in decisions:
        assert decision.receipt is not None
        assert decision.permitted == (decision.receipt.index < suspended)


def events(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(record.getMessage()) for record in caplog.records]


def test_the_diary_tells_of_each_decision_without_its_purpose(
    example_gate: Gatekeeper, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ringwall")

    decision = example_gate.check(**READ, purpose="a private matter")

    (event,) = events(caplog)
    assert decision.receipt is not None
    assert (event["event"], event["level"]) == ("decision_made", "info")
    assert (event["decision"], event["effect"]) == (decision.id, "permit")
    assert (event["index"], event["subject"]) == (decision.receipt.index, "user:ada")
    assert "private" not in caplog.text


def test_the_diary_tells_of_a_deny_that_could_not_be_recorded(
    institute: Institute, caplog: pytest.LogCaptureFixture
) -> None:
    gate = institute.gatekeeper("point:trainer")
    gate.close()

    decision = gate.check(**READ)

    (event,) = events(caplog)
    assert (event["event"], event["level"]) == ("deny_unrecorded", "warning")
    assert (event["decision"], event["code"]) == (decision.id, "audit-unavailable")


def test_the_diary_holds_the_traceback_of_a_fault_without_values(
    institute: Institute, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = institute.ledger(writable=True)

    with Gatekeeper(ledger, institute, FixedClock(2**62), "point:trainer") as gate:
        gate.check(**READ, purpose="a private matter")

    unusable, failed, unrecorded = events(caplog)
    assert unusable["code"] == "policy-not-activated"
    assert failed["event"] == "decision_failed"
    assert unrecorded["code"] == "internal-error"
    assert "ValueError" in caplog.text
    assert "private" not in caplog.text


def test_a_diary_that_fails_changes_no_answer(
    institute: Institute, example_gate: Gatekeeper
) -> None:
    class Broken(logging.Handler):
        """A handler on a full disk, say."""

        @override
        def handle(self, record: logging.LogRecord) -> bool:
            raise OSError(record.getMessage())

    logger = logging.getLogger("ringwall")
    handler = Broken()
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.INFO)
    try:
        permit = example_gate.check(**READ)
        gate = institute.gatekeeper("point:trainer")
        gate.close()
        deny = gate.check(**READ)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)

    assert permit.permitted
    assert codes(deny) == ["audit-unavailable"]


def test_evidence_that_lapses_while_the_gate_is_open_no_longer_counts(
    institute: Institute,
) -> None:
    clock = FixedClock(NOON)
    gate = Institute(institute.folder, clock).gatekeeper("point:trainer")
    before = gate.check(**READ)
    clock.instant = NOON + 15 * 365 * 24 * 3600 * 1_000_000
    after = gate.check(**READ)
    gate.close()

    assert before.permitted
    assert "personnel-level-insufficient" in codes(after)
